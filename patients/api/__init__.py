"""Patients and what they agreed to, through the API."""

from patients.api.consents import ConsentDocumentViewSet, ConsentViewSet
from patients.api.patients import PatientViewSet

__all__ = ["ConsentDocumentViewSet", "ConsentViewSet", "PatientViewSet"]
