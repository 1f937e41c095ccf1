"""Calls that staff make when messages were not answered or do not arrive."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from clinic.prepared import Prepared
from clinic.rules import RuleBroken
from outcomes.models import Call, CallAttempt, Survey
from patients.actions import flag_address
from patients.models import SMS

MOST_TRIES = 3
WORKING_DAYS_BETWEEN = 2
TAKEN_BACK_WITHIN = dt.timedelta(minutes=10)

Outcome = Call.Outcome
# The patient who sends a check-in waits for it.
CLOSE = "UPDATE outcomes_call SET closed_at = $2, outcome = $3 WHERE survey_id = $1 AND closed_at IS NULL"
_CLOSE = Prepared("close_call", ["bigint", "timestamptz", "text"], CLOSE)


class CallRefused(RuleBroken):
    code = "call_refused"


@transaction.atomic
def record_call(*, call: Call, outcome: str, at: dt.datetime, by: User, note: str = "") -> Call:
    """Somebody called. Nobody answered: again in two working days, three times at most; everything else ends it.

    A wrong number is flagged, so that no text message goes there either. Raises CallRefused, PermissionDenied.
    """
    require(by, call.clinic, Permission.PATIENT_EDIT)
    note = " ".join(note.split())
    if outcome not in (Outcome.ANSWERED, Outcome.NO_ANSWER, Outcome.WRONG_NUMBER, Outcome.NO_MORE_CALLS):
        raise CallRefused("Say how the call went.", "outcome")
    if len(note) > 200:
        raise CallRefused("The note is longer than 200 characters.", "note")
    call = Call.objects.select_for_update(of=("self",)).select_related("clinic", "patient").get(pk=call.pk)
    if call.closed_at:
        raise CallRefused("This call is not needed any more.")
    CallAttempt.objects.create(clinic=call.clinic, call=call, at=at, by=by, outcome=outcome, note=note)
    call.tries += 1
    if outcome == Outcome.NO_ANSWER and call.tries < MOST_TRIES:
        call.call_on = working_days_later(at.astimezone(ZoneInfo(call.clinic.time_zone)).date(), WORKING_DAYS_BETWEEN)
    else:
        call.closed_at, call.outcome = at, outcome
    if outcome == Outcome.WRONG_NUMBER:
        flag_address(patient_id=call.patient_id, channel=SMS, address=call.patient.phone, at=at)
    call.save(update_fields=["tries", "call_on", "closed_at", "outcome"])
    return call


@transaction.atomic
def take_call_back(*, call: Call, at: dt.datetime, by: User) -> Call:
    """The last try was recorded by mistake: the call waits again as before it, and the try does not count.

    Within ten minutes, and not after a wrong number, by which an address was flagged. Raises CallRefused, PermissionDenied.
    """
    require(by, call.clinic, Permission.PATIENT_EDIT)
    call = Call.objects.select_for_update(of=("self",)).select_related("clinic", "patient").get(pk=call.pk)
    last = call.attempts.counted().last()
    if last is None or at - last.at > TAKEN_BACK_WITHIN or last.outcome == Outcome.WRONG_NUMBER:
        raise CallRefused("This call can no longer be taken back. Record how it went on the call's page.")
    if call.outcome == Outcome.NOT_NEEDED:
        raise CallRefused("This call is not needed any more.")
    last.taken_back_at = at
    last.save(update_fields=["taken_back_at"])
    call.tries -= 1
    call.call_on = last.at.astimezone(ZoneInfo(call.clinic.time_zone)).date()
    call.closed_at, call.outcome = None, ""
    call.save(update_fields=["tries", "call_on", "closed_at", "outcome"])
    return call


def close_call(*, survey: Survey, at: dt.datetime) -> None:
    """The survey was answered or is over: nobody has to call any more."""
    with connection.cursor() as cursor:
        _CLOSE.run(cursor, [survey.pk, at, Outcome.NOT_NEEDED.value])


def working_days_later(day: dt.date, count: int) -> dt.date:
    """The ``count``th day after ``day`` from Monday to Friday."""
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day
