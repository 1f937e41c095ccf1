"""What a version of an instrument says never changes: old answers point to it."""

from django.db import migrations

STAYS = """
CREATE FUNCTION outcomes_definition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what a version of an instrument says never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER definition_stays BEFORE UPDATE ON outcomes_loadedinstrument FOR EACH ROW
WHEN ((OLD.clinic_id, OLD.code, OLD.version, OLD.definition, OLD.source)
  IS DISTINCT FROM (NEW.clinic_id, NEW.code, NEW.version, NEW.definition, NEW.source))
EXECUTE FUNCTION outcomes_definition_stays();
"""
UNDO = """
DROP TRIGGER definition_stays ON outcomes_loadedinstrument;
DROP FUNCTION outcomes_definition_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0017_figures_of_sending")]

    operations = [migrations.RunSQL(STAYS, UNDO)]
