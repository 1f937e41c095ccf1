"""Courses that go back to the record they came from take along what was done for them meanwhile."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from patients.models import Patient
from treatments.models import AdverseEvent, Course, LotUse, MedicationReview, Recall, RecallCase


def hold_courses(*patients: Patient) -> None:
    """No session is logged for any course of these patients until the transaction ends."""
    courses = Course.objects.select_for_update(no_key=True).filter(patient__in=patients)
    list(courses.order_by("pk").values_list("pk"))


def take_along(*, courses: Collection[int], patient: Patient, since: dt.datetime, at: dt.datetime) -> None:
    """Whatever belongs to these courses is of ``patient``, whose they are again: part of undoing a merge.

    A lot that was recalled ``since`` opens a case for them, too; that of the other record stays.
    """
    LotUse.objects.filter(session__course__in=courses).exclude(patient=patient).update(patient=patient)
    events = AdverseEvent.objects.filter(Q(course__in=courses) | Q(session__course__in=courses))
    events.exclude(patient=patient).update(patient=patient)
    reviews = MedicationReview.objects.filter(
        Q(course__in=courses) | Q(session__course__in=courses) | Q(follow_up__course__in=courses)
    )
    reviews.exclude(patient=patient).update(patient=patient)
    received = LotUse.objects.filter(patient=patient, lot=OuterRef("lot"), reversed_at=None)
    recalls = Recall.objects.filter(clinic=patient.clinic_id, started_at__gte=since)
    known = RecallCase.objects.filter(patient=patient, recall=OuterRef("pk"))
    RecallCase.objects.bulk_create(
        RecallCase(clinic_id=patient.clinic_id, recall=recall, patient=patient, opened_at=at)
        for recall in recalls.filter(Exists(received), ~Exists(known))
    )
