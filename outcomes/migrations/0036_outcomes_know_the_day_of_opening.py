"""The day on which a course was opened, for reports about some days; months are rounded where they are summed."""

from django.db import migrations, models

FILL = """
UPDATE outcomes_outcome SET opened_on = course.opened_on
FROM treatments_course course WHERE course.id = outcomes_outcome.course_id
"""
FILL_BACK = "UPDATE outcomes_outcome SET opened_month = date_trunc('month', opened_on)::date"


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0035_figures_of_operation")]

    operations = [
        migrations.AddField("outcome", "opened_on", models.DateField(null=True)),
        migrations.AlterField("outcome", "opened_month", models.DateField(null=True)),
        migrations.RunSQL(FILL, FILL_BACK),
        migrations.AlterField("outcome", "opened_on", models.DateField()),
        migrations.RemoveField("outcome", "opened_month"),
        migrations.RemoveIndex("outcome", "outcome_of_instrument"),
        migrations.AddIndex(
            "outcome",
            models.Index(name="outcome_at_timepoint", fields=["clinic", "instrument", "timepoint", "opened_on"]),
        ),
        migrations.AddIndex(
            "outcome", models.Index(name="outcome_of_days", fields=["clinic", "instrument", "opened_on"])
        ),
    ]
