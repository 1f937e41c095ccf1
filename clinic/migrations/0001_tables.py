"""The tables of the floor: clinics, people, their keys and what is kept of what they do."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import pghistory.utils
from django.conf import settings
from django.db import migrations, models

import clinic.models.audit
from clinic.table_migration import TableMigration


class Migration(TableMigration):
    # What made these tables one step at a time, before anything was released.
    replaces = [
        ("clinic", "0001_the_floor"),
        ("clinic", "0002_stored_files"),
        ("clinic", "0004_sign_in"),
        ("clinic", "0006_how_long_patients_are_kept_and_messages_held"),
        ("clinic", "0007_limit_api_tokens"),
        ("clinic", "0008_limit_api_tokens_there_are"),
        ("clinic", "0009_hold_api_tokens_to_their_limits"),
        ("clinic", "0010_keep_keyed_requests"),
        ("clinic", "0011_history_of_rows"),
        ("clinic", "0012_history_of_what_tokens_may"),
        ("clinic", "0013_when_and_how_much_is_sent"),
        ("clinic", "0014_who_is_told_of_red_flags"),
        ("clinic", "0015_ask_who_opens_a_link"),
        ("clinic", "0016_patients_see_their_curve_on_a_tablet"),
    ]

    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ApiTokenHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("user", models.BigIntegerField(db_column="user_id", null=True)),
                ("membership", models.BigIntegerField(db_column="membership_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("front_desk", "Front desk"),
                            ("clinician", "Clinician"),
                            ("manager", "Manager"),
                            ("researcher", "Researcher"),
                        ],
                        help_text="Never more than the owner's role allows by the time of a request.",
                        max_length=20,
                        null=True,
                    ),
                ),
                ("may_write", models.BooleanField(help_text="Else it only reads.", null=True)),
                ("name", models.CharField(max_length=80, null=True)),
                ("created_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AuditMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=63, unique=True)),
                ("event_id", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ClinicHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("queue_confirmed_by", models.BigIntegerField(db_column="queue_confirmed_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("name", models.CharField(max_length=120, null=True)),
                (
                    "sender_name",
                    models.CharField(
                        help_text="Neutral name patients see; never a specialty.", max_length=60, null=True
                    ),
                ),
                ("phone", models.CharField(max_length=30, null=True)),
                ("time_zone", models.CharField(default="America/Chicago", max_length=60, null=True)),
                (
                    "send_from_hour",
                    models.PositiveSmallIntegerField(
                        default=9, help_text="Local hour from which messages may go out.", null=True
                    ),
                ),
                (
                    "send_until_hour",
                    models.PositiveSmallIntegerField(
                        default=20, help_text="Local hour after which none go out.", null=True
                    ),
                ),
                (
                    "sends_on_weekends",
                    models.BooleanField(
                        default=False,
                        help_text="Otherwise messages wait for Monday, unless the time to answer is over by then.",
                        null=True,
                    ),
                ),
                (
                    "messages_a_day",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="To one patient, whatever they are about.", null=True
                    ),
                ),
                (
                    "messages_a_week",
                    models.PositiveSmallIntegerField(
                        default=3, help_text="To one patient in any seven days.", null=True
                    ),
                ),
                (
                    "sms_sender",
                    models.CharField(
                        blank=True,
                        help_text="The number text messages come from, like +15125550100; empty: the shared one.",
                        max_length=20,
                        null=True,
                    ),
                ),
                (
                    "keeps_withdrawn_answers",
                    models.BooleanField(
                        default=True,
                        help_text="Whether earlier answers stay in reports when a patient leaves the outcome registry.",
                        null=True,
                    ),
                ),
                (
                    "shows_curve_on_tablet",
                    models.BooleanField(
                        default=False,
                        help_text="Whether the clinic's tablet shows patients their curve, which others may see, too.",
                        null=True,
                    ),
                ),
                (
                    "keeps_patients_years",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Years after the last contact for which a patient's identity is kept; empty: for good.",
                        null=True,
                    ),
                ),
                (
                    "recipient_check",
                    models.CharField(
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
                (
                    "messages_held_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Since then nothing is sent: the data came from a backup, and others may send already.",
                        null=True,
                    ),
                ),
                (
                    "on_call_email",
                    models.EmailField(
                        blank=True,
                        help_text="Told at once of an answer that needs a person; empty: every clinician.",
                        max_length=254,
                        null=True,
                    ),
                ),
                (
                    "second_on_call_email",
                    models.EmailField(
                        blank=True,
                        help_text="Told when nobody took it on for four working hours; empty: every clinician.",
                        max_length=254,
                        null=True,
                    ),
                ),
                (
                    "emergency_number",
                    models.CharField(default="911", help_text="As patients dial it here.", max_length=20, null=True),
                ),
                (
                    "crisis_line",
                    models.CharField(
                        blank=True,
                        default="988",
                        help_text="For thoughts of suicide, as patients dial it here.",
                        max_length=20,
                        null=True,
                    ),
                ),
                (
                    "queue_confirmed_at",
                    models.DateTimeField(
                        blank=True, help_text="Since then somebody watches red flags in office hours.", null=True
                    ),
                ),
                ("is_demo", models.BooleanField(default=False, null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
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
        migrations.CreateModel(
            name="InvitationHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("invited_by", models.BigIntegerField(db_column="invited_by_id", null=True)),
                ("accepted_by", models.BigIntegerField(db_column="accepted_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("email", models.EmailField(help_text="Always lower case.", max_length=254, null=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("front_desk", "Front desk"),
                            ("clinician", "Clinician"),
                            ("manager", "Manager"),
                            ("researcher", "Researcher"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                ("invited_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MembershipHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("user", models.BigIntegerField(db_column="user_id", null=True)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("front_desk", "Front desk"),
                            ("clinician", "Clinician"),
                            ("manager", "Manager"),
                            ("researcher", "Researcher"),
                        ],
                        max_length=20,
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
            name="SecondFactorResetHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("person", models.BigIntegerField(db_column="person_id", null=True)),
                ("asked_by", models.BigIntegerField(db_column="asked_by_id", null=True)),
                ("approved_by", models.BigIntegerField(db_column="approved_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StoredFileHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("stored_by", models.BigIntegerField(db_column="stored_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("media_type", models.CharField(max_length=40, null=True)),
                ("sha256", models.CharField(max_length=64, null=True)),
                ("stored_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UserHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("email", models.EmailField(help_text="Always lower case.", max_length=254, null=True)),
                ("full_name", models.CharField(max_length=120, null=True)),
                ("is_active", models.BooleanField(default=True, null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(help_text="Always lower case.", max_length=254, unique=True)),
                ("full_name", models.CharField(max_length=120)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="user_email_is_lower_case",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditShape",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=63)),
                (
                    "plain",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), size=None),
                ),
                (
                    "personal",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), size=None),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("source"), models.F("plain"), models.F("personal"), name="audit_shape_is_kept_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Clinic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120, unique=True)),
                (
                    "sender_name",
                    models.CharField(help_text="Neutral name patients see; never a specialty.", max_length=60),
                ),
                ("phone", models.CharField(max_length=30)),
                ("time_zone", models.CharField(default="America/Chicago", max_length=60)),
                (
                    "send_from_hour",
                    models.PositiveSmallIntegerField(default=9, help_text="Local hour from which messages may go out."),
                ),
                (
                    "send_until_hour",
                    models.PositiveSmallIntegerField(default=20, help_text="Local hour after which none go out."),
                ),
                (
                    "sends_on_weekends",
                    models.BooleanField(
                        default=False,
                        help_text="Otherwise messages wait for Monday, unless the time to answer is over by then.",
                    ),
                ),
                (
                    "messages_a_day",
                    models.PositiveSmallIntegerField(default=1, help_text="To one patient, whatever they are about."),
                ),
                (
                    "messages_a_week",
                    models.PositiveSmallIntegerField(default=3, help_text="To one patient in any seven days."),
                ),
                (
                    "sms_sender",
                    models.CharField(
                        blank=True,
                        help_text="The number text messages come from, like +15125550100; empty: the shared one.",
                        max_length=20,
                    ),
                ),
                (
                    "sending_checked_at",
                    models.DateTimeField(
                        blank=True, help_text="When it was last looked at what is due to be sent.", null=True
                    ),
                ),
                (
                    "oldest_unsent_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Since when the oldest message that could go out has waited, as of then.",
                        null=True,
                    ),
                ),
                (
                    "keeps_withdrawn_answers",
                    models.BooleanField(
                        default=True,
                        help_text="Whether earlier answers stay in reports when a patient leaves the outcome registry.",
                    ),
                ),
                (
                    "shows_curve_on_tablet",
                    models.BooleanField(
                        default=False,
                        help_text="Whether the clinic's tablet shows patients their curve, which others may see, too.",
                    ),
                ),
                (
                    "keeps_patients_years",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Years after the last contact for which a patient's identity is kept; empty: for good.",
                        null=True,
                    ),
                ),
                (
                    "recipient_check",
                    models.CharField(
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
                (
                    "messages_held_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Since then nothing is sent: the data came from a backup, and others may send already.",
                        null=True,
                    ),
                ),
                (
                    "on_call_email",
                    models.EmailField(
                        blank=True,
                        help_text="Told at once of an answer that needs a person; empty: every clinician.",
                        max_length=254,
                    ),
                ),
                (
                    "second_on_call_email",
                    models.EmailField(
                        blank=True,
                        help_text="Told when nobody took it on for four working hours; empty: every clinician.",
                        max_length=254,
                    ),
                ),
                (
                    "emergency_number",
                    models.CharField(default="911", help_text="As patients dial it here.", max_length=20),
                ),
                (
                    "crisis_line",
                    models.CharField(
                        blank=True,
                        default="988",
                        help_text="For thoughts of suicide, as patients dial it here.",
                        max_length=20,
                    ),
                ),
                (
                    "queue_confirmed_at",
                    models.DateTimeField(
                        blank=True, help_text="Since then somebody watches red flags in office hours.", null=True
                    ),
                ),
                ("is_demo", models.BooleanField(default=False)),
                (
                    "queue_confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(default=0)),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.clinic",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                ("source", models.CharField(max_length=63)),
                ("event_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(help_text="insert, update, delete, or the kind of access.", max_length=20)),
                ("patient_id", models.BigIntegerField(null=True)),
                ("plain_digest", models.BinaryField(max_length=32)),
                ("personal_digest", models.BinaryField(max_length=32)),
                ("previous", models.BinaryField(max_length=32)),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shape",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinic.auditshape",
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.clinic",
                    ),
                ),
            ],
            options={
                "ordering": ("clinic_id", "number"),
            },
        ),
        migrations.CreateModel(
            name="AccessEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=clinic.models.audit.Clock())),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("read", "Read a record"),
                            ("listed", "Saw a list"),
                            ("searched", "Searched"),
                            ("exported", "Began an export"),
                            ("export_ended", "Finished an export"),
                            ("signed_in", "Signed in"),
                            ("sign_in_failed", "Failed to sign in"),
                            ("signed_out", "Signed out"),
                            ("denied", "Was refused"),
                            ("limited", "Was slowed down"),
                            ("link_refused", "Came with a link that opens nothing"),
                            ("erased", "Erased personal data"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "token",
                    models.UUIDField(help_text="The API token with which a program acted for this person.", null=True),
                ),
                ("patient_id", models.BigIntegerField(null=True)),
                ("route", models.CharField(blank=True, help_text="The page's name; never its address.", max_length=80)),
                ("method", models.CharField(blank=True, max_length=10)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                (
                    "kind_of_row",
                    models.CharField(blank=True, help_text="What was seen, like patients.consent.", max_length=60),
                ),
                ("row", models.UUIDField(help_text="Its public id.", null=True)),
                ("n_rows", models.PositiveIntegerField(help_text="How many, in a list or an export.", null=True)),
                ("address", models.GenericIPAddressField(null=True)),
                ("request_id", models.UUIDField(default=uuid.uuid4)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="clinic.clinic",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="CodeTries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("failed_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="code_tries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(help_text="Always lower case.", max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("front_desk", "Front desk"),
                            ("clinician", "Clinician"),
                            ("manager", "Manager"),
                            ("researcher", "Researcher"),
                        ],
                        max_length=20,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "accepted_by",
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
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-invited_at",),
            },
        ),
        migrations.CreateModel(
            name="KeyedRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("route", models.CharField(max_length=200)),
                ("key", models.UUIDField()),
                ("body_hash", models.CharField(help_text="SHA-256 of the body.", max_length=64)),
                ("received_at", models.DateTimeField()),
                (
                    "status",
                    models.PositiveSmallIntegerField(help_text="Empty while the request is at work.", null=True),
                ),
                ("reply", models.TextField(blank=True, help_text="The body of the reply, as JSON.")),
                ("location", models.CharField(blank=True, max_length=300)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("front_desk", "Front desk"),
                            ("clinician", "Clinician"),
                            ("manager", "Manager"),
                            ("researcher", "Researcher"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="clinic.clinic"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("front_desk", "Front desk"),
                            ("clinician", "Clinician"),
                            ("manager", "Manager"),
                            ("researcher", "Researcher"),
                        ],
                        help_text="Never more than the owner's role allows by the time of a request.",
                        max_length=20,
                    ),
                ),
                ("may_write", models.BooleanField(help_text="Else it only reads.")),
                ("name", models.CharField(max_length=80)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(help_text="To the minute.", null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_tokens",
                        to="clinic.membership",
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="SecondFactorReset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at",),
            },
        ),
        migrations.CreateModel(
            name="StaffLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invitation", "Invitation"),
                            ("password_reset", "Password Reset"),
                            ("password_changed", "Password Changed"),
                            ("factor_changed", "Factor Changed"),
                            ("factor_reset", "Factor Reset"),
                            ("alert", "Alert"),
                            ("alert_waits", "Alert Waits"),
                        ],
                        max_length=20,
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                (
                    "about",
                    models.CharField(
                        blank=True, help_text="The clinic, or what changed; in the letter.", max_length=200
                    ),
                ),
                ("sealed_link", models.TextField(blank=True)),
                ("queued_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, help_text="What the mail server said last.", max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("next_try_at"), condition=models.Q(("sent_at", None)), name="letter_waits_to_be_sent"
                    ),
                    models.Index(
                        models.F("email"), models.F("kind"), models.F("queued_at"), name="letter_by_address_and_kind"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sent_at", None), ("sealed_link", ""), _connector="OR"),
                        name="letter_that_was_sent_keeps_no_link",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=160)),
                ("media_type", models.CharField(max_length=40)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("stored_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "stored_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BrowserSession",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("signed_in_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="browser_sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_in_at__isnull", True), ("user__isnull", True)),
                            models.Q(("signed_in_at__isnull", False), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="session_of_a_person_says_since_when",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="clinic",
            constraint=models.CheckConstraint(
                condition=models.Q(("send_from_hour__lt", models.F("send_until_hour")), ("send_until_hour__lte", 24)),
                name="clinic_sends_within_one_day",
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
        migrations.AddConstraint(
            model_name="clinic",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("keeps_patients_years", None), ("keeps_patients_years__range", (1, 100)), _connector="OR"
                ),
                name="clinic_keeps_patients_for_some_years",
            ),
        ),
        migrations.AddConstraint(
            model_name="clinic",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("queue_confirmed_at", None), ("queue_confirmed_by", None)),
                    models.Q(("queue_confirmed_at__isnull", False), ("queue_confirmed_by__isnull", False)),
                    _connector="OR",
                ),
                name="clinic_queue_is_confirmed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="clinic",
            constraint=models.CheckConstraint(
                condition=models.Q(("emergency_number", ""), _negated=True), name="clinic_has_an_emergency_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="clinic",
            constraint=models.CheckConstraint(
                condition=models.Q(("recipient_check__in", ["off", "year", "date"])),
                name="clinic_has_known_recipient_check",
            ),
        ),
        migrations.AddConstraint(
            model_name="chainhead",
            constraint=models.UniqueConstraint(
                fields=("clinic",), name="audit_chain_has_one_head", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="auditseal",
            index=models.Index(fields=["clinic", "user", "number"], name="audit_of_one_person"),
        ),
        migrations.AddIndex(
            model_name="auditseal",
            index=models.Index(
                condition=models.Q(("patient_id__isnull", False)),
                fields=["clinic", "patient_id", "number"],
                name="audit_of_one_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="auditseal",
            index=models.Index(fields=["clinic", "kind", "number"], name="audit_of_one_kind"),
        ),
        migrations.AddIndex(
            model_name="auditseal",
            index=models.Index(fields=["clinic", "at"], name="audit_of_some_days"),
        ),
        migrations.AddConstraint(
            model_name="auditseal",
            constraint=models.UniqueConstraint(
                fields=("clinic", "number"), name="audit_seals_are_numbered_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="auditseal",
            constraint=models.UniqueConstraint(
                fields=("clinic", "previous"), name="audit_chain_never_forks", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="auditseal",
            constraint=models.UniqueConstraint(fields=("source", "event_id"), name="audit_seals_each_row_once"),
        ),
        migrations.AddConstraint(
            model_name="accessevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "read",
                            "listed",
                            "searched",
                            "exported",
                            "export_ended",
                            "signed_in",
                            "sign_in_failed",
                            "signed_out",
                            "denied",
                            "limited",
                            "link_refused",
                            "erased",
                        ],
                    )
                ),
                name="access_is_of_a_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["front_desk", "clinician", "manager", "researcher"])),
                name="invitation_has_known_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted_at", None), ("revoked_at", None), _connector="OR"),
                name="invitation_ends_one_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                    models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                    _connector="OR",
                ),
                name="invitation_is_accepted_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                models.F("clinic"),
                models.F("email"),
                condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                name="invitation_waits_once_per_address",
            ),
        ),
        migrations.AddIndex(
            model_name="keyedrequest",
            index=models.Index(fields=["clinic", "received_at"], name="keyed_request_by_age"),
        ),
        migrations.AddConstraint(
            model_name="keyedrequest",
            constraint=models.UniqueConstraint(
                models.F("clinic"),
                models.F("user"),
                models.F("route"),
                models.F("key"),
                name="keyed_request_once_per_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(models.F("user"), models.F("clinic"), name="membership_once_per_clinic"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["front_desk", "clinician", "manager", "researcher"])),
                name="membership_has_known_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["front_desk", "clinician", "manager", "researcher"])),
                name="api_token_has_known_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("membership__isnull", False), ("revoked_at__isnull", False), _connector="OR"),
                name="api_token_works_at_a_clinic_or_is_revoked",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondfactorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="reset_takes_two_managers",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondfactorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_by", models.F("person")), _negated=True),
                    models.Q(
                        ("approved_by", None),
                        models.Q(("approved_by", models.F("person")), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="reset_is_no_favor_to_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondfactorreset",
            constraint=models.UniqueConstraint(
                models.F("clinic"),
                models.F("person"),
                condition=models.Q(("approved_at", None)),
                name="reset_waits_once_per_person",
            ),
        ),
    ]
