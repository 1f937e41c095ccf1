"""How much a clinic sends and when, and signs of life of the processes that send."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0012_history_of_what_tokens_may"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="Like beat, or worker celery@host.", max_length=120, unique=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.AddField(
            model_name="clinic",
            name="messages_a_day",
            field=models.PositiveSmallIntegerField(default=1, help_text="To one patient, whatever they are about."),
        ),
        migrations.AddField(
            model_name="clinic",
            name="messages_a_week",
            field=models.PositiveSmallIntegerField(default=3, help_text="To one patient in any seven days."),
        ),
        migrations.AddField(
            model_name="clinic",
            name="oldest_unsent_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Since when the oldest message that could go out has waited, as of then.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="clinic",
            name="sending_checked_at",
            field=models.DateTimeField(
                blank=True, help_text="When it was last looked at what is due to be sent.", null=True
            ),
        ),
        migrations.AddField(
            model_name="clinic",
            name="sends_on_weekends",
            field=models.BooleanField(
                default=False,
                help_text="Otherwise messages wait for Monday, unless the time to answer is over by then.",
            ),
        ),
        migrations.AddField(
            model_name="clinic",
            name="sms_sender",
            field=models.CharField(
                blank=True,
                help_text="The number text messages come from, like +15125550100; empty: the shared one.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="clinichistory",
            name="messages_a_day",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="To one patient, whatever they are about.", null=True
            ),
        ),
        migrations.AddField(
            model_name="clinichistory",
            name="messages_a_week",
            field=models.PositiveSmallIntegerField(default=3, help_text="To one patient in any seven days.", null=True),
        ),
        migrations.AddField(
            model_name="clinichistory",
            name="sends_on_weekends",
            field=models.BooleanField(
                default=False,
                help_text="Otherwise messages wait for Monday, unless the time to answer is over by then.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="clinichistory",
            name="sms_sender",
            field=models.CharField(
                blank=True,
                help_text="The number text messages come from, like +15125550100; empty: the shared one.",
                max_length=20,
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="clinic",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("messages_a_day__range", (1, 5)), ("messages_a_week__range", (models.F("messages_a_day"), 20))
                ),
                name="clinic_sends_a_few_messages",
            ),
        ),
    ]
