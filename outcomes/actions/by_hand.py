"""What staff do about single messages: send now, settle one of unknown fate, call a check-in off."""

import datetime as dt

from django.db import transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes.actions.calls import close_call
from outcomes.actions.deciding import look_again, standing_of
from outcomes.actions.deliveries import because
from outcomes.contact_rules import LIVE, Standing, why_blocked
from outcomes.delivery_rules import REACHED, Budget, why_not_needed
from outcomes.models import BY_HAND, Delivery, Survey
from outcomes.reasons import Why

Status = Delivery.Status


class NotSent(RuleBroken):
    """``why`` is the same word that the ladder would have stored."""

    code = "not_sent"

    def __init__(self, why: Why, field: str = "", words: str = "") -> None:
        super().__init__(f"Not sent. {words or why.words} {why.then}", field)
        self.why = why


class NotUnknown(RuleBroken):
    code = "not_unknown"


class CancelRefused(RuleBroken):
    code = "cancel_refused"


@transaction.atomic
def send_by_hand(*, survey: Survey, channel: str, at: dt.datetime, by: User) -> Delivery:
    """One more message for this survey, now, with a link; links sent before go on working.

    It asks everything that the ladder asks except for its calendar. Raises NotSent with the reason, PermissionDenied.
    """
    require(by, survey.clinic, Permission.PATIENT_EDIT)
    survey = _locked(survey)
    standing = standing_of(survey, at=at)
    _check(standing, survey, channel, at)
    by_hand = Delivery.objects.filter(survey=survey, sequence__gte=BY_HAND).order_by("-sequence")
    last = by_hand.values_list("sequence", flat=True).first()
    is_reached = any(one.status in REACHED for one in standing.sent) or last is not None
    return Delivery.objects.create(
        clinic=survey.clinic,
        patient_id=survey.follow_up.course.patient_id,
        survey=survey,
        kind=Delivery.Kind.REMINDER if is_reached else Delivery.Kind.INVITATION,
        channel=channel,
        sequence=BY_HAND if last is None else last + 1,
        not_before=at,
        requested_at=at,
        requested_by=by,
    )


@transaction.atomic
def settle_unknown(*, delivery: Delivery, was_sent: bool, at: dt.datetime, by: User) -> Delivery:
    """Somebody found out whether a message of unknown fate went out. Raises NotUnknown, PermissionDenied.

    If it did not, the next step is taken at once, by the other channel or as a call.
    """
    require(by, delivery.clinic, Permission.PATIENT_EDIT)
    unknown = Delivery.objects.filter(pk=delivery.pk, status=Status.UNKNOWN)
    if was_sent:
        changed = unknown.update(status=Status.ACCEPTED, accepted_at=at, reason_code="", reason="")
    else:
        changed = unknown.update(status=Status.FAILED, **because(Why.NOT_ARRIVED))
        look_again(delivery.pk, at=at)
    if not changed:
        raise NotUnknown("It is known by now what became of this message.")
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def cancel_survey(*, survey: Survey, reason: str, at: dt.datetime, by: User) -> Survey:
    """Call a check-in off: its link stops working and nothing more is sent for it. Raises CancelRefused, PermissionDenied."""
    require(by, survey.clinic, Permission.PATIENT_EDIT)
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= 200:
        raise CancelRefused("Say why, in at most 200 characters.", "reason")
    # Messages first, in the order in which workers lock.
    waiting = Delivery.objects.filter(survey=survey, status__in=[Status.PENDING, Status.CLAIMED, Status.BOUNCED_SOFT])
    waiting.update(status=Status.CANCELLED, lease_until=None, **because(Why.SURVEY_CANCELLED))
    survey = _locked(survey)
    if survey.completed_at or survey.cancelled_at:
        raise CancelRefused("This check-in was answered or called off already.")
    survey.cancelled_at, survey.cancelled_by, survey.cancel_reason = at, by, reason
    survey.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    close_call(survey=survey, at=at)
    return survey


def _locked(survey: Survey) -> Survey:
    rows = Survey.objects.select_for_update(of=("self", "follow_up", "follow_up__course__patient"), no_key=True)
    rows = rows.select_related("follow_up__course__patient", "clinic").filter(pk=survey.pk)
    # Where the patient was merged into another record while this waited, the second look finds that one.
    locked: Survey = rows.filter(follow_up__course__patient__merged_into=None).first() or rows.get()
    return locked


def _check(standing: Standing, survey: Survey, channel: str, at: dt.datetime) -> None:
    why = why_not_needed(standing, on=standing.today(at)) or why_blocked(standing)
    if why:
        raise NotSent(why)
    if channel not in standing.channels:
        raise NotSent(Why.UNREACHABLE if not standing.channels else Why.NO_ADDRESS, "channel")
    if Delivery.objects.filter(survey=survey, status__in=LIVE).exists():
        raise NotSent(Why.MESSAGE)
    allowed = standing.hours.before_closing(at, standing.closes_at)
    if allowed > at:
        raise NotSent(Why.QUIET_HOURS)
    clinic, patient = survey.clinic, survey.follow_up.course.patient
    sent = Delivery.objects.filter(patient=patient, status__in=REACHED, started_at__gt=Budget.counts_from(at))
    budget = Budget(clinic.messages_a_day, clinic.messages_a_week)
    if budget.free_at(list(sent.values_list("started_at", flat=True)), zone=standing.hours.time_zone, at=at) > at:
        raise NotSent(Why.BUDGET)
