"""Files kept beside the rows they belong to; what becomes of answers when somebody leaves the registry."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0001_the_floor"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinic",
            name="keeps_withdrawn_answers",
            field=models.BooleanField(
                default=True,
                help_text="Whether earlier answers stay in reports when a patient leaves the outcome registry.",
            ),
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
    ]
