"""The tables of protocols, courses, sessions, products, lots and adverse events."""

import uuid
from decimal import Decimal

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import pghistory.utils
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

from clinic.table_migration import TableMigration


class Migration(TableMigration):
    # What made these tables one step at a time, before anything was released.
    replaces = [
        ("treatments", "0001_treatments"),
        ("treatments", "0002_cover_days_of_opening"),
        ("treatments", "0003_walk_lists_in_order"),
        ("treatments", "0004_amounts_are_not_negative"),
        ("treatments", "0005_products_lots_and_recalls"),
        ("treatments", "0006_safety_and_medication"),
        ("treatments", "0007_sessions_in_depth"),
        ("treatments", "0008_move_spins_harvests_and_lots"),
        ("treatments", "0009_drop_what_moved"),
        ("treatments", "0011_sessions_know_what_came_with_their_key"),
        ("treatments", "0012_address_retreatments"),
        ("treatments", "0015_products_and_profiles_have_versions"),
        ("treatments", "0016_history_of_rows"),
        ("treatments", "0017_history_of_versions"),
    ]

    initial = True
    dependencies = [
        ("clinic", "0001_tables"),
        ("patients", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="AdverseEventHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("patient", models.BigIntegerField(db_column="patient_id", null=True)),
                ("course", models.BigIntegerField(db_column="course_id", null=True)),
                ("session", models.BigIntegerField(db_column="session_id", null=True)),
                ("lot", models.BigIntegerField(db_column="lot_id", null=True)),
                ("recorded_by", models.BigIntegerField(db_column="recorded_by_id", null=True)),
                ("reviewed_by", models.BigIntegerField(db_column="reviewed_by_id", null=True)),
                ("entered_in_error_by", models.BigIntegerField(db_column="entered_in_error_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("began_at", models.DateTimeField(null=True)),
                ("description", models.TextField(help_text="In the reporter's own words.", max_length=4000, null=True)),
                ("term", models.CharField(help_text="The CTCAE term or the clinic's own.", max_length=120, null=True)),
                ("icd10_code", models.CharField(blank=True, max_length=8, null=True)),
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
                        null=True,
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
                        ],
                        null=True,
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
                        null=True,
                        size=None,
                    ),
                ),
                (
                    "is_communicable",
                    models.BooleanField(default=False, help_text="It involves a communicable disease.", null=True),
                ),
                (
                    "needed_intervention",
                    models.BooleanField(
                        default=False, help_text="It needed medical or surgical intervention.", null=True
                    ),
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
                        null=True,
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
                        null=True,
                    ),
                ),
                ("action_taken", models.CharField(blank=True, max_length=500, null=True)),
                ("treatment", models.CharField(blank=True, max_length=500, null=True)),
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
                        null=True,
                    ),
                ),
                ("resolved_on", models.DateField(blank=True, null=True)),
                (
                    "reporter",
                    models.CharField(
                        help_text="Who told the clinic: the patient, a relative, a hospital …",
                        max_length=120,
                        null=True,
                    ),
                ),
                (
                    "first_aware_at",
                    models.DateTimeField(
                        help_text="When anybody of the clinic first knew; clocks count from here.", null=True
                    ),
                ),
                ("recorded_at", models.DateTimeField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("review_note", models.CharField(blank=True, max_length=1000, null=True)),
                ("version", models.PositiveIntegerField(default=1, null=True)),
                ("entered_in_error_at", models.DateTimeField(null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, max_length=300, null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AftercareHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("session", models.BigIntegerField(db_column="session_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "rest_days",
                    models.PositiveSmallIntegerField(blank=True, help_text="days of restricted load", null=True),
                ),
                ("brace", models.CharField(blank=True, max_length=80, null=True)),
                ("therapy_starts_on", models.DateField(blank=True, null=True)),
                ("may_use_ice", models.BooleanField(null=True)),
                ("avoid_nsaid_until", models.DateField(blank=True, null=True)),
                ("analgesic_plan", models.CharField(blank=True, max_length=200, null=True)),
                ("back_to_activity_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CellPreparationHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("session", models.BigIntegerField(db_column="session_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "product_type",
                    models.CharField(
                        choices=[
                            ("bmac", "Bone marrow aspirate concentrate"),
                            ("bma", "Bone marrow aspirate, not concentrated"),
                            ("mfat", "Micro-fragmented fat"),
                            ("svf", "Stromal vascular fraction"),
                            ("msc_autologous", "Expanded MSC, own"),
                            ("msc_allogeneic", "Expanded MSC, donor"),
                            ("umbilical_cord", "Umbilical cord tissue"),
                            ("cord_blood", "Cord blood"),
                            ("amniotic_fluid", "Amniotic fluid"),
                            ("placental", "Placental or amniotic membrane"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                (
                    "donor",
                    models.CharField(
                        choices=[("autologous", "The patient"), ("allogeneic", "A donor")], max_length=12, null=True
                    ),
                ),
                (
                    "donor_ref",
                    models.CharField(
                        blank=True, help_text="Required for cells of a donor; never a name.", max_length=60, null=True
                    ),
                ),
                ("donor_age", models.PositiveSmallIntegerField(blank=True, help_text="years", null=True)),
                (
                    "donor_sex",
                    models.CharField(blank=True, choices=[("F", "Female"), ("M", "Male")], max_length=1, null=True),
                ),
                (
                    "donor_eligibility",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("eligible", "Donor found eligible"),
                            ("incomplete", "Donor evaluation not complete"),
                            ("ineligible", "Donor found ineligible"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                ("tissue_source", models.CharField(blank=True, max_length=120, null=True)),
                (
                    "manipulation",
                    models.CharField(
                        choices=[("minimal", "Minimal"), ("more_than_minimal", "More than minimal")],
                        max_length=20,
                        null=True,
                    ),
                ),
                (
                    "regulatory_basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("same_day", "Same surgical procedure"),
                            ("hctp_361", "361 HCT/P"),
                            ("ind", "351, under an IND"),
                            ("state_law", "State law"),
                            ("outside_us", "Outside the United States"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                ("ind_number", models.CharField(blank=True, max_length=30, null=True)),
                ("anticoagulant", models.CharField(blank=True, max_length=60, null=True)),
                ("device", models.CharField(blank=True, max_length=120, null=True)),
                ("was_washed", models.BooleanField(null=True)),
                ("used_enzyme", models.BooleanField(null=True)),
                (
                    "final_volume_ml",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="mL ready to inject",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "nucleated_cells",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10⁶ total nucleated cells",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "viability_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="%",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "viability_method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("trypan_blue", "Trypan blue"),
                            ("7_aad", "7-AAD"),
                            ("ao_pi", "AO/PI"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                (
                    "cfu_f_per_ml",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="CFU-F per mL",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("cfu_f_days", models.PositiveSmallIntegerField(blank=True, help_text="days in culture", null=True)),
                (
                    "cd34_cells",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="×10⁶ CD34⁺ cells",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "cd45_cells",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="×10⁶ CD45⁺ cells",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "platelets",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "positive_markers_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="% of CD73, CD90 and CD105, the lowest",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "negative_markers_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="% of CD34, CD45, CD14, CD19 and HLA-DR, the highest",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("differentiates", models.BooleanField(help_text="Into bone, cartilage and fat.", null=True)),
                ("adheres_to_plastic", models.BooleanField(null=True)),
                ("passage", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "population_doublings",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="doublings",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("culture_medium", models.CharField(blank=True, max_length=80, null=True)),
                ("frozen_on", models.DateField(blank=True, null=True)),
                ("thawed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "post_thaw_viability_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="%",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "cells_injected",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10⁶ cells, all sites",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ClinicalProfileHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("course", models.BigIntegerField(db_column="course_id", null=True)),
                ("recorded_by", models.BigIntegerField(db_column="recorded_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("height_cm", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                ("weight_kg", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                (
                    "tobacco",
                    models.CharField(
                        blank=True,
                        choices=[("never", "Never"), ("former", "Former"), ("current", "Current")],
                        max_length=10,
                        null=True,
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
                        null=True,
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
                        null=True,
                    ),
                ),
                ("severity_grade", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("prior_steroid_injections", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("prior_hyaluronate_injections", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("prior_biologic_injections", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "prior_surgery",
                    models.CharField(
                        blank=True,
                        help_text='At the same target; "none" when there was none.',
                        max_length=200,
                        null=True,
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
                        null=True,
                        size=None,
                    ),
                ),
                ("sport", models.CharField(blank=True, max_length=80, null=True)),
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
                        null=True,
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, help_text="One more each time it is recorded.", null=True),
                ),
                ("recorded_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CourseHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("patient", models.BigIntegerField(db_column="patient_id", null=True)),
                ("treatment_type", models.BigIntegerField(db_column="treatment_type_id", null=True)),
                ("protocol", models.BigIntegerField(db_column="protocol_id", null=True)),
                ("opened_by", models.BigIntegerField(db_column="opened_by_id", null=True)),
                ("follows", models.BigIntegerField(db_column="follows_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("icd10_code", models.CharField(blank=True, max_length=8, null=True)),
                ("complaint", models.CharField(max_length=200, null=True)),
                (
                    "target",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("knee_joint", "Knee joint"),
                            ("patellar_tendon", "Patellar tendon"),
                            ("quadriceps_tendon", "Quadriceps tendon"),
                            ("mcl", "Medial collateral ligament"),
                            ("lcl", "Lateral collateral ligament"),
                            ("acl", "Anterior cruciate ligament"),
                            ("meniscus", "Meniscus"),
                            ("pes_anserine", "Pes anserine"),
                            ("iliotibial_band", "Iliotibial band"),
                            ("hip_joint", "Hip joint"),
                            ("gluteal_tendon", "Gluteus medius or minimus tendon"),
                            ("trochanteric_bursa", "Greater trochanteric bursa"),
                            ("proximal_hamstring", "Proximal hamstring"),
                            ("adductor_origin", "Adductor origin"),
                            ("iliopsoas", "Iliopsoas"),
                            ("hip_labrum", "Hip labrum"),
                            ("pubic_symphysis", "Pubic symphysis"),
                            ("glenohumeral_joint", "Glenohumeral joint"),
                            ("ac_joint", "Acromioclavicular joint"),
                            ("sc_joint", "Sternoclavicular joint"),
                            ("subacromial_bursa", "Subacromial bursa"),
                            ("supraspinatus", "Supraspinatus tendon"),
                            ("infraspinatus", "Infraspinatus tendon"),
                            ("subscapularis", "Subscapularis tendon"),
                            ("biceps_long_head", "Long head of biceps"),
                            ("shoulder_labrum", "Shoulder labrum"),
                            ("elbow_joint", "Elbow joint"),
                            ("common_extensor", "Common extensor origin"),
                            ("common_flexor", "Common flexor origin"),
                            ("distal_biceps", "Distal biceps tendon"),
                            ("triceps", "Triceps tendon"),
                            ("elbow_ucl", "Ulnar collateral ligament of elbow"),
                            ("wrist_joint", "Wrist joint"),
                            ("first_cmc", "First carpometacarpal joint"),
                            ("first_dorsal_compartment", "First dorsal compartment"),
                            ("tfcc", "Triangular fibrocartilage"),
                            ("thumb_ucl", "Ulnar collateral ligament of thumb"),
                            ("finger_joint", "Finger joint"),
                            ("median_nerve", "Median nerve"),
                            ("ulnar_nerve", "Ulnar nerve"),
                            ("ankle_joint", "Ankle joint"),
                            ("subtalar_joint", "Subtalar joint"),
                            ("lateral_ankle_ligaments", "Lateral ankle ligaments"),
                            ("deltoid_ligament", "Deltoid ligament"),
                            ("achilles_midportion", "Mid-portion Achilles tendon"),
                            ("achilles_insertion", "Insertional Achilles tendon"),
                            ("peroneal_tendon", "Peroneal tendon"),
                            ("posterior_tibial", "Posterior tibial tendon"),
                            ("plantar_fascia", "Plantar fascia"),
                            ("first_mtp", "First metatarsophalangeal joint"),
                            ("cervical_facet", "Cervical facet joint"),
                            ("cervical_disc", "Cervical disc"),
                            ("thoracic_facet", "Thoracic facet joint"),
                            ("lumbar_facet", "Lumbar facet joint"),
                            ("transforaminal_epidural", "Transforaminal epidural space"),
                            ("si_joint", "Sacroiliac joint"),
                            ("si_ligament", "Sacroiliac ligament"),
                            ("multifidus", "Multifidus"),
                            ("sciatic_nerve", "Sciatic nerve"),
                            ("lumbar_disc", "Lumbar disc"),
                            ("interlaminar_epidural", "Interlaminar epidural space"),
                            ("caudal_epidural", "Caudal epidural space"),
                            ("interspinous_ligament", "Interspinous ligament"),
                            ("tmj", "Temporomandibular joint"),
                        ],
                        max_length=40,
                        null=True,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        blank=True,
                        choices=[("left", "Left"), ("right", "Right"), ("midline", "Midline")],
                        max_length=10,
                        null=True,
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
                        null=True,
                    ),
                ),
                (
                    "opened_on",
                    models.DateField(
                        help_text="A day in the clinic's calendar; synthetic for imported history.", null=True
                    ),
                ),
                ("baseline_missing_reason", models.CharField(blank=True, max_length=200, null=True)),
                (
                    "external_ref",
                    models.CharField(
                        help_text="The source's own name of an imported course.", max_length=80, null=True
                    ),
                ),
                ("source_region", models.CharField(blank=True, max_length=60, null=True)),
                ("source_site", models.CharField(blank=True, max_length=80, null=True)),
                ("source_clinician", models.CharField(blank=True, max_length=80, null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EventRevisionHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("event", models.BigIntegerField(db_column="event_id", null=True)),
                ("replaced_by", models.BigIntegerField(db_column="replaced_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("version", models.PositiveIntegerField(null=True)),
                ("snapshot", models.JSONField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300, null=True)),
                ("replaced_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ExosomePreparationHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("session", models.BigIntegerField(db_column="session_id", null=True)),
                ("image", models.BigIntegerField(db_column="image_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("source_tissue", models.CharField(max_length=120, null=True)),
                (
                    "cell_bank_ref",
                    models.CharField(
                        blank=True, help_text="Donor or cell-bank reference; never a name.", max_length=60, null=True
                    ),
                ),
                (
                    "isolation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ultracentrifugation", "Ultracentrifugation"),
                            ("size_exclusion", "Size-exclusion chromatography"),
                            ("tangential_flow", "Tangential-flow filtration"),
                            ("precipitation", "Precipitation"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                (
                    "particles_per_ml",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="×10⁹ particles per mL",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "particle_method",
                    models.CharField(
                        blank=True,
                        choices=[("nta", "NTA"), ("trps", "TRPS"), ("flow", "Flow cytometry"), ("other", "Other")],
                        max_length=10,
                        null=True,
                    ),
                ),
                (
                    "vial_volume_ml",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="mL ready to inject, all vials",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "volume_ml",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="mL injected, all sites",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "protein_ug",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="µg protein, all vials",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "median_size_nm",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="nm, median",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "mode_size_nm",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="nm, mode",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "transmembrane_markers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("cd9", "CD9"), ("cd63", "CD63"), ("cd81", "CD81")], max_length=10
                        ),
                        blank=True,
                        default=list,
                        null=True,
                        size=None,
                    ),
                ),
                (
                    "cytosolic_markers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("tsg101", "TSG101"),
                                ("annexin", "Annexin"),
                                ("alix", "ALIX"),
                                ("syntenin", "Syntenin"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        null=True,
                        size=None,
                    ),
                ),
                (
                    "contaminants",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("calnexin_absent", "Calnexin absent"),
                            ("grp94_absent", "Grp94 absent"),
                            ("present", "A contaminant marker is present"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                (
                    "has_image",
                    models.BooleanField(help_text="Electron or atomic-force microscopy is on file.", null=True),
                ),
                (
                    "storage_c",
                    models.DecimalField(blank=True, decimal_places=1, help_text="°C", max_digits=5, null=True),
                ),
                (
                    "excursions",
                    models.CharField(
                        blank=True, help_text='Storage excursions in words; "none" if none.', max_length=300, null=True
                    ),
                ),
                ("thawed_at", models.DateTimeField(blank=True, help_text="Thawed or reconstituted.", null=True)),
                ("ind_number", models.CharField(blank=True, max_length=30, null=True)),
                ("irb_protocol", models.CharField(blank=True, max_length=60, null=True)),
                ("is_outside_us", models.BooleanField(default=False, null=True)),
                (
                    "is_notice_acknowledged",
                    models.BooleanField(
                        default=False,
                        help_text="The patient was told that no exosome product is FDA-approved.",
                        null=True,
                    ),
                ),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FollowUpHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("course", models.BigIntegerField(db_column="course_id", null=True)),
                ("timepoint", models.BigIntegerField(db_column="timepoint_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("opens_on", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("closes_on", models.DateField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "ended_on",
                    models.DateField(help_text="The first day on which it could no longer be answered.", null=True),
                ),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HarvestHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("preparation", models.BigIntegerField(db_column="preparation_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
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
                        null=True,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("left", "Left"), ("right", "Right"), ("midline", "Midline")], max_length=10, null=True
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
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HoldsHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("session", models.BigIntegerField(db_column="session_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("nsaid_stopped_on", models.DateField(blank=True, help_text="The day of the last dose.", null=True)),
                ("takes_no_nsaid", models.BooleanField(default=False, null=True)),
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
                        null=True,
                    ),
                ),
                (
                    "antiplatelet",
                    models.CharField(
                        blank=True,
                        choices=[("not_taken", "Not taken"), ("held", "Held"), ("continued", "Continued")],
                        max_length=10,
                        null=True,
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
                        null=True,
                    ),
                ),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="InjectionHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("session", models.BigIntegerField(db_column="session_id", null=True)),
                ("image", models.BigIntegerField(db_column="image_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("knee_joint", "Knee joint"),
                            ("patellar_tendon", "Patellar tendon"),
                            ("quadriceps_tendon", "Quadriceps tendon"),
                            ("mcl", "Medial collateral ligament"),
                            ("lcl", "Lateral collateral ligament"),
                            ("acl", "Anterior cruciate ligament"),
                            ("meniscus", "Meniscus"),
                            ("pes_anserine", "Pes anserine"),
                            ("iliotibial_band", "Iliotibial band"),
                            ("hip_joint", "Hip joint"),
                            ("gluteal_tendon", "Gluteus medius or minimus tendon"),
                            ("trochanteric_bursa", "Greater trochanteric bursa"),
                            ("proximal_hamstring", "Proximal hamstring"),
                            ("adductor_origin", "Adductor origin"),
                            ("iliopsoas", "Iliopsoas"),
                            ("hip_labrum", "Hip labrum"),
                            ("pubic_symphysis", "Pubic symphysis"),
                            ("glenohumeral_joint", "Glenohumeral joint"),
                            ("ac_joint", "Acromioclavicular joint"),
                            ("sc_joint", "Sternoclavicular joint"),
                            ("subacromial_bursa", "Subacromial bursa"),
                            ("supraspinatus", "Supraspinatus tendon"),
                            ("infraspinatus", "Infraspinatus tendon"),
                            ("subscapularis", "Subscapularis tendon"),
                            ("biceps_long_head", "Long head of biceps"),
                            ("shoulder_labrum", "Shoulder labrum"),
                            ("elbow_joint", "Elbow joint"),
                            ("common_extensor", "Common extensor origin"),
                            ("common_flexor", "Common flexor origin"),
                            ("distal_biceps", "Distal biceps tendon"),
                            ("triceps", "Triceps tendon"),
                            ("elbow_ucl", "Ulnar collateral ligament of elbow"),
                            ("wrist_joint", "Wrist joint"),
                            ("first_cmc", "First carpometacarpal joint"),
                            ("first_dorsal_compartment", "First dorsal compartment"),
                            ("tfcc", "Triangular fibrocartilage"),
                            ("thumb_ucl", "Ulnar collateral ligament of thumb"),
                            ("finger_joint", "Finger joint"),
                            ("median_nerve", "Median nerve"),
                            ("ulnar_nerve", "Ulnar nerve"),
                            ("ankle_joint", "Ankle joint"),
                            ("subtalar_joint", "Subtalar joint"),
                            ("lateral_ankle_ligaments", "Lateral ankle ligaments"),
                            ("deltoid_ligament", "Deltoid ligament"),
                            ("achilles_midportion", "Mid-portion Achilles tendon"),
                            ("achilles_insertion", "Insertional Achilles tendon"),
                            ("peroneal_tendon", "Peroneal tendon"),
                            ("posterior_tibial", "Posterior tibial tendon"),
                            ("plantar_fascia", "Plantar fascia"),
                            ("first_mtp", "First metatarsophalangeal joint"),
                            ("cervical_facet", "Cervical facet joint"),
                            ("cervical_disc", "Cervical disc"),
                            ("thoracic_facet", "Thoracic facet joint"),
                            ("lumbar_facet", "Lumbar facet joint"),
                            ("transforaminal_epidural", "Transforaminal epidural space"),
                            ("si_joint", "Sacroiliac joint"),
                            ("si_ligament", "Sacroiliac ligament"),
                            ("multifidus", "Multifidus"),
                            ("sciatic_nerve", "Sciatic nerve"),
                            ("lumbar_disc", "Lumbar disc"),
                            ("interlaminar_epidural", "Interlaminar epidural space"),
                            ("caudal_epidural", "Caudal epidural space"),
                            ("interspinous_ligament", "Interspinous ligament"),
                            ("tmj", "Temporomandibular joint"),
                        ],
                        max_length=40,
                        null=True,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("left", "Left"), ("right", "Right"), ("midline", "Midline")], max_length=10, null=True
                    ),
                ),
                ("level", models.CharField(blank=True, help_text="Of the spine, like L4/5.", max_length=10, null=True)),
                (
                    "structure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("intra_articular", "Intra-articular"),
                            ("tendon", "Tendon"),
                            ("ligament", "Ligament"),
                            ("muscle", "Muscle"),
                            ("bursa", "Bursa"),
                            ("enthesis", "Enthesis"),
                            ("perineural", "Perineural"),
                            ("epidural", "Epidural"),
                            ("facet", "Facet"),
                            ("intradiscal", "Intradiscal"),
                            ("intraosseous", "Intraosseous"),
                            ("subchondral", "Subchondral"),
                            ("scar", "Scar"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                (
                    "guidance",
                    models.CharField(
                        choices=[
                            ("landmark", "None (landmarks)"),
                            ("ultrasound", "Ultrasound"),
                            ("fluoroscopy", "Fluoroscopy"),
                            ("ct", "CT"),
                            ("mri", "MRI"),
                            ("arthroscopic", "Arthroscopic"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                ("approach", models.CharField(blank=True, max_length=80, null=True)),
                ("volume_ml", models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ("needle_gauge", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("needle_length_mm", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "passes",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Needle passes; more than 1 is peppering.", null=True
                    ),
                ),
                ("used_contrast", models.BooleanField(null=True)),
                ("confirmed_needle", models.BooleanField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LotHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("product", models.BigIntegerField(db_column="product_id", null=True)),
                ("certificate", models.BigIntegerField(db_column="certificate_id", null=True)),
                ("received_by", models.BigIntegerField(db_column="received_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("lot_number", models.CharField(max_length=60, null=True)),
                (
                    "identification_code",
                    models.CharField(
                        blank=True,
                        help_text="Distinct code of the tissue or cells; never a name, chart or SSN number.",
                        max_length=60,
                        null=True,
                    ),
                ),
                (
                    "donation_code",
                    models.CharField(blank=True, help_text="ISBT 128 or SEC, kept as it is.", max_length=40, null=True),
                ),
                (
                    "scanned_text",
                    models.CharField(blank=True, help_text="The code as it was scanned.", max_length=200, null=True),
                ),
                ("donor_ref", models.CharField(blank=True, max_length=60, null=True)),
                ("expires_on", models.DateField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("quarantine", "In quarantine"),
                            ("released", "Released"),
                            ("used_up", "Used up"),
                            ("discarded", "Discarded"),
                            ("recalled", "Recalled"),
                        ],
                        default="quarantine",
                        max_length=12,
                        null=True,
                    ),
                ),
                ("received_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LotMovementHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("lot", models.BigIntegerField(db_column="lot_id", null=True)),
                ("moved_by", models.BigIntegerField(db_column="moved_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("used", "Used in a session"),
                            ("returned", "Session entered in error"),
                            ("discarded", "Discarded"),
                            ("corrected", "Corrected after counting"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        decimal_places=3, help_text="Added, or taken away when below 0.", max_digits=10, null=True
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, null=True)),
                ("moved_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LotUseHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("lot", models.BigIntegerField(db_column="lot_id", null=True)),
                ("session", models.BigIntegerField(db_column="session_id", null=True)),
                ("patient", models.BigIntegerField(db_column="patient_id", null=True)),
                ("injection", models.BigIntegerField(db_column="injection_id", null=True)),
                ("reversed_by", models.BigIntegerField(db_column="reversed_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=10, null=True)),
                ("used_at", models.DateTimeField(null=True)),
                ("reversed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MedicationReviewHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("patient", models.BigIntegerField(db_column="patient_id", null=True)),
                ("course", models.BigIntegerField(db_column="course_id", null=True)),
                ("session", models.BigIntegerField(db_column="session_id", null=True)),
                ("follow_up", models.BigIntegerField(db_column="follow_up_id", null=True)),
                ("recorded_by", models.BigIntegerField(db_column="recorded_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[("visit", "At a visit"), ("survey", "With a check-in"), ("phone", "By phone")],
                        max_length=10,
                        null=True,
                    ),
                ),
                ("asked_on", models.DateField(null=True)),
                ("nsaid_days", models.PositiveSmallIntegerField(blank=True, help_text="days of the last 7", null=True)),
                ("acetaminophen_mg", models.PositiveIntegerField(blank=True, help_text="mg a day", null=True)),
                ("takes_gabapentinoid", models.BooleanField(null=True)),
                ("takes_muscle_relaxant", models.BooleanField(null=True)),
                ("uses_cannabis", models.BooleanField(null=True)),
                ("uses_topical", models.BooleanField(null=True)),
                ("took_rescue_today", models.BooleanField(null=True)),
                ("takes_opioids", models.BooleanField(help_text="No is an answer: 0 MME a day.", null=True)),
                (
                    "mme_per_day",
                    models.DecimalField(
                        decimal_places=2, help_text="Not known when a drug has no factor.", max_digits=8, null=True
                    ),
                ),
                ("factor_version", models.CharField(max_length=20, null=True)),
                ("recorded_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OpioidUseHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("review", models.BigIntegerField(db_column="review_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("drug", models.CharField(help_text="A code of the factor table.", max_length=30, null=True)),
                (
                    "strength",
                    models.DecimalField(
                        decimal_places=3, help_text="mg a unit; patches mcg an hour", max_digits=8, null=True
                    ),
                ),
                (
                    "units_per_day",
                    models.DecimalField(
                        decimal_places=2, help_text="average of the last 7 days; patches worn", max_digits=6, null=True
                    ),
                ),
                ("is_as_needed", models.BooleanField(default=False, null=True)),
                (
                    "prescriber",
                    models.CharField(
                        blank=True,
                        choices=[("inside", "This clinic"), ("outside", "Somebody else")],
                        max_length=10,
                        null=True,
                    ),
                ),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProductHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("registered_by", models.BigIntegerField(db_column="registered_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("name", models.CharField(max_length=120, null=True)),
                ("manufacturer", models.CharField(max_length=120, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prp_kit", "PRP kit"),
                            ("cell_kit", "Marrow or fat kit"),
                            ("cell_product", "Cell product"),
                            ("exosome_product", "Exosome product"),
                            ("additive", "Additive or activator"),
                            ("needle", "Needle or other supply"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                (
                    "regulated_as",
                    models.CharField(
                        choices=[("device", "Device"), ("biologic", "Biologic"), ("drug", "Drug")],
                        max_length=10,
                        null=True,
                    ),
                ),
                (
                    "gtin",
                    models.CharField(
                        blank=True, help_text="14 digits, as in the code on the box.", max_length=14, null=True
                    ),
                ),
                ("catalogue_number", models.CharField(blank=True, max_length=60, null=True)),
                ("source_tissue", models.CharField(blank=True, max_length=120, null=True)),
                (
                    "unit",
                    models.CharField(
                        default="piece",
                        help_text="What a lot is counted in, like vial or mL.",
                        max_length=20,
                        null=True,
                    ),
                ),
                (
                    "required_consents",
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
                        blank=True,
                        default=list,
                        null=True,
                        size=None,
                    ),
                ),
                ("is_retired", models.BooleanField(default=False, null=True)),
                (
                    "version",
                    models.PositiveIntegerField(default=1, help_text="One more with every correction.", null=True),
                ),
                ("registered_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProductStatusHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("product", models.BigIntegerField(db_column="product_id", null=True)),
                ("recorded_by", models.BigIntegerField(db_column="recorded_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("jurisdiction", models.CharField(help_text='Like "US" or "US-FL".', max_length=20, null=True)),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("same_day", "The patient's own, same day"),
                            ("hctp_361", "361 HCT/P"),
                            ("cleared", "Device, cleared"),
                            ("approved", "Approved"),
                            ("ind", "Investigational (IND)"),
                            ("state_law", "Allowed by state law only"),
                            ("not_approved", "Not approved"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                ("valid_from", models.DateField(null=True)),
                (
                    "reference",
                    models.CharField(
                        blank=True, help_text="IND or 510(k) number, or where it is written.", max_length=120, null=True
                    ),
                ),
                ("recorded_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProtocolHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("treatment_type", models.BigIntegerField(db_column="treatment_type_id", null=True)),
                ("published_by", models.BigIntegerField(db_column="published_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("name", models.CharField(max_length=120, null=True)),
                ("version", models.PositiveSmallIntegerField(default=1, null=True)),
                (
                    "region",
                    models.CharField(
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
                        null=True,
                    ),
                ),
                ("series_length", models.PositiveSmallIntegerField(default=1, help_text="sessions planned", null=True)),
                (
                    "series_interval_days",
                    models.PositiveSmallIntegerField(blank=True, help_text="days between sessions", null=True),
                ),
                (
                    "anchor",
                    models.CharField(
                        choices=[("first", "First session of the series"), ("last", "Last session so far")],
                        default="last",
                        max_length=5,
                        null=True,
                    ),
                ),
                ("technique", models.JSONField(blank=True, default=dict, null=True)),
                (
                    "needs_ind",
                    models.BooleanField(
                        default=False, help_text="Research only: sessions need an IND number.", null=True
                    ),
                ),
                (
                    "required_consents",
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
                        blank=True,
                        default=list,
                        null=True,
                        size=None,
                    ),
                ),
                ("is_retired", models.BooleanField(default=False, help_text="Offered for no new course.", null=True)),
                ("published_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PrpPreparationHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("session", models.BigIntegerField(db_column="session_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "blood_volume_ml",
                    models.DecimalField(
                        decimal_places=1,
                        help_text="mL, without anticoagulant",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "anticoagulant",
                    models.CharField(
                        choices=[
                            ("acd_a", "ACD-A"),
                            ("sodium_citrate", "Sodium citrate"),
                            ("edta", "EDTA"),
                            ("heparin", "Heparin"),
                            ("cpda", "CPDA"),
                            ("none", "None"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                (
                    "anticoagulant_ml",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="mL",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "anticoagulant_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="%",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("drawn_at", models.DateTimeField(blank=True, null=True)),
                ("processed_at", models.DateTimeField(blank=True, help_text="When the first spin began.", null=True)),
                ("device", models.CharField(blank=True, max_length=120, null=True)),
                (
                    "is_blood_diluted",
                    models.BooleanField(
                        default=False, help_text="The blood was counted after the anticoagulant was added.", null=True
                    ),
                ),
                (
                    "blood_platelets",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "blood_leukocytes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10³/µL",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "blood_neutrophils",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10³/µL",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "blood_erythrocytes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="×10⁶/µL",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "blood_hematocrit",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="%",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_platelets",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_leukocytes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_neutrophils",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_monocytes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_lymphocytes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_erythrocytes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="×10⁶/µL",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_hematocrit",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="%",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_volume_ml",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="mL made",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_injected_ml",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="mL of PRP injected, all sites",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "activation",
                    models.CharField(
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
                        null=True,
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("liquid", "Liquid"),
                            ("gel_partial", "Gel, partly clotted"),
                            ("gel_full", "Gel, fully clotted"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                (
                    "additives",
                    django.contrib.postgres.fields.ArrayField(
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
                        null=True,
                        size=None,
                    ),
                ),
                ("is_photoactivated", models.BooleanField(null=True)),
                ("is_buffered", models.BooleanField(null=True)),
                (
                    "dose_billions",
                    models.DecimalField(
                        decimal_places=3, editable=False, help_text="×10⁹ platelets injected", max_digits=8, null=True
                    ),
                ),
                (
                    "concentration_factor",
                    models.DecimalField(decimal_places=3, editable=False, help_text="× blood", max_digits=7, null=True),
                ),
                (
                    "capture_percent",
                    models.DecimalField(
                        decimal_places=2,
                        editable=False,
                        help_text="% of the blood's platelets in the PRP made",
                        max_digits=7,
                        null=True,
                    ),
                ),
                (
                    "purity_percent",
                    models.DecimalField(
                        decimal_places=2,
                        editable=False,
                        help_text="% platelets among the cells of the PRP",
                        max_digits=5,
                        null=True,
                    ),
                ),
                (
                    "leukocyte_class",
                    models.CharField(blank=True, editable=False, help_text="LR or LP.", max_length=2, null=True),
                ),
                ("paw_code", models.CharField(blank=True, editable=False, max_length=20, null=True)),
                ("depa_code", models.CharField(blank=True, editable=False, max_length=20, null=True)),
                ("plra_code", models.CharField(blank=True, editable=False, max_length=40, null=True)),
                ("mishra_code", models.CharField(blank=True, editable=False, max_length=10, null=True)),
                ("formula_version", models.PositiveSmallIntegerField(default=0, editable=False, null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RecallCaseHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("recall", models.BigIntegerField(db_column="recall_id", null=True)),
                ("patient", models.BigIntegerField(db_column="patient_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_contact", "To contact"),
                            ("contacted", "Contacted"),
                            ("symptoms", "Symptoms asked"),
                            ("tests", "Tests under way"),
                            ("closed", "Closed"),
                        ],
                        default="to_contact",
                        max_length=12,
                        null=True,
                    ),
                ),
                ("opened_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RecallHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("lot", models.BigIntegerField(db_column="lot_id", null=True)),
                ("started_by", models.BigIntegerField(db_column="started_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("I", "Class I: may cause serious harm or death"),
                            ("II", "Class II: may cause temporary or reversible harm"),
                            ("III", "Class III: not likely to cause harm"),
                        ],
                        max_length=3,
                        null=True,
                    ),
                ),
                ("reason", models.CharField(max_length=500, null=True)),
                ("announced_on", models.DateField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RecallStepHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("case", models.BigIntegerField(db_column="case_id", null=True)),
                ("taken_by", models.BigIntegerField(db_column="taken_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_contact", "To contact"),
                            ("contacted", "Contacted"),
                            ("symptoms", "Symptoms asked"),
                            ("tests", "Tests under way"),
                            ("closed", "Closed"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=1000, null=True)),
                ("taken_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RegulatoryReportHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("event", models.BigIntegerField(db_column="event_id", null=True)),
                ("sent_by", models.BigIntegerField(db_column="sent_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
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
                        null=True,
                    ),
                ),
                ("due_on", models.DateField(null=True)),
                ("sent_on", models.DateField(null=True)),
                (
                    "reference",
                    models.CharField(
                        blank=True, help_text="The number the authority or sponsor gave it.", max_length=80, null=True
                    ),
                ),
                (
                    "is_needed",
                    models.BooleanField(
                        default=True, help_text="Not any more when a review changed what it rests on.", null=True
                    ),
                ),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReleaseTestHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("session", models.BigIntegerField(db_column="session_id", null=True)),
                ("certificate", models.BigIntegerField(db_column="certificate_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
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
                        null=True,
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[("passed", "Passed"), ("failed", "Failed"), ("pending", "Pending")],
                        max_length=10,
                        null=True,
                    ),
                ),
                (
                    "value",
                    models.CharField(blank=True, help_text='As printed, like "< 0.5 EU/mL".', max_length=60, null=True),
                ),
                ("tested_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RetreatmentHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("course", models.BigIntegerField(db_column="course_id", null=True)),
                ("next_course", models.BigIntegerField(db_column="next_course_id", null=True)),
                ("recorded_by", models.BigIntegerField(db_column="recorded_by_id", null=True)),
                ("entered_in_error_by", models.BigIntegerField(db_column="entered_in_error_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reinjection", "Injected again"),
                            ("steroid", "Steroid injection"),
                            ("surgery", "Surgery"),
                        ],
                        max_length=12,
                        null=True,
                    ),
                ),
                ("happened_on", models.DateField(null=True)),
                ("note", models.CharField(blank=True, max_length=200, null=True)),
                ("recorded_at", models.DateTimeField(null=True)),
                ("entered_in_error_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReviewItemHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("session", models.BigIntegerField(db_column="session_id", null=True)),
                ("raised_by", models.BigIntegerField(db_column="raised_by_id", null=True)),
                ("settled_by", models.BigIntegerField(db_column="settled_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("side_not_planned", "Another side than planned"),
                            ("consent_missing", "Used without the signed, current consent"),
                            ("lot_expired", "Lot had expired"),
                            ("lot_overdrawn", "More used than the lot held"),
                            ("lot_not_released", "Lot was not released"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                ("finding", models.CharField(help_text="What the rule says, in words.", max_length=500, null=True)),
                ("reason", models.CharField(help_text="Why it was done all the same.", max_length=500, null=True)),
                ("raised_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settlement", models.CharField(blank=True, max_length=500, null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SessionRevisionHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("session", models.BigIntegerField(db_column="session_id", null=True)),
                ("replaced_by", models.BigIntegerField(db_column="replaced_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("version", models.PositiveIntegerField(null=True)),
                ("snapshot", models.JSONField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300, null=True)),
                ("replaced_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SpinHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("preparation", models.BigIntegerField(db_column="preparation_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("position", models.PositiveSmallIntegerField(null=True)),
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
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StorageReadingHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("lot", models.BigIntegerField(db_column="lot_id", null=True)),
                ("recorded_by", models.BigIntegerField(db_column="recorded_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("celsius", models.DecimalField(decimal_places=1, max_digits=5, null=True)),
                ("is_excursion", models.BooleanField(default=False, null=True)),
                ("note", models.CharField(blank=True, max_length=300, null=True)),
                ("recorded_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TimepointHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("protocol", models.BigIntegerField(db_column="protocol_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "name",
                    models.CharField(help_text='"baseline", or like "week 6" and "month 3".', max_length=40, null=True),
                ),
                ("target_day", models.PositiveSmallIntegerField(null=True)),
                ("opens_day", models.PositiveSmallIntegerField(null=True)),
                ("closes_day", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TreatmentSessionHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("course", models.BigIntegerField(db_column="course_id", null=True)),
                ("performed_by", models.BigIntegerField(db_column="performed_by_id", null=True)),
                ("logged_by", models.BigIntegerField(db_column="logged_by_id", null=True)),
                ("entered_in_error_by", models.BigIntegerField(db_column="entered_in_error_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("performed_at", models.DateTimeField(null=True)),
                ("assistant", models.CharField(blank=True, max_length=120, null=True)),
                ("room", models.CharField(blank=True, max_length=40, null=True)),
                (
                    "skin_prep",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("chlorhexidine", "Chlorhexidine"),
                            ("povidone_iodine", "Povidone-iodine"),
                            ("alcohol", "Alcohol"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                (
                    "anaesthetic_route",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("skin", "Skin only"),
                            ("nerve_block", "Nerve block"),
                            ("intra_articular", "Into the joint"),
                        ],
                        max_length=20,
                        null=True,
                    ),
                ),
                ("anaesthetic_agent", models.CharField(blank=True, max_length=60, null=True)),
                (
                    "anaesthetic_percent",
                    models.DecimalField(blank=True, decimal_places=2, help_text="%", max_digits=4, null=True),
                ),
                (
                    "anaesthetic_ml",
                    models.DecimalField(blank=True, decimal_places=2, help_text="mL", max_digits=5, null=True),
                ),
                (
                    "sedation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("nitrous", "Nitrous oxide"),
                            ("oral", "Oral"),
                            ("iv", "Intravenous"),
                        ],
                        max_length=10,
                        null=True,
                    ),
                ),
                (
                    "reaction",
                    models.CharField(
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
                        null=True,
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=2000, null=True)),
                ("logged_at", models.DateTimeField(null=True)),
                ("idempotency_key", models.UUIDField(help_text="The same key twice is the same session.", null=True)),
                (
                    "idempotency_hash",
                    models.CharField(
                        blank=True, help_text="SHA-256 of what came with the key.", max_length=64, null=True
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, null=True)),
                ("entered_in_error_at", models.DateTimeField(null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, max_length=300, null=True)),
                (
                    "checklist",
                    models.CharField(
                        blank=True, help_text="Code and version of the reporting checklist.", max_length=20, null=True
                    ),
                ),
                (
                    "recorded_items",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, null=True, size=None
                    ),
                ),
                (
                    "missing_items",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, null=True, size=None
                    ),
                ),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TreatmentTypeHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("code", models.CharField(max_length=80, null=True)),
                ("label", models.CharField(max_length=120, null=True)),
                (
                    "modality",
                    models.CharField(
                        choices=[("prp", "PRP"), ("cell", "Stem cell"), ("exosome", "Exosome"), ("other", "Other")],
                        max_length=10,
                        null=True,
                    ),
                ),
                ("is_imported", models.BooleanField(default=False, null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Course",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("icd10_code", models.CharField(blank=True, max_length=8)),
                ("complaint", models.CharField(max_length=200)),
                (
                    "target",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("knee_joint", "Knee joint"),
                            ("patellar_tendon", "Patellar tendon"),
                            ("quadriceps_tendon", "Quadriceps tendon"),
                            ("mcl", "Medial collateral ligament"),
                            ("lcl", "Lateral collateral ligament"),
                            ("acl", "Anterior cruciate ligament"),
                            ("meniscus", "Meniscus"),
                            ("pes_anserine", "Pes anserine"),
                            ("iliotibial_band", "Iliotibial band"),
                            ("hip_joint", "Hip joint"),
                            ("gluteal_tendon", "Gluteus medius or minimus tendon"),
                            ("trochanteric_bursa", "Greater trochanteric bursa"),
                            ("proximal_hamstring", "Proximal hamstring"),
                            ("adductor_origin", "Adductor origin"),
                            ("iliopsoas", "Iliopsoas"),
                            ("hip_labrum", "Hip labrum"),
                            ("pubic_symphysis", "Pubic symphysis"),
                            ("glenohumeral_joint", "Glenohumeral joint"),
                            ("ac_joint", "Acromioclavicular joint"),
                            ("sc_joint", "Sternoclavicular joint"),
                            ("subacromial_bursa", "Subacromial bursa"),
                            ("supraspinatus", "Supraspinatus tendon"),
                            ("infraspinatus", "Infraspinatus tendon"),
                            ("subscapularis", "Subscapularis tendon"),
                            ("biceps_long_head", "Long head of biceps"),
                            ("shoulder_labrum", "Shoulder labrum"),
                            ("elbow_joint", "Elbow joint"),
                            ("common_extensor", "Common extensor origin"),
                            ("common_flexor", "Common flexor origin"),
                            ("distal_biceps", "Distal biceps tendon"),
                            ("triceps", "Triceps tendon"),
                            ("elbow_ucl", "Ulnar collateral ligament of elbow"),
                            ("wrist_joint", "Wrist joint"),
                            ("first_cmc", "First carpometacarpal joint"),
                            ("first_dorsal_compartment", "First dorsal compartment"),
                            ("tfcc", "Triangular fibrocartilage"),
                            ("thumb_ucl", "Ulnar collateral ligament of thumb"),
                            ("finger_joint", "Finger joint"),
                            ("median_nerve", "Median nerve"),
                            ("ulnar_nerve", "Ulnar nerve"),
                            ("ankle_joint", "Ankle joint"),
                            ("subtalar_joint", "Subtalar joint"),
                            ("lateral_ankle_ligaments", "Lateral ankle ligaments"),
                            ("deltoid_ligament", "Deltoid ligament"),
                            ("achilles_midportion", "Mid-portion Achilles tendon"),
                            ("achilles_insertion", "Insertional Achilles tendon"),
                            ("peroneal_tendon", "Peroneal tendon"),
                            ("posterior_tibial", "Posterior tibial tendon"),
                            ("plantar_fascia", "Plantar fascia"),
                            ("first_mtp", "First metatarsophalangeal joint"),
                            ("cervical_facet", "Cervical facet joint"),
                            ("cervical_disc", "Cervical disc"),
                            ("thoracic_facet", "Thoracic facet joint"),
                            ("lumbar_facet", "Lumbar facet joint"),
                            ("transforaminal_epidural", "Transforaminal epidural space"),
                            ("si_joint", "Sacroiliac joint"),
                            ("si_ligament", "Sacroiliac ligament"),
                            ("multifidus", "Multifidus"),
                            ("sciatic_nerve", "Sciatic nerve"),
                            ("lumbar_disc", "Lumbar disc"),
                            ("interlaminar_epidural", "Interlaminar epidural space"),
                            ("caudal_epidural", "Caudal epidural space"),
                            ("interspinous_ligament", "Interspinous ligament"),
                            ("tmj", "Temporomandibular joint"),
                        ],
                        max_length=40,
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
                    "opened_on",
                    models.DateField(help_text="A day in the clinic's calendar; synthetic for imported history."),
                ),
                ("baseline_missing_reason", models.CharField(blank=True, max_length=200)),
                (
                    "external_ref",
                    models.CharField(
                        help_text="The source's own name of an imported course.", max_length=80, null=True
                    ),
                ),
                ("source_region", models.CharField(blank=True, max_length=60)),
                ("source_site", models.CharField(blank=True, max_length=80)),
                ("source_clinician", models.CharField(blank=True, max_length=80)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        help_text="The earlier course it treats again.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="treatments.course",
                    ),
                ),
                (
                    "opened_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="courses", to="patients.patient"
                    ),
                ),
            ],
            options={
                "ordering": ("-opened_on", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Injection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("knee_joint", "Knee joint"),
                            ("patellar_tendon", "Patellar tendon"),
                            ("quadriceps_tendon", "Quadriceps tendon"),
                            ("mcl", "Medial collateral ligament"),
                            ("lcl", "Lateral collateral ligament"),
                            ("acl", "Anterior cruciate ligament"),
                            ("meniscus", "Meniscus"),
                            ("pes_anserine", "Pes anserine"),
                            ("iliotibial_band", "Iliotibial band"),
                            ("hip_joint", "Hip joint"),
                            ("gluteal_tendon", "Gluteus medius or minimus tendon"),
                            ("trochanteric_bursa", "Greater trochanteric bursa"),
                            ("proximal_hamstring", "Proximal hamstring"),
                            ("adductor_origin", "Adductor origin"),
                            ("iliopsoas", "Iliopsoas"),
                            ("hip_labrum", "Hip labrum"),
                            ("pubic_symphysis", "Pubic symphysis"),
                            ("glenohumeral_joint", "Glenohumeral joint"),
                            ("ac_joint", "Acromioclavicular joint"),
                            ("sc_joint", "Sternoclavicular joint"),
                            ("subacromial_bursa", "Subacromial bursa"),
                            ("supraspinatus", "Supraspinatus tendon"),
                            ("infraspinatus", "Infraspinatus tendon"),
                            ("subscapularis", "Subscapularis tendon"),
                            ("biceps_long_head", "Long head of biceps"),
                            ("shoulder_labrum", "Shoulder labrum"),
                            ("elbow_joint", "Elbow joint"),
                            ("common_extensor", "Common extensor origin"),
                            ("common_flexor", "Common flexor origin"),
                            ("distal_biceps", "Distal biceps tendon"),
                            ("triceps", "Triceps tendon"),
                            ("elbow_ucl", "Ulnar collateral ligament of elbow"),
                            ("wrist_joint", "Wrist joint"),
                            ("first_cmc", "First carpometacarpal joint"),
                            ("first_dorsal_compartment", "First dorsal compartment"),
                            ("tfcc", "Triangular fibrocartilage"),
                            ("thumb_ucl", "Ulnar collateral ligament of thumb"),
                            ("finger_joint", "Finger joint"),
                            ("median_nerve", "Median nerve"),
                            ("ulnar_nerve", "Ulnar nerve"),
                            ("ankle_joint", "Ankle joint"),
                            ("subtalar_joint", "Subtalar joint"),
                            ("lateral_ankle_ligaments", "Lateral ankle ligaments"),
                            ("deltoid_ligament", "Deltoid ligament"),
                            ("achilles_midportion", "Mid-portion Achilles tendon"),
                            ("achilles_insertion", "Insertional Achilles tendon"),
                            ("peroneal_tendon", "Peroneal tendon"),
                            ("posterior_tibial", "Posterior tibial tendon"),
                            ("plantar_fascia", "Plantar fascia"),
                            ("first_mtp", "First metatarsophalangeal joint"),
                            ("cervical_facet", "Cervical facet joint"),
                            ("cervical_disc", "Cervical disc"),
                            ("thoracic_facet", "Thoracic facet joint"),
                            ("lumbar_facet", "Lumbar facet joint"),
                            ("transforaminal_epidural", "Transforaminal epidural space"),
                            ("si_joint", "Sacroiliac joint"),
                            ("si_ligament", "Sacroiliac ligament"),
                            ("multifidus", "Multifidus"),
                            ("sciatic_nerve", "Sciatic nerve"),
                            ("lumbar_disc", "Lumbar disc"),
                            ("interlaminar_epidural", "Interlaminar epidural space"),
                            ("caudal_epidural", "Caudal epidural space"),
                            ("interspinous_ligament", "Interspinous ligament"),
                            ("tmj", "Temporomandibular joint"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("left", "Left"), ("right", "Right"), ("midline", "Midline")], max_length=10
                    ),
                ),
                ("level", models.CharField(blank=True, help_text="Of the spine, like L4/5.", max_length=10)),
                (
                    "structure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("intra_articular", "Intra-articular"),
                            ("tendon", "Tendon"),
                            ("ligament", "Ligament"),
                            ("muscle", "Muscle"),
                            ("bursa", "Bursa"),
                            ("enthesis", "Enthesis"),
                            ("perineural", "Perineural"),
                            ("epidural", "Epidural"),
                            ("facet", "Facet"),
                            ("intradiscal", "Intradiscal"),
                            ("intraosseous", "Intraosseous"),
                            ("subchondral", "Subchondral"),
                            ("scar", "Scar"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "guidance",
                    models.CharField(
                        choices=[
                            ("landmark", "None (landmarks)"),
                            ("ultrasound", "Ultrasound"),
                            ("fluoroscopy", "Fluoroscopy"),
                            ("ct", "CT"),
                            ("mri", "MRI"),
                            ("arthroscopic", "Arthroscopic"),
                        ],
                        max_length=20,
                    ),
                ),
                ("approach", models.CharField(blank=True, max_length=80)),
                ("volume_ml", models.DecimalField(decimal_places=2, max_digits=6)),
                ("needle_gauge", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("needle_length_mm", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "passes",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Needle passes; more than 1 is peppering.", null=True
                    ),
                ),
                ("used_contrast", models.BooleanField(null=True)),
                ("confirmed_needle", models.BooleanField(null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinic.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("lot_number", models.CharField(max_length=60)),
                (
                    "identification_code",
                    models.CharField(
                        blank=True,
                        help_text="Distinct code of the tissue or cells; never a name, chart or SSN number.",
                        max_length=60,
                    ),
                ),
                (
                    "donation_code",
                    models.CharField(blank=True, help_text="ISBT 128 or SEC, kept as it is.", max_length=40),
                ),
                ("scanned_text", models.CharField(blank=True, help_text="The code as it was scanned.", max_length=200)),
                ("donor_ref", models.CharField(blank=True, max_length=60)),
                ("expires_on", models.DateField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("quarantine", "In quarantine"),
                            ("released", "Released"),
                            ("used_up", "Used up"),
                            ("discarded", "Discarded"),
                            ("recalled", "Recalled"),
                        ],
                        default="quarantine",
                        max_length=12,
                    ),
                ),
                ("received_at", models.DateTimeField()),
                (
                    "certificate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinic.storedfile",
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("expires_on", "id"),
            },
        ),
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "entered_in_error_by",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adverse_events",
                        to="patients.patient",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adverse_events",
                        to="treatments.course",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adverse_events",
                        to="treatments.lot",
                    ),
                ),
            ],
            options={
                "ordering": ("-began_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("manufacturer", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prp_kit", "PRP kit"),
                            ("cell_kit", "Marrow or fat kit"),
                            ("cell_product", "Cell product"),
                            ("exosome_product", "Exosome product"),
                            ("additive", "Additive or activator"),
                            ("needle", "Needle or other supply"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "regulated_as",
                    models.CharField(
                        choices=[("device", "Device"), ("biologic", "Biologic"), ("drug", "Drug")], max_length=10
                    ),
                ),
                (
                    "gtin",
                    models.CharField(blank=True, help_text="14 digits, as in the code on the box.", max_length=14),
                ),
                ("catalogue_number", models.CharField(blank=True, max_length=60)),
                ("source_tissue", models.CharField(blank=True, max_length=120)),
                (
                    "unit",
                    models.CharField(
                        default="piece", help_text="What a lot is counted in, like vial or mL.", max_length=20
                    ),
                ),
                (
                    "required_consents",
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
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("is_retired", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1, help_text="One more with every correction.")),
                ("registered_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("name", "manufacturer"),
            },
        ),
        migrations.AddField(
            model_name="lot",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lots", to="treatments.product"
            ),
        ),
        migrations.CreateModel(
            name="ProductStatus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jurisdiction", models.CharField(help_text='Like "US" or "US-FL".', max_length=20)),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("same_day", "The patient's own, same day"),
                            ("hctp_361", "361 HCT/P"),
                            ("cleared", "Device, cleared"),
                            ("approved", "Approved"),
                            ("ind", "Investigational (IND)"),
                            ("state_law", "Allowed by state law only"),
                            ("not_approved", "Not approved"),
                        ],
                        max_length=20,
                    ),
                ),
                ("valid_from", models.DateField()),
                (
                    "reference",
                    models.CharField(
                        blank=True, help_text="IND or 510(k) number, or where it is written.", max_length=120
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="statuses", to="treatments.product"
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
            ],
            options={
                "ordering": ("jurisdiction", "-valid_from"),
            },
        ),
        migrations.CreateModel(
            name="Protocol",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                (
                    "region",
                    models.CharField(
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
                ("series_length", models.PositiveSmallIntegerField(default=1, help_text="sessions planned")),
                (
                    "series_interval_days",
                    models.PositiveSmallIntegerField(blank=True, help_text="days between sessions", null=True),
                ),
                (
                    "anchor",
                    models.CharField(
                        choices=[("first", "First session of the series"), ("last", "Last session so far")],
                        default="last",
                        max_length=5,
                    ),
                ),
                ("technique", models.JSONField(blank=True, default=dict)),
                (
                    "needs_ind",
                    models.BooleanField(default=False, help_text="Research only: sessions need an IND number."),
                ),
                (
                    "required_consents",
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
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("is_retired", models.BooleanField(default=False, help_text="Offered for no new course.")),
                ("published_at", models.DateTimeField(null=True)),
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
                "ordering": ("name", "-version"),
            },
        ),
        migrations.AddField(
            model_name="course",
            name="protocol",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="courses", to="treatments.protocol"
            ),
        ),
        migrations.CreateModel(
            name="PrpPreparation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "blood_volume_ml",
                    models.DecimalField(
                        decimal_places=1,
                        help_text="mL, without anticoagulant",
                        max_digits=5,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "anticoagulant",
                    models.CharField(
                        choices=[
                            ("acd_a", "ACD-A"),
                            ("sodium_citrate", "Sodium citrate"),
                            ("edta", "EDTA"),
                            ("heparin", "Heparin"),
                            ("cpda", "CPDA"),
                            ("none", "None"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "anticoagulant_ml",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="mL",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "anticoagulant_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="%",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("drawn_at", models.DateTimeField(blank=True, null=True)),
                ("processed_at", models.DateTimeField(blank=True, help_text="When the first spin began.", null=True)),
                ("device", models.CharField(blank=True, max_length=120)),
                (
                    "is_blood_diluted",
                    models.BooleanField(
                        default=False, help_text="The blood was counted after the anticoagulant was added."
                    ),
                ),
                (
                    "blood_platelets",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "blood_leukocytes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10³/µL",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "blood_neutrophils",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10³/µL",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "blood_erythrocytes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="×10⁶/µL",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "blood_hematocrit",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="%",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_platelets",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_leukocytes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_neutrophils",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_monocytes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_lymphocytes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_erythrocytes",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="×10⁶/µL",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_hematocrit",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="%",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_volume_ml",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="mL made",
                        max_digits=5,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "prp_injected_ml",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="mL of PRP injected, all sites",
                        max_digits=5,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "activation",
                    models.CharField(
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
                (
                    "form",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("liquid", "Liquid"),
                            ("gel_partial", "Gel, partly clotted"),
                            ("gel_full", "Gel, fully clotted"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "additives",
                    django.contrib.postgres.fields.ArrayField(
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
                ("is_photoactivated", models.BooleanField(null=True)),
                ("is_buffered", models.BooleanField(null=True)),
                (
                    "dose_billions",
                    models.DecimalField(
                        decimal_places=3, editable=False, help_text="×10⁹ platelets injected", max_digits=8, null=True
                    ),
                ),
                (
                    "concentration_factor",
                    models.DecimalField(decimal_places=3, editable=False, help_text="× blood", max_digits=7, null=True),
                ),
                (
                    "capture_percent",
                    models.DecimalField(
                        decimal_places=2,
                        editable=False,
                        help_text="% of the blood's platelets in the PRP made",
                        max_digits=7,
                        null=True,
                    ),
                ),
                (
                    "purity_percent",
                    models.DecimalField(
                        decimal_places=2,
                        editable=False,
                        help_text="% platelets among the cells of the PRP",
                        max_digits=5,
                        null=True,
                    ),
                ),
                ("leukocyte_class", models.CharField(blank=True, editable=False, help_text="LR or LP.", max_length=2)),
                ("paw_code", models.CharField(blank=True, editable=False, max_length=20)),
                ("depa_code", models.CharField(blank=True, editable=False, max_length=20)),
                ("plra_code", models.CharField(blank=True, editable=False, max_length=40)),
                ("mishra_code", models.CharField(blank=True, editable=False, max_length=10)),
                ("formula_version", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Recall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("I", "Class I: may cause serious harm or death"),
                            ("II", "Class II: may cause temporary or reversible harm"),
                            ("III", "Class III: not likely to cause harm"),
                        ],
                        max_length=3,
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("announced_on", models.DateField()),
                ("started_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "lot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recall", to="treatments.lot"
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-started_at",),
            },
        ),
        migrations.CreateModel(
            name="RecallCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_contact", "To contact"),
                            ("contacted", "Contacted"),
                            ("symptoms", "Symptoms asked"),
                            ("tests", "Tests under way"),
                            ("closed", "Closed"),
                        ],
                        default="to_contact",
                        max_length=12,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recall_cases", to="patients.patient"
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="treatments.recall"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="RecallStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_contact", "To contact"),
                            ("contacted", "Contacted"),
                            ("symptoms", "Symptoms asked"),
                            ("tests", "Tests under way"),
                            ("closed", "Closed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=1000)),
                ("taken_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="treatments.recallcase"
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="treatments.adverseevent",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("due_on", "id"),
            },
        ),
        migrations.CreateModel(
            name="Retreatment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="retreatments", to="treatments.course"
                    ),
                ),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "next_course",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="treatments.course"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("happened_on", "id"),
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "preparation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spins",
                        to="treatments.prppreparation",
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="StorageReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("read_at", models.DateTimeField()),
                ("celsius", models.DecimalField(decimal_places=1, max_digits=5)),
                ("is_excursion", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("recorded_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="storage_readings",
                        to="treatments.lot",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-read_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Timepoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text='"baseline", or like "week 6" and "month 3".', max_length=40)),
                ("target_day", models.PositiveSmallIntegerField()),
                ("opens_day", models.PositiveSmallIntegerField()),
                ("closes_day", models.PositiveSmallIntegerField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "protocol",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="timepoints", to="treatments.protocol"
                    ),
                ),
            ],
            options={
                "ordering": ("target_day",),
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("opens_on", models.DateField()),
                ("due_on", models.DateField()),
                ("closes_on", models.DateField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "ended_on",
                    models.DateField(help_text="The first day on which it could no longer be answered.", null=True),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="treatments.course"
                    ),
                ),
                (
                    "timepoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="treatments.timepoint",
                    ),
                ),
            ],
            options={
                "ordering": ("opens_on", "id"),
            },
        ),
        migrations.CreateModel(
            name="TreatmentSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("performed_at", models.DateTimeField()),
                ("assistant", models.CharField(blank=True, max_length=120)),
                ("room", models.CharField(blank=True, max_length=40)),
                (
                    "skin_prep",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("chlorhexidine", "Chlorhexidine"),
                            ("povidone_iodine", "Povidone-iodine"),
                            ("alcohol", "Alcohol"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "anaesthetic_route",
                    models.CharField(
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
                ("anaesthetic_agent", models.CharField(blank=True, max_length=60)),
                (
                    "anaesthetic_percent",
                    models.DecimalField(blank=True, decimal_places=2, help_text="%", max_digits=4, null=True),
                ),
                (
                    "anaesthetic_ml",
                    models.DecimalField(blank=True, decimal_places=2, help_text="mL", max_digits=5, null=True),
                ),
                (
                    "sedation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("nitrous", "Nitrous oxide"),
                            ("oral", "Oral"),
                            ("iv", "Intravenous"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "reaction",
                    models.CharField(
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
                ("note", models.TextField(blank=True, max_length=2000)),
                ("logged_at", models.DateTimeField()),
                ("idempotency_key", models.UUIDField(help_text="The same key twice is the same session.", null=True)),
                (
                    "idempotency_hash",
                    models.CharField(blank=True, help_text="SHA-256 of what came with the key.", max_length=64),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_in_error_at", models.DateTimeField(null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, max_length=300)),
                (
                    "checklist",
                    models.CharField(
                        blank=True, help_text="Code and version of the reporting checklist.", max_length=20
                    ),
                ),
                (
                    "recorded_items",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                (
                    "missing_items",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="treatments.course"
                    ),
                ),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "logged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "performed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-performed_at", "-id"),
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="treatments.treatmentsession",
                    ),
                ),
            ],
            options={
                "ordering": ("version",),
            },
        ),
        migrations.CreateModel(
            name="ReviewItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("side_not_planned", "Another side than planned"),
                            ("consent_missing", "Used without the signed, current consent"),
                            ("lot_expired", "Lot had expired"),
                            ("lot_overdrawn", "More used than the lot held"),
                            ("lot_not_released", "Lot was not released"),
                        ],
                        max_length=20,
                    ),
                ),
                ("finding", models.CharField(help_text="What the rule says, in words.", max_length=500)),
                ("reason", models.CharField(help_text="Why it was done all the same.", max_length=500)),
                ("raised_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("settlement", models.CharField(blank=True, max_length=500)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_items",
                        to="treatments.treatmentsession",
                    ),
                ),
            ],
            options={
                "ordering": ("-raised_at", "-id"),
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
                (
                    "certificate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinic.storedfile",
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="release_tests",
                        to="treatments.treatmentsession",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.AddField(
            model_name="prppreparation",
            name="session",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="prp_preparation",
                to="treatments.treatmentsession",
            ),
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medication_reviews",
                        to="treatments.course",
                    ),
                ),
                (
                    "follow_up",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medication_reviews",
                        to="treatments.followup",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medication_reviews",
                        to="patients.patient",
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
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medication_reviews",
                        to="treatments.treatmentsession",
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_on", "-id"),
            },
        ),
        migrations.CreateModel(
            name="LotUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=10)),
                ("used_at", models.DateTimeField()),
                ("reversed_at", models.DateTimeField(null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "injection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lot_uses",
                        to="treatments.injection",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="treatments.lot"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lot_uses", to="patients.patient"
                    ),
                ),
                (
                    "reversed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lot_uses",
                        to="treatments.treatmentsession",
                    ),
                ),
            ],
            options={
                "ordering": ("-used_at", "-id"),
            },
        ),
        migrations.AddField(
            model_name="injection",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="injections", to="treatments.treatmentsession"
            ),
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="treatments.treatmentsession",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ExosomePreparation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source_tissue", models.CharField(max_length=120)),
                (
                    "cell_bank_ref",
                    models.CharField(
                        blank=True, help_text="Donor or cell-bank reference; never a name.", max_length=60
                    ),
                ),
                (
                    "isolation",
                    models.CharField(
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
                (
                    "particles_per_ml",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="×10⁹ particles per mL",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "particle_method",
                    models.CharField(
                        blank=True,
                        choices=[("nta", "NTA"), ("trps", "TRPS"), ("flow", "Flow cytometry"), ("other", "Other")],
                        max_length=10,
                    ),
                ),
                (
                    "vial_volume_ml",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="mL ready to inject, all vials",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "volume_ml",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="mL injected, all sites",
                        max_digits=5,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "protein_ug",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="µg protein, all vials",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "median_size_nm",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="nm, median",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "mode_size_nm",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="nm, mode",
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "transmembrane_markers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("cd9", "CD9"), ("cd63", "CD63"), ("cd81", "CD81")], max_length=10
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "cytosolic_markers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("tsg101", "TSG101"),
                                ("annexin", "Annexin"),
                                ("alix", "ALIX"),
                                ("syntenin", "Syntenin"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "contaminants",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("calnexin_absent", "Calnexin absent"),
                            ("grp94_absent", "Grp94 absent"),
                            ("present", "A contaminant marker is present"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "has_image",
                    models.BooleanField(help_text="Electron or atomic-force microscopy is on file.", null=True),
                ),
                (
                    "storage_c",
                    models.DecimalField(blank=True, decimal_places=1, help_text="°C", max_digits=5, null=True),
                ),
                (
                    "excursions",
                    models.CharField(
                        blank=True, help_text='Storage excursions in words; "none" if none.', max_length=300
                    ),
                ),
                ("thawed_at", models.DateTimeField(blank=True, help_text="Thawed or reconstituted.", null=True)),
                ("ind_number", models.CharField(blank=True, max_length=30)),
                ("irb_protocol", models.CharField(blank=True, max_length=60)),
                ("is_outside_us", models.BooleanField(default=False)),
                (
                    "is_notice_acknowledged",
                    models.BooleanField(
                        default=False, help_text="The patient was told that no exosome product is FDA-approved."
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinic.storedfile",
                    ),
                ),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exosome_preparation",
                        to="treatments.treatmentsession",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CellPreparation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "product_type",
                    models.CharField(
                        choices=[
                            ("bmac", "Bone marrow aspirate concentrate"),
                            ("bma", "Bone marrow aspirate, not concentrated"),
                            ("mfat", "Micro-fragmented fat"),
                            ("svf", "Stromal vascular fraction"),
                            ("msc_autologous", "Expanded MSC, own"),
                            ("msc_allogeneic", "Expanded MSC, donor"),
                            ("umbilical_cord", "Umbilical cord tissue"),
                            ("cord_blood", "Cord blood"),
                            ("amniotic_fluid", "Amniotic fluid"),
                            ("placental", "Placental or amniotic membrane"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "donor",
                    models.CharField(choices=[("autologous", "The patient"), ("allogeneic", "A donor")], max_length=12),
                ),
                (
                    "donor_ref",
                    models.CharField(
                        blank=True, help_text="Required for cells of a donor; never a name.", max_length=60
                    ),
                ),
                ("donor_age", models.PositiveSmallIntegerField(blank=True, help_text="years", null=True)),
                ("donor_sex", models.CharField(blank=True, choices=[("F", "Female"), ("M", "Male")], max_length=1)),
                (
                    "donor_eligibility",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("eligible", "Donor found eligible"),
                            ("incomplete", "Donor evaluation not complete"),
                            ("ineligible", "Donor found ineligible"),
                        ],
                        max_length=12,
                    ),
                ),
                ("tissue_source", models.CharField(blank=True, max_length=120)),
                (
                    "manipulation",
                    models.CharField(
                        choices=[("minimal", "Minimal"), ("more_than_minimal", "More than minimal")], max_length=20
                    ),
                ),
                (
                    "regulatory_basis",
                    models.CharField(
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
                ("ind_number", models.CharField(blank=True, max_length=30)),
                ("anticoagulant", models.CharField(blank=True, max_length=60)),
                ("device", models.CharField(blank=True, max_length=120)),
                ("was_washed", models.BooleanField(null=True)),
                ("used_enzyme", models.BooleanField(null=True)),
                (
                    "final_volume_ml",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="mL ready to inject",
                        max_digits=5,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "nucleated_cells",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10⁶ total nucleated cells",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "viability_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="%",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "viability_method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("trypan_blue", "Trypan blue"),
                            ("7_aad", "7-AAD"),
                            ("ao_pi", "AO/PI"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "cfu_f_per_ml",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="CFU-F per mL",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("cfu_f_days", models.PositiveSmallIntegerField(blank=True, help_text="days in culture", null=True)),
                (
                    "cd34_cells",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="×10⁶ CD34⁺ cells",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "cd45_cells",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="×10⁶ CD45⁺ cells",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "platelets",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="×10³/µL",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "positive_markers_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="% of CD73, CD90 and CD105, the lowest",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "negative_markers_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="% of CD34, CD45, CD14, CD19 and HLA-DR, the highest",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("differentiates", models.BooleanField(help_text="Into bone, cartilage and fat.", null=True)),
                ("adheres_to_plastic", models.BooleanField(null=True)),
                ("passage", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "population_doublings",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="doublings",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("culture_medium", models.CharField(blank=True, max_length=80)),
                ("frozen_on", models.DateField(blank=True, null=True)),
                ("thawed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "post_thaw_viability_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="%",
                        max_digits=4,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "cells_injected",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="×10⁶ cells, all sites",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cell_preparation",
                        to="treatments.treatmentsession",
                    ),
                ),
            ],
        ),
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="aftercare",
                        to="treatments.treatmentsession",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
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
        migrations.CreateModel(
            name="TreatmentType",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80)),
                ("label", models.CharField(max_length=120)),
                (
                    "modality",
                    models.CharField(
                        choices=[("prp", "PRP"), ("cell", "Stem cell"), ("exosome", "Exosome"), ("other", "Other")],
                        max_length=10,
                    ),
                ),
                ("is_imported", models.BooleanField(default=False)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
            ],
            options={
                "ordering": ("label",),
            },
        ),
        migrations.AddField(
            model_name="protocol",
            name="treatment_type",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="protocols", to="treatments.treatmenttype"
            ),
        ),
        migrations.AddField(
            model_name="course",
            name="treatment_type",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="courses", to="treatments.treatmenttype"
            ),
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
                ("version", models.PositiveIntegerField(default=1, help_text="One more each time it is recorded.")),
                ("recorded_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="profile", to="treatments.course"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("severity_grade", None), ("severity_scale", "")),
                            models.Q(
                                ("severity_grade__isnull", False), models.Q(("severity_scale", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="profile_grade_has_a_scale",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EventRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("snapshot", models.JSONField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("replaced_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="treatments.adverseevent",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("version",),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("event"), models.F("version"), name="event_revision_once_per_version"
                    )
                ],
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "preparation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="harvests",
                        to="treatments.cellpreparation",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("preparation"),
                        models.F("site"),
                        models.F("side"),
                        name="harvest_once_per_site_and_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("volume_ml__gte", 0)), name="harvest_amounts_are_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LotMovement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("used", "Used in a session"),
                            ("returned", "Session entered in error"),
                            ("discarded", "Discarded"),
                            ("corrected", "Corrected after counting"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        decimal_places=3, help_text="Added, or taken away when below 0.", max_digits=10
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("moved_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="treatments.lot"
                    ),
                ),
                (
                    "moved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-moved_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity", 0), _negated=True), name="lot_movement_moves_something"
                    )
                ],
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
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opioids",
                        to="treatments.medicationreview",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("strength__gt", 0), ("units_per_day__gt", 0)),
                        name="opioid_amounts_are_positive",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(
                models.F("clinic"), models.F("name"), models.F("manufacturer"), name="product_once_per_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(
                models.F("clinic"),
                models.F("gtin"),
                condition=models.Q(("gtin", ""), _negated=True),
                name="product_once_per_gtin",
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.UniqueConstraint(models.F("product"), models.F("lot_number"), name="lot_once_per_number"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["quarantine", "released", "used_up", "discarded", "recalled"])),
                name="lot_has_known_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="productstatus",
            constraint=models.UniqueConstraint(
                models.F("product"),
                models.F("jurisdiction"),
                models.F("valid_from"),
                name="product_status_once_per_day",
            ),
        ),
        migrations.AddIndex(
            model_name="recallcase",
            index=models.Index(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=["clinic", "recall"],
                name="recall_case_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="recallcase",
            constraint=models.UniqueConstraint(
                models.F("recall"), models.F("patient"), name="recall_case_once_per_patient"
            ),
        ),
        migrations.AddConstraint(
            model_name="recallcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["to_contact", "contacted", "symptoms", "tests", "closed"])),
                name="recall_case_has_known_state",
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
        migrations.AddConstraint(
            model_name="storagereading",
            constraint=models.CheckConstraint(
                condition=models.Q(("read_at__lte", models.F("recorded_at"))), name="storage_reading_is_no_forecast"
            ),
        ),
        migrations.AddConstraint(
            model_name="timepoint",
            constraint=models.UniqueConstraint(models.F("protocol"), models.F("name"), name="timepoint_once_per_name"),
        ),
        migrations.AddConstraint(
            model_name="timepoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens_day__lte", models.F("target_day")), ("target_day__lte", models.F("closes_day"))
                ),
                name="timepoint_lies_in_its_window",
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
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("answered_at", None), ("ended_on", None)),
                fields=["clinic", "opens_on"],
                name="follow_up_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("ended_on", None)), fields=["clinic", "closes_on"], name="follow_up_ending"
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(fields=["due_on", "id"], name="follow_up_in_order"),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(
                models.F("course"), models.F("timepoint"), name="follow_up_once_per_timepoint"
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__lte", models.F("closes_on")), ("opens_on__lte", models.F("due_on"))),
                name="follow_up_is_due_in_its_window",
            ),
        ),
        migrations.AddIndex(
            model_name="treatmentsession",
            index=models.Index(fields=["performed_at", "id"], name="session_in_order"),
        ),
        migrations.AddConstraint(
            model_name="treatmentsession",
            constraint=models.UniqueConstraint(
                models.F("clinic"), models.F("idempotency_key"), name="session_once_per_idempotency_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="treatmentsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("performed_at__lte", models.F("logged_at"))),
                name="session_is_logged_after_it_happened",
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
        migrations.AddConstraint(
            model_name="sessionrevision",
            constraint=models.UniqueConstraint(
                models.F("session"), models.F("version"), name="session_revision_once_per_version"
            ),
        ),
        migrations.AddIndex(
            model_name="reviewitem",
            index=models.Index(
                condition=models.Q(("settled_at", None)), fields=["clinic", "raised_at"], name="review_item_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("settled_at", None), models.Q(("settlement", ""), _negated=True), _connector="OR"),
                name="review_item_is_settled_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="releasetest",
            constraint=models.UniqueConstraint(
                models.F("session"), models.F("kind"), name="release_test_once_per_kind"
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
            model_name="prppreparation",
            constraint=models.CheckConstraint(
                condition=models.Q(("prp_injected_ml__lte", models.F("prp_volume_ml"))),
                name="prp_injected_is_not_more_than_made",
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
        migrations.AddIndex(
            model_name="lotuse",
            index=models.Index(
                condition=models.Q(("reversed_at", None)), fields=["lot", "-used_at"], name="lot_use_of_lot"
            ),
        ),
        migrations.AddIndex(
            model_name="lotuse",
            index=models.Index(
                condition=models.Q(("reversed_at", None)), fields=["patient", "-used_at"], name="lot_use_of_patient"
            ),
        ),
        migrations.AddConstraint(
            model_name="lotuse",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="lot_use_is_of_something"),
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
            model_name="injection",
            constraint=models.CheckConstraint(
                condition=models.Q(("volume_ml__gt", Decimal("0")), ("volume_ml__lte", Decimal("200"))),
                name="injection_has_a_volume",
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
            model_name="exosomepreparation",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_notice_acknowledged", True)), name="exosome_notice_is_acknowledged"
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
            model_name="cellpreparation",
            constraint=models.CheckConstraint(
                condition=models.Q(("donor", "allogeneic"), ("donor_ref", ""), _negated=True),
                name="cell_donor_is_traceable",
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
        migrations.AddConstraint(
            model_name="treatmenttype",
            constraint=models.UniqueConstraint(
                models.F("clinic"), models.F("code"), name="treatment_type_once_per_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="treatmenttype",
            constraint=models.CheckConstraint(
                condition=models.Q(("modality__in", ["prp", "cell", "exosome", "other"])),
                name="treatment_type_has_known_modality",
            ),
        ),
        migrations.AddConstraint(
            model_name="protocol",
            constraint=models.UniqueConstraint(
                models.F("clinic"), models.F("name"), models.F("version"), name="protocol_once_per_version"
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
        migrations.AddIndex(
            model_name="course",
            index=models.Index(
                fields=["clinic", "opened_on"], include=("treatment_type", "region", "id"), name="course_opened"
            ),
        ),
        migrations.AddIndex(
            model_name="course",
            index=models.Index(fields=["opened_on", "id"], name="course_in_order"),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.UniqueConstraint(
                models.F("clinic"), models.F("external_ref"), name="course_once_per_external_ref"
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("external_ref", None), ("opened_by__isnull", False), ("protocol__isnull", False)),
                    models.Q(("external_ref__isnull", False), ("protocol", None)),
                    _connector="OR",
                ),
                name="course_follows_a_protocol_or_is_imported",
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("external_ref__isnull", False),
                    models.Q(models.Q(("target", ""), _negated=True), models.Q(("side", ""), _negated=True)),
                    _connector="OR",
                ),
                name="course_has_target_and_side_or_is_imported",
            ),
        ),
    ]
