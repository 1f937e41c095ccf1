"""Timepoints that were published before ladders were data get the usual one; a used protocol's ladder stays as it is."""

from django.db import migrations

from outcomes.ladders import default_ladder

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


def give_ladders(apps, editor):
    """Only to timepoints that ask something: the others send nothing."""
    step_model = apps.get_model("outcomes", "LadderStep")
    asking = apps.get_model("treatments", "Timepoint").objects.filter(assigned_instruments__isnull=False).distinct()
    step_model.objects.bulk_create(
        step_model(clinic_id=one.clinic_id, timepoint_id=one.pk, **vars(step))
        for one in asking
        for step in default_ladder(one.name, one.opens_day, one.closes_day)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0012_only_known_steps"),
    ]

    operations = [
        migrations.RunPython(give_ladders, migrations.RunPython.noop),
        migrations.RunSQL(STAYS, UNDO),
    ]
