"""Clinics whose managers get a link to a report once a month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0017_jobs"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinic",
            name="sends_monthly_report",
            field=models.BooleanField(
                default=False,
                help_text="Whether a report is kept on the 2nd of each month, and managers get a link to it.",
            ),
        ),
        migrations.AddField(
            model_name="clinichistory",
            name="sends_monthly_report",
            field=models.BooleanField(
                default=False,
                help_text="Whether a report is kept on the 2nd of each month, and managers get a link to it.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="staffletter",
            name="kind",
            field=models.CharField(
                choices=[
                    ("invitation", "Invitation"),
                    ("password_reset", "Password Reset"),
                    ("password_changed", "Password Changed"),
                    ("factor_changed", "Factor Changed"),
                    ("factor_reset", "Factor Reset"),
                    ("alert", "Alert"),
                    ("alert_waits", "Alert Waits"),
                    ("monthly_report", "Monthly Report"),
                ],
                max_length=20,
            ),
        ),
    ]
