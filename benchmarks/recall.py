"""Who received a lot, and what a patient received, over a million uses: whole pages, and against SQL by hand."""

import datetime as dt
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from benchmarks import dataset, figures
from benchmarks.browser import Connection, WrongPage
from benchmarks.search import signed_in
from benchmarks.sizes import Sizes
from clinic.models import Clinic, User
from outcomes.recalls import USES, every_work_item, exposed_patients, lots_received
from patients.models import Patient
from treatments.actions.recalls import recall_lot
from treatments.models import Lot, LotUse

WARM_UP = 10
PAGE = 50
BIG = "BENCH-BIG"

LOTS = """
INSERT INTO treatments_lot (public_id, clinic_id, product_id, lot_number, identification_code, donation_code,
  scanned_text, donor_ref, expires_on, status, received_at)
SELECT gen_random_uuid(), p.clinic_id, p.id, 'BENCH-' || n, '', '', '', '', now()::date + 90, 'released', now()
FROM (SELECT min(id) AS id, clinic_id FROM treatments_product GROUP BY clinic_id) p, generate_series(1, %(lots)s) n
"""
BIG_LOT = """
INSERT INTO treatments_lot (public_id, clinic_id, product_id, lot_number, identification_code, donation_code,
  scanned_text, donor_ref, expires_on, status, received_at)
SELECT gen_random_uuid(), clinic_id, min(id), %(number)s, '', '', '', '', now()::date + 90, 'released', now()
FROM treatments_product WHERE clinic_id = %(clinic)s GROUP BY clinic_id
"""
# Every session of a clinic takes from lots of that clinic, drawn so that neighbours in one table are none in the other.
USED = """
WITH lots AS (
  SELECT id, clinic_id, row_number() OVER (PARTITION BY clinic_id ORDER BY id) - 1 AS number,
    count(*) OVER (PARTITION BY clinic_id) AS total
  FROM treatments_lot WHERE lot_number ~ '^BENCH-[0-9]'
), sessions AS (
  SELECT s.id, s.clinic_id, s.performed_at, c.patient_id, row_number() OVER (ORDER BY s.id) AS number,
    count(*) OVER () AS total
  FROM treatments_treatmentsession s JOIN treatments_course c ON c.id = s.course_id
)
INSERT INTO treatments_lotuse (clinic_id, lot_id, session_id, patient_id, quantity, used_at)
SELECT s.clinic_id, l.id, s.id, s.patient_id, 1, s.performed_at
FROM sessions s
CROSS JOIN generate_series(1, (%(uses)s / s.total + 1)::int) n
JOIN lots l ON l.clinic_id = s.clinic_id AND l.number = (s.number * 7919 + n * 104729) %% l.total
LIMIT %(uses)s
"""
BIG_USED = """
INSERT INTO treatments_lotuse (clinic_id, lot_id, session_id, patient_id, quantity, used_at)
SELECT l.clinic_id, l.id, s.id, c.patient_id, 1, s.performed_at
FROM treatments_lot l
JOIN treatments_treatmentsession s ON s.clinic_id = l.clinic_id
JOIN treatments_course c ON c.id = s.course_id
WHERE l.lot_number = %(number)s ORDER BY md5(s.id::text) LIMIT %(uses)s
"""
LEDGER = """
INSERT INTO treatments_lotmovement (clinic_id, lot_id, kind, quantity, reason, moved_at)
SELECT u.clinic_id, u.lot_id, 'used', -u.quantity, '', u.used_at
FROM treatments_lotuse u JOIN treatments_lot l ON l.id = u.lot_id WHERE l.lot_number LIKE 'BENCH-%%'
"""
BY_HAND = """
SELECT u.id, u.quantity, u.used_at, p.public_id, p.family_name, p.given_name, p.chart_number, p.born_on, p.phone,
  p.email, s.public_id, c.target, c.side, l.lot_number, r.state,
  (SELECT count(*) FROM treatments_followup f
   WHERE f.course_id = c.id AND f.answered_at IS NULL AND f.ended_on IS NULL), score.*
FROM treatments_lotuse u
JOIN patients_patient p ON p.id = u.patient_id
JOIN treatments_treatmentsession s ON s.id = u.session_id
JOIN treatments_course c ON c.id = s.course_id
JOIN treatments_lot l ON l.id = u.lot_id
LEFT JOIN treatments_recall k ON k.lot_id = u.lot_id
LEFT JOIN treatments_recallcase r ON r.recall_id = k.id AND r.patient_id = u.patient_id
LEFT JOIN LATERAL (SELECT instrument, value, taken_on FROM outcomes_score o
  WHERE o.course_id = c.id AND o.value IS NOT NULL ORDER BY taken_on DESC, id LIMIT 1) score ON true
WHERE u.{column} = %(row)s AND u.reversed_at IS NULL
ORDER BY u.used_at DESC, u.id DESC LIMIT 51
"""


class NoIndex(Exception):
    """The database read the whole table of uses for one question."""


def measure(sizes: Sizes, *, port: int, clinic: Clinic, user: User) -> dict[str, Any]:
    """Both questions as pages, one after another, and both against SQL by hand; then one recall."""
    _fill(sizes, clinic)
    rng = random.Random(1)
    lots = _drawn(rng, Lot.objects.filter(clinic=clinic, lot_number__startswith="BENCH-"), sizes.exposures)
    patients = _drawn(rng, Patient.objects.filter(clinic=clinic, lot_uses__isnull=False).distinct(), sizes.exposures)
    big = Lot.objects.get(lot_number=BIG)
    _check_indexes(big, patients[0])
    browser = signed_in(port)
    measured = {
        **_pages(browser, "lot", [f"/lots/{lot.public_id}/" for lot in lots]),
        **_pages(browser, "patient", [f"/patients/{patient.public_id}/lots/" for patient in patients]),
        **_pages(browser, "big_lot", [f"/lots/{big.public_id}/"] * PAGE),
        **_against_hand("lot", lots, lambda lot: exposed_patients(lot, user=user), "lot_id"),
        **_against_hand("patient", patients, lambda patient: lots_received(patient, user=user), "patient_id"),
    }
    began = time.perf_counter()
    recall = recall_lot(
        lot=big,
        severity="II",
        reason="Bench",
        announced_on=dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1),
        at=dt.datetime.now(dt.UTC),
        by=user,
    )
    measured["recall_seconds"] = round(time.perf_counter() - began, 2)
    measured["cases"] = recall.cases.count()
    measured |= _pages(browser, "work_list", [f"/recalls/{recall.public_id}/"] * PAGE)
    began = time.perf_counter()
    exported = sum(1 for _item in every_work_item(recall, user=user))
    measured["export_seconds"] = round(time.perf_counter() - began, 2)
    if exported != measured["cases"]:
        raise WrongPage("The export does not hold every case.")
    return {**measured, "uses": LotUse.objects.count()}


def _fill(sizes: Sizes, clinic: Clinic) -> None:
    numbers = {"lots": sizes.lots, "uses": sizes.lot_uses, "number": BIG, "clinic": clinic.pk}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for statement in (LOTS, BIG_LOT, USED):
            cursor.execute(statement, numbers)
        cursor.execute(BIG_USED, {"number": BIG, "uses": sizes.exposed})
        cursor.execute(LEDGER, [])
    for table in ("treatments_lot", "treatments_lotuse", "treatments_lotmovement"):
        dataset.tidy(table)


def _drawn(rng: random.Random, rows: QuerySet[Any], count: int) -> list[Any]:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    found = rows.in_bulk(rng.choices(ids, k=count))
    return list(found.values())


def _pages(browser: Connection, name: str, addresses: Sequence[str]) -> dict[str, float]:
    for number, address in enumerate([*addresses[:WARM_UP], *addresses]):
        answer = browser.get(address)
        if answer.status != 200:
            raise WrongPage(f"{answer.status} for {address}")
        if number < WARM_UP:
            browser.seconds.clear()
    found = {
        f"{name}_p50_ms": figures.milliseconds(figures.percentile(browser.seconds, 50)),
        f"{name}_p95_ms": figures.milliseconds(figures.percentile(browser.seconds, 95)),
    }
    browser.seconds.clear()
    return found


def _against_hand(name: str, rows: Sequence[Any], ask: Callable[[Any], object], column: str) -> dict[str, float]:
    statement = BY_HAND.format(column=column)
    ours, theirs = [], []
    for row in rows:
        began = time.perf_counter()
        ask(row)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(statement, {"row": row.pk})
            cursor.fetchall()
        theirs.append(time.perf_counter() - began)
    p50 = figures.percentile(ours, 50)
    by_hand = figures.percentile(theirs, 50)
    return {
        f"{name}_question_p50_ms": figures.milliseconds(p50),
        f"{name}_question_p95_ms": figures.milliseconds(figures.percentile(ours, 95)),
        f"{name}_sql_p50_ms": figures.milliseconds(by_hand),
        f"{name}_ratio_to_sql": round(p50 / by_hand, 2),
    }


def _check_indexes(lot: Lot, patient: Patient) -> None:
    for rows in (USES.filter(lot=lot), USES.filter(patient=patient)):
        plan = rows.order_by("-used_at", "-id")[: PAGE + 1].explain()
        if "Seq Scan on treatments_lotuse" in plan:
            raise NoIndex(plan)
