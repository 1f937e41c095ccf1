"""Sums of scores and of follow-ups go: reports rest on outcomes and on the sums of those."""

from importlib import import_module

from django.db import migrations

_OLD = import_module("outcomes.migrations.0002_tallies")
_BOTH = (_OLD.SCORES, _OLD.FOLLOW_UPS)


def filled(counted):
    """The statement that counts one of them from all rows there are, for the way back."""
    made = _OLD.tally_sql(counted, "insert")
    insert = made[made.index("INSERT INTO") : made.index("ON CONFLICT")]
    return insert.replace("* FROM new_rows", f"* FROM {counted['source']}")


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0037_tallies_of_outcomes")]

    operations = [
        # Read from the end for the way back: tables, then what is in them, then what keeps them up.
        *(
            migrations.RunSQL(_OLD.undo_sql(counted, event), _OLD.tally_sql(counted, event))
            for counted in _BOTH
            for event in _OLD.SIGNED
        ),
        *(migrations.RunSQL(migrations.RunSQL.noop, filled(counted)) for counted in _BOTH),
        migrations.DeleteModel("FollowUpTally"),
        migrations.DeleteModel("ScoreTally"),
        migrations.RemoveIndex("score", "score_after_retreatment"),
    ]
