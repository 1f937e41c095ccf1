"""POSTs that came with an Idempotency-Key, and what was replied."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0009_hold_api_tokens_to_their_limits"),
    ]

    operations = [
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
            options={
                "indexes": [models.Index(fields=["clinic", "received_at"], name="keyed_request_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("clinic"),
                        models.F("user"),
                        models.F("route"),
                        models.F("key"),
                        name="keyed_request_once_per_key",
                    )
                ],
            },
        ),
    ]
