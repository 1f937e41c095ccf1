"""Which records may be of one person: found by equal names, addresses, numbers and birthdays, never pair by pair."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from clinic.models import Clinic
from patients.models import Patient

# From this likeness of two names on, of 1, they are shown where the birthday is the same.
NEAR = 0.45
MOST_PAIRS = 100
PAIRS = """
SELECT first_id, second_id, likeness, count(*) OVER () FROM patients_alike(%s, %s)
ORDER BY likeness, first_id, second_id LIMIT %s
"""
ALIKE = {
    1: "Same name, same date of birth",
    2: "Same name, same address or number",
    3: "Same name, one without a date of birth",
    4: "Same date of birth, and names that are alike",
    5: "Same e-mail address or phone number",
}


@dataclass(frozen=True)
class Pair:
    """Two records that may be of one person; the one that was made first is proposed to be kept."""

    kept: Patient
    gone: Patient
    why: str


@dataclass(frozen=True)
class Pairs:
    """The surest pairs first; ``total`` counts those not shown, too."""

    shown: list[Pair]
    total: int


def pairs_of(clinic: Clinic) -> Pairs:
    """Pairs of the clinic that nobody has said are two people. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, [clinic.pk, NEAR, MOST_PAIRS])
        rows = cursor.fetchall()
    people = Patient.objects.in_bulk({key for one, other, *_rest in rows for key in (one, other)})
    shown = [Pair(people[one], people[other], ALIKE[likeness]) for one, other, likeness, _total in rows]
    return Pairs(shown, rows[0][3] if rows else 0)


def alike_to(patient: Patient, patients: QuerySet[Patient]) -> list[Patient]:
    """Those of ``patients`` that may be the same person, in the order of names. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT patients_alike_to(%s, %s)", [patient.pk, NEAR])
        found = [key for (key,) in cursor.fetchall()]
    return list(patients.filter(pk__in=found).order_by("search_text", "id"))
