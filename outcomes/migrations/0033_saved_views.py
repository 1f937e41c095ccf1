"""Questions of reports under a name."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0005_invitations"),
        ("outcomes", "0032_report_snapshots"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("kind", models.CharField(help_text="The report's name in its addresses.", max_length=40)),
                ("parameters", models.TextField(help_text="Its filter as a query string.")),
                ("is_shared", models.BooleanField(default=False)),
                ("saved_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("name", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("clinic"),
                        models.F("saved_by"),
                        models.F("name"),
                        condition=models.Q(("is_shared", False)),
                        name="view_name_once_for_a_person",
                    ),
                    models.UniqueConstraint(
                        models.F("clinic"),
                        models.F("name"),
                        condition=models.Q(("is_shared", True)),
                        name="view_name_once_for_a_clinic",
                    ),
                ],
            },
        ),
    ]
