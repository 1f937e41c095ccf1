"""An index over the few surveys that wait behind another survey's link."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0006_what_a_used_protocol_asks_never_changes")]

    operations = [
        migrations.AddIndex(
            model_name="survey",
            index=models.Index(
                name="survey_led_to",
                fields=["clinic"],
                condition=models.Q(asked_with__isnull=False, completed_at=None),
            ),
        ),
    ]
