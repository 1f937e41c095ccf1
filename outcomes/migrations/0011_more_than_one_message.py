"""A survey is announced by several messages, on two channels; calls, pauses, and what was decided and why."""

import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models

WHOSE = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE outcomes_delivery delivery SET patient_id = course.patient_id
FROM outcomes_survey survey
JOIN treatments_followup follow_up ON follow_up.id = survey.follow_up_id
JOIN treatments_course course ON course.id = follow_up.course_id
WHERE survey.id = delivery.survey_id
"""
RENAMED = """
UPDATE outcomes_delivery SET
  status = CASE status WHEN 'queued' THEN 'pending' WHEN 'sent' THEN 'accepted' ELSE status END,
  reason_code = CASE WHEN reason = '' THEN '' ELSE 'earlier' END,
  started_at = (SELECT max(started_at) FROM outcomes_deliveryattempt attempt WHERE attempt.delivery_id = outcomes_delivery.id)
"""
RENAMED_BACK = """
UPDATE outcomes_delivery SET status = CASE status
  WHEN 'pending' THEN 'queued' WHEN 'accepted' THEN 'sent' WHEN 'delivered' THEN 'sent' WHEN 'bounced_soft' THEN 'queued'
  WHEN 'bounced_hard' THEN 'failed' WHEN 'complained' THEN 'failed' WHEN 'dead' THEN 'failed'
  WHEN 'suppressed' THEN 'cancelled' ELSE status END
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0013_when_and_how_much_is_sent"),
        ("outcomes", "0010_history_of_rows"),
        ("patients", "0011_channels_and_deaths"),
        ("treatments", "0017_history_of_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("no_answer", "Did not answer the messages"),
                            ("unreachable", "Messages do not reach the patient"),
                        ],
                        max_length=12,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("call_on", models.DateField(help_text="The first day on which to call, in the clinic's calendar.")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "Answered now"),
                            ("no_answer", "Nobody answered"),
                            ("wrong_number", "Wrong number"),
                            ("no_more_calls", "Wants no more calls"),
                            ("not_needed", "Not needed any more"),
                        ],
                        max_length=14,
                    ),
                ),
            ],
            options={
                "ordering": ("call_on", "id"),
            },
        ),
        migrations.CreateModel(
            name="CallAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("answered", "Answered now"),
                            ("no_answer", "Nobody answered"),
                            ("wrong_number", "Wrong number"),
                            ("no_more_calls", "Wants no more calls"),
                            ("not_needed", "Not needed any more"),
                        ],
                        max_length=14,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="CallAttemptHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("call", models.BigIntegerField(db_column="call_id", null=True)),
                ("by", models.BigIntegerField(db_column="by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("answered", "Answered now"),
                            ("no_answer", "Nobody answered"),
                            ("wrong_number", "Wrong number"),
                            ("no_more_calls", "Wants no more calls"),
                            ("not_needed", "Not needed any more"),
                        ],
                        max_length=14,
                        null=True,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CallHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("survey", models.BigIntegerField(db_column="survey_id", null=True)),
                ("patient", models.BigIntegerField(db_column="patient_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("no_answer", "Did not answer the messages"),
                            ("unreachable", "Messages do not reach the patient"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                ("made_at", models.DateTimeField(null=True)),
                (
                    "call_on",
                    models.DateField(help_text="The first day on which to call, in the clinic's calendar.", null=True),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "Answered now"),
                            ("no_answer", "Nobody answered"),
                            ("wrong_number", "Wrong number"),
                            ("no_more_calls", "Wants no more calls"),
                            ("not_needed", "Not needed any more"),
                        ],
                        max_length=14,
                        null=True,
                    ),
                ),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ContactDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(help_text="Of outcomes.reasons.Why.", max_length=20)),
                (
                    "is_blocked",
                    models.BooleanField(
                        default=False, help_text="Nothing may be sent to the patient, whatever the step."
                    ),
                ),
                ("decided_at", models.DateTimeField()),
                (
                    "looks_again_at",
                    models.DateTimeField(
                        help_text="At the latest; what changes for the patient is noticed within a minute.", null=True
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeliveryChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("before", models.CharField(max_length=12)),
                ("after", models.CharField(max_length=12)),
                ("fence", models.PositiveIntegerField()),
                ("reason_code", models.CharField(blank=True, max_length=20)),
                (
                    "user_id",
                    models.BigIntegerField(help_text="Who did it by hand; empty: a worker or a provider.", null=True),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="LadderStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invitation", "Invitation"),
                            ("reminder", "Reminder"),
                            ("last_call", "Last call"),
                            ("call", "Call by staff"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("preferred", "The patient’s preferred channel"),
                            ("other", "The other channel"),
                            ("email", "E-mail if possible"),
                            ("sms", "Text message if possible"),
                            ("", "None"),
                        ],
                        max_length=10,
                    ),
                ),
                ("day", models.PositiveSmallIntegerField(help_text="Days after the day of the invitation.")),
                (
                    "days_before_closing",
                    models.PositiveSmallIntegerField(
                        help_text="At the latest so many days before the window closes.", null=True
                    ),
                ),
                (
                    "at_time",
                    models.TimeField(
                        help_text="By the clinic's clock; empty: as soon as it sends messages on that day.", null=True
                    ),
                ),
            ],
            options={
                "ordering": ("timepoint", "sequence"),
            },
        ),
        migrations.CreateModel(
            name="LadderStepHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("timepoint", models.BigIntegerField(db_column="timepoint_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("sequence", models.PositiveSmallIntegerField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invitation", "Invitation"),
                            ("reminder", "Reminder"),
                            ("last_call", "Last call"),
                            ("call", "Call by staff"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("preferred", "The patient’s preferred channel"),
                            ("other", "The other channel"),
                            ("email", "E-mail if possible"),
                            ("sms", "Text message if possible"),
                            ("", "None"),
                        ],
                        max_length=10,
                        null=True,
                    ),
                ),
                ("day", models.PositiveSmallIntegerField(help_text="Days after the day of the invitation.", null=True)),
                (
                    "days_before_closing",
                    models.PositiveSmallIntegerField(
                        help_text="At the latest so many days before the window closes.", null=True
                    ),
                ),
                (
                    "at_time",
                    models.TimeField(
                        help_text="By the clinic's clock; empty: as soon as it sends messages on that day.", null=True
                    ),
                ),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProviderEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(help_text="The provider, like sms or postmark.", max_length=40)),
                ("event_ref", models.CharField(help_text="Unlike any other event of this provider.", max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("accepted", "Taken by the provider"),
                            ("delivered", "Delivered"),
                            ("bounced_soft", "Came back for now"),
                            ("bounced_hard", "Came back for good"),
                            ("complained", "Reported as unwanted"),
                            ("stopped", "The patient wants no more"),
                            ("resumed", "The patient wants messages again"),
                            ("other", "Something else"),
                        ],
                        max_length=12,
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("happened_at", models.DateTimeField(null=True)),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "facts",
                    models.JSONField(default=dict, help_text="What the provider said, without words and addresses."),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="SendingPause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("-began_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="SendingPauseHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("patient", models.BigIntegerField(db_column="patient_id", null=True)),
                ("protocol", models.BigIntegerField(db_column="protocol_id", null=True)),
                ("began_by", models.BigIntegerField(db_column="began_by_id", null=True)),
                ("ended_by", models.BigIntegerField(db_column="ended_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("reason", models.CharField(max_length=200, null=True)),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.AlterModelOptions(
            name="delivery",
            options={"ordering": ("sequence", "id"), "verbose_name_plural": "deliveries"},
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_once_per_kind",
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_sent_has_its_time",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_queued",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_held",
        ),
        migrations.RenameField(
            model_name="delivery",
            old_name="sent_at",
            new_name="accepted_at",
        ),
        migrations.AddField(
            model_name="delivery",
            name="channel",
            field=models.CharField(
                choices=[("email", "E-mail"), ("sms", "Text message")], default="email", max_length=5
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="delivery",
            name="delivered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="patient",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="patients.patient"
            ),
        ),
        migrations.RunSQL(WHOSE, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="delivery",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="provider_ref",
            field=models.CharField(blank=True, help_text="The provider's own name of the message.", max_length=200),
        ),
        migrations.AddField(
            model_name="delivery",
            name="reason_code",
            field=models.CharField(blank=True, help_text="Of outcomes.reasons.Why.", max_length=20),
        ),
        migrations.AddField(
            model_name="delivery",
            name="requested_at",
            field=models.DateTimeField(help_text="By hand, not by the ladder.", null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="requested_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="sequence",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="The step of the ladder; from 100 on sent by hand."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="delivery",
            name="soft_bounces",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="delivery",
            name="started_at",
            field=models.DateTimeField(help_text="When the last attempt began.", null=True),
        ),
        migrations.AddField(
            model_name="deliveryattempt",
            name="code",
            field=models.CharField(blank=True, help_text="The provider's own code, as it came.", max_length=40),
        ),
        migrations.AddField(
            model_name="deliveryattempt",
            name="text_hash",
            field=models.BinaryField(
                help_text="SHA-256 of the words without the link's secret.", max_length=32, null=True
            ),
        ),
        migrations.AddField(
            model_name="deliveryattempt",
            name="text_version",
            field=models.PositiveIntegerField(default=0, help_text="The clinic's version of the words; 0: built in."),
        ),
        migrations.AddField(
            model_name="survey",
            name="cancel_reason",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="survey",
            name="cancelled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="survey",
            name="cancelled_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="surveyhistory",
            name="cancel_reason",
            field=models.CharField(blank=True, db_default="", max_length=200, null=True),
        ),
        migrations.AddField(
            model_name="surveyhistory",
            name="cancelled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="surveyhistory",
            name="cancelled_by",
            field=models.BigIntegerField(db_column="cancelled_by_id", null=True),
        ),
        migrations.AddField(
            model_name="surveylink",
            name="delivery",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="links", to="outcomes.delivery"
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="kind",
            field=models.CharField(
                choices=[("invitation", "Invitation"), ("reminder", "Reminder"), ("last_call", "Last call")],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="status",
            field=models.CharField(
                choices=[
                    ("pending", "Waiting"),
                    ("claimed", "Claimed by a worker"),
                    ("sending", "Being sent"),
                    ("accepted", "Sent"),
                    ("delivered", "Delivered"),
                    ("bounced_soft", "Came back for now"),
                    ("bounced_hard", "Came back"),
                    ("complained", "Reported as unwanted"),
                    ("failed", "Failed"),
                    ("unknown", "Not confirmed"),
                    ("cancelled", "Not needed any more"),
                    ("suppressed", "Not sent"),
                    ("dead", "Given up"),
                ],
                default="pending",
                max_length=12,
            ),
        ),
        migrations.RunSQL(RENAMED, RENAMED_BACK),
        migrations.AlterField(
            model_name="deliveryattempt",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("accepted", "Accepted by the server"),
                    ("deferred", "Refused for now"),
                    ("refused", "Refused for good"),
                    ("opted_out", "Refused: the patient had opted out"),
                    ("lost", "Connection lost after the message was handed over"),
                    ("", "No answer known"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("status", "pending")),
                fields=["clinic", "channel", "not_before", "id"],
                name="delivery_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("status__in", ["claimed", "sending", "bounced_soft", "unknown"])),
                fields=["status", "id"],
                name="delivery_unsettled",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["patient", "started_at"], name="delivery_of_patient"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("provider_ref", ""), _negated=True),
                fields=["provider_ref"],
                name="delivery_at_provider",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                models.F("survey"), models.F("channel"), models.F("sequence"), name="delivery_once_per_step_and_channel"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel__in", ["email", "sms"]), ("kind__in", ["invitation", "reminder", "last_call"])
                ),
                name="delivery_has_known_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["accepted", "delivered"]), _negated=True),
                    ("accepted_at__isnull", False),
                    _connector="OR",
                ),
                name="delivery_sent_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["pending", "claimed", "sending", "accepted", "delivered"]),
                    models.Q(models.Q(("reason_code", ""), _negated=True), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="delivery_not_sent_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(("completed_at", None), ("cancelled_at", None), _connector="OR"),
                name="survey_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_at", None), models.Q(("cancel_reason", ""), _negated=True), _connector="OR"
                ),
                name="survey_is_cancelled_for_a_reason",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="call",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="survey",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="call", to="outcomes.survey"
            ),
        ),
        migrations.AddField(
            model_name="callattempt",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="callattempt",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="outcomes.call"
            ),
        ),
        migrations.AddField(
            model_name="callattempt",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="contactdecision",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="contactdecision",
            name="follow_up",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="contact_decision", to="treatments.followup"
            ),
        ),
        migrations.AddField(
            model_name="deliverychange",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="deliverychange",
            name="delivery",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="outcomes.delivery"
            ),
        ),
        migrations.AddField(
            model_name="ladderstep",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="ladderstep",
            name="timepoint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="ladder", to="treatments.timepoint"
            ),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="delivery",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="events", to="outcomes.delivery"
            ),
        ),
        migrations.AddField(
            model_name="sendingpause",
            name="began_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sendingpause",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="sendingpause",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sendingpause",
            name="patient",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sending_pauses",
                to="patients.patient",
            ),
        ),
        migrations.AddField(
            model_name="sendingpause",
            name="protocol",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sending_pauses",
                to="treatments.protocol",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("closed_at", None)), fields=["clinic", "call_on"], name="call_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("outcome", "")),
                    models.Q(("closed_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                    _connector="OR",
                ),
                name="call_ends_with_an_outcome",
            ),
        ),
        migrations.AddIndex(
            model_name="contactdecision",
            index=models.Index(
                condition=models.Q(("looks_again_at__isnull", False)),
                fields=["clinic", "looks_again_at"],
                name="contact_to_look_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="ladderstep",
            constraint=models.UniqueConstraint(models.F("timepoint"), models.F("sequence"), name="ladder_step_once"),
        ),
        migrations.AddConstraint(
            model_name="ladderstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("day", 0), ("kind", "invitation"), ("sequence", 0)),
                    models.Q(("sequence__gt", 0), models.Q(("kind", "invitation"), _negated=True)),
                    _connector="OR",
                ),
                name="ladder_begins_with_an_invitation",
            ),
        ),
        migrations.AddConstraint(
            model_name="ladderstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", ""), ("kind", "call")),
                    models.Q(models.Q(("kind", "call"), _negated=True), models.Q(("channel", ""), _negated=True)),
                    _connector="OR",
                ),
                name="ladder_step_has_a_channel_unless_it_is_a_call",
            ),
        ),
        migrations.AddIndex(
            model_name="providerevent",
            index=models.Index(condition=models.Q(("applied_at", None)), fields=["id"], name="provider_event_to_apply"),
        ),
        migrations.AddConstraint(
            model_name="providerevent",
            constraint=models.UniqueConstraint(
                models.F("clinic"), models.F("source"), models.F("event_ref"), name="provider_event_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingpause",
            constraint=models.CheckConstraint(
                condition=models.Q(("patient", None), ("protocol", None), _connector="OR"), name="pause_is_of_one_thing"
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingpause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="pause_ends_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingpause",
            constraint=models.UniqueConstraint(
                models.F("clinic"),
                models.F("patient"),
                models.F("protocol"),
                condition=models.Q(("ended_at", None)),
                name="pause_once",
                nulls_distinct=False,
            ),
        ),
    ]
