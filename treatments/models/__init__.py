"""Protocols, courses, sessions, what was prepared and injected, of which lot, and when to ask about it."""

from treatments.models.courses import Course, FollowUp, Retreatment
from treatments.models.events import AdverseEvent, EventRevision, RegulatoryReport, Relatedness
from treatments.models.preparations import (
    CellPreparation,
    ExosomePreparation,
    Harvest,
    Preparation,
    PrpPreparation,
    ReleaseTest,
    Spin,
)
from treatments.models.products import Lot, LotMovement, LotUse, Product, ProductStatus, StorageReading
from treatments.models.profiles import ClinicalProfile, MedicationReview, OpioidUse
from treatments.models.protocols import Protocol, Timepoint, TreatmentType
from treatments.models.recalls import Recall, RecallCase, RecallStep
from treatments.models.reviews import ReviewItem
from treatments.models.sessions import Aftercare, Holds, Injection, SessionRevision, TreatmentSession

__all__ = [
    "AdverseEvent",
    "Aftercare",
    "CellPreparation",
    "ClinicalProfile",
    "Course",
    "EventRevision",
    "ExosomePreparation",
    "FollowUp",
    "Harvest",
    "Holds",
    "Injection",
    "Lot",
    "LotMovement",
    "LotUse",
    "MedicationReview",
    "OpioidUse",
    "Preparation",
    "Product",
    "ProductStatus",
    "Protocol",
    "PrpPreparation",
    "Recall",
    "RecallCase",
    "RecallStep",
    "RegulatoryReport",
    "Relatedness",
    "ReleaseTest",
    "Retreatment",
    "ReviewItem",
    "SessionRevision",
    "Spin",
    "StorageReading",
    "Timepoint",
    "TreatmentSession",
    "TreatmentType",
]
