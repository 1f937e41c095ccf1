"""Platelet-rich plasma: draw, spins, counts, what was made and given."""

from django import forms

from treatments import field_labels
from treatments.forms.preparations.base import Group, PreparationForm
from treatments.models import PrpPreparation
from treatments.vocabulary import Modality


class PrpForm(PreparationForm):
    """What makes PRP comparable: how it was made and what was counted on both sides."""

    modality = Modality.PRP
    model = PrpPreparation
    groups = (
        Group(
            "Blood",
            ("blood_volume_ml", "anticoagulant", "anticoagulant_ml", "device"),
            ("anticoagulant_percent", "drawn_at", "processed_at"),
            "Strength of the anticoagulant, times",
        ),
        Group("Spins", rows="spins"),
        Group(
            "Counts",
            (
                *("blood_platelets", "prp_platelets", "blood_leukocytes", "prp_leukocytes"),
                *("blood_neutrophils", "prp_neutrophils", "prp_erythrocytes"),
            ),
            (
                *("blood_erythrocytes", "blood_hematocrit", "prp_monocytes", "prp_lymphocytes", "prp_hematocrit"),
                "is_blood_diluted",
            ),
            "More about the counts",
        ),
        Group(
            "Product",
            ("prp_volume_ml", "prp_injected_ml", "activation"),
            ("form", "additives", "is_photoactivated", "is_buffered"),
            "Form, additives, light, buffer",
        ),
    )
    repeated = (
        *("blood_volume_ml", "anticoagulant", "anticoagulant_ml", "anticoagulant_percent", "device"),
        *("is_blood_diluted", "activation", "form", "is_photoactivated", "is_buffered"),
    )

    additives = forms.MultipleChoiceField(
        label=field_labels.PRP["additives"],
        choices=PrpPreparation.Additive.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
