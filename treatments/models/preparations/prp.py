"""Platelet-rich plasma: draw, spins, counts, and what follows from them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet
from treatments.models.preparations.base import Preparation, derived, measured, not_negative
from treatments.models.sessions import TreatmentSession
from treatments.vocabulary import Modality


@history()
class PrpPreparation(Preparation):
    """Platelet-rich plasma made from the patient's own blood.

    The editable fields are what was measured. The others follow from them by the formulas of
    ``treatments.classification`` whose version is kept beside them; empty where an input is missing.
    """

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
        ELECTRICAL = "electrical", "Electrical"
        SONICATION = "sonication", "Sonication"
        OTHER = "other", "Other"

    class Form(models.TextChoices):
        LIQUID = "liquid", "Liquid"
        GEL_PARTIAL = "gel_partial", "Gel, partly clotted"
        GEL_FULL = "gel_full", "Gel, fully clotted"

    class Additive(models.TextChoices):
        HYALURONATE = "hyaluronate", "Hyaluronic acid"
        BMAC = "bmac", "Marrow concentrate"
        ADIPOSE = "adipose", "Fat"
        LOCAL_ANAESTHETIC = "local_anaesthetic", "Local anaesthetic"
        STEROID = "steroid", "Steroid"
        ANTIBIOTIC = "antibiotic", "Antibiotic"
        OTHER = "other", "Other"

    session = models.OneToOneField(TreatmentSession, models.PROTECT, related_name="prp_preparation")
    blood_volume_ml = measured(5, 1, "mL, without anticoagulant", required=True)
    anticoagulant = models.CharField(max_length=20, choices=Anticoagulant.choices)
    anticoagulant_ml = measured(5, 1, "mL")
    anticoagulant_percent = measured(4, 2, "%")
    drawn_at = models.DateTimeField(null=True, blank=True)
    processed_at = models.DateTimeField(null=True, blank=True, help_text="When the first spin began.")
    device = models.CharField(max_length=120, blank=True)
    is_blood_diluted = models.BooleanField(
        default=False, help_text="The blood was counted after the anticoagulant was added."
    )
    blood_platelets = measured(6, 1, "×10³/µL")
    blood_leukocytes = measured(5, 2, "×10³/µL")
    blood_neutrophils = measured(5, 2, "×10³/µL")
    blood_erythrocytes = measured(5, 3, "×10⁶/µL")
    blood_hematocrit = measured(4, 1, "%")
    prp_platelets = measured(6, 1, "×10³/µL")
    prp_leukocytes = measured(6, 2, "×10³/µL")
    prp_neutrophils = measured(6, 2, "×10³/µL")
    prp_monocytes = measured(6, 2, "×10³/µL")
    prp_lymphocytes = measured(6, 2, "×10³/µL")
    prp_erythrocytes = measured(5, 3, "×10⁶/µL")
    prp_hematocrit = measured(4, 1, "%")
    prp_volume_ml = measured(5, 2, "mL made", required=True)
    prp_injected_ml = measured(5, 2, "mL of PRP injected, all sites", required=True)
    activation = models.CharField(max_length=20, choices=Activation.choices)
    form = models.CharField(max_length=12, choices=Form.choices, blank=True)
    additives = ArrayField(models.CharField(max_length=20, choices=Additive.choices), default=list, blank=True)
    is_photoactivated = models.BooleanField(null=True)
    is_buffered = models.BooleanField(null=True)
    dose_billions = derived(8, 3, "×10⁹ platelets injected")
    concentration_factor = derived(7, 3, "× blood")
    capture_percent = derived(7, 2, "% of the blood's platelets in the PRP made")
    purity_percent = derived(5, 2, "% platelets among the cells of the PRP")
    leukocyte_class = models.CharField(max_length=2, blank=True, editable=False, help_text="LR or LP.")
    paw_code = models.CharField(max_length=20, blank=True, editable=False)
    depa_code = models.CharField(max_length=20, blank=True, editable=False)
    plra_code = models.CharField(max_length=40, blank=True, editable=False)
    mishra_code = models.CharField(max_length=10, blank=True, editable=False)
    formula_version = models.PositiveSmallIntegerField(default=0, editable=False)

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "session", "blood_volume_ml", "anticoagulant", "anticoagulant_ml"),
            *("anticoagulant_percent", "drawn_at", "processed_at", "device", "is_blood_diluted"),
            *("blood_platelets", "blood_leukocytes", "blood_neutrophils", "blood_erythrocytes", "blood_hematocrit"),
            *("prp_platelets", "prp_leukocytes", "prp_neutrophils", "prp_monocytes", "prp_lymphocytes"),
            *("prp_erythrocytes", "prp_hematocrit", "prp_volume_ml", "prp_injected_ml", "activation", "form"),
            *("additives", "is_photoactivated", "is_buffered", "dose_billions", "concentration_factor"),
            *("capture_percent", "purity_percent", "leukocyte_class", "paw_code", "depa_code", "plra_code"),
            *("mishra_code", "formula_version"),
        }

    class Meta:
        constraints = (
            not_negative(
                "prp_amounts_are_not_negative",
                *("blood_volume_ml", "anticoagulant_ml", "anticoagulant_percent", "blood_platelets"),
                *("blood_leukocytes", "blood_neutrophils", "blood_erythrocytes", "blood_hematocrit"),
                *("prp_platelets", "prp_leukocytes", "prp_neutrophils", "prp_monocytes", "prp_lymphocytes"),
                *("prp_erythrocytes", "prp_hematocrit", "prp_volume_ml", "prp_injected_ml"),
            ),
            models.CheckConstraint(
                name="prp_injected_is_not_more_than_made", condition=Q(prp_injected_ml__lte=models.F("prp_volume_ml"))
            ),
        )


@history()
class Spin(ClinicRow):
    """One run of the centrifuge. Force is given, or follows from speed and radius."""

    preparation = models.ForeignKey(PrpPreparation, models.PROTECT, related_name="spins")
    position = models.PositiveSmallIntegerField()
    rcf_g = measured(6, 0, "g")
    rpm = models.PositiveIntegerField(null=True, blank=True, help_text="turns a minute")
    rotor_radius_cm = measured(4, 1, "cm")
    minutes = measured(4, 1, "minutes")
    temperature_c = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True, help_text="°C")
    is_braked = models.BooleanField(null=True)

    objects = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "clinic", "preparation", "position", "rcf_g", "rpm", "rotor_radius_cm", "minutes"),
            *("temperature_c", "is_braked"),
        }

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint("preparation", "position", name="spin_once_per_position"),
            not_negative("spin_amounts_are_not_negative", "rcf_g", "rotor_radius_cm", "minutes"),
        )

    def __str__(self) -> str:
        return f"spin {self.position}"
