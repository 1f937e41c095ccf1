"""The tables of patients, their consents, links and letters."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import pghistory.utils
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

import patients.models.patients
from clinic.table_migration import TableMigration

# unaccent() itself is not immutable, because its dictionary could be changed; naming the dictionary pins it.
FOLD = """
CREATE FUNCTION mendline_fold(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT lower(public.unaccent('public.unaccent', words)) $$
"""


class Migration(TableMigration):
    # What made these tables one step at a time, before anything was released.
    replaces = [
        ("patients", "0001_patients"),
        ("patients", "0002_walk_lists_in_order"),
        ("patients", "0003_consent_in_words"),
        ("patients", "0004_leaving_the_registry"),
        ("patients", "0005_documents_for_clinics_and_consents_that_are_there"),
        ("patients", "0008_erasing_who_a_patient_is"),
        ("patients", "0010_history_of_rows"),
        ("patients", "0011_channels_and_deaths"),
        ("patients", "0012_a_patient_s_own_page"),
    ]

    initial = True
    dependencies = [
        ("clinic", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION mendline_fold(text)"),
        migrations.CreateModel(
            name="FindablePatient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("search_text", models.TextField()),
                ("born_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "patients_findable",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ConsentDocumentHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("published_by", models.BigIntegerField(db_column="published_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("contact", "Contact by e-mail and phone"),
                            ("outcome_registry", "Outcome registry"),
                            ("research_sharing", "Research sharing"),
                            ("investigational_product", "Investigational product"),
                            ("state_notice", "State notice"),
                        ],
                        max_length=30,
                        null=True,
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(null=True)),
                ("title_en", models.CharField(max_length=120, null=True)),
                ("text_en", models.TextField(max_length=20000, null=True)),
                ("title_es", models.CharField(max_length=120, null=True)),
                ("text_es", models.TextField(max_length=20000, null=True)),
                (
                    "must_sign_again",
                    models.BooleanField(
                        default=False,
                        help_text="Whoever signed an earlier version has to sign this one before anything goes on.",
                        null=True,
                    ),
                ),
                ("published_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ConsentHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("patient", models.BigIntegerField(db_column="patient_id", null=True)),
                ("document", models.BigIntegerField(db_column="document_id", null=True)),
                ("recorded_by", models.BigIntegerField(db_column="recorded_by_id", null=True)),
                ("scan", models.BigIntegerField(db_column="scan_id", null=True)),
                ("pdf", models.BigIntegerField(db_column="pdf_id", null=True)),
                ("withdrawn_by", models.BigIntegerField(db_column="withdrawn_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("language", models.CharField(choices=[("en", "English"), ("es", "Español")], max_length=2, null=True)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("paper", "On paper"),
                            ("tablet", "On the clinic's tablet"),
                            ("link", "From the patient's link"),
                        ],
                        max_length=10,
                        null=True,
                    ),
                ),
                (
                    "signed_name",
                    models.CharField(
                        help_text="The full name as the patient typed or wrote it.", max_length=160, null=True
                    ),
                ),
                ("signed_at", models.DateTimeField(null=True)),
                (
                    "text_hash",
                    models.CharField(
                        help_text="SHA-256 of the title and text that were signed.", max_length=64, null=True
                    ),
                ),
                ("recorded_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ConsentRequestHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("patient", models.BigIntegerField(db_column="patient_id", null=True)),
                ("issued_by", models.BigIntegerField(db_column="issued_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("contact", "Contact by e-mail and phone"),
                                ("outcome_registry", "Outcome registry"),
                                ("research_sharing", "Research sharing"),
                                ("investigational_product", "Investigational product"),
                                ("state_notice", "State notice"),
                            ],
                            max_length=30,
                        ),
                        null=True,
                        size=None,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("tablet", "On the clinic's tablet"), ("link", "From the patient's link")],
                        max_length=10,
                        null=True,
                    ),
                ),
                ("issued_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PatientHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("died_recorded_by", models.BigIntegerField(db_column="died_recorded_by_id", null=True)),
                ("registered_by", models.BigIntegerField(db_column="registered_by_id", null=True)),
                ("consented_by", models.BigIntegerField(db_column="consented_by_id", null=True)),
                ("withdrawn_by", models.BigIntegerField(db_column="withdrawn_by_id", null=True)),
                ("registry_left_by", models.BigIntegerField(db_column="registry_left_by_id", null=True)),
                ("erased_by", models.BigIntegerField(db_column="erased_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("chart_number", models.CharField(max_length=40, null=True)),
                ("given_name", models.CharField(blank=True, max_length=80, null=True)),
                ("family_name", models.CharField(blank=True, max_length=80, null=True)),
                ("born_on", models.DateField(blank=True, null=True)),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("F", "Female"), ("M", "Male"), ("O", "Other"), ("", "Not recorded")],
                        max_length=1,
                        null=True,
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, null=True)),
                ("phone", models.CharField(blank=True, max_length=30, null=True)),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Español")], default="en", max_length=2, null=True
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(blank=True, help_text="Where it is not the clinic's.", max_length=60, null=True),
                ),
                (
                    "preferred_channel",
                    models.CharField(
                        choices=[("email", "E-mail"), ("sms", "Text message")], default="email", max_length=5, null=True
                    ),
                ),
                ("email_stopped_at", models.DateTimeField(help_text="The patient wants no more e-mail.", null=True)),
                ("email_bounced_at", models.DateTimeField(help_text="The address takes no mail.", null=True)),
                (
                    "sms_stopped_at",
                    models.DateTimeField(help_text="The patient wants no more text messages.", null=True),
                ),
                (
                    "sms_failed_at",
                    models.DateTimeField(
                        help_text="The number takes no text messages, or is another person's.", null=True
                    ),
                ),
                ("died_on", models.DateField(null=True)),
                ("died_recorded_at", models.DateTimeField(null=True)),
                ("registered_at", models.DateTimeField(null=True)),
                ("consented_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "contact_lapsed_at",
                    models.DateTimeField(
                        help_text="A new version of the contact document waits to be signed.", null=True
                    ),
                ),
                (
                    "registry_stopped_at",
                    models.DateTimeField(
                        help_text="The outcome registry was withdrawn, or a new version of it waits to be signed.",
                        null=True,
                    ),
                ),
                ("registry_left_at", models.DateTimeField(null=True)),
                (
                    "erases_answers_at",
                    models.DateTimeField(
                        help_text="The patient left a registry that then erases: no answer given up to here is kept.",
                        null=True,
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(help_text="Who this was is gone for good; what was done stays.", null=True),
                ),
                (
                    "erasure_reason",
                    models.CharField(
                        blank=True,
                        db_default="",
                        help_text="Why, without the patient's name.",
                        max_length=2000,
                        null=True,
                    ),
                ),
                ("is_imported", models.BooleanField(default=False, null=True)),
                (
                    "age_at_import",
                    models.PositiveSmallIntegerField(help_text="Years, where the source has no birth date.", null=True),
                ),
                (
                    "age_band",
                    models.CharField(blank=True, help_text="As the source gives it.", max_length=20, null=True),
                ),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ConsentDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("contact", "Contact by e-mail and phone"),
                            ("outcome_registry", "Outcome registry"),
                            ("research_sharing", "Research sharing"),
                            ("investigational_product", "Investigational product"),
                            ("state_notice", "State notice"),
                        ],
                        max_length=30,
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("title_en", models.CharField(max_length=120)),
                ("text_en", models.TextField(max_length=20000)),
                ("title_es", models.CharField(max_length=120)),
                ("text_es", models.TextField(max_length=20000)),
                (
                    "must_sign_again",
                    models.BooleanField(
                        default=False,
                        help_text="Whoever signed an earlier version has to sign this one before anything goes on.",
                    ),
                ),
                ("published_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("kind", "-version"),
            },
        ),
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("chart_number", models.CharField(max_length=40)),
                ("given_name", models.CharField(blank=True, max_length=80)),
                ("family_name", models.CharField(blank=True, max_length=80)),
                ("born_on", models.DateField(blank=True, null=True)),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("F", "Female"), ("M", "Male"), ("O", "Other"), ("", "Not recorded")],
                        max_length=1,
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=30)),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("es", "Español")], default="en", max_length=2),
                ),
                ("time_zone", models.CharField(blank=True, help_text="Where it is not the clinic's.", max_length=60)),
                (
                    "preferred_channel",
                    models.CharField(
                        choices=[("email", "E-mail"), ("sms", "Text message")], default="email", max_length=5
                    ),
                ),
                ("email_stopped_at", models.DateTimeField(help_text="The patient wants no more e-mail.", null=True)),
                ("email_bounced_at", models.DateTimeField(help_text="The address takes no mail.", null=True)),
                (
                    "sms_stopped_at",
                    models.DateTimeField(help_text="The patient wants no more text messages.", null=True),
                ),
                (
                    "sms_failed_at",
                    models.DateTimeField(
                        help_text="The number takes no text messages, or is another person's.", null=True
                    ),
                ),
                ("died_on", models.DateField(null=True)),
                ("died_recorded_at", models.DateTimeField(null=True)),
                ("registered_at", models.DateTimeField()),
                ("consented_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "contact_lapsed_at",
                    models.DateTimeField(
                        help_text="A new version of the contact document waits to be signed.", null=True
                    ),
                ),
                (
                    "registry_stopped_at",
                    models.DateTimeField(
                        help_text="The outcome registry was withdrawn, or a new version of it waits to be signed.",
                        null=True,
                    ),
                ),
                ("registry_left_at", models.DateTimeField(null=True)),
                (
                    "erases_answers_at",
                    models.DateTimeField(
                        help_text="The patient left a registry that then erases: no answer given up to here is kept.",
                        null=True,
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(help_text="Who this was is gone for good; what was done stays.", null=True),
                ),
                (
                    "erasure_reason",
                    models.CharField(
                        blank=True, db_default="", help_text="Why, without the patient's name.", max_length=2000
                    ),
                ),
                ("is_imported", models.BooleanField(default=False)),
                (
                    "age_at_import",
                    models.PositiveSmallIntegerField(help_text="Years, where the source has no birth date.", null=True),
                ),
                ("age_band", models.CharField(blank=True, help_text="As the source gives it.", max_length=20)),
                (
                    "search_text",
                    models.GeneratedField(
                        db_persist=True,
                        expression=patients.models.patients.Fold(
                            django.db.models.functions.text.Concat(
                                models.Value(" "),
                                models.F("family_name"),
                                models.Value(" "),
                                models.F("given_name"),
                                models.Value(" "),
                                models.F("chart_number"),
                                models.Value(" "),
                                models.F("email"),
                                models.Value(" "),
                                models.F("phone"),
                                models.Value(" "),
                                patients.models.patients.Digits(models.F("phone")),
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "consented_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "died_recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "erased_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "registry_left_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("family_name", "given_name", "chart_number"),
            },
        ),
        migrations.CreateModel(
            name="ConsentRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("contact", "Contact by e-mail and phone"),
                                ("outcome_registry", "Outcome registry"),
                                ("research_sharing", "Research sharing"),
                                ("investigational_product", "Investigational product"),
                                ("state_notice", "State notice"),
                            ],
                            max_length=30,
                        ),
                        size=None,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("tablet", "On the clinic's tablet"), ("link", "From the patient's link")],
                        max_length=10,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consent_requests",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "ordering": ("-issued_at",),
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("language", models.CharField(choices=[("en", "English"), ("es", "Español")], max_length=2)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("paper", "On paper"),
                            ("tablet", "On the clinic's tablet"),
                            ("link", "From the patient's link"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "signed_name",
                    models.CharField(help_text="The full name as the patient typed or wrote it.", max_length=160),
                ),
                ("signed_at", models.DateTimeField()),
                (
                    "text_hash",
                    models.CharField(help_text="SHA-256 of the title and text that were signed.", max_length=64),
                ),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "pdf",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.storedfile"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.storedfile"
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="patients.consentdocument",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="patients.patient"
                    ),
                ),
            ],
            options={
                "ordering": ("-signed_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="BirthCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "survey",
                    models.UUIDField(help_text="Public id of the survey; empty: the patient's own page.", null=True),
                ),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                (
                    "failing_since",
                    models.DateTimeField(help_text="What failed within a day from here is counted together."),
                ),
                ("paused_at", models.DateTimeField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "lifted_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="birth_checks", to="patients.patient"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PatientLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("own_page", "Link to the own page"),
                            ("address_changed", "The e-mail address was changed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("channel", models.CharField(choices=[("email", "E-mail"), ("sms", "Text message")], max_length=5)),
                (
                    "address",
                    models.CharField(
                        help_text="Where it goes: of one that was changed, the earlier address.", max_length=254
                    ),
                ),
                ("queued_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "problem",
                    models.CharField(
                        blank=True, help_text="What the server said last, without the address.", max_length=200
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="own_page_letters",
                        to="patients.patient",
                    ),
                ),
                (
                    "queued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PatientLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="patients.patient"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BirthGuesses",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.GenericIPAddressField(null=True)),
                ("hour", models.DateTimeField()),
                ("failures", models.PositiveIntegerField(default=0)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "birth guesses",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clinic", "hour", "address"), name="birth_guesses_once_per_hour", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="consentdocument",
            constraint=models.UniqueConstraint(
                models.F("clinic"), models.F("kind"), models.F("version"), name="consent_document_once_per_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="consentdocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["contact", "outcome_registry", "research_sharing", "investigational_product", "state_notice"],
                    )
                ),
                name="consent_document_has_known_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_text"], name="patient_search", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["clinic", "born_on"], name="patient_born"),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["clinic", "search_text", "id"], name="patient_in_order"),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["registered_at", "id"], name="patient_as_registered"),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                models.F("clinic"),
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("email", ""), _negated=True),
                name="patient_by_email",
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                models.F("clinic"),
                patients.models.patients.Digits("phone"),
                condition=models.Q(("phone", ""), _negated=True),
                name="patient_by_phone",
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("erases_answers_at__isnull", False)), fields=["id"], name="patient_erases"
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.UniqueConstraint(
                models.F("clinic"), models.F("chart_number"), name="patient_once_per_chart_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_at", None), ("consented_at__isnull", False), _connector="OR"),
                name="patient_withdraws_only_after_consent",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_imported", True), models.Q(("family_name", ""), _negated=True), _connector="OR"
                ),
                name="patient_has_a_name_or_is_imported",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erased_at", None),
                    models.Q(
                        ("age_at_import", None),
                        ("age_band", ""),
                        ("born_on", None),
                        ("email", ""),
                        ("family_name", "Erased patient"),
                        ("phone", ""),
                    ),
                    _connector="OR",
                ),
                name="patient_stays_erased",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erased_at", None), models.Q(("erasure_reason", ""), _negated=True), _connector="OR"
                ),
                name="patient_is_erased_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                name="consent_request_ends_after_it_began",
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["patient", "-signed_at"], name="consent_of_patient"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["document", "patient"], name="consent_of_document"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("signed_at__lte", models.F("recorded_at"))),
                name="consent_is_signed_before_it_is_recorded",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at", None), ("withdrawn_at__gte", models.F("signed_at")), _connector="OR"
                ),
                name="consent_is_withdrawn_after_it_was_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["paper", "tablet", "link"])), name="consent_has_known_way"
            ),
        ),
        migrations.AddIndex(
            model_name="birthcheck",
            index=models.Index(
                condition=models.Q(("paused_at__isnull", False)), fields=["clinic", "survey"], name="birth_check_paused"
            ),
        ),
        migrations.AddConstraint(
            model_name="birthcheck",
            constraint=models.UniqueConstraint(
                fields=("patient", "survey"), name="birth_check_once_per_survey", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="birthcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at", None), ("lifted_by", None)),
                    models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                    _connector="OR",
                ),
                name="birth_check_is_lifted_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="patientletter",
            index=models.Index(
                condition=models.Q(("sent_at", None)), fields=["next_try_at"], name="patient_letter_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="patientletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["email", "sms"]), ("kind__in", ["own_page", "address_changed"])),
                name="patient_letter_has_known_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("issued_at"))), name="patient_link_ends_after_it_began"
            ),
        ),
    ]
