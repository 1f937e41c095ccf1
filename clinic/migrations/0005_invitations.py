"""Invitations, resets of a second factor, letters; and what may be asked about people past the fence."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Owned by the owner of the tables, whom row-level security does not bind; each says as little as it can.
WORKS_ELSEWHERE = """
CREATE FUNCTION mendline_works_elsewhere(person bigint, here bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM clinic_membership WHERE user_id = person AND clinic_id <> here)
$$
"""
ENTER_INVITATION = """
CREATE FUNCTION mendline_enter_invitation(hashes text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('mendline.clinics', ARRAY(
    SELECT clinic_id FROM clinic_invitation WHERE token_hash = ANY (hashes) LIMIT 1
  )::text, true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0004_sign_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invitation", "Invitation"),
                            ("password_reset", "Password Reset"),
                            ("password_changed", "Password Changed"),
                            ("factor_changed", "Factor Changed"),
                            ("factor_reset", "Factor Reset"),
                        ],
                        max_length=20,
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                (
                    "about",
                    models.CharField(
                        blank=True, help_text="The clinic, or what changed; in the letter.", max_length=200
                    ),
                ),
                ("sealed_link", models.TextField(blank=True)),
                ("queued_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, help_text="What the mail server said last.", max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("next_try_at"), condition=models.Q(("sent_at", None)), name="letter_waits_to_be_sent"
                    ),
                    models.Index(
                        models.F("email"), models.F("kind"), models.F("queued_at"), name="letter_by_address_and_kind"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sent_at", None), ("sealed_link", ""), _connector="OR"),
                        name="letter_that_was_sent_keeps_no_link",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(help_text="Always lower case.", max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("front_desk", "Front desk"),
                            ("clinician", "Clinician"),
                            ("manager", "Manager"),
                            ("researcher", "Researcher"),
                        ],
                        max_length=20,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-invited_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["front_desk", "clinician", "manager", "researcher"])),
                        name="invitation_has_known_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accepted_at", None), ("revoked_at", None), _connector="OR"),
                        name="invitation_ends_one_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                            models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="invitation_is_accepted_by_somebody",
                    ),
                    models.UniqueConstraint(
                        models.F("clinic"),
                        models.F("email"),
                        condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                        name="invitation_waits_once_per_address",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SecondFactorReset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="reset_takes_two_managers",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked_by", models.F("person")), _negated=True),
                            models.Q(
                                ("approved_by", None),
                                models.Q(("approved_by", models.F("person")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="reset_is_no_favor_to_oneself",
                    ),
                    models.UniqueConstraint(
                        models.F("clinic"),
                        models.F("person"),
                        condition=models.Q(("approved_at", None)),
                        name="reset_waits_once_per_person",
                    ),
                ],
            },
        ),
        migrations.RunSQL(WORKS_ELSEWHERE, "DROP FUNCTION mendline_works_elsewhere(bigint, bigint)"),
        migrations.RunSQL(ENTER_INVITATION, "DROP FUNCTION mendline_enter_invitation(text[])"),
    ]
