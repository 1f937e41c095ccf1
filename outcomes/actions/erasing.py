"""Answers of patients who left the outcome registry of a clinic that then keeps none, and the erasure of a person."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes.actions.deliveries import because
from outcomes.actions.outcomes import recompute_outcomes
from outcomes.models import Answer, Delivery, Score, SurveyLink
from outcomes.reasons import Why
from patients.actions import erase_identity
from patients.models import Patient
from treatments.duties import duties_to
from treatments.models import Course

# So long a link whose survey is over says so; then it opens nothing.
FORGOTTEN_AFTER = dt.timedelta(days=90)


class StillNeeded(RuleBroken):
    code = "identity_still_needed"


class WrongChartNumber(RuleBroken):
    code = "wrong_chart_number"


@transaction.atomic
def erase_withdrawn(*, at: dt.datetime) -> int:
    """Take out every answer given until its patient left, and every score made of such; how many rows. Repeatable.

    Tallies follow by their triggers, outcomes are worked out anew. That a follow-up was answered stays on record, with the day: it counts as
    answered, without a score. What is answered after the patient has signed again is kept. Imported scores carry no
    day of their own, so all of theirs go.
    """
    answers = Answer.objects.filter(
        survey__follow_up__course__patient__erases_answers_at__isnull=False,
        answered_at__lte=F("survey__follow_up__course__patient__erases_answers_at"),
    )
    scores = Score.objects.filter(
        Q(survey=None) | Q(survey__completed_at__lte=F("course__patient__erases_answers_at")),
        course__patient__erases_answers_at__isnull=False,
    )
    courses = set(scores.values_list("course_id", flat=True))
    gone: int = answers.delete()[0] + scores.delete()[0]
    recompute_outcomes(course_ids=courses, at=at)
    return gone


@transaction.atomic
def erase_patient(
    *, patient: Patient, chart_number: str, reason: str, at: dt.datetime, by: User | None, despite: str = ""
) -> Patient:
    """Erase who a patient is, for good; treatments and outcomes stay, so reports do not change.

    ``chart_number`` shows that the right patient is meant. ``despite``: why a duty that still needs the person does not
    hold it up; it is kept with the reason. ``by`` is None for the operator of the server. What waits to be sent is
    cancelled, links stop working. Raises WrongChartNumber, StillNeeded, ErasureRefused, PatientErased, PermissionDenied.
    """
    if by is not None:
        require(by, patient.clinic, Permission.PATIENT_ERASE)
    if chart_number.strip() != patient.chart_number:
        raise WrongChartNumber(
            "This is not the patient's chart number. Type it as the record shows it.", "chart_number"
        )
    # In the order in which workers lock, messages before patients; and no session is logged meanwhile.
    _cancel_messages(patient)
    list(Course.objects.select_for_update(no_key=True).filter(patient=patient).order_by("pk").values_list("pk"))
    duties = duties_to(patient)
    despite = " ".join(despite.split())
    if duties and not despite:
        raise StillNeeded(f"{' '.join(duties)} Say why the identity is erased all the same.", "despite")
    SurveyLink.objects.filter(survey__follow_up__course__patient=patient).delete()
    told = f"{reason} Erased although: {' '.join(duties)} Because: {despite}" if duties else reason
    return erase_identity(patient=patient, reason=told, at=at, by=by)


def forget_links(*, at: dt.datetime) -> int:
    """Delete links whose survey's window ended long ago; how many."""
    return SurveyLink.objects.filter(survey__follow_up__closes_on__lt=(at - FORGOTTEN_AFTER).date()).delete()[0]


def _cancel_messages(patient: Patient) -> None:
    waiting = Delivery.objects.select_for_update(of=("self",)).filter(
        survey__follow_up__course__patient=patient,
        status__in=[Delivery.Status.PENDING, Delivery.Status.CLAIMED, Delivery.Status.BOUNCED_SOFT],
    )
    ids = [row.pk for row in waiting.order_by("pk")]
    Delivery.objects.filter(pk__in=ids).update(
        status=Delivery.Status.CANCELLED, lease_until=None, **because(Why.ERASED)
    )
