"""A clinic's own words for its messages, in versions that never change."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STAYS = """
CREATE FUNCTION outcomes_words_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the words of a version never change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER words_stay BEFORE UPDATE ON outcomes_messagetext FOR EACH ROW
WHEN ((OLD.kind, OLD.channel, OLD.language, OLD.version, OLD.subject, OLD.body, OLD.edited_at, OLD.edited_by_id)
  IS DISTINCT FROM (NEW.kind, NEW.channel, NEW.language, NEW.version, NEW.subject, NEW.body, NEW.edited_at, NEW.edited_by_id))
EXECUTE FUNCTION outcomes_words_stay();
"""
UNDO = """
DROP TRIGGER words_stay ON outcomes_messagetext;
DROP FUNCTION outcomes_words_stay();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0012_history_of_what_tokens_may"),
        ("outcomes", "0013_ladders_for_timepoints_there_are"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MessageText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invitation", "Invitation"),
                            ("reminder", "Reminder"),
                            ("reminder_started", "Reminder to those who stopped half-way"),
                            ("last_call", "Last call"),
                        ],
                        max_length=16,
                    ),
                ),
                ("channel", models.CharField(choices=[("email", "E-mail"), ("sms", "Text message")], max_length=5)),
                ("language", models.CharField(choices=[("en", "English"), ("es", "Spanish")], max_length=2)),
                ("version", models.PositiveIntegerField()),
                ("subject", models.CharField(blank=True, max_length=120)),
                ("body", models.TextField(blank=True, max_length=4000)),
                ("is_current", models.BooleanField(default=True)),
                ("edited_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("clinic"),
                        models.F("kind"),
                        models.F("channel"),
                        models.F("language"),
                        models.F("version"),
                        name="text_once_per_version",
                    ),
                    models.UniqueConstraint(
                        models.F("clinic"),
                        models.F("kind"),
                        models.F("channel"),
                        models.F("language"),
                        condition=models.Q(("is_current", True)),
                        name="text_has_one_current_version",
                    ),
                ],
            },
        ),
        migrations.RunSQL(STAYS, UNDO),
    ]
