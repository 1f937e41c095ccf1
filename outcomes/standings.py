"""How the check-ins of a patient stand, in words: what was sent, what not and why, what happens next and when."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from outcomes.how_answered import how_answered, is_assisted
from outcomes.models import Call, ContactDecision, Delivery, Survey
from outcomes.outgoing import AGAINST, known
from outcomes.reasons import Why
from patients.models import Patient
from treatments.models import FollowUp

Status = Delivery.Status
BY = {"email": "by e-mail", "sms": "by text"}
# On its way, or it never left: what its own state says is the whole story of the check-in.
NOT_SENT = (Status.FAILED, Status.SUPPRESSED, Status.DEAD)
NOT_YET = "Not yet"
MISSED = "Missed"
IN_ITS_WINDOW = ("Open", "Overdue", "Started")


@dataclass(frozen=True)
class MessageLine:
    """One message, in words."""

    delivery: Delivery
    what: str
    state: str

    @property
    def steps(self) -> list[tuple[dt.datetime, str]]:
        """Everything that happened to it, in order."""
        changes = [
            (change.at, Status(change.after).label) for change in self.delivery.changes.all() if change.after in Status
        ]
        said = [
            (attempt.finished_at, f"The server said: {attempt.detail}")
            for attempt in self.delivery.attempt_rows.all()
            if attempt.finished_at and attempt.detail
        ]
        return sorted(changes + said)

    @property
    def is_unconfirmed(self) -> bool:
        return self.delivery.status == Status.UNKNOWN


@dataclass(frozen=True)
class CheckIn:
    """One follow-up as staff see it. ``tone`` is the colour of its tag; ``pain`` is pain right now, 0–10.

    ``message``: what became of the last message, or why there is none. ``then``: what happens next by itself.
    """

    follow_up: FollowUp
    state: str
    tone: str
    message: str
    then: str
    looks_again_at: dt.datetime | None
    pain: Decimal | None
    lines: list[MessageLine] = field(default_factory=list)
    survey: Survey | None = None
    call: Call | None = None

    @property
    def is_open(self) -> bool:
        """Whether something can still be sent for it, or it can be called off."""
        return self.survey is not None and self.state in IN_ITS_WINDOW

    @property
    def how(self) -> str:
        """How it was answered, in words; empty until it was."""
        return how_answered(self.survey) if self.survey and self.survey.completed_at else ""

    @property
    def is_assisted(self) -> bool:
        """Whether the patient did not answer alone, which a curve or a table has to say."""
        return self.survey is not None and self.survey.completed_at is not None and is_assisted(self.survey)


def check_in(follow_up: FollowUp, patient: Patient, pain: Decimal | None, on: dt.date) -> CheckIn:
    """How a follow-up stands on this day."""
    survey: Survey | None = getattr(follow_up, "survey", None)
    lines = [line_of(delivery) for delivery in survey.deliveries.all()] if survey else []
    state, tone = _state(follow_up, survey, on)
    decision: ContactDecision | None = getattr(follow_up, "contact_decision", None)
    is_due = state in IN_ITS_WINDOW
    why = _why(decision, patient) if is_due else None
    return CheckIn(
        follow_up,
        state,
        tone,
        message=_message(lines, why, survey),
        then=_then(lines, why) if is_due else "",
        looks_again_at=decision.looks_again_at if decision and is_due else None,
        pain=pain,
        lines=lines,
        survey=survey,
        call=_open_call(survey) if is_due else None,
    )


def line_of(delivery: Delivery) -> MessageLine:
    """One message in words, by the clock that is in force."""
    return MessageLine(delivery, f"{delivery.get_kind_display()} {BY[delivery.channel]}", _state_words(delivery))


def _state_words(delivery: Delivery) -> str:
    if delivery.status == Status.DELIVERED and delivery.delivered_at:
        return f"delivered {_time(delivery.delivered_at)}"
    if delivery.status == Status.ACCEPTED and delivery.accepted_at:
        return f"sent {_time(delivery.accepted_at)}"
    if delivery.status == Status.PENDING:
        return f"due {_time(delivery.not_before)}" + (f". {delivery.reason}" if delivery.reason else "")
    words = "not sent" if delivery.status in NOT_SENT else delivery.get_status_display().lower()
    return f"{words}: {delivery.reason}" if delivery.reason else words


def _time(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%-d %b %Y, %H:%M}"


def _state(follow_up: FollowUp, survey: Survey | None, on: dt.date) -> tuple[str, str]:
    if follow_up.answered_at:
        return "Answered", "ok"
    if survey and survey.cancelled_at:
        return "Called off", ""
    if follow_up.ended_on or follow_up.closes_on < on:
        return MISSED, "warn"
    if follow_up.opens_on > on:
        return NOT_YET, ""
    tone = "warn" if follow_up.due_on < on else "info"
    if survey and survey.started_at:
        return "Started", tone
    return ("Overdue" if tone == "warn" else "Open"), tone


def _why(decision: ContactDecision | None, patient: Patient) -> Why:
    """What was decided last; before the first look, what it will find."""
    if decision is not None:
        return known(decision.code) or Why.EARLIER
    if patient.died_on:
        return Why.DIED
    if patient.withdrawn_at:
        return Why.WITHDRAWN
    if not patient.consented_at:
        return Why.NO_CONSENT
    return Why.OPENING if patient.channels else Why.UNREACHABLE


def _message(lines: Sequence[MessageLine], why: Why | None, survey: Survey | None) -> str:
    if survey and survey.cancelled_at:
        return f"Called off: {survey.cancel_reason}"
    if why in AGAINST:
        return f"Not sent: {why.words}"
    if lines:
        return f"{lines[-1].what}: {lines[-1].state}"
    return why.words if why else ("One link with another check-in." if survey and survey.asked_with_id else "")


def _then(lines: Sequence[MessageLine], why: Why | None) -> str:
    """What a message itself waits for comes first: it says more than that a message is on its way."""
    if why is None:
        return ""
    if why == Why.MESSAGE and lines and (own := known(lines[-1].delivery.reason_code)):
        return own.then
    return why.then


def _open_call(survey: Survey | None) -> Call | None:
    call: Call | None = getattr(survey, "call", None)
    return call if call and call.closed_at is None else None
