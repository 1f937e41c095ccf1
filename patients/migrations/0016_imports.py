"""Patients brought from a file, and what can be undone of it."""

import uuid

import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0019_files_of_jobs"),
        ("patients", "0015_allergies_and_whom_to_look_at"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PatientImportHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("uploaded_by", models.BigIntegerField(db_column="uploaded_by_id", null=True)),
                ("check_job", models.BigIntegerField(db_column="check_job_id", null=True)),
                ("import_job", models.BigIntegerField(db_column="import_job_id", null=True)),
                ("undo_job", models.BigIntegerField(db_column="undo_job_id", null=True)),
                ("undone_by", models.BigIntegerField(db_column="undone_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("sha256", models.CharField(max_length=64, null=True)),
                (
                    "encoding",
                    models.CharField(
                        choices=[("utf-8", "UTF-8"), ("cp1252", "Windows-1252 (Western European)")],
                        max_length=8,
                        null=True,
                    ),
                ),
                (
                    "delimiter",
                    models.CharField(
                        choices=[(",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Vertical bar")],
                        max_length=1,
                        null=True,
                    ),
                ),
                ("n_rows", models.PositiveIntegerField(null=True)),
                ("columns", models.JSONField(default=dict, null=True)),
                ("uploaded_at", models.DateTimeField(null=True)),
                ("counts", models.JSONField(null=True)),
                (
                    "digest",
                    models.CharField(
                        blank=True, help_text="SHA-256 of all that the check would do.", max_length=64, null=True
                    ),
                ),
                (
                    "takes_changes",
                    models.BooleanField(
                        default=False, help_text="Patients who are there get what the file says.", null=True
                    ),
                ),
                (
                    "takes_alike",
                    models.BooleanField(
                        default=False, help_text="Who looks like somebody who is there is new all the same.", null=True
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                ("done", models.JSONField(help_text="How many were registered and changed.", null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone", models.JSONField(help_text="How many were taken out, put back, and stayed.", null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PatientImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=160)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "encoding",
                    models.CharField(
                        choices=[("utf-8", "UTF-8"), ("cp1252", "Windows-1252 (Western European)")], max_length=8
                    ),
                ),
                (
                    "delimiter",
                    models.CharField(
                        choices=[(",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Vertical bar")], max_length=1
                    ),
                ),
                ("headers", models.JSONField()),
                ("n_rows", models.PositiveIntegerField()),
                ("columns", models.JSONField(default=dict)),
                ("choices", models.JSONField(default=dict)),
                ("uploaded_at", models.DateTimeField()),
                ("counts", models.JSONField(null=True)),
                ("findings", models.BinaryField(default=b"")),
                (
                    "digest",
                    models.CharField(blank=True, help_text="SHA-256 of all that the check would do.", max_length=64),
                ),
                (
                    "takes_changes",
                    models.BooleanField(default=False, help_text="Patients who are there get what the file says."),
                ),
                (
                    "takes_alike",
                    models.BooleanField(
                        default=False, help_text="Who looks like somebody who is there is new all the same."
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                ("done", models.JSONField(help_text="How many were registered and changed.", null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone", models.JSONField(help_text="How many were taken out, put back, and stayed.", null=True)),
                (
                    "check_job",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.job"
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "import_job",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.job"
                    ),
                ),
                (
                    "undo_job",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.job"
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "import of patients",
                "ordering": ("-uploaded_at",),
            },
        ),
        migrations.CreateModel(
            name="ImportedPatient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.JSONField(null=True)),
                ("last_event", models.BigIntegerField(default=0)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.consent"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="imported_rows", to="patients.patient"
                    ),
                ),
                (
                    "patient_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imported",
                        to="patients.patientimport",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="patientimport",
            index=models.Index(fields=["clinic", "-uploaded_at"], name="patient_import_newest"),
        ),
        migrations.AddConstraint(
            model_name="patientimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("undone_at", None),
                    models.Q(("done_at__isnull", False), ("undone__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="patient_import_is_undone_after_it_was_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_at", None), models.Q(("counts__isnull", False), ("done__isnull", False)), _connector="OR"
                ),
                name="patient_import_is_done_after_a_check",
            ),
        ),
        migrations.AddConstraint(
            model_name="importedpatient",
            constraint=models.UniqueConstraint(
                models.F("patient_import"), models.F("patient"), name="imported_patient_once_per_import"
            ),
        ),
    ]
