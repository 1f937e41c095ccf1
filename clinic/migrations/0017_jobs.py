"""Long work: its queue, its progress and its answers."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0005_invitations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=40)),
                ("asked", models.JSONField(help_text="The question, as pairs of parameter and value.")),
                ("version", models.CharField(help_text="SHA-256 of question, data, rules and code.", max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "Waiting"), ("running", "At work"), ("done", "Done"), ("failed", "Failed")],
                        default="queued",
                        max_length=8,
                    ),
                ),
                ("progress", models.PositiveSmallIntegerField(default=0, help_text="Percent.")),
                ("made_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("started_at", models.DateTimeField(null=True)),
                ("alive_at", models.DateTimeField(help_text="When its worker last gave a sign of life.", null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("result", models.JSONField(null=True)),
                ("problem", models.CharField(blank=True, max_length=200)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(
                        models.F("kind"),
                        models.F("made_at"),
                        condition=models.Q(("state__in", ["queued", "running"])),
                        name="job_not_finished",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("clinic"),
                        models.F("kind"),
                        models.F("version"),
                        condition=models.Q(("state", "failed"), _negated=True),
                        name="job_once_per_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "failed"])),
                        name="job_has_a_known_state",
                    ),
                    models.CheckConstraint(condition=models.Q(("progress__lte", 100)), name="job_progress_is_percent"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finished_at__isnull", False),
                                ("problem", ""),
                                ("result__isnull", False),
                                ("state", "done"),
                            ),
                            models.Q(
                                ("finished_at__isnull", False),
                                ("state", "failed"),
                                models.Q(("problem", ""), _negated=True),
                            ),
                            models.Q(("finished_at", None), ("result", None), ("state__in", ["queued", "running"])),
                            _connector="OR",
                        ),
                        name="job_is_finished_with_a_result_or_a_problem",
                    ),
                ],
            },
        ),
    ]
