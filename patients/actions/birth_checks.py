"""Whoever opens a patient's link says when the patient was born. It is no secret, so there are few tries.

It shows that a message reached the wrong person, nothing more: what keeps others out is the link itself. Tries are
counted in the database, each before it is looked at, so that many at once are no more than one after another; that one
was right takes back its own count and no other.
"""

import datetime as dt
import enum
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from patients.birthdays import Birthday
from patients.models import BirthCheck, BirthGuesses, Patient

MOST_FAILURES = 5
COUNTED_FOR = dt.timedelta(hours=24)
AN_HOUR_FROM_ONE_ADDRESS = 20
AN_HOUR_AT_ONE_CLINIC = 200

# Each statement locks the row it counts in until the request ends, always in this order.
TAKE_TRY = """
INSERT INTO patients_birthcheck AS tries (public_id, clinic_id, patient_id, survey, failures, failing_since)
VALUES (gen_random_uuid(), %(clinic)s, %(patient)s, %(survey)s, 1, %(at)s)
ON CONFLICT (patient_id, survey) DO UPDATE SET
  failures = CASE WHEN tries.failing_since > %(old)s THEN tries.failures + 1 ELSE 1 END,
  failing_since = CASE WHEN tries.failing_since > %(old)s AND tries.failures > 0 THEN tries.failing_since ELSE %(at)s END
WHERE tries.paused_at IS NULL AND (tries.failures < %(most)s OR tries.failing_since <= %(old)s)
RETURNING failures
"""
TAKE_GUESS = """
INSERT INTO patients_birthguesses AS guesses (clinic_id, address, hour, failures)
VALUES (%(clinic)s, %(address)s, date_trunc('hour', %(at)s), 1)
ON CONFLICT (clinic_id, hour, address) DO UPDATE SET failures = guesses.failures + 1 WHERE guesses.failures < %(most)s
RETURNING failures
"""
GIVE_BACK = """
UPDATE patients_birthguesses SET failures = failures - 1
WHERE clinic_id = %(clinic)s AND hour = date_trunc('hour', %(at)s) AND address IS NOT DISTINCT FROM %(address)s
"""


class Verdict(enum.Enum):
    """What became of one try. PAUSED and TOO_OFTEN: it was not looked at."""

    RIGHT = enum.auto()
    WRONG = enum.auto()
    PAUSED = enum.auto()
    TOO_OFTEN = enum.auto()


@dataclass(frozen=True)
class Checked:
    """``left``: how many more tries there are."""

    verdict: Verdict
    left: int = 0


@transaction.atomic
def check_birthday(
    *, patient: Patient, survey: uuid.UUID | None, said: Birthday, address: str, at: dt.datetime
) -> Checked:
    """Whether ``said`` is when the patient was born. Five wrong answers within a day pause the link.

    ``survey``: the public id of the one behind the link; None for the patient's own page. ``address``: from where it
    came; too many wrong answers from there within an hour, or at the whole clinic, are not looked at either.
    """
    values: dict[str, Any] = {
        "clinic": patient.clinic_id,
        "patient": patient.pk,
        "survey": survey,
        "address": address,
        "at": at,
    }
    failures = _count(TAKE_TRY, most=MOST_FAILURES, old=at - COUNTED_FOR, **values)
    if failures is None:
        return Checked(Verdict.PAUSED)
    mine = BirthCheck.objects.filter(patient=patient, survey=survey)
    if not _take_guess(values):
        mine.update(failures=failures - 1)
        return Checked(Verdict.TOO_OFTEN)
    if patient.born_on is not None and said.is_of(patient.born_on):
        mine.update(failures=failures - 1)
        _give_back(values)
        _give_back({**values, "address": None})
        return Checked(Verdict.RIGHT)
    if failures >= MOST_FAILURES:
        mine.update(paused_at=at)
        return Checked(Verdict.PAUSED)
    return Checked(Verdict.WRONG, MOST_FAILURES - failures)


@transaction.atomic
def lift_pause(*, check: BirthCheck, at: dt.datetime, by: User) -> BirthCheck:
    """Let a paused link work again, with all its tries. Raises PermissionDenied."""
    require(by, check.clinic, Permission.PATIENT_EDIT)
    paused = BirthCheck.objects.filter(pk=check.pk, paused_at__isnull=False)
    paused.update(paused_at=None, failures=0, lifted_at=at, lifted_by=by)
    check.refresh_from_db()
    return check


def forget_guesses(*, at: dt.datetime) -> int:
    """Delete counts of hours that are over; how many."""
    return BirthGuesses.objects.filter(hour__lt=at - COUNTED_FOR).delete()[0]


def _take_guess(values: dict[str, Any]) -> bool:
    """Count one try at the address and at the clinic; False, and nothing is counted, when one of them is full."""
    if _count(TAKE_GUESS, most=AN_HOUR_FROM_ONE_ADDRESS, **values) is None:
        return False
    if _count(TAKE_GUESS, most=AN_HOUR_AT_ONE_CLINIC, **{**values, "address": None}) is None:
        _give_back(values)
        return False
    return True


def _count(statement: str, **values: Any) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row[0] if row else None


def _give_back(values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, values)
