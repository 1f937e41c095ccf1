"""Outcomes, worked out from scores, sessions and follow-ups; the same again changes nothing."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Q

from clinic.models import Clinic
from clinic.prepared import Prepared
from outcomes.actions.outcome_reading import facts_of
from outcomes.models import Outcome, OutcomeMark, Survey
from outcomes.outcome_rows import SENDING, OutcomeRow, rows_of
from outcomes.outcome_rules import RULE_VERSION
from treatments.models import Course

# Patients are held while so many courses are worked out: a message to one of them waits meanwhile.
BATCH = 200
# A session leaves about ten marks.
MARKS_AT_ONCE = 5 * BATCH
KEY = ("course_id", "instrument", "timepoint")
COLUMNS = tuple(field.name for field in fields(OutcomeRow))
# One course is read by a plan that is made once, because a patient waits and planning takes longer than reading; for
# many, a plan made for the tables as large as they are now is worth its time.
PLAN = {True: "force_generic_plan", False: "force_custom_plan"}
LOCK = """
SET LOCAL plan_cache_mode = {plan};
SELECT id FROM patients_patient WHERE id IN (SELECT patient_id FROM treatments_course WHERE id = ANY (%s))
ORDER BY id FOR NO KEY UPDATE
"""
# Rows that are as they should be are not written again.
WRITE = """
WITH wanted AS MATERIALIZED (SELECT * FROM json_to_recordset($1) AS one({typed})),
gone AS (
  DELETE FROM outcomes_outcome old WHERE old.course_id = ANY ($2)
    AND ({key}) NOT IN (SELECT {key} FROM wanted)
  RETURNING id
), kept AS (
  INSERT INTO outcomes_outcome AS old ({columns})
  SELECT {columns} FROM wanted ORDER BY {key}
  ON CONFLICT ({key}) DO UPDATE SET ({columns}) = ROW ({new})
  WHERE ({old}) IS DISTINCT FROM ({new})
  RETURNING xmax = 0 AS is_added
)
SELECT (SELECT count(*) FROM kept WHERE is_added), (SELECT count(*) FROM kept WHERE NOT is_added),
  (SELECT count(*) FROM gone)
"""
# The oldest first; one that another worker is at is left to it.
CLAIM = """
DELETE FROM outcomes_outcomemark WHERE id IN (
  SELECT id FROM outcomes_outcomemark ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING course_id
"""
MARK = "INSERT INTO outcomes_outcomemark (clinic_id, course_id) SELECT * FROM unnest($1, $2)"
_MARK = Prepared("mark_courses", ["bigint[]", "bigint[]"], MARK)


class Changes(NamedTuple):
    """How many rows of outcomes were added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return any(self[:])

    def and_then(self, other: "Changes") -> "Changes":
        """Both together."""
        return Changes(*(one + more for one, more in zip(self, other, strict=True)))


class Difference(NamedTuple):
    """One column that is not as the rules have it; ``column`` is "row" for a row too many or too few."""

    course_id: int
    instrument: str
    timepoint: str
    column: str
    stored: object
    worked_out: object

    def __str__(self) -> str:
        place = f"course {self.course_id}, {self.instrument} at {self.timepoint}"
        return f"{place}: {self.column} is {self.stored}, worked out {self.worked_out}"


def recompute_outcomes(*, course_ids: Iterable[int], at: dt.datetime) -> Changes:
    """Work out anew all outcomes of these courses and of those that may share a baseline with them. Repeatable.

    ``at`` decides which windows are over. Part of every action that changes a score; within a transaction it belongs to
    it, otherwise every batch is one of its own. Three statements a batch.
    """
    total, ids = Changes(), iter(sorted(set(course_ids)))
    while batch := list(islice(ids, BATCH)):
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            # Two at once would each miss what the other is about to write.
            cursor.execute(LOCK.format(plan=PLAN[len(batch) == 1]), [batch])
            rows, concerned = _worked_out(batch, at)
            values = json.dumps([vars(row) for row in rows], cls=DjangoJSONEncoder)
            _write().run(cursor, [values, concerned])
            total = total.and_then(Changes(*cursor.fetchone()))
    return total


def recompute_marked(*, at: dt.datetime, most: int | None = None) -> int:
    """Work out the courses of all marks, or of ``most``, which are then gone; how many. Repeatable, by two at once."""
    done = 0
    while most is None or done < most:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CLAIM, [MARKS_AT_ONCE])
            marked = [course_id for (course_id,) in cursor.fetchall()]
            recompute_outcomes(course_ids=marked, at=at)
        done += len(marked)
        if not marked:
            break
    return done


def mark_courses(courses: Iterable[tuple[int, int]]) -> int:
    """Have these courses, each as clinic and id, worked out within half a minute; how many.

    So whoever sends a check-in does not wait for it.
    """
    listed = list(courses)
    with connection.cursor() as cursor:
        _MARK.run(cursor, [[clinic_id for clinic_id, _ in listed], [pk for _, pk in listed]])
    return len(listed)


def close_windows(*, at: dt.datetime) -> int:
    """Once a night: mark what the calendar, the sending of messages or a new version of the rules made old; how many.

    Windows that are over by the clinic's calendar, check-ins that are open and may have been sent or begun, and rows of
    an earlier RULE_VERSION.
    """
    marked = 0
    for clinic in Clinic.objects.order_by("pk"):
        today = at.astimezone(ZoneInfo(clinic.time_zone)).date()
        old = Outcome.objects.filter(clinic=clinic).filter(
            Q(is_closed=False, closes_on__lt=today) | Q(rule_version__lt=RULE_VERSION)
        )
        asked = Survey.objects.filter(clinic=clinic, completed_at=None, follow_up__ended_on=None)
        courses = old.order_by().values_list("clinic_id", "course_id").distinct()
        opened = asked.order_by().values_list("clinic_id", "follow_up__course_id").distinct()
        marked += mark_courses(courses.union(opened))
    return marked


def differences(*, course_ids: Sequence[int], at: dt.datetime) -> Iterator[Difference]:
    """What ``recompute_outcomes`` would mend of these courses; what is brought up to date by night is not compared."""
    waiting = set(OutcomeMark.objects.filter(course_id__in=course_ids).values_list("course_id", flat=True))
    rows, _ = _worked_out(course_ids, at)
    asked = set(course_ids) - waiting
    wanted = {row.key: vars(row) for row in rows if row.course_id in asked}
    found = Outcome.objects.filter(course_id__in=asked).values(*COLUMNS)
    stored = {(row["course_id"], row["instrument"], row["timepoint"]): row for row in found}
    for key in sorted(wanted.keys() | stored.keys()):
        yield from _differences(key, stored.get(key), wanted.get(key))


def every_course(clinic: Clinic) -> Iterator[list[int]]:
    """The ids of a clinic's courses, some hundreds at a time."""
    ids = Course.objects.filter(clinic=clinic).order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5000)
    while batch := list(islice(ids, BATCH)):
        yield batch


def _worked_out(course_ids: Sequence[int], at: dt.datetime) -> tuple[list[OutcomeRow], list[int]]:
    """The rows as the rules have them, and the courses they are of."""
    rows: list[OutcomeRow] = []
    concerned: list[int] = []
    for course, zone in facts_of(course_ids):
        concerned.append(course.pk)
        rows += rows_of(course, today=at.astimezone(zone).date())
    return rows, concerned


def _differences(
    key: tuple[int, str, str], stored: dict[str, Any] | None, wanted: dict[str, Any] | None
) -> Iterator[Difference]:
    if stored is None or wanted is None:
        yield Difference(*key, "row", _presence(stored), _presence(wanted))
        return
    if wanted["is_closed"] and not stored["is_closed"] and wanted["closes_on"] == stored["closes_on"]:
        # The day has changed; the next tick marks the course.
        return
    for name in COLUMNS:
        if name not in SENDING and stored[name] != wanted[name]:
            yield Difference(*key, name, stored[name], wanted[name])


def _presence(row: dict[str, Any] | None) -> str:
    return "missing" if row is None else "there"


@cache
def _write() -> Prepared:
    """The statement for the table's columns as they are."""
    types = {field.column: field.db_type(connection) for field in Outcome._meta.concrete_fields}
    statement = WRITE.format(
        typed=", ".join(f"{name} {types[name]}" for name in COLUMNS),
        columns=", ".join(COLUMNS),
        key=", ".join(KEY),
        old=", ".join(f"old.{name}" for name in COLUMNS),
        new=", ".join(f"EXCLUDED.{name}" for name in COLUMNS),
    )
    return Prepared("write_outcomes", ["json", "bigint[]"], statement)
