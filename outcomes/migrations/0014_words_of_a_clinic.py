"""A clinic's own words for its messages, in versions that never change."""

from django.db import migrations

STAYS = """
CREATE FUNCTION outcomes_words_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the words of a version never change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER words_stay BEFORE UPDATE ON outcomes_messagetext FOR EACH ROW
WHEN ((OLD.kind, OLD.channel, OLD.language, OLD.version, OLD.subject, OLD.body, OLD.edited_at, OLD.edited_by_id)
  IS DISTINCT FROM (NEW.kind, NEW.channel, NEW.language, NEW.version, NEW.subject, NEW.body, NEW.edited_at, NEW.edited_by_id))
EXECUTE FUNCTION outcomes_words_stay();
"""
UNDO = """
DROP TRIGGER words_stay ON outcomes_messagetext;
DROP FUNCTION outcomes_words_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0013_ladders_for_timepoints_there_are")]

    operations = [
        migrations.RunSQL(STAYS, UNDO),
    ]
