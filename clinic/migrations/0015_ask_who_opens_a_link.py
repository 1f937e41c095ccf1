"""What whoever opens a survey's link has to know, by clinic."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0014_who_is_told_of_red_flags"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinic",
            name="recipient_check",
            field=models.CharField(
                choices=[
                    ("off", "Nothing: the link is enough"),
                    ("year", "The year of birth"),
                    ("date", "The date of birth"),
                ],
                default="off",
                help_text="What whoever opens a survey's link has to know of the patient.",
                max_length=4,
            ),
        ),
        migrations.AddField(
            model_name="clinichistory",
            name="recipient_check",
            field=models.CharField(
                choices=[
                    ("off", "Nothing: the link is enough"),
                    ("year", "The year of birth"),
                    ("date", "The date of birth"),
                ],
                default="off",
                help_text="What whoever opens a survey's link has to know of the patient.",
                max_length=4,
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="clinic",
            constraint=models.CheckConstraint(
                condition=models.Q(("recipient_check__in", ["off", "year", "date"])),
                name="clinic_has_known_recipient_check",
            ),
        ),
    ]
