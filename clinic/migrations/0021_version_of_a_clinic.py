"""How often a clinic's details were changed, so that nobody overwrites what somebody else saved meanwhile."""

from django.db import migrations, models

WORDS = "Counts changes of details and sending hours, so that nobody overwrites another's."


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0020_form_drafts_and_time_out"),
    ]

    operations = [
        migrations.AddField("clinic", "version", models.PositiveIntegerField(default=1, help_text=WORDS)),
        migrations.AddField(
            "clinichistory", "version", models.PositiveIntegerField(default=1, help_text=WORDS, null=True)
        ),
    ]
