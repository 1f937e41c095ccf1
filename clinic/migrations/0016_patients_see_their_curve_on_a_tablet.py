"""Whether a clinic's tablet shows patients their curve."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0014_who_is_told_of_red_flags"),
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
