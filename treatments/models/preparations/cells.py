"""Cell products: marrow, fat, expanded cells, birth tissue."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet
from treatments.models.courses import SIDES
from treatments.models.preparations.base import Preparation, measured, not_negative
from treatments.models.sessions import TreatmentSession
from treatments.vocabulary import Modality


@history()
class CellPreparation(Preparation):
    """A cell product. Which of the fields a product type has, ``treatments.cell_types`` says."""

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

    class RegulatoryBasis(models.TextChoices):
        SAME_DAY = "same_day", "Same surgical procedure"
        HCTP_361 = "hctp_361", "361 HCT/P"
        IND = "ind", "351, under an IND"
        STATE_LAW = "state_law", "State law"
        OUTSIDE_US = "outside_us", "Outside the United States"

    class Method(models.TextChoices):
        TRYPAN_BLUE = "trypan_blue", "Trypan blue"
        SEVEN_AAD = "7_aad", "7-AAD"
        AO_PI = "ao_pi", "AO/PI"
        OTHER = "other", "Other"

    class Eligibility(models.TextChoices):
        ELIGIBLE = "eligible", "Donor found eligible"
        INCOMPLETE = "incomplete", "Donor evaluation not complete"
        INELIGIBLE = "ineligible", "Donor found ineligible"

    class DonorSex(models.TextChoices):
        FEMALE = "F", "Female"
        MALE = "M", "Male"

    session = models.OneToOneField(TreatmentSession, models.PROTECT, related_name="cell_preparation")
    product_type = models.CharField(max_length=20, choices=ProductType.choices)
    donor = models.CharField(max_length=12, choices=Donor.choices)
    donor_ref = models.CharField(max_length=60, blank=True, help_text="Required for cells of a donor; never a name.")
    donor_age = models.PositiveSmallIntegerField(null=True, blank=True, help_text="years")
    donor_sex = models.CharField(max_length=1, choices=DonorSex.choices, blank=True)
    donor_eligibility = models.CharField(max_length=12, choices=Eligibility.choices, blank=True)
    tissue_source = models.CharField(max_length=120, blank=True)
    manipulation = models.CharField(max_length=20, choices=Manipulation.choices)
    regulatory_basis = models.CharField(max_length=12, choices=RegulatoryBasis.choices, blank=True)
    ind_number = models.CharField(max_length=30, blank=True)
    anticoagulant = models.CharField(max_length=60, blank=True)
    device = models.CharField(max_length=120, blank=True)
    was_washed = models.BooleanField(null=True)
    used_enzyme = models.BooleanField(null=True)
    final_volume_ml = measured(5, 2, "mL ready to inject", required=True)
    nucleated_cells = measured(8, 2, "×10⁶ total nucleated cells")
    viability_percent = measured(4, 1, "%")
    viability_method = models.CharField(max_length=12, choices=Method.choices, blank=True)
    cfu_f_per_ml = measured(8, 1, "CFU-F per mL")
    cfu_f_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="days in culture")
    cd34_cells = measured(8, 3, "×10⁶ CD34⁺ cells")
    cd45_cells = measured(8, 3, "×10⁶ CD45⁺ cells")
    platelets = measured(6, 1, "×10³/µL")
    positive_markers_percent = measured(4, 1, "% of CD73, CD90 and CD105, the lowest")
    negative_markers_percent = measured(4, 1, "% of CD34, CD45, CD14, CD19 and HLA-DR, the highest")
    differentiates = models.BooleanField(null=True, help_text="Into bone, cartilage and fat.")
    adheres_to_plastic = models.BooleanField(null=True)
    passage = models.PositiveSmallIntegerField(null=True, blank=True)
    population_doublings = measured(4, 1, "doublings")
    culture_medium = models.CharField(max_length=80, blank=True)
    frozen_on = models.DateField(null=True, blank=True)
    thawed_at = models.DateTimeField(null=True, blank=True)
    post_thaw_viability_percent = measured(4, 1, "%")
    cells_injected = measured(8, 2, "×10⁶ cells, all sites")

    class Privacy:
        personal: ClassVar[set[str]] = {"donor_ref"}
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "session", "product_type", "donor", "donor_age", "donor_sex", "donor_eligibility"),
            *("tissue_source", "manipulation", "regulatory_basis", "ind_number", "anticoagulant", "device"),
            *("was_washed", "used_enzyme", "final_volume_ml", "nucleated_cells", "viability_percent"),
            *("viability_method", "cfu_f_per_ml", "cfu_f_days", "cd34_cells", "cd45_cells", "platelets"),
            *("positive_markers_percent", "negative_markers_percent", "differentiates", "adheres_to_plastic"),
            *("passage", "population_doublings", "culture_medium", "frozen_on", "thawed_at"),
            *("post_thaw_viability_percent", "cells_injected"),
        }

    class Meta:
        constraints = (
            not_negative(
                "cell_amounts_are_not_negative",
                *("final_volume_ml", "nucleated_cells", "viability_percent", "cfu_f_per_ml", "cd34_cells"),
                *("cd45_cells", "platelets", "positive_markers_percent", "negative_markers_percent"),
                *("population_doublings", "post_thaw_viability_percent", "cells_injected"),
            ),
            models.CheckConstraint(name="cell_donor_is_traceable", condition=~Q(donor="allogeneic", donor_ref="")),
        )


@history()
class Harvest(ClinicRow):
    """One place from which marrow or fat was taken."""

    class Site(models.TextChoices):
        PSIS = "psis", "Posterior iliac crest"
        ASIS = "asis", "Anterior iliac crest"
        PROXIMAL_TIBIA = "proximal_tibia", "Proximal tibia"
        ABDOMEN = "abdomen", "Abdomen"
        FLANK = "flank", "Flank"
        THIGH = "thigh", "Thigh"

    preparation = models.ForeignKey(CellPreparation, models.PROTECT, related_name="harvests")
    site = models.CharField(max_length=20, choices=Site.choices)
    side = models.CharField(max_length=10, choices=SIDES)
    punctures = models.PositiveSmallIntegerField(null=True, blank=True)
    volume_ml = measured(5, 1, "mL drawn")

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "clinic", "preparation", "site", "side", "punctures", "volume_ml"}

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint("preparation", "site", "side", name="harvest_once_per_site_and_side"),
            not_negative("harvest_amounts_are_not_negative", "volume_ml"),
        )

    def __str__(self) -> str:
        return f"{self.get_site_display()}, {self.get_side_display()}"
