"""Protocols, courses, sessions, what was prepared and injected, and when to ask about it."""

from treatments.models.courses import Course, FollowUp
from treatments.models.preparations import CellPreparation, ExosomePreparation, Preparation, PrpPreparation
from treatments.models.protocols import Protocol, Timepoint, TreatmentType
from treatments.models.sessions import Injection, TreatmentSession

__all__ = [
    "CellPreparation",
    "Course",
    "ExosomePreparation",
    "FollowUp",
    "Injection",
    "Preparation",
    "Protocol",
    "PrpPreparation",
    "Timepoint",
    "TreatmentSession",
    "TreatmentType",
]
