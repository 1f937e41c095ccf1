"""What became of every timepoint of every course, and which courses are to be worked out anew."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0005_invitations"),
        ("outcomes", "0023_what_was_brought_never_changes"),
        ("treatments", "0014_ledgers_lose_the_words_of_erased_patients"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutcomeMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="treatments.course",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("instrument", models.CharField(help_text="The scale's code.", max_length=40)),
                ("timepoint", models.CharField(max_length=40)),
                (
                    "target_day",
                    models.PositiveSmallIntegerField(
                        help_text="NULL where a source's own name says no day.", null=True
                    ),
                ),
                ("is_imported", models.BooleanField()),
                (
                    "modality",
                    models.CharField(
                        choices=[("prp", "PRP"), ("cell", "Stem cell"), ("exosome", "Exosome"), ("other", "Other")],
                        max_length=10,
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        choices=[
                            ("head", "Head"),
                            ("neck", "Neck"),
                            ("shoulder", "Shoulder"),
                            ("elbow", "Elbow"),
                            ("wrist_hand", "Wrist and hand"),
                            ("back", "Back and spine"),
                            ("hip", "Hip"),
                            ("knee", "Knee"),
                            ("ankle_foot", "Ankle and foot"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        blank=True,
                        choices=[("left", "Left"), ("right", "Right"), ("midline", "Midline")],
                        max_length=10,
                    ),
                ),
                ("source_site", models.CharField(blank=True, max_length=80)),
                ("source_clinician", models.CharField(blank=True, max_length=80)),
                ("opened_month", models.DateField()),
                ("treated_month", models.DateField(help_text="Of the first session.", null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_due", "not due"),
                            ("obtained", "obtained"),
                            ("missing", "missing"),
                            ("retreated", "retreated"),
                            ("left", "left"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "missing_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_asked", "not asked"),
                            ("unanswered", "unanswered"),
                            ("proxy", "proxy"),
                            ("too_few_answers", "too few answers"),
                            ("outside_window", "outside window"),
                            ("taken_out", "taken out"),
                        ],
                        max_length=15,
                    ),
                ),
                ("opens_on", models.DateField(null=True)),
                ("closes_on", models.DateField(null=True)),
                ("is_closed", models.BooleanField(help_text="The window is over.")),
                (
                    "is_due",
                    models.BooleanField(
                        help_text="The window is over, and the course was on this episode when it began."
                    ),
                ),
                (
                    "is_after_retreatment",
                    models.BooleanField(help_text="The value was taken after the target was treated again."),
                ),
                ("value", models.DecimalField(decimal_places=20, max_digits=29, null=True)),
                (
                    "day",
                    models.SmallIntegerField(
                        help_text="Days from the session from which days count to the answer.", null=True
                    ),
                ),
                ("baseline", models.DecimalField(decimal_places=20, max_digits=29, null=True)),
                (
                    "no_baseline",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_treated", "not treated"),
                            ("not_asked", "not asked"),
                            ("ambiguous_same_day", "ambiguous same day"),
                            ("after_treatment", "after treatment"),
                            ("outside_window", "outside window"),
                            ("not_counted", "not counted"),
                            ("none", "none"),
                        ],
                        max_length=18,
                    ),
                ),
                (
                    "improvement",
                    models.DecimalField(
                        decimal_places=20, help_text="Points; more is better.", max_digits=30, null=True
                    ),
                ),
                ("is_responder_30", models.BooleanField(null=True)),
                ("is_responder_50", models.BooleanField(null=True)),
                ("is_mcid", models.BooleanField(help_text="Improved by at least the published threshold.", null=True)),
                ("is_worse", models.BooleanField(help_text="Worse by at least the published threshold.", null=True)),
                ("is_treated", models.BooleanField()),
                ("was_consented", models.BooleanField(null=True)),
                ("was_sent", models.BooleanField(null=True)),
                ("was_opened", models.BooleanField(null=True)),
                ("is_complete", models.BooleanField(null=True)),
                ("is_in_window", models.BooleanField(null=True)),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[("email", "E-mail"), ("sms", "Text message")],
                        help_text="Of the first message.",
                        max_length=5,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("link", "Own device"),
                            ("tablet", "Tablet at the clinic"),
                            ("phone", "On the phone"),
                            ("paper", "On paper"),
                            ("in_person", "Asked in person"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "language",
                    models.CharField(blank=True, choices=[("en", "English"), ("es", "Español")], max_length=2),
                ),
                ("rule_version", models.PositiveSmallIntegerField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "clinician",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="Who gave the session from which days count.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcomes",
                        to="treatments.course",
                    ),
                ),
                (
                    "treatment_type",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="treatments.treatmenttype",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["clinic", "instrument", "timepoint"], name="outcome_of_instrument"),
                    models.Index(
                        condition=models.Q(("is_closed", False)), fields=["clinic", "closes_on"], name="outcome_open"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("course"),
                        models.F("instrument"),
                        models.F("timepoint"),
                        name="outcome_once_per_timepoint",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["not_due", "obtained", "missing", "retreated", "left"])),
                        name="outcome_has_known_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("day__isnull", False),
                                ("missing_reason", ""),
                                ("status__in", ["obtained", "retreated"]),
                                ("value__isnull", False),
                            ),
                            models.Q(
                                ("day", None),
                                ("status", "missing"),
                                ("value", None),
                                models.Q(("missing_reason", ""), _negated=True),
                            ),
                            models.Q(
                                ("day", None),
                                ("missing_reason", ""),
                                ("status__in", ["not_due", "retreated", "left"]),
                                ("value", None),
                            ),
                            _connector="OR",
                        ),
                        name="outcome_has_a_value_or_says_why_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("baseline", None), ("no_baseline", ""), ("timepoint", "baseline")),
                            models.Q(
                                models.Q(("timepoint", "baseline"), _negated=True),
                                models.Q(
                                    models.Q(("baseline__isnull", False), ("no_baseline", "")),
                                    models.Q(("baseline", None), models.Q(("no_baseline", ""), _negated=True)),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="outcome_has_a_baseline_or_says_why_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("baseline__isnull", False), ("value__isnull", False)),
                            models.Q(
                                ("improvement", None),
                                ("is_mcid", None),
                                ("is_responder_30", None),
                                ("is_responder_50", None),
                                ("is_worse", None),
                            ),
                            _connector="OR",
                        ),
                        name="outcome_is_judged_only_with_value_and_baseline",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_due", False), ("is_closed", True), _connector="OR"),
                        name="outcome_is_due_only_when_closed",
                    ),
                ],
            },
        ),
    ]
