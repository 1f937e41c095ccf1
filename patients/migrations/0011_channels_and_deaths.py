"""By which channels a patient is reached, what stands against it, and that a patient died."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0010_history_of_rows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="died_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="patient",
            name="died_recorded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="patient",
            name="died_recorded_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="email_bounced_at",
            field=models.DateTimeField(help_text="The address takes no mail.", null=True),
        ),
        migrations.AddField(
            model_name="patient",
            name="email_stopped_at",
            field=models.DateTimeField(help_text="The patient wants no more e-mail.", null=True),
        ),
        migrations.AddField(
            model_name="patient",
            name="preferred_channel",
            field=models.CharField(
                choices=[("email", "E-mail"), ("sms", "Text message")], default="email", max_length=5
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="sms_failed_at",
            field=models.DateTimeField(
                help_text="The number takes no text messages, or is another person's.", null=True
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="sms_stopped_at",
            field=models.DateTimeField(help_text="The patient wants no more text messages.", null=True),
        ),
        migrations.AddField(
            model_name="patienthistory",
            name="died_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="patienthistory",
            name="died_recorded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="patienthistory",
            name="died_recorded_by",
            field=models.BigIntegerField(db_column="died_recorded_by_id", null=True),
        ),
        migrations.AddField(
            model_name="patienthistory",
            name="email_bounced_at",
            field=models.DateTimeField(help_text="The address takes no mail.", null=True),
        ),
        migrations.AddField(
            model_name="patienthistory",
            name="email_stopped_at",
            field=models.DateTimeField(help_text="The patient wants no more e-mail.", null=True),
        ),
        migrations.AddField(
            model_name="patienthistory",
            name="preferred_channel",
            field=models.CharField(
                choices=[("email", "E-mail"), ("sms", "Text message")], default="email", max_length=5, null=True
            ),
        ),
        migrations.AddField(
            model_name="patienthistory",
            name="sms_failed_at",
            field=models.DateTimeField(
                help_text="The number takes no text messages, or is another person's.", null=True
            ),
        ),
        migrations.AddField(
            model_name="patienthistory",
            name="sms_stopped_at",
            field=models.DateTimeField(help_text="The patient wants no more text messages.", null=True),
        ),
    ]
