"""Test messages of staff to themselves, and the scope that the link in one brings."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# As the owner of the tables, because nothing is in scope yet. It gives back nothing but what the link itself opens.
ENTER = """
CREATE FUNCTION mendline_enter_trial_link(hashes bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('mendline.clinics',
    ARRAY(SELECT clinic_id FROM outcomes_trialmessage WHERE token_hash = ANY (hashes))::text, true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0021_version_of_a_clinic"),
        ("outcomes", "0039_nothing_of_merged_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TrialMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("channel", models.CharField(choices=[("email", "E-mail"), ("sms", "Text message")], max_length=5)),
                (
                    "address",
                    models.CharField(blank=True, help_text="Where it goes; emptied after some months.", max_length=254),
                ),
                ("queued_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "reply",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "accepted"),
                            ("deferred", "deferred"),
                            ("refused", "refused"),
                            ("opted_out", "opted_out"),
                            ("lost", "lost"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "detail",
                    models.CharField(
                        blank=True, help_text="What the server said, without the address.", max_length=200
                    ),
                ),
                ("token_hash", models.BinaryField(max_length=32, null=True, unique=True)),
                ("arrived_at", models.DateTimeField(null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "queued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-queued_at", "-id"),
                "indexes": [
                    models.Index(condition=models.Q(("claimed_at", None)), fields=["queued_at"], name="trial_waiting"),
                    models.Index(fields=["clinic", "queued_at"], name="trial_of_clinic"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "sms"])), name="trial_goes_by_a_known_channel"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reply", ""), ("settled_at", None)),
                            models.Q(
                                ("claimed_at__isnull", False),
                                ("settled_at__isnull", False),
                                models.Q(("reply", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="trial_is_settled_with_a_reply",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("arrived_at", None), ("token_hash__isnull", False), _connector="OR"),
                        name="trial_arrives_by_its_link",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ENTER, "DROP FUNCTION mendline_enter_trial_link(bytea[])"),
    ]
