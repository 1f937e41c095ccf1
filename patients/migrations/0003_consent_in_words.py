"""Versioned consent documents, signatures under them, and requests to sign."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0002_stored_files"),
        ("patients", "0002_walk_lists_in_order"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="contact_lapsed_at",
            field=models.DateTimeField(
                help_text="A new version of the contact document waits to be signed.", null=True
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="registry_stopped_at",
            field=models.DateTimeField(
                help_text="The outcome registry was withdrawn, or a new version of it waits to be signed.", null=True
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="time_zone",
            field=models.CharField(blank=True, help_text="Where it is not the clinic's.", max_length=60),
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
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="patients.patient"
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
            ],
            options={
                "ordering": ("-signed_at", "-id"),
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
        migrations.AddConstraint(
            model_name="consentrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                name="consent_request_ends_after_it_began",
            ),
        ),
    ]
