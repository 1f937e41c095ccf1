"""Products, lots with a ledger, who received what, and recalls."""

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
        ("clinic", "0002_stored_files"),
        ("patients", "0003_consent_in_words"),
        ("treatments", "0004_amounts_are_not_negative"),
    ]

    operations = [
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
            ],
            options={
                "ordering": ("expires_on", "id"),
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
            ],
            options={
                "ordering": ("-moved_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="LotUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=10)),
                ("used_at", models.DateTimeField()),
                ("reversed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("-used_at", "-id"),
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
                ("registered_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("name", "manufacturer"),
            },
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
            ],
            options={
                "ordering": ("jurisdiction", "-valid_from"),
            },
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
            ],
            options={
                "ordering": ("id",),
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
            ],
            options={
                "ordering": ("-raised_at", "-id"),
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
            ],
            options={
                "ordering": ("-read_at", "-id"),
            },
        ),
        migrations.AddField(
            model_name="lot",
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
            model_name="lot",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="lot",
            name="received_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="lotmovement",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="lotmovement",
            name="lot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="treatments.lot"
            ),
        ),
        migrations.AddField(
            model_name="lotmovement",
            name="moved_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="lotuse",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="lotuse",
            name="injection",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lot_uses",
                to="treatments.injection",
            ),
        ),
        migrations.AddField(
            model_name="lotuse",
            name="lot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="treatments.lot"
            ),
        ),
        migrations.AddField(
            model_name="lotuse",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lot_uses", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="lotuse",
            name="reversed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="lotuse",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lot_uses", to="treatments.treatmentsession"
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="product",
            name="registered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lots", to="treatments.product"
            ),
        ),
        migrations.AddField(
            model_name="productstatus",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="productstatus",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="statuses", to="treatments.product"
            ),
        ),
        migrations.AddField(
            model_name="productstatus",
            name="recorded_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recall",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="recall",
            name="lot",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="recall", to="treatments.lot"
            ),
        ),
        migrations.AddField(
            model_name="recall",
            name="started_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recallcase",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="recallcase",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="recall_cases", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="recallcase",
            name="recall",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="treatments.recall"
            ),
        ),
        migrations.AddField(
            model_name="recallstep",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="treatments.recallcase"
            ),
        ),
        migrations.AddField(
            model_name="recallstep",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="recallstep",
            name="taken_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="raised_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="review_items",
                to="treatments.treatmentsession",
            ),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="settled_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="storagereading",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="storagereading",
            name="lot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="storage_readings", to="treatments.lot"
            ),
        ),
        migrations.AddField(
            model_name="storagereading",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="lotmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity", 0), _negated=True), name="lot_movement_moves_something"
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
            model_name="storagereading",
            constraint=models.CheckConstraint(
                condition=models.Q(("read_at__lte", models.F("recorded_at"))), name="storage_reading_is_no_forecast"
            ),
        ),
    ]
