"""Triggers that mark a course whose outcomes are to be worked out anew, in the same transaction as what changed.

Sessions, follow-ups, re-treatments and patients are changed by apps that know nothing of outcomes; an instrument that a
clinic brings or retires changes what many courses ask. What writes scores works their outcomes out itself and needs no
mark.
"""

from django.db import migrations

MARKING = """
CREATE FUNCTION outcomes_mark_course() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outcomes_outcomemark (clinic_id, course_id)
  SELECT changed.clinic_id, changed.course_id FROM (SELECT (coalesce(NEW, OLD)).*) changed;
  RETURN NULL;
END $$;
CREATE FUNCTION outcomes_mark_asking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outcomes_outcomemark (clinic_id, course_id)
  SELECT course.clinic_id, course.id FROM treatments_course course
  WHERE course.clinic_id = NEW.clinic_id AND course.protocol_id IN (
    SELECT timepoint.protocol_id FROM treatments_timepoint timepoint
    JOIN outcomes_assignedinstrument asked ON asked.timepoint_id = timepoint.id
    WHERE asked.instrument = NEW.code AND asked.clinic_id = NEW.clinic_id);
  RETURN NULL;
END $$;
CREATE FUNCTION outcomes_mark_patient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outcomes_outcomemark (clinic_id, course_id)
  SELECT course.clinic_id, course.id FROM treatments_course course WHERE course.patient_id = NEW.id;
  RETURN NULL;
END $$;
"""
# What outcomes rest on; a change of anything else marks nothing.
WATCHED = {
    "treatments_treatmentsession": ("performed_at", "performed_by_id", "entered_in_error_at"),
    "treatments_followup": ("opens_on", "closes_on", "ended_on"),
    "treatments_retreatment": ("happened_on", "entered_in_error_at"),
}
OF_PATIENT = ("died_on", "consented_at", "withdrawn_at", "registry_stopped_at", "erases_answers_at")


def differ(columns):
    """SQL: whether one of the columns changed."""
    return " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)


def watch(table, columns):
    """Triggers on what is added, changed and deleted."""
    return f"""
CREATE TRIGGER outcomes_added AFTER INSERT OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION outcomes_mark_course();
CREATE TRIGGER outcomes_changed AFTER UPDATE OF {", ".join(columns)} ON {table}
FOR EACH ROW WHEN ({differ(columns)}) EXECUTE FUNCTION outcomes_mark_course();
"""


WATCH = f"""
{"".join(watch(table, columns) for table, columns in WATCHED.items())}
CREATE TRIGGER outcomes_changed AFTER UPDATE OF {", ".join(OF_PATIENT)} ON patients_patient
FOR EACH ROW WHEN ({differ(OF_PATIENT)}) EXECUTE FUNCTION outcomes_mark_patient();
CREATE TRIGGER outcomes_changed AFTER INSERT OR UPDATE OF retired_at ON outcomes_loadedinstrument
FOR EACH ROW EXECUTE FUNCTION outcomes_mark_asking();
"""
UNDO = f"""
{"".join(f"DROP TRIGGER outcomes_added ON {table}; DROP TRIGGER outcomes_changed ON {table};" for table in WATCHED)}
DROP TRIGGER outcomes_changed ON patients_patient;
DROP TRIGGER outcomes_changed ON outcomes_loadedinstrument;
DROP FUNCTION outcomes_mark_asking();
DROP FUNCTION outcomes_mark_course();
DROP FUNCTION outcomes_mark_patient();
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0028_outcomes"), ("treatments", "0001_tables"), ("patients", "0001_tables")]

    operations = [migrations.RunSQL(MARKING + WATCH, UNDO)]
