"""Extracellular-vesicle products. What was bought is the session's lot; here stands what was measured and allowed."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from clinic.history import history
from clinic.models import StoredFile
from treatments.models.preparations.base import Preparation, measured, not_negative
from treatments.models.sessions import TreatmentSession
from treatments.vocabulary import Modality


@history()
class ExosomePreparation(Preparation):
    """A bought extracellular-vesicle product, as MISEV asks it to be described."""

    modality = Modality.EXOSOME

    class Isolation(models.TextChoices):
        ULTRACENTRIFUGATION = "ultracentrifugation", "Ultracentrifugation"
        SIZE_EXCLUSION = "size_exclusion", "Size-exclusion chromatography"
        TANGENTIAL_FLOW = "tangential_flow", "Tangential-flow filtration"
        PRECIPITATION = "precipitation", "Precipitation"
        OTHER = "other", "Other"

    class ParticleMethod(models.TextChoices):
        NTA = "nta", "NTA"
        TRPS = "trps", "TRPS"
        FLOW = "flow", "Flow cytometry"
        OTHER = "other", "Other"

    class Transmembrane(models.TextChoices):
        CD9 = "cd9", "CD9"
        CD63 = "cd63", "CD63"
        CD81 = "cd81", "CD81"

    class Cytosolic(models.TextChoices):
        TSG101 = "tsg101", "TSG101"
        ANNEXIN = "annexin", "Annexin"
        ALIX = "alix", "ALIX"
        SYNTENIN = "syntenin", "Syntenin"

    class Contaminant(models.TextChoices):
        CALNEXIN_ABSENT = "calnexin_absent", "Calnexin absent"
        GRP94_ABSENT = "grp94_absent", "Grp94 absent"
        PRESENT = "present", "A contaminant marker is present"

    session = models.OneToOneField(TreatmentSession, models.PROTECT, related_name="exosome_preparation")
    source_tissue = models.CharField(max_length=120)
    cell_bank_ref = models.CharField(max_length=60, blank=True, help_text="Donor or cell-bank reference; never a name.")
    isolation = models.CharField(max_length=20, choices=Isolation.choices, blank=True)
    particles_per_ml = measured(8, 3, "×10⁹ particles per mL")
    particle_method = models.CharField(max_length=10, choices=ParticleMethod.choices, blank=True)
    vial_volume_ml = measured(5, 2, "mL ready to inject, all vials")
    volume_ml = measured(5, 2, "mL injected, all sites", required=True)
    protein_ug = measured(8, 2, "µg protein, all vials")
    median_size_nm = measured(5, 1, "nm, median")
    mode_size_nm = measured(5, 1, "nm, mode")
    transmembrane_markers = ArrayField(
        models.CharField(max_length=10, choices=Transmembrane.choices), default=list, blank=True
    )
    cytosolic_markers = ArrayField(models.CharField(max_length=10, choices=Cytosolic.choices), default=list, blank=True)
    contaminants = models.CharField(max_length=20, choices=Contaminant.choices, blank=True)
    has_image = models.BooleanField(null=True, help_text="Electron or atomic-force microscopy is on file.")
    image = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    storage_c = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True, help_text="°C")
    excursions = models.CharField(max_length=300, blank=True, help_text='Storage excursions in words; "none" if none.')
    thawed_at = models.DateTimeField(null=True, blank=True, help_text="Thawed or reconstituted.")
    ind_number = models.CharField(max_length=30, blank=True)
    irb_protocol = models.CharField(max_length=60, blank=True)
    is_outside_us = models.BooleanField(default=False)
    is_notice_acknowledged = models.BooleanField(
        default=False, help_text="The patient was told that no exosome product is FDA-approved."
    )

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "session", "source_tissue", "cell_bank_ref", "isolation", "particles_per_ml"),
            *("particle_method", "vial_volume_ml", "volume_ml", "protein_ug", "median_size_nm", "mode_size_nm"),
            *("transmembrane_markers", "cytosolic_markers", "contaminants", "has_image", "image", "storage_c"),
            *("excursions", "thawed_at", "ind_number", "irb_protocol", "is_outside_us", "is_notice_acknowledged"),
        }

    class Meta:
        constraints = (
            not_negative(
                "exosome_amounts_are_not_negative",
                *("particles_per_ml", "vial_volume_ml", "volume_ml", "protein_ug", "median_size_nm", "mode_size_nm"),
            ),
            models.CheckConstraint(name="exosome_notice_is_acknowledged", condition=Q(is_notice_acknowledged=True)),
        )
