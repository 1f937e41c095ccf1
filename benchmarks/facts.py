"""Outcomes by the million: the courses that were filled, and all that became of them, over and over."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from benchmarks import dataset
from clinic import database
from clinic.models import Clinic
from outcomes.actions import rebuild_tallies, wrong_cells
from outcomes.models import Outcome, OutcomeTally
from treatments.models import Course

# In the order of opening, as rows come in at a clinic.
COPY = """
CREATE TEMPORARY TABLE copied ON COMMIT DROP AS
  SELECT id AS old_id, nextval(pg_get_serial_sequence('treatments_course', 'id')) AS new_id
  FROM (SELECT id FROM treatments_course WHERE id <= %(last)s ORDER BY opened_on, id) original;
INSERT INTO treatments_course (id, public_id, external_ref, {course})
  SELECT new_id, gen_random_uuid(), external_ref || '-' || new_id, {course}
  FROM copied JOIN treatments_course ON id = old_id ORDER BY new_id;
INSERT INTO outcomes_outcome (course_id, {outcome})
  SELECT new_id, {outcome} FROM copied JOIN outcomes_outcome ON course_id = old_id ORDER BY new_id, outcomes_outcome.id
"""


def grow(to: int) -> dict[str, Any]:
    """At least so many outcomes, their sums counted anew and compared; what that took."""
    began, there = time.perf_counter(), Outcome.objects.count()
    if there >= to:
        return {}
    last = Course.objects.order_by("-pk").values_list("pk", flat=True)[0]
    statement = COPY.format(
        course=columns(Course, "id", "public_id", "external_ref"), outcome=columns(Outcome, "id", "course_id")
    )
    with without_triggers("treatments_course", "outcomes_outcome"):
        for _copy in range(-(-to // there) - 1):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, {"last": last})
    dataset.tidy()
    filled = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cells = sum(rebuild_tallies(clinic=clinic) for clinic in Clinic.objects.all())
    rebuilt = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        wrong = sum(1 for clinic in Clinic.objects.all() for _cell in wrong_cells(clinic=clinic))
    checked = time.perf_counter()
    dataset.tidy(OutcomeTally._meta.db_table)
    return {
        "fill_seconds": round(filled - began),
        "rebuild_seconds": round(rebuilt - filled, 1),
        "audit_seconds": round(checked - rebuilt, 1),
        "cells": cells,
        "wrong_cells": wrong,
    }


def columns(model: type[models.Model], *but: str) -> str:
    """The names of all columns of a table ``but`` some, for a statement that copies its rows."""
    return ", ".join(
        field.column for field in model._meta.concrete_fields if field.column not in but and not field.generated
    )


@contextmanager
def without_triggers(*tables: str) -> Iterator[None]:
    """As owner, for who else may switch them off."""
    with database.as_owner(connection):
        for word in ("DISABLE", "ENABLE"):
            with connection.cursor() as cursor:
                for table in tables:
                    cursor.execute(f"ALTER TABLE {table} {word} TRIGGER USER")
            if word == "DISABLE":
                yield
