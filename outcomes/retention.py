"""Patients whose last contact lies longer back than their clinic keeps identities. Read-only; erasing is a person's act."""

import datetime as dt
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest

from clinic.models import Clinic
from patients.models import Consent, Patient
from treatments.models import AdverseEvent, FollowUp, TreatmentSession

# Every kind of contact: the model, its way to the patient, its instant. Greatest passes over what there is none of.
CONTACTS = (
    (TreatmentSession, "course__patient", "performed_at"),
    (FollowUp, "course__patient", "answered_at"),
    (Consent, "patient", "signed_at"),
    (AdverseEvent, "patient", "recorded_at"),
)


def expired_patients(clinic: Clinic, *, at: dt.datetime) -> QuerySet[Any]:
    """The clinic's patients to be erased, each with ``last_contact_at``, the longest ago first.

    None where it keeps identities for good. Contact is: registered, treated, answered, signed, an adverse event.
    """
    everyone = Patient.objects.filter(clinic=clinic, erased_at=None, merged_into=None, is_imported=False)
    if clinic.keeps_patients_years is None:
        return everyone.none()
    latest = [
        Subquery(model.objects.filter(**{way: OuterRef("pk")}).values(way).values(at=Max(name)))
        for model, way, name in CONTACTS
    ]
    limit = at - dt.timedelta(days=365.25 * clinic.keeps_patients_years)
    known = everyone.annotate(last_contact_at=Greatest("registered_at", *latest))
    return known.filter(last_contact_at__lt=limit).order_by("last_contact_at", "id")
