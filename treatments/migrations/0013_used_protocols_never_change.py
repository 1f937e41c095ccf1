"""A protocol version that a course follows can be retired and nothing else, whoever asks."""

from django.db import migrations

CHECK = """
CREATE FUNCTION treatments_refuse_if_used(protocol bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM treatments_course WHERE protocol_id = protocol) THEN
    RAISE EXCEPTION 'protocol % is followed by a course: it never changes, publish its next version', protocol
      USING ERRCODE = 'restrict_violation';
  END IF;
END $$;
"""
PROTOCOL = """
CREATE FUNCTION treatments_protocol_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM treatments_refuse_if_used(OLD.id);
  RETURN NEW;
END $$;
CREATE TRIGGER protocol_stays_when_used BEFORE UPDATE ON treatments_protocol FOR EACH ROW
WHEN (to_jsonb(OLD) - 'is_retired' IS DISTINCT FROM to_jsonb(NEW) - 'is_retired')
EXECUTE FUNCTION treatments_protocol_stays();
"""
TIMEPOINT = """
CREATE FUNCTION treatments_timepoint_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM treatments_refuse_if_used(OLD.protocol_id); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM treatments_refuse_if_used(NEW.protocol_id); RETURN NEW; END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER timepoint_stays_when_used BEFORE INSERT OR UPDATE OR DELETE ON treatments_timepoint
FOR EACH ROW EXECUTE FUNCTION treatments_timepoint_stays();
"""


def undo(table, trigger, function):
    return f"DROP TRIGGER {trigger} ON {table}; DROP FUNCTION {function};"


class Migration(migrations.Migration):
    dependencies = [("treatments", "0010_ledgers_are_only_added_to")]

    operations = [
        migrations.RunSQL(CHECK, "DROP FUNCTION treatments_refuse_if_used(bigint)"),
        migrations.RunSQL(
            PROTOCOL, undo("treatments_protocol", "protocol_stays_when_used", "treatments_protocol_stays()")
        ),
        migrations.RunSQL(
            TIMEPOINT, undo("treatments_timepoint", "timepoint_stays_when_used", "treatments_timepoint_stays()")
        ),
    ]
