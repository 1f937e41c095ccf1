"""The instruments of a protocol version that a course follows stay as they were published, whoever asks."""

from django.db import migrations

ASKED = """
CREATE FUNCTION outcomes_asked_instrument_stays() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER asked_instrument_stays_when_used BEFORE INSERT OR UPDATE OR DELETE ON outcomes_assignedinstrument
FOR EACH ROW EXECUTE FUNCTION outcomes_asked_instrument_stays();
"""
UNDO = """
DROP TRIGGER asked_instrument_stays_when_used ON outcomes_assignedinstrument;
DROP FUNCTION outcomes_asked_instrument_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0002_tallies")]

    operations = [migrations.RunSQL(ASKED, UNDO)]
