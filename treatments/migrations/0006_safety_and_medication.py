"""Adverse events, clinical profiles, and the medicines on the way."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0005_products_lots_and_recalls"),
    ]

    operations = [
        migrations.CreateModel(
            name="AdverseEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("began_at", models.DateTimeField()),
                ("description", models.TextField(help_text="In the reporter's own words.", max_length=4000)),
                ("term", models.CharField(help_text="The CTCAE term or the clinic's own.", max_length=120)),
                ("icd10_code", models.CharField(blank=True, max_length=8)),
                (
                    "body_system",
                    models.CharField(
                        choices=[
                            ("musculoskeletal", "Muscles, bones and joints"),
                            ("injection_site", "Injection site"),
                            ("infection", "Infection"),
                            ("nervous", "Nervous system"),
                            ("vascular", "Blood vessels and clotting"),
                            ("immune", "Immune system and allergy"),
                            ("skin", "Skin"),
                            ("heart", "Heart"),
                            ("respiratory", "Breathing"),
                            ("gastrointestinal", "Stomach and bowel"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "grade",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "1: mild"),
                            (2, "2: moderate"),
                            (3, "3: severe, not life-threatening"),
                            (4, "4: life-threatening"),
                            (5, "5: death"),
                        ]
                    ),
                ),
                (
                    "seriousness",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("death", "Death"),
                                ("life_threatening", "Life-threatening"),
                                ("hospitalisation", "Hospital stay, or a longer one"),
                                ("incapacity", "Lasting or significant incapacity"),
                                ("congenital_anomaly", "Congenital anomaly"),
                                (
                                    "important",
                                    "Important medical event that needed intervention to prevent one of these",
                                ),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "is_communicable",
                    models.BooleanField(default=False, help_text="It involves a communicable disease."),
                ),
                (
                    "needed_intervention",
                    models.BooleanField(default=False, help_text="It needed medical or surgical intervention."),
                ),
                (
                    "is_expected",
                    models.BooleanField(help_text="Listed for this product; not yet judged when empty.", null=True),
                ),
                (
                    "related_to_product",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unrelated", "Unrelated"),
                            ("unlikely", "Unlikely"),
                            ("possible", "Possible"),
                            ("probable", "Probable"),
                            ("definite", "Definite"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "related_to_procedure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unrelated", "Unrelated"),
                            ("unlikely", "Unlikely"),
                            ("possible", "Possible"),
                            ("probable", "Probable"),
                            ("definite", "Definite"),
                        ],
                        max_length=10,
                    ),
                ),
                ("action_taken", models.CharField(blank=True, max_length=500)),
                ("treatment", models.CharField(blank=True, max_length=500)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("recovered", "Recovered"),
                            ("recovering", "Recovering"),
                            ("not_recovered", "Not recovered"),
                            ("sequelae", "Recovered with sequelae"),
                            ("fatal", "Fatal"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=15,
                    ),
                ),
                ("resolved_on", models.DateField(blank=True, null=True)),
                (
                    "reporter",
                    models.CharField(
                        help_text="Who told the clinic: the patient, a relative, a hospital …", max_length=120
                    ),
                ),
                (
                    "first_aware_at",
                    models.DateTimeField(help_text="When anybody of the clinic first knew; clocks count from here."),
                ),
                ("recorded_at", models.DateTimeField()),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("review_note", models.CharField(blank=True, max_length=1000)),
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_in_error_at", models.DateTimeField(null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ("-began_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="ClinicalProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("height_cm", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                ("weight_kg", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                (
                    "tobacco",
                    models.CharField(
                        blank=True,
                        choices=[("never", "Never"), ("former", "Former"), ("current", "Current")],
                        max_length=10,
                    ),
                ),
                (
                    "diabetes",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("prediabetes", "Prediabetes"),
                            ("type_1", "Type 1"),
                            ("type_2", "Type 2"),
                        ],
                        max_length=12,
                    ),
                ),
                ("symptom_months", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "severity_scale",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kellgren_lawrence", "Kellgren-Lawrence (0 to 4)"),
                            ("tonnis", "Tönnis (0 to 3)"),
                            ("pfirrmann", "Pfirrmann (1 to 5)"),
                            ("goutallier", "Goutallier (0 to 4)"),
                        ],
                        max_length=20,
                    ),
                ),
                ("severity_grade", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("prior_steroid_injections", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("prior_hyaluronate_injections", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("prior_biologic_injections", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "prior_surgery",
                    models.CharField(
                        blank=True, help_text='At the same target; "none" when there was none.', max_length=200
                    ),
                ),
                (
                    "conventional",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("physical_therapy", "Physical therapy"),
                                ("exercise", "Exercise programme"),
                                ("weight_loss", "Weight loss"),
                                ("nsaid", "NSAID"),
                                ("acetaminophen", "Acetaminophen"),
                                ("brace", "Brace or orthosis"),
                                ("steroid_injection", "Steroid injection"),
                                ("hyaluronate", "Hyaluronic acid injection"),
                                ("acupuncture", "Acupuncture"),
                                ("shock_wave", "Shock wave"),
                                ("nerve_ablation", "Nerve ablation"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("sport", models.CharField(blank=True, max_length=80)),
                (
                    "sport_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "No sport"),
                            ("recreational", "Recreational"),
                            ("competitive", "Competitive"),
                            ("professional", "Professional"),
                        ],
                        max_length=15,
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="EventRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("snapshot", models.JSONField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("replaced_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("version",),
            },
        ),
        migrations.CreateModel(
            name="MedicationReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "source",
                    models.CharField(
                        choices=[("visit", "At a visit"), ("survey", "With a check-in"), ("phone", "By phone")],
                        max_length=10,
                    ),
                ),
                ("asked_on", models.DateField()),
                ("nsaid_days", models.PositiveSmallIntegerField(blank=True, help_text="days of the last 7", null=True)),
                ("acetaminophen_mg", models.PositiveIntegerField(blank=True, help_text="mg a day", null=True)),
                ("takes_gabapentinoid", models.BooleanField(null=True)),
                ("takes_muscle_relaxant", models.BooleanField(null=True)),
                ("uses_cannabis", models.BooleanField(null=True)),
                ("uses_topical", models.BooleanField(null=True)),
                ("took_rescue_today", models.BooleanField(null=True)),
                ("takes_opioids", models.BooleanField(help_text="No is an answer: 0 MME a day.")),
                (
                    "mme_per_day",
                    models.DecimalField(
                        decimal_places=2, help_text="Not known when a drug has no factor.", max_digits=8, null=True
                    ),
                ),
                ("factor_version", models.CharField(max_length=20)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-asked_on", "-id"),
            },
        ),
        migrations.CreateModel(
            name="OpioidUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("drug", models.CharField(help_text="A code of the factor table.", max_length=30)),
                (
                    "strength",
                    models.DecimalField(decimal_places=3, help_text="mg a unit; patches mcg an hour", max_digits=8),
                ),
                (
                    "units_per_day",
                    models.DecimalField(
                        decimal_places=2, help_text="average of the last 7 days; patches worn", max_digits=6
                    ),
                ),
                ("is_as_needed", models.BooleanField(default=False)),
                (
                    "prescriber",
                    models.CharField(
                        blank=True, choices=[("inside", "This clinic"), ("outside", "Somebody else")], max_length=10
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="RegulatoryReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("causality_review", "Causality review"),
                            ("ind_7_days", "IND safety report, 7 days"),
                            ("ind_15_days", "IND safety report, 15 days"),
                            ("hctp_15_days", "HCT/P adverse reaction, 15 days"),
                        ],
                        max_length=20,
                    ),
                ),
                ("due_on", models.DateField()),
                ("sent_on", models.DateField(null=True)),
                (
                    "reference",
                    models.CharField(
                        blank=True, help_text="The number the authority or sponsor gave it.", max_length=80
                    ),
                ),
                (
                    "is_needed",
                    models.BooleanField(default=True, help_text="Not any more when a review changed what it rests on."),
                ),
            ],
            options={
                "ordering": ("due_on", "id"),
            },
        ),
        migrations.AddField(
            model_name="adverseevent",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="adverseevent",
            name="course",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adverse_events",
                to="treatments.course",
            ),
        ),
        migrations.AddField(
            model_name="adverseevent",
            name="entered_in_error_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="adverseevent",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="adverse_events", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="adverseevent",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="adverseevent",
            name="reviewed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="adverseevent",
            name="session",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adverse_events",
                to="treatments.treatmentsession",
            ),
        ),
        migrations.AddField(
            model_name="clinicalprofile",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="clinicalprofile",
            name="course",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="profile", to="treatments.course"
            ),
        ),
        migrations.AddField(
            model_name="clinicalprofile",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="eventrevision",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="eventrevision",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="treatments.adverseevent"
            ),
        ),
        migrations.AddField(
            model_name="eventrevision",
            name="replaced_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="adverseevent",
            name="lot",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adverse_events",
                to="treatments.lot",
            ),
        ),
        migrations.AddField(
            model_name="medicationreview",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="medicationreview",
            name="course",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="medication_reviews",
                to="treatments.course",
            ),
        ),
        migrations.AddField(
            model_name="medicationreview",
            name="follow_up",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="medication_reviews",
                to="treatments.followup",
            ),
        ),
        migrations.AddField(
            model_name="medicationreview",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="medication_reviews", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="medicationreview",
            name="recorded_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="medicationreview",
            name="session",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="medication_reviews",
                to="treatments.treatmentsession",
            ),
        ),
        migrations.AddField(
            model_name="opioiduse",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="opioiduse",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="opioids", to="treatments.medicationreview"
            ),
        ),
        migrations.AddField(
            model_name="regulatoryreport",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="regulatoryreport",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="treatments.adverseevent"
            ),
        ),
        migrations.AddField(
            model_name="regulatoryreport",
            name="sent_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="clinicalprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("severity_grade", None), ("severity_scale", "")),
                    models.Q(("severity_grade__isnull", False), models.Q(("severity_scale", ""), _negated=True)),
                    _connector="OR",
                ),
                name="profile_grade_has_a_scale",
            ),
        ),
        migrations.AddConstraint(
            model_name="eventrevision",
            constraint=models.UniqueConstraint(
                models.F("event"), models.F("version"), name="event_revision_once_per_version"
            ),
        ),
        migrations.AddIndex(
            model_name="adverseevent",
            index=models.Index(fields=["clinic", "-began_at"], name="event_in_order"),
        ),
        migrations.AddConstraint(
            model_name="adverseevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("began_at__lte", models.F("first_aware_at"))),
                name="event_began_before_it_was_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="adverseevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_aware_at__lte", models.F("recorded_at"))),
                name="event_was_known_before_it_was_recorded",
            ),
        ),
        migrations.AddConstraint(
            model_name="adverseevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("grade__range", (1, 5))), name="event_has_known_grade"
            ),
        ),
        migrations.AddConstraint(
            model_name="adverseevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("entered_in_error_at", None),
                    models.Q(("entered_in_error_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="event_in_error_has_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="medicationreview",
            index=models.Index(fields=["patient", "-asked_on"], name="medication_of_patient"),
        ),
        migrations.AddConstraint(
            model_name="medicationreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("nsaid_days", None), ("nsaid_days__lte", 7), _connector="OR"),
                name="medication_nsaid_days_are_of_seven",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicationreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("takes_opioids", True), ("mme_per_day", 0), _connector="OR"),
                name="medication_without_opioids_is_zero",
            ),
        ),
        migrations.AddConstraint(
            model_name="opioiduse",
            constraint=models.CheckConstraint(
                condition=models.Q(("strength__gt", 0), ("units_per_day__gt", 0)), name="opioid_amounts_are_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="regulatoryreport",
            index=models.Index(
                condition=models.Q(("is_needed", True), ("sent_on", None)),
                fields=["clinic", "due_on"],
                name="regulatory_report_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="regulatoryreport",
            constraint=models.UniqueConstraint(
                models.F("event"), models.F("kind"), name="regulatory_report_once_per_kind"
            ),
        ),
    ]
