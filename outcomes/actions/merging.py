"""Two records of one person become one, with everything that messages and outcomes know of them; and two again."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from clinic.actions import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from outcomes.actions.erasing import WrongChartNumber
from outcomes.actions.outcomes import recompute_outcomes
from outcomes.merging import obstacles
from outcomes.models import Alert, Call, ContactDecision, Delivery, Survey
from patients.actions import MergeRefused, merge_records, moved, undo_records
from patients.models import BirthCheck, Patient, PatientMerge
from treatments.actions.merging import hold_courses, take_along
from treatments.models import Course

# By survey, in the order in which workers lock.
OF_SURVEYS = (Delivery, Call, Alert)


@transaction.atomic
def merge_patients(
    *, kept: Patient, gone: Patient, take: Collection[str], chart_number: str, seen: str, at: dt.datetime, by: User
) -> PatientMerge:
    """Everything of ``gone`` belongs to ``kept``, whose outcomes are worked out anew. Can be undone for a day.

    ``take``: the fields whose value is that of ``gone``. ``chart_number`` shows that the right record is meant to go;
    ``seen`` is what ``outcomes.merging.plan`` showed. Messages that wait go to the kept record's address, if it may be
    written to: a message knows no address, it is asked for when it goes out. Raises WrongChartNumber, MergeRefused,
    PermissionDenied.
    """
    require(by, kept.clinic, Permission.PATIENT_MERGE)
    if chart_number.strip() != gone.chart_number:
        raise WrongChartNumber(
            "This is not the chart number of the record that goes. Type it as the record shows it.", "chart_number"
        )
    _hold(kept, gone)
    for sentence in obstacles(kept, gone):
        raise MergeRefused(sentence)
    merge = merge_records(kept=kept, gone=gone, take=take, seen=seen, at=at, by=by)
    _work_out(kept, gone, at)
    return merge


@transaction.atomic
def undo_merge(*, merge: PatientMerge, at: dt.datetime, by: User) -> PatientMerge:
    """Two records again: what the merge moved goes back, and with a course everything that was done for it since.

    What was made since and belongs to no such course stays with the kept record. Raises MergeRefused, PermissionDenied.
    """
    require(by, merge.clinic, Permission.PATIENT_MERGE)
    kept, gone = merge.kept, merge.gone
    _hold(kept, gone)
    merge = undo_records(merge=merge, at=at, by=by)
    courses = list(moved(merge, Course._meta.label))
    take_along(courses=courses, patient=gone, since=merge.merged_at, at=at)
    _take_along(courses, gone)
    _work_out(kept, gone, at)
    return merge


def _hold(kept: Patient, gone: Patient) -> None:
    """In the order in which workers lock, messages before patients; and no session is logged meanwhile."""
    Clinic.objects.select_for_update(no_key=True).get(pk=kept.clinic_id)
    for model in OF_SURVEYS:
        rows = model.objects.select_for_update(of=("self",), no_key=True).filter(patient__in=[kept, gone])
        list(rows.order_by("pk").values_list("pk"))
    hold_courses(kept, gone)


def _take_along(courses: Collection[int], patient: Patient) -> None:
    for model in OF_SURVEYS:
        rows = model.objects.filter(survey__follow_up__course__in=courses)
        rows.exclude(patient=patient).update(patient=patient)
    surveys = Survey.objects.filter(follow_up__course__in=courses)
    BirthCheck.objects.filter(survey__in=surveys.values("public_id")).exclude(patient=patient).update(patient=patient)
    # One link must not lead to the check-ins of two people.
    surveys.exclude(asked_with=None).exclude(asked_with__in=surveys).update(asked_with=None)
    Survey.objects.filter(asked_with__in=surveys).exclude(follow_up__course__in=courses).update(asked_with=None)


def _work_out(kept: Patient, gone: Patient, at: dt.datetime) -> None:
    """Outcomes look at every course of a person; and who may be written to is decided anew."""
    courses = Course.objects.filter(patient__in=[kept, gone])
    recompute_outcomes(course_ids=courses.values_list("pk", flat=True), at=at)
    waiting = ContactDecision.objects.filter(follow_up__course__patient__in=[kept, gone], looks_again_at__isnull=False)
    waiting.update(looks_again_at=at)
