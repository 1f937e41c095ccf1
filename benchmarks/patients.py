"""The list of patients over 200,000: every way of looking for somebody, every filter, deep pages, and a long time line."""

import random
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction

from benchmarks import dataset, figures
from benchmarks.browser import Connection, WrongPage
from benchmarks.facts import columns, without_triggers
from benchmarks.search import WARM_UP, signed_in
from benchmarks.sizes import Sizes
from clinic.models import Clinic
from outcomes.models import Score
from patients.models import Patient
from treatments.models import Course, FollowUp, TreatmentSession

# Invented people with their names newly mixed, until the clinic has as many as it should.
PEOPLE = """
WITH known AS (
  SELECT p.*, row_number() OVER (ORDER BY id) - 1 AS number, count(*) OVER () AS total
  FROM patients_patient p WHERE chart_number LIKE 'B-%%'
)
INSERT INTO patients_patient (public_id, clinic_id, chart_number, given_name, family_name, born_on, sex, email, phone,
  language, time_zone, preferred_channel, registered_at, registered_by_id, consented_at, consented_by_id, is_imported,
  age_band)
SELECT gen_random_uuid(), %(clinic)s, 'L-' || lpad(n::text, 7, '0'), one.given_name, other.family_name, third.born_on,
  one.sex, CASE WHEN n %% 50 = 0 THEN '' ELSE 'l' || n || '-' || one.email END,
  '(' || 201 + n %% 780 || ') 555-01' || lpad((n %% 100)::text, 2, '0'), one.language, '', 'email', now(),
  one.registered_by_id, now(), one.registered_by_id, false, ''
FROM generate_series(1::bigint, %(missing)s) n
JOIN known one ON one.number = n %% one.total
JOIN known other ON other.number = (n * 7919 + 13) %% other.total
JOIN known third ON third.number = (n * 104729 + 7) %% third.total
"""
# Six in ten of those without a course get what somebody else has: course, sessions, check-ins, scores.
COPIED = """
CREATE TEMPORARY TABLE copied ON COMMIT DROP AS
WITH pool AS (
  SELECT c.id, row_number() OVER (ORDER BY id) - 1 AS number, count(*) OVER () AS total
  FROM treatments_course c WHERE clinic_id = %(clinic)s AND EXISTS (SELECT FROM treatments_treatmentsession WHERE course_id = c.id)
), bare AS (
  SELECT p.id, row_number() OVER (ORDER BY id) AS number FROM patients_patient p
  WHERE clinic_id = %(clinic)s AND id %% 10 < 6 AND NOT EXISTS (SELECT FROM treatments_course WHERE patient_id = p.id)
)
SELECT bare.id AS patient_id, pool.id AS old_id, nextval(pg_get_serial_sequence('treatments_course', 'id')) AS new_id
FROM bare JOIN pool ON pool.number = bare.number * 7919 %% pool.total
"""
COURSES = """
INSERT INTO treatments_course (id, patient_id, public_id, {columns})
SELECT new_id, copied.patient_id, gen_random_uuid(), {columns} FROM copied JOIN treatments_course ON id = old_id
"""
# Of each thing a course has; ``public`` where such a row has an id of its own for the world.
OF_COURSE = """
INSERT INTO {table} (course_id, {names}{columns})
SELECT new_id, {values}{columns} FROM copied JOIN {table} ON course_id = old_id
"""
CHANGED = "UPDATE patients_patient SET phone = %(phone)s WHERE id = %(patient)s"
EVENTS = 500


def measure(sizes: Sizes, *, port: int, clinic: Clinic) -> dict[str, Any]:
    """One signed-in person, each way of looking many times; the percentiles of each and of the worst."""
    fill(sizes, clinic)
    browser, times = signed_in(port), max(10, sizes.searches // 8)
    measured: dict[str, Any] = {}
    for name, addresses in ways(clinic, times).items():
        measured |= _percentiles(name, _seconds(browser, addresses))
    busy = _with_long_history(clinic)
    measured |= _percentiles("time_line", _seconds(browser, [f"/patients/{busy.public_id}/"] * times))
    lists = {name: value for name, value in measured.items() if name.endswith("p95_ms") and "time_line" not in name}
    worst = max(lists, key=lambda name: lists[name])
    return {
        **measured,
        "slowest_p95_ms": lists[worst],
        "slowest": worst.removesuffix("_p95_ms"),
        "patients": Patient.objects.filter(clinic=clinic).count(),
        "courses": Course.objects.filter(clinic=clinic).count(),
        "follow_ups": FollowUp.objects.filter(clinic=clinic).count(),
    }


def fill(sizes: Sizes, clinic: Clinic) -> None:
    """As many patients as asked for, most with a course and what belongs to it. A second time changes nothing."""
    missing = sizes.listed - Patient.objects.filter(clinic=clinic).count()
    tables = (Course, TreatmentSession, FollowUp, Score)
    with (
        without_triggers(*(model._meta.db_table for model in (Patient, *tables))),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(PEOPLE, {"clinic": clinic.pk, "missing": max(0, missing)})
        cursor.execute(COPIED, {"clinic": clinic.pk})
        cursor.execute(COURSES.format(columns=columns(Course, "id", "patient_id", "public_id")), [])
        for model in tables[1:]:
            cursor.execute(_of_course(model), [])
    for model in (Patient, *tables):
        dataset.tidy(model._meta.db_table)


def _of_course(model: type[TreatmentSession | FollowUp | Score]) -> str:
    own = {"public_id": "gen_random_uuid()", "idempotency_key": "NULL", "survey_id": "NULL"}
    own = {name: value for name, value in own.items() if name in {field.column for field in model._meta.fields}}
    names, values = ("".join(f"{one}, " for one in part) for part in (own, own.values()))
    rest = columns(model, "id", "course_id", *own)
    return OF_COURSE.format(table=model._meta.db_table, names=names, values=values, columns=rest)


def ways(clinic: Clinic, count: int) -> dict[str, list[str]]:
    """Addresses by the way of looking; those for names and numbers are of patients drawn by chance."""
    rng = random.Random(1)
    ids = list(Patient.objects.filter(clinic=clinic, family_name__gt="").values_list("id", flat=True))
    drawn = list(Patient.objects.in_bulk(rng.choices(ids, k=count)).values())
    people = rng.choices(drawn, k=count)
    common = [people[0].family_name] * count
    by = [str(key) for key in TreatmentSession.objects.filter(clinic=clinic).values_list("performed_by", flat=True)[:1]]
    typed = {
        "common_surname": common,
        "surname": [one.family_name for one in people],
        "whole_name": [f"{one.given_name} {one.family_name}" for one in people],
        "two_beginnings": [f"{one.family_name[:4]} {one.given_name[:2]}" for one in people],
        "born": [f"{one.born_on:%d.%m.%Y}" for one in people],
        "phone": ["".join(sign for sign in one.phone if sign.isdigit()) for one in people],
        "end_of_phone": [one.phone[-8:] for one in people],
        "email": [one.email or one.chart_number for one in people],
        "chart_number": [one.chart_number[:-1] for one in people],
        "misspelt": [_misspelt(one.family_name) for one in people],
        "misspelt_whole": [f"{one.given_name} {_misspelt(one.family_name)}" for one in people],
        "one_letter": [one.family_name[0] for one in people],
        "two_letters": [one.family_name[:2] for one in people],
        "nobody": ["Zzyzxmere"] * count,
    }
    asked = {
        "everyone": {},
        "treated": {"treated": "prp"},
        "treated_rare": {"treated": "exosome"},
        "region_and_side": {"region": "knee", "side": "left"},
        "region_rare": {"region": "ankle_foot"},
        "treated_region_side": {"treated": "cell", "region": "shoulder", "side": "right"},
        "clinician": {"by": by[0] if by else ""},
        "due_today": {"due": "today"},
        "due_week": {"due": "week"},
        "due_month": {"due": "month"},
        "overdue": {"only": "overdue"},
        "unreachable": {"only": "unreachable"},
        "no_baseline": {"only": "no-baseline"},
        "surname_and_filter": {"q": common[0], "treated": "prp"},
        "letter_and_overdue": {"q": common[0][0], "only": "overdue"},
        "deep_page": {"page": "20"},
        "deep_page_of_filter": {"treated": "prp", "page": "20"},
    }
    return {
        **{name: [f"/patients/?{urlencode({'q': text})}" for text in texts] for name, texts in typed.items()},
        **{name: [f"/patients/?{urlencode(one)}"] * count for name, one in asked.items()},
    }


def _misspelt(name: str) -> str:
    """Two letters in the middle changed over."""
    middle = len(name) // 2
    return name[: middle - 1] + name[middle] + name[middle - 1] + name[middle + 1 :]


def _with_long_history(clinic: Clinic) -> Patient:
    """Somebody treated, with hundreds of changes and deliveries in their time line."""
    treated = Score.objects.filter(clinic=clinic, survey__isnull=False).order_by("id")
    patient = Patient.objects.get(courses__scores=treated[:1].get())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true), "
            "set_config('pghistory.context_metadata', '{\"route\": \"edit-patient\"}', true)"
        )
        for number in range(EVENTS):
            phone = f"512-555-01{number % 100:02}"
            cursor.execute(CHANGED, {"phone": phone, "patient": patient.pk})
    return patient


def _seconds(browser: Connection, addresses: list[str]) -> list[float]:
    for number, address in enumerate([*addresses[:WARM_UP], *addresses]):
        answer = browser.get(address)
        if answer.status not in (200, 302):
            raise WrongPage(f"{answer.status} for {address}")
        if number < min(WARM_UP, len(addresses)):
            browser.seconds.clear()
    return list(browser.seconds)


def _percentiles(name: str, seconds: list[float]) -> dict[str, float]:
    return {
        f"{name}_p50_ms": figures.milliseconds(figures.percentile(seconds, 50)),
        f"{name}_p95_ms": figures.milliseconds(figures.percentile(seconds, 95)),
    }
