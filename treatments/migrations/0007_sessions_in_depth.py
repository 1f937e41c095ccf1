"""What surrounds an injection, what was measured of the product, and what may be corrected."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0006_safety_and_medication"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Aftercare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rest_days",
                    models.PositiveSmallIntegerField(blank=True, help_text="days of restricted load", null=True),
                ),
                ("brace", models.CharField(blank=True, max_length=80)),
                ("therapy_starts_on", models.DateField(blank=True, null=True)),
                ("may_use_ice", models.BooleanField(null=True)),
                ("avoid_nsaid_until", models.DateField(blank=True, null=True)),
                ("analgesic_plan", models.CharField(blank=True, max_length=200)),
                ("back_to_activity_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Harvest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "site",
                    models.CharField(
                        choices=[
                            ("psis", "Posterior iliac crest"),
                            ("asis", "Anterior iliac crest"),
                            ("proximal_tibia", "Proximal tibia"),
                            ("abdomen", "Abdomen"),
                            ("flank", "Flank"),
                            ("thigh", "Thigh"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("left", "Left"), ("right", "Right"), ("midline", "Midline")], max_length=10
                    ),
                ),
                ("punctures", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "volume_ml",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="mL drawn",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Holds",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nsaid_stopped_on", models.DateField(blank=True, help_text="The day of the last dose.", null=True)),
                ("takes_no_nsaid", models.BooleanField(default=False)),
                (
                    "last_steroid_on",
                    models.DateField(blank=True, help_text="Last steroid injection or course.", null=True),
                ),
                (
                    "anticoagulant",
                    models.CharField(
                        blank=True,
                        choices=[("not_taken", "Not taken"), ("held", "Held"), ("continued", "Continued")],
                        max_length=10,
                    ),
                ),
                (
                    "antiplatelet",
                    models.CharField(
                        blank=True,
                        choices=[("not_taken", "Not taken"), ("held", "Held"), ("continued", "Continued")],
                        max_length=10,
                    ),
                ),
                (
                    "is_free_of_infection",
                    models.BooleanField(help_text="No fever, no infection of the skin or elsewhere.", null=True),
                ),
                (
                    "pregnancy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_applicable", "Does not apply"),
                            ("excluded", "Excluded"),
                            ("pregnant", "Pregnant"),
                        ],
                        max_length=15,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReleaseTest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sterility", "Sterility"),
                            ("endotoxin", "Endotoxin"),
                            ("mycoplasma", "Mycoplasma"),
                            ("karyotype", "Karyotype"),
                            ("residual_dna", "Residual DNA"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[("passed", "Passed"), ("failed", "Failed"), ("pending", "Pending")], max_length=10
                    ),
                ),
                ("value", models.CharField(blank=True, help_text='As printed, like "< 0.5 EU/mL".', max_length=60)),
                ("tested_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Retreatment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reinjection", "Injected again"),
                            ("steroid", "Steroid injection"),
                            ("surgery", "Surgery"),
                        ],
                        max_length=12,
                    ),
                ),
                ("happened_on", models.DateField()),
                ("note", models.CharField(blank=True, max_length=200)),
                ("recorded_at", models.DateTimeField()),
                ("entered_in_error_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("happened_on", "id"),
            },
        ),
        migrations.CreateModel(
            name="SessionRevision",
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
            name="Spin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "rcf_g",
                    models.DecimalField(
                        blank=True,
                        decimal_places=0,
                        help_text="g",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("rpm", models.PositiveIntegerField(blank=True, help_text="turns a minute", null=True)),
                (
                    "rotor_radius_cm",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="cm",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "minutes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="minutes",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "temperature_c",
                    models.DecimalField(blank=True, decimal_places=1, help_text="°C", max_digits=4, null=True),
                ),
                ("is_braked", models.BooleanField(null=True)),
            ],
            options={
                "ordering": ("position",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="cellpreparation",
            name="cell_amounts_are_not_negative",
        ),
        migrations.RemoveConstraint(
            model_name="exosomepreparation",
            name="exosome_amounts_are_not_negative",
        ),
        migrations.RemoveConstraint(
            model_name="injection",
            name="injection_once_per_target_and_side",
        ),
        migrations.RemoveConstraint(
            model_name="prppreparation",
            name="prp_amounts_are_not_negative",
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="adheres_to_plastic",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="anticoagulant",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="cd34_cells",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                help_text="×10⁶ CD34⁺ cells",
                max_digits=8,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="cd45_cells",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                help_text="×10⁶ CD45⁺ cells",
                max_digits=8,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="cfu_f_days",
            field=models.PositiveSmallIntegerField(blank=True, help_text="days in culture", null=True),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="culture_medium",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="device",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="differentiates",
            field=models.BooleanField(help_text="Into bone, cartilage and fat.", null=True),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="donor_age",
            field=models.PositiveSmallIntegerField(blank=True, help_text="years", null=True),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="donor_eligibility",
            field=models.CharField(
                blank=True,
                choices=[
                    ("eligible", "Donor found eligible"),
                    ("incomplete", "Donor evaluation not complete"),
                    ("ineligible", "Donor found ineligible"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="donor_sex",
            field=models.CharField(blank=True, choices=[("F", "Female"), ("M", "Male")], max_length=1),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="frozen_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="ind_number",
            field=models.CharField(blank=True, max_length=30),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="negative_markers_percent",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="% of CD34, CD45, CD14, CD19 and HLA-DR, the highest",
                max_digits=4,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="passage",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="platelets",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="×10³/µL",
                max_digits=6,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="population_doublings",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="doublings",
                max_digits=4,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="positive_markers_percent",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="% of CD73, CD90 and CD105, the lowest",
                max_digits=4,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="post_thaw_viability_percent",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="%",
                max_digits=4,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="regulatory_basis",
            field=models.CharField(
                blank=True,
                choices=[
                    ("same_day", "Same surgical procedure"),
                    ("hctp_361", "361 HCT/P"),
                    ("ind", "351, under an IND"),
                    ("state_law", "State law"),
                    ("outside_us", "Outside the United States"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="thawed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="tissue_source",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="used_enzyme",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="cellpreparation",
            name="was_washed",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="course",
            name="follows",
            field=models.ForeignKey(
                help_text="The earlier course it treats again.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="treatments.course",
            ),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="cell_bank_ref",
            field=models.CharField(blank=True, help_text="Donor or cell-bank reference; never a name.", max_length=60),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="contaminants",
            field=models.CharField(
                blank=True,
                choices=[
                    ("calnexin_absent", "Calnexin absent"),
                    ("grp94_absent", "Grp94 absent"),
                    ("present", "A contaminant marker is present"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="cytosolic_markers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[("tsg101", "TSG101"), ("annexin", "Annexin"), ("alix", "ALIX"), ("syntenin", "Syntenin")],
                    max_length=10,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="excursions",
            field=models.CharField(
                blank=True, help_text='Storage excursions in words; "none" if none.', max_length=300
            ),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="has_image",
            field=models.BooleanField(help_text="Electron or atomic-force microscopy is on file.", null=True),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="image",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clinic.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="irb_protocol",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="is_outside_us",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="mode_size_nm",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="nm, mode",
                max_digits=5,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="particle_method",
            field=models.CharField(
                blank=True,
                choices=[("nta", "NTA"), ("trps", "TRPS"), ("flow", "Flow cytometry"), ("other", "Other")],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="storage_c",
            field=models.DecimalField(blank=True, decimal_places=1, help_text="°C", max_digits=5, null=True),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="thawed_at",
            field=models.DateTimeField(blank=True, help_text="Thawed or reconstituted.", null=True),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="transmembrane_markers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[("cd9", "CD9"), ("cd63", "CD63"), ("cd81", "CD81")], max_length=10
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="exosomepreparation",
            name="vial_volume_ml",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="mL ready to inject, all vials",
                max_digits=5,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="injection",
            name="approach",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="injection",
            name="confirmed_needle",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="injection",
            name="image",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clinic.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="injection",
            name="level",
            field=models.CharField(blank=True, help_text="Of the spine, like L4/5.", max_length=10),
        ),
        migrations.AddField(
            model_name="injection",
            name="needle_length_mm",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="injection",
            name="passes",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="Needle passes; more than 1 is peppering.", null=True
            ),
        ),
        migrations.AddField(
            model_name="injection",
            name="used_contrast",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="protocol",
            name="anchor",
            field=models.CharField(
                choices=[("first", "First session of the series"), ("last", "Last session so far")],
                default="last",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="protocol",
            name="is_retired",
            field=models.BooleanField(default=False, help_text="Offered for no new course."),
        ),
        migrations.AddField(
            model_name="protocol",
            name="needs_ind",
            field=models.BooleanField(default=False, help_text="Research only: sessions need an IND number."),
        ),
        migrations.AddField(
            model_name="protocol",
            name="published_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="protocol",
            name="published_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="protocol",
            name="region",
            field=models.CharField(
                blank=True,
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
        migrations.AddField(
            model_name="protocol",
            name="required_consents",
            field=django.contrib.postgres.fields.ArrayField(
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
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="protocol",
            name="series_interval_days",
            field=models.PositiveSmallIntegerField(blank=True, help_text="days between sessions", null=True),
        ),
        migrations.AddField(
            model_name="protocol",
            name="series_length",
            field=models.PositiveSmallIntegerField(default=1, help_text="sessions planned"),
        ),
        migrations.AddField(
            model_name="protocol",
            name="technique",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="additives",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("hyaluronate", "Hyaluronic acid"),
                        ("bmac", "Marrow concentrate"),
                        ("adipose", "Fat"),
                        ("local_anaesthetic", "Local anaesthetic"),
                        ("steroid", "Steroid"),
                        ("antibiotic", "Antibiotic"),
                        ("other", "Other"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="anticoagulant_percent",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="%",
                max_digits=4,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="blood_erythrocytes",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                help_text="×10⁶/µL",
                max_digits=5,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="blood_hematocrit",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="%",
                max_digits=4,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="blood_neutrophils",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="×10³/µL",
                max_digits=5,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="capture_percent",
            field=models.DecimalField(
                decimal_places=2,
                editable=False,
                help_text="% of the blood's platelets in the PRP made",
                max_digits=7,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="concentration_factor",
            field=models.DecimalField(decimal_places=3, editable=False, help_text="× blood", max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="depa_code",
            field=models.CharField(blank=True, editable=False, max_length=20),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="dose_billions",
            field=models.DecimalField(
                decimal_places=3, editable=False, help_text="×10⁹ platelets injected", max_digits=8, null=True
            ),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="drawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="form",
            field=models.CharField(
                blank=True,
                choices=[
                    ("liquid", "Liquid"),
                    ("gel_partial", "Gel, partly clotted"),
                    ("gel_full", "Gel, fully clotted"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="formula_version",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="is_blood_diluted",
            field=models.BooleanField(
                default=False, help_text="The blood was counted after the anticoagulant was added."
            ),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="is_buffered",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="is_photoactivated",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="leukocyte_class",
            field=models.CharField(blank=True, editable=False, help_text="LR or LP.", max_length=2),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="mishra_code",
            field=models.CharField(blank=True, editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="paw_code",
            field=models.CharField(blank=True, editable=False, max_length=20),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="plra_code",
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="processed_at",
            field=models.DateTimeField(blank=True, help_text="When the first spin began.", null=True),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="prp_hematocrit",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="%",
                max_digits=4,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="prp_lymphocytes",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="×10³/µL",
                max_digits=6,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="prp_monocytes",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="×10³/µL",
                max_digits=6,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="prp_neutrophils",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="×10³/µL",
                max_digits=6,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="purity_percent",
            field=models.DecimalField(
                decimal_places=2,
                editable=False,
                help_text="% platelets among the cells of the PRP",
                max_digits=5,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="anaesthetic_agent",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="anaesthetic_ml",
            field=models.DecimalField(blank=True, decimal_places=2, help_text="mL", max_digits=5, null=True),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="anaesthetic_percent",
            field=models.DecimalField(blank=True, decimal_places=2, help_text="%", max_digits=4, null=True),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="anaesthetic_route",
            field=models.CharField(
                blank=True,
                choices=[
                    ("none", "None"),
                    ("skin", "Skin only"),
                    ("nerve_block", "Nerve block"),
                    ("intra_articular", "Into the joint"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="assistant",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="checklist",
            field=models.CharField(blank=True, help_text="Code and version of the reporting checklist.", max_length=20),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="entered_in_error_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="entered_in_error_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="entered_in_error_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="missing_items",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="reaction",
            field=models.CharField(
                blank=True,
                choices=[
                    ("none", "None"),
                    ("vasovagal", "Fainting or near fainting"),
                    ("pain", "Severe pain"),
                    ("bleeding", "Bleeding"),
                    ("allergic", "Allergic"),
                    ("other", "Other, see the note"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="recorded_items",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="room",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="sedation",
            field=models.CharField(
                blank=True,
                choices=[("none", "None"), ("nitrous", "Nitrous oxide"), ("oral", "Oral"), ("iv", "Intravenous")],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="skin_prep",
            field=models.CharField(
                blank=True,
                choices=[
                    ("chlorhexidine", "Chlorhexidine"),
                    ("povidone_iodine", "Povidone-iodine"),
                    ("alcohol", "Alcohol"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="exosomepreparation",
            name="isolation",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ultracentrifugation", "Ultracentrifugation"),
                    ("size_exclusion", "Size-exclusion chromatography"),
                    ("tangential_flow", "Tangential-flow filtration"),
                    ("precipitation", "Precipitation"),
                    ("other", "Other"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="exosomepreparation",
            name="protein_ug",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="µg protein, all vials",
                max_digits=8,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AlterField(
            model_name="prppreparation",
            name="activation",
            field=models.CharField(
                choices=[
                    ("none", "None"),
                    ("calcium_chloride", "Calcium chloride"),
                    ("calcium_gluconate", "Calcium gluconate"),
                    ("thrombin", "Thrombin"),
                    ("collagen", "Collagen"),
                    ("light", "Light"),
                    ("freeze_thaw", "Freeze-thaw"),
                    ("electrical", "Electrical"),
                    ("sonication", "Sonication"),
                    ("other", "Other"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="cellpreparation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cd34_cells__gte", 0),
                    ("cd45_cells__gte", 0),
                    ("cells_injected__gte", 0),
                    ("cfu_f_per_ml__gte", 0),
                    ("final_volume_ml__gte", 0),
                    ("negative_markers_percent__gte", 0),
                    ("nucleated_cells__gte", 0),
                    ("platelets__gte", 0),
                    ("population_doublings__gte", 0),
                    ("positive_markers_percent__gte", 0),
                    ("post_thaw_viability_percent__gte", 0),
                    ("viability_percent__gte", 0),
                ),
                name="cell_amounts_are_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="exosomepreparation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("median_size_nm__gte", 0),
                    ("mode_size_nm__gte", 0),
                    ("particles_per_ml__gte", 0),
                    ("protein_ug__gte", 0),
                    ("vial_volume_ml__gte", 0),
                    ("volume_ml__gte", 0),
                ),
                name="exosome_amounts_are_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="injection",
            constraint=models.UniqueConstraint(
                models.F("session"),
                models.F("target"),
                models.F("side"),
                models.F("level"),
                name="injection_once_per_target_and_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="protocol",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("series_length", 1),
                    models.Q(("series_interval_days__gte", 1), ("series_length__gt", 1)),
                    _connector="OR",
                ),
                name="protocol_series_has_an_interval",
            ),
        ),
        migrations.AddConstraint(
            model_name="prppreparation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("anticoagulant_ml__gte", 0),
                    ("anticoagulant_percent__gte", 0),
                    ("blood_erythrocytes__gte", 0),
                    ("blood_hematocrit__gte", 0),
                    ("blood_leukocytes__gte", 0),
                    ("blood_neutrophils__gte", 0),
                    ("blood_platelets__gte", 0),
                    ("blood_volume_ml__gte", 0),
                    ("prp_erythrocytes__gte", 0),
                    ("prp_hematocrit__gte", 0),
                    ("prp_injected_ml__gte", 0),
                    ("prp_leukocytes__gte", 0),
                    ("prp_lymphocytes__gte", 0),
                    ("prp_monocytes__gte", 0),
                    ("prp_neutrophils__gte", 0),
                    ("prp_platelets__gte", 0),
                    ("prp_volume_ml__gte", 0),
                ),
                name="prp_amounts_are_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="timepoint",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("name", "baseline"), _negated=True),
                expressions=[
                    ("protocol", "="),
                    (
                        models.Func(
                            models.F("opens_day"),
                            models.F("closes_day"),
                            models.Value("[]"),
                            function="int4range",
                            output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="timepoint_windows_do_not_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatmentsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("entered_in_error_at", None),
                    models.Q(("entered_in_error_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="session_in_error_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatmentsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("anaesthetic_ml__gte", 0), ("anaesthetic_percent__gte", 0)),
                    models.Q(("anaesthetic_ml__gte", 0), ("anaesthetic_percent", None)),
                    models.Q(("anaesthetic_ml", None), ("anaesthetic_percent__gte", 0)),
                    models.Q(("anaesthetic_ml", None), ("anaesthetic_percent", None)),
                    _connector="OR",
                ),
                name="session_anaesthetic_is_not_negative",
            ),
        ),
        migrations.AddField(
            model_name="aftercare",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="aftercare",
            name="session",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="aftercare", to="treatments.treatmentsession"
            ),
        ),
        migrations.AddField(
            model_name="harvest",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="harvest",
            name="preparation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="harvests", to="treatments.cellpreparation"
            ),
        ),
        migrations.AddField(
            model_name="holds",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="holds",
            name="session",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="treatments.treatmentsession"
            ),
        ),
        migrations.AddField(
            model_name="releasetest",
            name="certificate",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clinic.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="releasetest",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="releasetest",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="release_tests",
                to="treatments.treatmentsession",
            ),
        ),
        migrations.AddField(
            model_name="retreatment",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="retreatment",
            name="course",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="retreatments", to="treatments.course"
            ),
        ),
        migrations.AddField(
            model_name="retreatment",
            name="entered_in_error_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="retreatment",
            name="next_course",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="treatments.course"
            ),
        ),
        migrations.AddField(
            model_name="retreatment",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sessionrevision",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="sessionrevision",
            name="replaced_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sessionrevision",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="treatments.treatmentsession"
            ),
        ),
        migrations.AddField(
            model_name="spin",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="spin",
            name="preparation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="spins", to="treatments.prppreparation"
            ),
        ),
        migrations.AddConstraint(
            model_name="harvest",
            constraint=models.UniqueConstraint(
                models.F("preparation"), models.F("site"), models.F("side"), name="harvest_once_per_site_and_side"
            ),
        ),
        migrations.AddConstraint(
            model_name="harvest",
            constraint=models.CheckConstraint(
                condition=models.Q(("volume_ml__gte", 0)), name="harvest_amounts_are_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="releasetest",
            constraint=models.UniqueConstraint(
                models.F("session"), models.F("kind"), name="release_test_once_per_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionrevision",
            constraint=models.UniqueConstraint(
                models.F("session"), models.F("version"), name="session_revision_once_per_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="spin",
            constraint=models.UniqueConstraint(
                models.F("preparation"), models.F("position"), name="spin_once_per_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="spin",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 0), ("rcf_g__gte", 0), ("rotor_radius_cm__gte", 0)),
                name="spin_amounts_are_not_negative",
            ),
        ),
    ]
