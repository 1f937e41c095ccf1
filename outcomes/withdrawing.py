"""What would end if a patient withdrew a consent now: read before anybody does it."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from outcomes.models import Answer, Delivery, Score, Survey
from patients.models import Patient
from treatments.models import FollowUp

Status = Delivery.Status


@dataclass(frozen=True)
class Consequences:
    """Counts: messages that wait to go out, surveys open now, check-ins still planned, answers and scores on record."""

    messages: int
    open_surveys: int
    planned: int
    answers: int
    scores: int


def consequences(patient: Patient, *, at: dt.datetime) -> Consequences:
    """Of one patient, at this instant. Five queries."""
    today = at.astimezone(ZoneInfo(patient.clinic.time_zone)).date()
    waiting = Delivery.objects.filter(
        survey__follow_up__course__patient=patient, status__in=[Status.PENDING, Status.CLAIMED]
    )
    still_open = Survey.objects.filter(
        follow_up__course__patient=patient,
        completed_at=None,
        follow_up__ended_on=None,
        follow_up__closes_on__gte=today,
    )
    planned = FollowUp.objects.filter(
        course__patient=patient, survey=None, answered_at=None, ended_on=None, closes_on__gte=today
    )
    return Consequences(
        messages=waiting.count(),
        open_surveys=still_open.count(),
        planned=planned.count(),
        answers=Answer.objects.filter(survey__follow_up__course__patient=patient).count(),
        scores=Score.objects.filter(course__patient=patient).count(),
    )
