"""What was written about a patient goes from earlier versions and ledgers, too, once the patient is erased.

Still nothing is deleted and no fact changes: a trigger lets only the named columns of words change, and only in rows
of somebody who is marked as erased.
"""

from django.db import migrations

WAYS = {
    "recallstep": "SELECT patient_id FROM treatments_recallcase WHERE id = OLD.case_id",
    "sessionrevision": """SELECT course.patient_id FROM treatments_treatmentsession session
      JOIN treatments_course course ON course.id = session.course_id WHERE session.id = OLD.session_id""",
    "eventrevision": "SELECT patient_id FROM treatments_adverseevent WHERE id = OLD.event_id",
}
WORDS = {"recallstep": ("note",), "sessionrevision": ("snapshot", "reason"), "eventrevision": ("snapshot", "reason")}
FACTS = {
    "recallstep": "id, clinic_id, case_id, state, taken_at, taken_by_id",
    "sessionrevision": "id, clinic_id, session_id, version, replaced_at, replaced_by_id",
    "eventrevision": "id, clinic_id, event_id, version, replaced_at, replaced_by_id",
}


def loosen(table):
    names = ", ".join(f"'{word}'" for word in WORDS[table])
    return f"""
CREATE FUNCTION {table}_loses_words_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - ARRAY[{names}] = to_jsonb(OLD) - ARRAY[{names}] AND EXISTS (
    SELECT FROM patients_patient WHERE erased_at IS NOT NULL AND id = ({WAYS[table]})
  ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'rows of % are only added, never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER {table}_is_only_added_to ON treatments_{table};
CREATE TRIGGER {table}_is_only_added_to BEFORE DELETE OR UPDATE OF {FACTS[table]} ON treatments_{table}
FOR EACH STATEMENT EXECUTE FUNCTION treatments_only_added_to();
CREATE TRIGGER {table}_loses_words_only BEFORE UPDATE ON treatments_{table}
FOR EACH ROW EXECUTE FUNCTION {table}_loses_words_only();
"""


def tighten(table):
    return f"""
DROP TRIGGER {table}_loses_words_only ON treatments_{table};
DROP FUNCTION {table}_loses_words_only();
DROP TRIGGER {table}_is_only_added_to ON treatments_{table};
CREATE TRIGGER {table}_is_only_added_to BEFORE UPDATE OR DELETE ON treatments_{table}
FOR EACH STATEMENT EXECUTE FUNCTION treatments_only_added_to();
"""


class Migration(migrations.Migration):
    dependencies = [("treatments", "0013_used_protocols_never_change")]

    operations = [migrations.RunSQL(loosen(table), tighten(table)) for table in WORDS]
