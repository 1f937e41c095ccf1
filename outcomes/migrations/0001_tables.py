"""The tables of surveys, messages, answers, scores, instruments and alerts."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models

from clinic.table_migration import TableMigration


class Migration(TableMigration):
    # What made these tables one step at a time, before anything was released.
    replaces = [
        ("outcomes", "0001_outcomes"),
        ("outcomes", "0003_room_for_published_decimals"),
        ("outcomes", "0004_walk_lists_in_order"),
        ("outcomes", "0005_visits_and_retreatment"),
        ("outcomes", "0007_find_surveys_of_one_visit"),
        ("outcomes", "0008_find_scores_after_retreatment"),
        ("outcomes", "0010_history_of_rows"),
        ("outcomes", "0011_more_than_one_message"),
        ("outcomes", "0016_calls_and_pauses_have_addresses"),
        ("outcomes", "0018_how_a_survey_was_answered"),
        ("outcomes", "0019_every_response_says_how"),
        ("outcomes", "0020_alerts"),
        ("outcomes", "0027_answers_of_someone_else"),
    ]

    initial = True
    dependencies = [
        ("clinic", "0001_tables"),
        ("patients", "0001_tables"),
        ("treatments", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AlertHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("patient", models.BigIntegerField(db_column="patient_id", null=True)),
                ("survey", models.BigIntegerField(db_column="survey_id", null=True)),
                ("acknowledged_by", models.BigIntegerField(db_column="acknowledged_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("rule", models.CharField(help_text="Code of outcomes.red_flags.", max_length=40, null=True)),
                ("rule_version", models.CharField(max_length=10, null=True)),
                (
                    "level",
                    models.CharField(choices=[("red", "Red flag"), ("amber", "To look at")], max_length=5, null=True),
                ),
                (
                    "message",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("infection", "Call us now"),
                            ("nerve", "Emergency: nerves"),
                            ("emergency", "Emergency"),
                            ("self_harm", "You are not alone"),
                            ("", "None"),
                        ],
                        help_text="What the patient read.",
                        max_length=10,
                        null=True,
                    ),
                ),
                ("answers", models.JSONField(default=list, null=True)),
                ("day", models.IntegerField(help_text="Days since the last session; empty: none yet.", null=True)),
                ("raised_at", models.DateTimeField(null=True)),
                ("taken_back_at", models.DateTimeField(help_text="The patient later answered otherwise.", null=True)),
                ("first_told_at", models.DateTimeField(null=True)),
                ("second_person_told_at", models.DateTimeField(null=True)),
                ("manager_told_at", models.DateTimeField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                (
                    "reached",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "By phone"),
                            ("in_person", "In person"),
                            ("other_person", "Through somebody else"),
                            ("not_reached", "Could not be reached"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_concern", "No cause for concern"),
                            ("advised", "Advice given"),
                            ("seen", "To be seen by us"),
                            ("emergency", "Sent to emergency care"),
                            ("handed_on", "Somebody else goes on, as the note says"),
                        ],
                        max_length=10,
                        null=True,
                    ),
                ),
                ("said", models.CharField(blank=True, max_length=1000, null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AnswerHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("survey", models.BigIntegerField(db_column="survey_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "item",
                    models.CharField(
                        help_text="Instrument and item code, like peg.enjoyment.", max_length=60, null=True
                    ),
                ),
                ("value", models.SmallIntegerField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AssignedInstrumentHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("timepoint", models.BigIntegerField(db_column="timepoint_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("instrument", models.CharField(max_length=40, null=True)),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("head", "Head"),
                            ("neck", "Neck"),
                            ("shoulder", "Shoulder"),
                            ("elbow", "Elbow"),
                            ("wrist_hand", "Wrist and hand"),
                            ("back", "Back and spine"),
                            ("hip", "Hip"),
                            ("knee", "Knee"),
                            ("ankle_foot", "Ankle and foot"),
                            ("other", "Other"),
                        ],
                        help_text="Asked of courses of this region only; of all when empty.",
                        max_length=12,
                        null=True,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
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
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
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
            name="ImportedInstrumentHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("code", models.CharField(max_length=40, null=True)),
                ("label", models.CharField(max_length=120, null=True)),
                ("minimum", models.DecimalField(decimal_places=20, max_digits=29, null=True)),
                ("maximum", models.DecimalField(decimal_places=20, max_digits=29, null=True)),
                ("is_higher_better", models.BooleanField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
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
            name="LoadedInstrumentHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("attested_by", models.BigIntegerField(db_column="attested_by_id", null=True)),
                ("retired_by", models.BigIntegerField(db_column="retired_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("code", models.CharField(max_length=40, null=True)),
                (
                    "version",
                    models.CharField(
                        help_text="The definition's own, and a part of its checksum.", max_length=40, null=True
                    ),
                ),
                ("definition", models.JSONField(help_text="As a definition file says it.", null=True)),
                (
                    "source",
                    models.CharField(
                        help_text="The file it came from, or that its words were typed in.", max_length=200, null=True
                    ),
                ),
                ("licence_holder", models.CharField(max_length=120, null=True)),
                ("licence_ref", models.CharField(max_length=120, null=True)),
                (
                    "expires_on",
                    models.DateField(help_text="The last day of the licence; empty: it does not run out.", null=True),
                ),
                ("attested_at", models.DateTimeField(null=True)),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ScoreHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("course", models.BigIntegerField(db_column="course_id", null=True)),
                ("survey", models.BigIntegerField(db_column="survey_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("instrument", models.CharField(max_length=40, null=True)),
                ("timepoint", models.CharField(max_length=40, null=True)),
                (
                    "day",
                    models.SmallIntegerField(
                        help_text="Days from the start of the clock (see treatments.Timepoint).", null=True
                    ),
                ),
                (
                    "taken_on",
                    models.DateField(
                        help_text="A day in the clinic's calendar; synthetic for imported history.", null=True
                    ),
                ),
                ("value", models.DecimalField(decimal_places=20, max_digits=29, null=True)),
                ("baseline", models.DecimalField(decimal_places=20, max_digits=29, null=True)),
                ("is_responder_30", models.BooleanField(null=True)),
                ("is_responder_50", models.BooleanField(null=True)),
                (
                    "band",
                    models.SmallIntegerField(choices=[(-1, "Worse"), (0, "About the same"), (1, "Better")], null=True),
                ),
                (
                    "excluded",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Counted"),
                            ("after_treatment", "Baseline answered after the first treatment"),
                            ("proxy", "Answered by someone else for the patient"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                (
                    "is_after_retreatment",
                    models.BooleanField(
                        default=False,
                        help_text="The target was treated again before; reports can be made with and without.",
                        null=True,
                    ),
                ),
                ("scoring_version", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
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
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("reason", models.CharField(max_length=200, null=True)),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SurveyHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("follow_up", models.BigIntegerField(db_column="follow_up_id", null=True)),
                ("cancelled_by", models.BigIntegerField(db_column="cancelled_by_id", null=True)),
                ("asked_with", models.BigIntegerField(db_column="asked_with_id", null=True)),
                ("entered_by", models.BigIntegerField(db_column="entered_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                (
                    "instruments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        help_text="Codes in the order asked, fixed at opening.",
                        null=True,
                        size=None,
                    ),
                ),
                (
                    "versions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        help_text="The version of each, fixed at opening.",
                        null=True,
                        size=None,
                    ),
                ),
                ("opened_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("completed_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.CharField(blank=True, db_default="", max_length=200, null=True)),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("link", "Own device"),
                            ("tablet", "Tablet at the clinic"),
                            ("phone", "On the phone"),
                            ("paper", "On paper"),
                            ("in_person", "Asked in person"),
                        ],
                        db_default="",
                        max_length=10,
                        null=True,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("en", "English"), ("es", "Español")],
                        db_default="",
                        help_text="Empty until one was chosen.",
                        max_length=2,
                        null=True,
                    ),
                ),
                (
                    "device",
                    models.CharField(
                        blank=True,
                        choices=[("phone", "Phone"), ("tablet", "Tablet"), ("computer", "Computer")],
                        db_default="",
                        max_length=10,
                        null=True,
                    ),
                ),
                (
                    "answered_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("patient", "The patient alone"),
                            ("helped", "The patient, somebody read or marked for them"),
                            ("someone_else", "Someone else for the patient"),
                        ],
                        db_default="",
                        max_length=14,
                        null=True,
                    ),
                ),
                (
                    "answered_on",
                    models.DateField(help_text="Of paper and calls: the day the patient answered.", null=True),
                ),
                ("entered_at", models.DateTimeField(null=True)),
                (
                    "remark",
                    models.CharField(
                        blank=True,
                        db_default="",
                        help_text="The patient's own words at the end.",
                        max_length=500,
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
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="patients.patient"
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
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="outcomes.call"
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("invitation", "Invitation"), ("reminder", "Reminder"), ("last_call", "Last call")],
                        max_length=12,
                    ),
                ),
                ("channel", models.CharField(choices=[("email", "E-mail"), ("sms", "Text message")], max_length=5)),
                (
                    "sequence",
                    models.PositiveSmallIntegerField(help_text="The step of the ladder; from 100 on sent by hand."),
                ),
                (
                    "status",
                    models.CharField(
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
                ("not_before", models.DateTimeField()),
                (
                    "fence",
                    models.PositiveIntegerField(
                        default=0, help_text="Grows with every claim; an old holder can change nothing."
                    ),
                ),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("soft_bounces", models.PositiveSmallIntegerField(default=0)),
                ("reason_code", models.CharField(blank=True, help_text="Of outcomes.reasons.Why.", max_length=20)),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="Why it is not sent (yet), in words for staff.", max_length=200
                    ),
                ),
                ("started_at", models.DateTimeField(help_text="When the last attempt began.", null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "provider_ref",
                    models.CharField(blank=True, help_text="The provider's own name of the message.", max_length=200),
                ),
                ("requested_at", models.DateTimeField(help_text="By hand, not by the ladder.", null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="patients.patient"
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "ordering": ("sequence", "id"),
            },
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="outcomes.delivery"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "instruments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        help_text="Codes in the order asked, fixed at opening.",
                        size=None,
                    ),
                ),
                (
                    "versions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        help_text="The version of each, fixed at opening.",
                        size=None,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("completed_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.CharField(blank=True, db_default="", max_length=200)),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("link", "Own device"),
                            ("tablet", "Tablet at the clinic"),
                            ("phone", "On the phone"),
                            ("paper", "On paper"),
                            ("in_person", "Asked in person"),
                        ],
                        db_default="",
                        max_length=10,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("en", "English"), ("es", "Español")],
                        db_default="",
                        help_text="Empty until one was chosen.",
                        max_length=2,
                    ),
                ),
                (
                    "device",
                    models.CharField(
                        blank=True,
                        choices=[("phone", "Phone"), ("tablet", "Tablet"), ("computer", "Computer")],
                        db_default="",
                        max_length=10,
                    ),
                ),
                (
                    "answered_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("patient", "The patient alone"),
                            ("helped", "The patient, somebody read or marked for them"),
                            ("someone_else", "Someone else for the patient"),
                        ],
                        db_default="",
                        max_length=14,
                    ),
                ),
                (
                    "answered_on",
                    models.DateField(help_text="Of paper and calls: the day the patient answered.", null=True),
                ),
                ("entered_at", models.DateTimeField(null=True)),
                (
                    "remark",
                    models.CharField(
                        blank=True, db_default="", help_text="The patient's own words at the end.", max_length=500
                    ),
                ),
                (
                    "asked_with",
                    models.ForeignKey(
                        help_text="The survey whose link leads here, too.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="companions",
                        to="outcomes.survey",
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "follow_up",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="survey", to="treatments.followup"
                    ),
                ),
            ],
            options={
                "ordering": ("-opened_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("instrument", models.CharField(max_length=40)),
                ("timepoint", models.CharField(max_length=40)),
                (
                    "day",
                    models.SmallIntegerField(help_text="Days from the start of the clock (see treatments.Timepoint)."),
                ),
                (
                    "taken_on",
                    models.DateField(help_text="A day in the clinic's calendar; synthetic for imported history."),
                ),
                ("value", models.DecimalField(decimal_places=20, max_digits=29, null=True)),
                ("baseline", models.DecimalField(decimal_places=20, max_digits=29, null=True)),
                ("is_responder_30", models.BooleanField(null=True)),
                ("is_responder_50", models.BooleanField(null=True)),
                (
                    "band",
                    models.SmallIntegerField(choices=[(-1, "Worse"), (0, "About the same"), (1, "Better")], null=True),
                ),
                (
                    "excluded",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Counted"),
                            ("after_treatment", "Baseline answered after the first treatment"),
                            ("proxy", "Answered by someone else for the patient"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "is_after_retreatment",
                    models.BooleanField(
                        default=False,
                        help_text="The target was treated again before; reports can be made with and without.",
                    ),
                ),
                ("scoring_version", models.PositiveSmallIntegerField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scores", to="treatments.course"
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="outcomes.survey",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="survey",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="outcomes.survey"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="survey",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="call", to="outcomes.survey"
            ),
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(help_text="Instrument and item code, like peg.enjoyment.", max_length=60)),
                ("value", models.SmallIntegerField(null=True)),
                ("answered_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="outcomes.survey"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("rule", models.CharField(help_text="Code of outcomes.red_flags.", max_length=40)),
                ("rule_version", models.CharField(max_length=10)),
                ("level", models.CharField(choices=[("red", "Red flag"), ("amber", "To look at")], max_length=5)),
                (
                    "message",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("infection", "Call us now"),
                            ("nerve", "Emergency: nerves"),
                            ("emergency", "Emergency"),
                            ("self_harm", "You are not alone"),
                            ("", "None"),
                        ],
                        help_text="What the patient read.",
                        max_length=10,
                    ),
                ),
                ("answers", models.JSONField(default=list)),
                ("day", models.IntegerField(help_text="Days since the last session; empty: none yet.", null=True)),
                ("raised_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(help_text="The patient later answered otherwise.", null=True)),
                ("first_told_at", models.DateTimeField(null=True)),
                ("second_person_told_at", models.DateTimeField(null=True)),
                ("manager_told_at", models.DateTimeField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                (
                    "reached",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "By phone"),
                            ("in_person", "In person"),
                            ("other_person", "Through somebody else"),
                            ("not_reached", "Could not be reached"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_concern", "No cause for concern"),
                            ("advised", "Advice given"),
                            ("seen", "To be seen by us"),
                            ("emergency", "Sent to emergency care"),
                            ("handed_on", "Somebody else goes on, as the note says"),
                        ],
                        max_length=10,
                    ),
                ),
                ("said", models.CharField(blank=True, max_length=1000)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alerts", to="patients.patient"
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alerts", to="outcomes.survey"
                    ),
                ),
            ],
            options={
                "ordering": ("raised_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="SurveyLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                ("issued_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="outcomes.delivery",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="outcomes.survey"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AssignedInstrument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("instrument", models.CharField(max_length=40)),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("head", "Head"),
                            ("neck", "Neck"),
                            ("shoulder", "Shoulder"),
                            ("elbow", "Elbow"),
                            ("wrist_hand", "Wrist and hand"),
                            ("back", "Back and spine"),
                            ("hip", "Hip"),
                            ("knee", "Knee"),
                            ("ankle_foot", "Ankle and foot"),
                            ("other", "Other"),
                        ],
                        help_text="Asked of courses of this region only; of all when empty.",
                        max_length=12,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "timepoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned_instruments",
                        to="treatments.timepoint",
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("timepoint"),
                        models.F("instrument"),
                        models.F("region"),
                        name="instrument_once_per_timepoint",
                    )
                ],
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "follow_up",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_decision",
                        to="treatments.followup",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("looks_again_at__isnull", False)),
                        fields=["clinic", "looks_again_at"],
                        name="contact_to_look_at",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fence", models.PositiveIntegerField()),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
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
                (
                    "detail",
                    models.CharField(
                        blank=True, help_text="The server's reply code and our words; no address.", max_length=200
                    ),
                ),
                ("code", models.CharField(blank=True, help_text="The provider's own code, as it came.", max_length=40)),
                (
                    "text_version",
                    models.PositiveIntegerField(default=0, help_text="The clinic's version of the words; 0: built in."),
                ),
                (
                    "text_hash",
                    models.BinaryField(
                        help_text="SHA-256 of the words without the link's secret.", max_length=32, null=True
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempt_rows", to="outcomes.delivery"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(models.F("delivery"), models.F("fence"), name="attempt_once_per_fence"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at", None), ("outcome", "")),
                            models.Q(("finished_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="attempt_ends_with_an_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUpTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "region",
                    models.CharField(
                        choices=[
                            ("head", "Head"),
                            ("neck", "Neck"),
                            ("shoulder", "Shoulder"),
                            ("elbow", "Elbow"),
                            ("wrist_hand", "Wrist and hand"),
                            ("back", "Back and spine"),
                            ("hip", "Hip"),
                            ("knee", "Knee"),
                            ("ankle_foot", "Ankle and foot"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("timepoint", models.CharField(max_length=40)),
                ("opened_month", models.DateField()),
                ("target_day", models.PositiveSmallIntegerField()),
                ("n_planned", models.BigIntegerField(default=0)),
                ("n_answered", models.BigIntegerField(default=0)),
                (
                    "n_due",
                    models.BigIntegerField(default=0, help_text="Window closed: answered or not, it will not change."),
                ),
                ("n_due_answered", models.BigIntegerField(default=0)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "treatment_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="treatments.treatmenttype"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("clinic"),
                        models.F("treatment_type"),
                        models.F("region"),
                        models.F("timepoint"),
                        models.F("target_day"),
                        models.F("opened_month"),
                        name="follow_up_tally_once_per_cell",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportedInstrument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=120)),
                ("minimum", models.DecimalField(decimal_places=20, max_digits=29)),
                ("maximum", models.DecimalField(decimal_places=20, max_digits=29)),
                ("is_higher_better", models.BooleanField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
            ],
            options={
                "ordering": ("code",),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("clinic"), models.F("code"), name="imported_instrument_once_per_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minimum__lt", models.F("maximum"))), name="imported_instrument_has_a_range"
                    ),
                ],
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "timepoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ladder", to="treatments.timepoint"
                    ),
                ),
            ],
            options={
                "ordering": ("timepoint", "sequence"),
                "constraints": [
                    models.UniqueConstraint(models.F("timepoint"), models.F("sequence"), name="ladder_step_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("day", 0), ("kind", "invitation"), ("sequence", 0)),
                            models.Q(("sequence__gt", 0), models.Q(("kind", "invitation"), _negated=True)),
                            _connector="OR",
                        ),
                        name="ladder_begins_with_an_invitation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", ""), ("kind", "call")),
                            models.Q(
                                models.Q(("kind", "call"), _negated=True), models.Q(("channel", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="ladder_step_has_a_channel_unless_it_is_a_call",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoadedInstrument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("code", models.CharField(max_length=40)),
                (
                    "version",
                    models.CharField(help_text="The definition's own, and a part of its checksum.", max_length=40),
                ),
                ("definition", models.JSONField(help_text="As a definition file says it.")),
                (
                    "source",
                    models.CharField(
                        help_text="The file it came from, or that its words were typed in.", max_length=200
                    ),
                ),
                ("licence_holder", models.CharField(max_length=120)),
                ("licence_ref", models.CharField(max_length=120)),
                (
                    "expires_on",
                    models.DateField(help_text="The last day of the licence; empty: it does not run out.", null=True),
                ),
                ("attested_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "attested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "retired_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("code", "-id"),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("clinic"),
                        models.F("code"),
                        models.F("version"),
                        name="loaded_instrument_once_per_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("retired_at", None), ("retired_by", None)),
                            models.Q(("retired_at__isnull", False), ("retired_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="loaded_instrument_is_retired_by_somebody",
                    ),
                ],
            },
        ),
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="outcomes.delivery",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("applied_at", None)), fields=["id"], name="provider_event_to_apply"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("clinic"), models.F("source"), models.F("event_ref"), name="provider_event_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoreTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "region",
                    models.CharField(
                        choices=[
                            ("head", "Head"),
                            ("neck", "Neck"),
                            ("shoulder", "Shoulder"),
                            ("elbow", "Elbow"),
                            ("wrist_hand", "Wrist and hand"),
                            ("back", "Back and spine"),
                            ("hip", "Hip"),
                            ("knee", "Knee"),
                            ("ankle_foot", "Ankle and foot"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("timepoint", models.CharField(max_length=40)),
                ("opened_month", models.DateField()),
                ("instrument", models.CharField(max_length=40)),
                ("n", models.BigIntegerField(default=0)),
                ("sum_day", models.BigIntegerField(default=0)),
                ("sum_value", models.DecimalField(decimal_places=20, default=0, max_digits=45)),
                ("sum_square", models.DecimalField(decimal_places=40, default=0, max_digits=70)),
                ("n_pairs", models.BigIntegerField(default=0)),
                ("sum_change", models.DecimalField(decimal_places=20, default=0, max_digits=45)),
                ("sum_square_change", models.DecimalField(decimal_places=40, default=0, max_digits=70)),
                ("n_judged", models.BigIntegerField(default=0, help_text="Pairs whose baseline is above zero.")),
                ("n_responder_30", models.BigIntegerField(default=0)),
                ("n_responder_50", models.BigIntegerField(default=0)),
                ("n_better", models.BigIntegerField(default=0)),
                ("n_same", models.BigIntegerField(default=0)),
                ("n_worse", models.BigIntegerField(default=0)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "treatment_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="treatments.treatmenttype"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("instrument"),
                        models.F("clinic"),
                        models.F("treatment_type"),
                        models.F("region"),
                        models.F("timepoint"),
                        models.F("opened_month"),
                        name="score_tally_once_per_cell",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SendingPause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reason", models.CharField(max_length=200)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "began_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sending_pauses",
                        to="patients.patient",
                    ),
                ),
                (
                    "protocol",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sending_pauses",
                        to="treatments.protocol",
                    ),
                ),
            ],
            options={
                "ordering": ("-began_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("patient", None), ("protocol", None), _connector="OR"),
                        name="pause_is_of_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="pause_ends_by_somebody",
                    ),
                    models.UniqueConstraint(
                        models.F("clinic"),
                        models.F("patient"),
                        models.F("protocol"),
                        condition=models.Q(("ended_at", None)),
                        name="pause_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="survey",
            index=models.Index(fields=["opened_at", "id"], name="survey_in_order"),
        ),
        migrations.AddIndex(
            model_name="survey",
            index=models.Index(
                condition=models.Q(("asked_with__isnull", False), ("completed_at", None)),
                fields=["clinic"],
                name="survey_led_to",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("completed_at", None),
                    models.Q(("completed_at__gte", models.F("started_at")), ("started_at__isnull", False)),
                    _connector="OR",
                ),
                name="survey_is_completed_only_after_it_started",
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
                condition=models.Q(("instruments__len", models.F("versions__len"))),
                name="survey_has_a_version_of_each_instrument",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entered_at", None), ("entered_by", None)),
                    models.Q(("entered_at__isnull", False), ("entered_by__isnull", False)),
                    _connector="OR",
                ),
                name="survey_is_entered_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("completed_at", None),
                    models.Q(
                        models.Q(("mode", ""), _negated=True),
                        models.Q(("answered_by", ""), _negated=True),
                        models.Q(("language", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="survey_says_how_it_was_answered",
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
        migrations.AddIndex(
            model_name="score",
            index=models.Index(
                condition=models.Q(("is_after_retreatment", True)),
                fields=["instrument"],
                name="score_after_retreatment",
            ),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.UniqueConstraint(
                models.F("course"), models.F("instrument"), models.F("timepoint"), name="score_once_per_timepoint"
            ),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("value__isnull", False),
                    models.Q(("band", None), ("is_responder_30", None), ("is_responder_50", None)),
                    _connector="OR",
                ),
                name="score_is_judged_only_with_a_value",
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
                    models.Q(("lease_until__isnull", False), ("status__in", ["claimed", "sending"])),
                    models.Q(("status__in", ["claimed", "sending"]), _negated=True),
                    _connector="OR",
                ),
                name="delivery_is_held_with_a_lease",
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
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(models.F("survey"), models.F("item"), name="answer_once_per_item"),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("acknowledged_at", None)), fields=["clinic", "level"], name="alert_open"
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["patient", "raised_at"], name="alert_of_patient"),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["raised_at", "id"], name="alert_in_order"),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(
                models.F("survey"), models.F("rule"), name="alert_once_per_survey_and_rule"
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["red", "amber"])), name="alert_has_a_known_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", "red"), models.Q(("message", ""), _negated=True)),
                    ("message", ""),
                    _connector="OR",
                ),
                name="alert_is_red_when_the_patient_is_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("acknowledged_at", None),
                        ("acknowledged_by", None),
                        ("outcome", ""),
                        ("reached", ""),
                        ("said", ""),
                    ),
                    models.Q(
                        ("acknowledged_at__isnull", False),
                        ("acknowledged_by__isnull", False),
                        models.Q(("reached", ""), _negated=True),
                        models.Q(("outcome", ""), _negated=True),
                        models.Q(("said", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="alert_is_closed_with_who_when_and_what",
            ),
        ),
    ]
