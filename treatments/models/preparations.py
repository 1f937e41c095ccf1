"""How the product of a session was made or bought, and what was measured of it.

Fields and units follow the minimum-information checklists: MIBO for PRP (Murray 2017, J Bone Joint Surg 99:809),
ISCT for cells, MISEV for extracellular vesicles.
"""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from clinic.models import ClinicRow, ClinicRowQuerySet
from treatments.models.sessions import TreatmentSession
from treatments.vocabulary import Modality


def measured(digits: int, places: int, unit: str, *, required: bool = False) -> models.DecimalField:
    """A measured quantity; ``unit`` is part of the field, so pages and API print it. Never negative."""
    return models.DecimalField(
        max_digits=digits,
        decimal_places=places,
        null=not required,
        blank=not required,
        help_text=unit,
        validators=[MinValueValidator(0)],
    )


def not_negative(name: str, *fields: str) -> models.CheckConstraint:
    """Every one of ``fields`` that was measured is 0 or more."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__gte": 0 for field in fields}))


class Preparation(ClinicRow):
    """What the three preparation records share: they belong to exactly one session."""

    modality: ClassVar[Modality]
    session_id: int

    objects = ClinicRowQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.modality.label} preparation of session {self.session_id}"


class PrpPreparation(Preparation):
    """Platelet-rich plasma made from the patient's own blood."""

    modality = Modality.PRP

    class Anticoagulant(models.TextChoices):
        ACD_A = "acd_a", "ACD-A"
        SODIUM_CITRATE = "sodium_citrate", "Sodium citrate"
        EDTA = "edta", "EDTA"
        HEPARIN = "heparin", "Heparin"
        CPDA = "cpda", "CPDA"
        NONE = "none", "None"
        OTHER = "other", "Other"

    class Activation(models.TextChoices):
        NONE = "none", "None"
        CALCIUM_CHLORIDE = "calcium_chloride", "Calcium chloride"
        CALCIUM_GLUCONATE = "calcium_gluconate", "Calcium gluconate"
        THROMBIN = "thrombin", "Thrombin"
        COLLAGEN = "collagen", "Collagen"
        LIGHT = "light", "Light"
        FREEZE_THAW = "freeze_thaw", "Freeze-thaw"
        OTHER = "other", "Other"

    session = models.OneToOneField(TreatmentSession, models.PROTECT, related_name="prp_preparation")
    blood_volume_ml = measured(5, 1, "mL, without anticoagulant", required=True)
    anticoagulant = models.CharField(max_length=20, choices=Anticoagulant.choices)
    anticoagulant_ml = measured(5, 1, "mL")
    device = models.CharField(max_length=120, blank=True)
    spin_rcf_g = measured(6, 0, "g, first spin")
    spin_minutes = measured(4, 1, "minutes, first spin")
    blood_platelets = measured(6, 1, "×10³/µL")
    blood_leukocytes = measured(5, 2, "×10³/µL")
    prp_platelets = measured(6, 1, "×10³/µL")
    prp_leukocytes = measured(6, 2, "×10³/µL")
    prp_erythrocytes = measured(5, 3, "×10⁶/µL")
    prp_volume_ml = measured(5, 2, "mL made", required=True)
    prp_injected_ml = measured(5, 2, "mL of PRP injected, all sites", required=True)
    activation = models.CharField(max_length=20, choices=Activation.choices)

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "session", "blood_volume_ml", "anticoagulant", "anticoagulant_ml", "device"),
            *("spin_rcf_g", "spin_minutes", "blood_platelets", "blood_leukocytes", "prp_platelets", "prp_leukocytes"),
            *("prp_erythrocytes", "prp_volume_ml", "prp_injected_ml", "activation"),
        }

    class Meta:
        constraints = (
            not_negative(
                "prp_amounts_are_not_negative",
                "blood_volume_ml",
                "anticoagulant_ml",
                "spin_rcf_g",
                "spin_minutes",
                "blood_platelets",
                "blood_leukocytes",
                "prp_platelets",
                "prp_leukocytes",
                "prp_erythrocytes",
                "prp_volume_ml",
                "prp_injected_ml",
            ),
            models.CheckConstraint(
                name="prp_injected_is_not_more_than_made", condition=Q(prp_injected_ml__lte=models.F("prp_volume_ml"))
            ),
        )


class CellPreparation(Preparation):
    """A cell product: marrow or fat of the patient, or cells of a donor."""

    modality = Modality.CELL

    class ProductType(models.TextChoices):
        BMAC = "bmac", "Bone marrow aspirate concentrate"
        BMA = "bma", "Bone marrow aspirate, not concentrated"
        MFAT = "mfat", "Micro-fragmented fat"
        SVF = "svf", "Stromal vascular fraction"
        MSC_AUTOLOGOUS = "msc_autologous", "Expanded MSC, own"
        MSC_ALLOGENEIC = "msc_allogeneic", "Expanded MSC, donor"
        UMBILICAL_CORD = "umbilical_cord", "Umbilical cord tissue"
        CORD_BLOOD = "cord_blood", "Cord blood"
        AMNIOTIC_FLUID = "amniotic_fluid", "Amniotic fluid"
        PLACENTAL = "placental", "Placental or amniotic membrane"

    class Donor(models.TextChoices):
        AUTOLOGOUS = "autologous", "The patient"
        ALLOGENEIC = "allogeneic", "A donor"

    class Manipulation(models.TextChoices):
        MINIMAL = "minimal", "Minimal"
        MORE_THAN_MINIMAL = "more_than_minimal", "More than minimal"

    class HarvestSite(models.TextChoices):
        PSIS = "psis", "Posterior iliac crest"
        ASIS = "asis", "Anterior iliac crest"
        PROXIMAL_TIBIA = "proximal_tibia", "Proximal tibia"
        ABDOMEN = "abdomen", "Abdomen"
        FLANK = "flank", "Flank"
        THIGH = "thigh", "Thigh"
        NOT_APPLICABLE = "", "Not harvested here"

    session = models.OneToOneField(TreatmentSession, models.PROTECT, related_name="cell_preparation")
    product_type = models.CharField(max_length=20, choices=ProductType.choices)
    donor = models.CharField(max_length=12, choices=Donor.choices)
    donor_ref = models.CharField(max_length=60, blank=True, help_text="Required for cells of a donor; never a name.")
    manipulation = models.CharField(max_length=20, choices=Manipulation.choices)
    harvest_site = models.CharField(max_length=20, choices=HarvestSite.choices, blank=True)
    aspirate_volume_ml = measured(5, 1, "mL drawn")
    final_volume_ml = measured(5, 2, "mL ready to inject", required=True)
    nucleated_cells = measured(8, 2, "×10⁶ total nucleated cells")
    viability_percent = measured(4, 1, "%")
    viability_method = models.CharField(max_length=60, blank=True)
    cfu_f_per_ml = measured(8, 1, "CFU-F per mL")
    cells_injected = measured(8, 2, "×10⁶ cells, all sites")

    class Privacy:
        personal: ClassVar[set[str]] = {"donor_ref"}
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "session", "product_type", "donor", "manipulation", "harvest_site"),
            *("aspirate_volume_ml", "final_volume_ml", "nucleated_cells", "viability_percent"),
            *("viability_method", "cfu_f_per_ml", "cells_injected"),
        }

    class Meta:
        constraints = (
            not_negative(
                "cell_amounts_are_not_negative",
                "aspirate_volume_ml",
                "final_volume_ml",
                "nucleated_cells",
                "viability_percent",
                "cfu_f_per_ml",
                "cells_injected",
            ),
            models.CheckConstraint(name="cell_donor_is_traceable", condition=~Q(donor="allogeneic", donor_ref="")),
        )


class ExosomePreparation(Preparation):
    """A bought extracellular-vesicle product."""

    modality = Modality.EXOSOME

    class Isolation(models.TextChoices):
        ULTRACENTRIFUGATION = "ultracentrifugation", "Ultracentrifugation"
        SIZE_EXCLUSION = "size_exclusion", "Size-exclusion chromatography"
        TANGENTIAL_FLOW = "tangential_flow", "Tangential-flow filtration"
        PRECIPITATION = "precipitation", "Precipitation"
        OTHER = "other", "Other"
        UNKNOWN = "", "Not stated by the maker"

    session = models.OneToOneField(TreatmentSession, models.PROTECT, related_name="exosome_preparation")
    product_name = models.CharField(max_length=120)
    manufacturer = models.CharField(max_length=120)
    lot_number = models.CharField(max_length=60)
    expires_on = models.DateField()
    source_tissue = models.CharField(max_length=120)
    isolation = models.CharField(max_length=20, choices=Isolation.choices, blank=True)
    particles_per_ml = measured(8, 3, "×10⁹ particles per mL")
    volume_ml = measured(5, 2, "mL injected, all sites", required=True)
    protein_ug = measured(8, 2, "µg protein per vial")
    median_size_nm = measured(5, 1, "nm, median")
    ind_number = models.CharField(max_length=30, blank=True)
    is_notice_acknowledged = models.BooleanField(
        default=False, help_text="The patient was told that no exosome product is FDA-approved."
    )

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "session", "product_name", "manufacturer", "lot_number", "expires_on", "source_tissue"),
            *("isolation", "particles_per_ml", "volume_ml", "protein_ug", "median_size_nm", "ind_number"),
            "is_notice_acknowledged",
        }

    class Meta:
        constraints = (
            not_negative(
                "exosome_amounts_are_not_negative", "particles_per_ml", "volume_ml", "protein_ug", "median_size_nm"
            ),
            models.CheckConstraint(name="exosome_notice_is_acknowledged", condition=Q(is_notice_acknowledged=True)),
        )
