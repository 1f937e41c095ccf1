"""The audit trail is only added to, whoever asks: by grants, and by triggers that hold the tables' owner, too.

Made after every migration from the models themselves, so that a new table cannot be forgotten.
"""

import pgtrigger
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2 import sql

from clinic.models import AccessEvent, AuditSeal, AuditShape
from clinic.sources import Source, histories, sources

REFUSE = """
CREATE OR REPLACE FUNCTION mendline_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('mendline.erasing', true) = 'on' THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'rows of % are only added, never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
# pgtrigger asks this before each trigger, so that code may switch some off. Nothing switches history off.
NEVER_IGNORED = """
CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false'
"""
# Two triggers, because only the tests, which empty every table between them, may do without the second.
GUARD = """
CREATE OR REPLACE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON {} FOR EACH STATEMENT EXECUTE FUNCTION mendline_only_added_to();
CREATE OR REPLACE TRIGGER never_emptied BEFORE TRUNCATE ON {} FOR EACH STATEMENT EXECUTE FUNCTION mendline_only_added_to();
"""
# Runs as the tables' owner: what happened before anybody was known is of no clinic, and must be written all the same.
RECORD = """
CREATE OR REPLACE FUNCTION mendline_record_access(event jsonb) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
INSERT INTO {access} ({columns}) SELECT {values} FROM jsonb_populate_record(NULL::{access}, event) RETURNING id
$$
"""
# The one door through which anything leaves the trail: personal columns of one patient, and never without a trace.
ERASE = """
CREATE OR REPLACE FUNCTION mendline_erase_history(of_clinic bigint, of_patient bigint, asked_by bigint, because text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE erased bigint := 0; n bigint;
BEGIN
  PERFORM mendline_record_access(jsonb_build_object('clinic_id', of_clinic, 'kind', 'erased', 'user_id', asked_by,
    'patient_id', of_patient, 'request_id', gen_random_uuid(), 'reason', left(because, 200)));
  PERFORM set_config('mendline.erasing', 'on', true);
  {steps}
  PERFORM set_config('mendline.erasing', '', true);
  RETURN erased;
END $$
"""
# By the way that leads to the patient now, and by what was known when the row was sealed.
STEP = """
  UPDATE {table} past SET {blank} WHERE num_nonnulls({columns}) > 0 AND past.clinic_id = of_clinic AND (
    past.pgh_id IN (SELECT e.pgh_id FROM {table} e {joins} WHERE e.clinic_id = of_clinic AND {patient} = of_patient)
    OR EXISTS (SELECT 1 FROM {seals} seal WHERE seal.source = '{table}' AND seal.event_id = past.pgh_id
      AND seal.clinic_id = of_clinic AND seal.patient_id = of_patient));
  GET DIAGNOSTICS n = ROW_COUNT; erased := erased + n;
"""


def append_only_tables() -> list[str]:
    """Every table that is only ever added to."""
    models_: list[type[models.Model]] = [AccessEvent, AuditSeal, AuditShape, *histories()]
    return [model._meta.db_table for model in models_]


def build(role: str) -> None:
    """Make the triggers that write history, guard what they wrote, and make the functions that may record and erase.

    Call as owner, after granting.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        tables = [table for table in append_only_tables() if table in there]
        # An older state of the tables, after a migration backwards, lacks some of what the models have.
        if len(tables) < len(append_only_tables()):
            return
        pgtrigger.install()
        cursor.execute(REFUSE)
        cursor.execute(NEVER_IGNORED)
        for table in tables:
            name = sql.Identifier(table)
            cursor.execute(sql.SQL(GUARD).format(name, name))
            cursor.execute(sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(name, sql.Identifier(role)))
        _functions(cursor, role)


def _functions(cursor: CursorWrapper, role: str) -> None:
    cursor.execute(record_function())
    cursor.execute(erase_function())
    for function in ("mendline_record_access(jsonb)", "mendline_erase_history(bigint, bigint, bigint, text)"):
        cursor.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        cursor.execute(sql.SQL(f"GRANT EXECUTE ON FUNCTION {function} TO {{}}").format(sql.Identifier(role)))


def record_function() -> str:
    """SQL of the function that writes one access event; its key and its time are the database's own."""
    given = [str(field.column) for field in AccessEvent._meta.concrete_fields if field.column not in ("id", "at")]
    texts = {field.column for field in AccessEvent._meta.concrete_fields if isinstance(field, models.CharField)}
    values = [f"coalesce({column}, '')" if column in texts else column for column in given]
    table = AccessEvent._meta.db_table
    return RECORD.format(access=table, columns=", ".join(given), values=", ".join(values))


def erase_function() -> str:
    """SQL of the function that blanks one patient's personal columns in every history."""
    of_patients = [source for source in sources() if source.personal and source.is_history and source.is_about_patients]
    return ERASE.format(steps="".join(map(_step, of_patients)))


def _step(source: Source) -> str:
    columns = [f'"{name}"' for name in source.personal]
    return STEP.format(
        table=source.table,
        blank=", ".join(f"{name} = NULL" for name in columns),
        columns=", ".join(columns),
        joins=" ".join(source.joins),
        patient=source.patient,
        seals=AuditSeal._meta.db_table,
    )
