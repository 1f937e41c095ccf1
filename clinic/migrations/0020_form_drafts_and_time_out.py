"""Forms that keep what is typed, and clinics that confirm five points before an injection."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0019_files_of_jobs"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinic",
            name="needs_time_out",
            field=models.BooleanField(
                default=False, help_text="Whether five points are confirmed before a session can be logged."
            ),
        ),
        migrations.AddField(
            model_name="clinichistory",
            name="needs_time_out",
            field=models.BooleanField(
                default=False, help_text="Whether five points are confirmed before a session can be logged.", null=True
            ),
        ),
        migrations.CreateModel(
            name="FormDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=200)),
                ("page", models.UUIDField()),
                ("begun_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("sealed_fields", models.TextField(help_text="Pairs of name and value in their order, as JSON.")),
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
            options={
                "indexes": [models.Index(models.F("saved_at"), name="form_draft_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("clinic"), models.F("user"), models.F("path"), name="form_draft_once_per_form"
                    )
                ],
            },
        ),
    ]
