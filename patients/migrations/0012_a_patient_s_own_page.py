"""Links and letters of the patient's own page, and tries to say when the patient was born."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0013_when_and_how_much_is_sent"),
        ("patients", "0011_channels_and_deaths"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("paused_at__isnull", False)),
                        fields=["clinic", "survey"],
                        name="birth_check_paused",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("patient", "survey"), name="birth_check_once_per_survey", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at", None), ("lifted_by", None)),
                            models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="birth_check_is_lifted_by_somebody",
                    ),
                ],
            },
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
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at", None)), fields=["next_try_at"], name="patient_letter_waiting"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["email", "sms"]), ("kind__in", ["own_page", "address_changed"])
                        ),
                        name="patient_letter_has_known_words",
                    )
                ],
            },
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
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                        name="patient_link_ends_after_it_began",
                    )
                ],
            },
        ),
    ]
