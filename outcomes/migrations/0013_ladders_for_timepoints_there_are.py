"""The ladder of a protocol that is used stays as it is."""

from django.db import migrations

STAYS = """
CREATE FUNCTION outcomes_ladder_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM treatments_refuse_if_used(protocol_id) FROM treatments_timepoint WHERE id = OLD.timepoint_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM treatments_refuse_if_used(protocol_id) FROM treatments_timepoint WHERE id = NEW.timepoint_id;
    RETURN NEW;
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER ladder_stays_when_used BEFORE INSERT OR UPDATE OR DELETE ON outcomes_ladderstep
FOR EACH ROW EXECUTE FUNCTION outcomes_ladder_stays();
"""
UNDO = """
DROP TRIGGER ladder_stays_when_used ON outcomes_ladderstep;
DROP FUNCTION outcomes_ladder_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0012_only_known_steps")]

    operations = [
        migrations.RunSQL(STAYS, UNDO),
    ]
