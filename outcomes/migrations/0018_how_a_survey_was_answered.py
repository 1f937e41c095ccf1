"""How a survey was answered, the versions of what it asks, and instruments that clinics bring."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models

# Every definition was at version 1, and answers came by link, in English.
FILL = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE outcomes_survey SET versions = array_fill('1'::text, ARRAY[cardinality(instruments)]),
  mode = CASE WHEN completed_at IS NULL THEN '' ELSE 'link' END,
  language = CASE WHEN completed_at IS NULL THEN '' ELSE 'en' END,
  answered_by = CASE WHEN completed_at IS NULL THEN '' ELSE 'patient' END
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0013_when_and_how_much_is_sent"),
        ("outcomes", "0017_figures_of_sending"),
        ("treatments", "0017_history_of_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            ],
            options={
                "ordering": ("code", "-id"),
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
        migrations.AddField(
            model_name="survey",
            name="answered_by",
            field=models.CharField(
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
        migrations.AddField(
            model_name="survey",
            name="answered_on",
            field=models.DateField(help_text="Of paper and calls: the day the patient answered.", null=True),
        ),
        migrations.AddField(
            model_name="survey",
            name="device",
            field=models.CharField(
                blank=True,
                choices=[("phone", "Phone"), ("tablet", "Tablet"), ("computer", "Computer")],
                db_default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="survey",
            name="entered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="survey",
            name="entered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="survey",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("en", "English"), ("es", "Español")],
                db_default="",
                help_text="Empty until one was chosen.",
                max_length=2,
            ),
        ),
        migrations.AddField(
            model_name="survey",
            name="mode",
            field=models.CharField(
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
        migrations.AddField(
            model_name="survey",
            name="remark",
            field=models.CharField(
                blank=True, db_default="", help_text="The patient's own words at the end.", max_length=500
            ),
        ),
        migrations.AddField(
            model_name="survey",
            name="versions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                default=list,
                help_text="The version of each, fixed at opening.",
                size=None,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="surveyhistory",
            name="answered_by",
            field=models.CharField(
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
        migrations.AddField(
            model_name="surveyhistory",
            name="answered_on",
            field=models.DateField(help_text="Of paper and calls: the day the patient answered.", null=True),
        ),
        migrations.AddField(
            model_name="surveyhistory",
            name="device",
            field=models.CharField(
                blank=True,
                choices=[("phone", "Phone"), ("tablet", "Tablet"), ("computer", "Computer")],
                db_default="",
                max_length=10,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="surveyhistory",
            name="entered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="surveyhistory",
            name="entered_by",
            field=models.BigIntegerField(db_column="entered_by_id", null=True),
        ),
        migrations.AddField(
            model_name="surveyhistory",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("en", "English"), ("es", "Español")],
                db_default="",
                help_text="Empty until one was chosen.",
                max_length=2,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="surveyhistory",
            name="mode",
            field=models.CharField(
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
        migrations.AddField(
            model_name="surveyhistory",
            name="remark",
            field=models.CharField(
                blank=True, db_default="", help_text="The patient's own words at the end.", max_length=500, null=True
            ),
        ),
        migrations.AddField(
            model_name="surveyhistory",
            name="versions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                help_text="The version of each, fixed at opening.",
                null=True,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="loadedinstrument",
            name="attested_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="loadedinstrument",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="loadedinstrument",
            name="retired_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="loadedinstrument",
            constraint=models.UniqueConstraint(
                models.F("clinic"), models.F("code"), models.F("version"), name="loaded_instrument_once_per_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="loadedinstrument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retired_at", None), ("retired_by", None)),
                    models.Q(("retired_at__isnull", False), ("retired_by__isnull", False)),
                    _connector="OR",
                ),
                name="loaded_instrument_is_retired_by_somebody",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
