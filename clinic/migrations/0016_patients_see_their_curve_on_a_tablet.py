"""Whether a clinic's tablet shows patients their curve."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0015_ask_who_opens_a_link"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinic",
            name="shows_curve_on_tablet",
            field=models.BooleanField(
                default=False,
                help_text="Whether the clinic's tablet shows patients their curve, which others may see, too.",
            ),
        ),
        migrations.AddField(
            model_name="clinichistory",
            name="shows_curve_on_tablet",
            field=models.BooleanField(
                default=False,
                help_text="Whether the clinic's tablet shows patients their curve, which others may see, too.",
                null=True,
            ),
        ),
    ]
