"""One form for each kind of preparation record, with the unit of every measured field and where it usually lies."""

from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.core.validators import MinValueValidator

from clinic.forms import speak_plainly
from treatments import soft_ranges
from treatments.models import CellPreparation, ExosomePreparation, PrpPreparation
from treatments.soft_ranges import SoftRange
from treatments.vocabulary import Modality


class UnitInput(forms.TextInput):
    """A number typed as text, which no wheel or arrow key can change; ``unit`` is shown behind it."""

    def __init__(self, unit: str) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off"})
        self.unit = unit


def add_units(form: forms.BaseForm, ranges: Mapping[str, SoftRange]) -> None:
    """Give each measured field of the form its unit and, as a hint, its usual range."""
    for name, soft in ranges.items():
        field = form.fields[name]
        field.widget = UnitInput(soft.unit)
        field.help_text = f"Usually {soft.low:,} to {soft.high:,}"
        field.validators.append(MinValueValidator(0, f"{field.label} cannot be less than 0."))


def leave_to_the_action(exclude: object = None) -> None:
    """Rules across fields are the action's, which says them in words and names the field."""


class PreparationForm(forms.ModelForm):
    """What the three kinds share.

    ``groups``: the cards of the page and the fields in each, in the order of work. ``repeated``: what a clinic does
    the same way each time and is filled in from the last session; never a count, a lot or an expiry date.
    """

    ranges: ClassVar[dict[str, SoftRange]]
    groups: ClassVar[dict[str, tuple[str, ...]]]
    repeated: ClassVar[tuple[str, ...]]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, prefix="preparation", **kwargs)
        self.instance.validate_constraints = leave_to_the_action
        self.order_fields([name for names in self.groups.values() for name in names])
        speak_plainly(self)
        add_units(self, self.ranges)
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField) and field.required:
                field.choices = [("", "Choose"), *[choice for choice in field.choices if choice[0]]]

    def cards(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Title and bound fields of each card."""
        return [(title, [self[name] for name in names]) for title, names in self.groups.items()]


class PrpForm(PreparationForm):
    """Platelet-rich plasma: draw, spin, counts, what was made and given."""

    ranges = soft_ranges.PRP
    groups = {
        "Blood and spin": (
            *("blood_volume_ml", "anticoagulant", "anticoagulant_ml"),
            "device",
        ),
        "Counts": ("blood_platelets", "blood_leukocytes", "prp_platelets", "prp_leukocytes", "prp_erythrocytes"),
        "Product": ("prp_volume_ml", "prp_injected_ml", "activation"),
    }
    repeated = ("blood_volume_ml", "anticoagulant", "anticoagulant_ml", "device", "activation")

    class Meta:
        model = PrpPreparation
        fields = (*soft_ranges.PRP, "anticoagulant", "device", "activation")
        labels = {
            "blood_volume_ml": "Blood drawn, without anticoagulant",
            "anticoagulant_ml": "Anticoagulant added",
            "device": "Device or kit",
            "blood_platelets": "Blood platelets",
            "blood_leukocytes": "Blood white cells",
            "prp_platelets": "PRP platelets",
            "prp_leukocytes": "PRP white cells",
            "prp_erythrocytes": "PRP red cells",
            "prp_volume_ml": "PRP made",
            "prp_injected_ml": "PRP injected, all sites",
        }


class CellForm(PreparationForm):
    """A cell product: what it is, where it came from, what was counted."""

    ranges = soft_ranges.CELL
    groups = {
        "Product": ("product_type", "donor", "donor_ref", "manipulation"),
        "Harvest": ("final_volume_ml",),
        "Counts": ("nucleated_cells", "viability_percent", "viability_method", "cfu_f_per_ml", "cells_injected"),
    }
    repeated = ("product_type", "donor", "manipulation", "viability_method")

    class Meta:
        model = CellPreparation
        fields = (
            *soft_ranges.CELL,
            *("product_type", "donor", "donor_ref", "manipulation", "viability_method"),
        )
        labels = {
            "donor_ref": "Donor reference",
            "final_volume_ml": "Ready to inject",
            "nucleated_cells": "Nucleated cells, total",
            "viability_percent": "Viability",
            "cfu_f_per_ml": "Colony-forming units",
            "cells_injected": "Cells injected, all sites",
        }
        help_texts = {"donor_ref": "For cells of a donor. Never a name."}


class ExosomeForm(PreparationForm):
    """A bought vesicle product: what it is, its lot, and what the maker measured."""

    is_notice_acknowledged = forms.BooleanField(
        label="The patient was told: there are currently no FDA-approved exosome products",
        error_messages={"required": "Tell the patient that no exosome product is FDA-approved, then tick the box."},
    )
    ranges = soft_ranges.EXOSOME
    groups = {
        "Product and lot": ("source_tissue", "isolation"),
        "Content": ("particles_per_ml", "volume_ml", "protein_ug", "median_size_nm"),
        "Permission": ("ind_number", "is_notice_acknowledged"),
    }
    repeated = ("source_tissue", "isolation", "ind_number")

    class Meta:
        model = ExosomePreparation
        fields = (
            *soft_ranges.EXOSOME,
            *("source_tissue", "isolation"),
            *("ind_number", "is_notice_acknowledged"),
        )
        labels = {
            "source_tissue": "Source cells or tissue",
            "particles_per_ml": "Particles",
            "volume_ml": "Injected, all sites",
            "protein_ug": "Protein per vial",
            "median_size_nm": "Median size",
            "ind_number": "IND number",
        }


FORMS: dict[str, type[PreparationForm]] = {
    Modality.PRP.value: PrpForm,
    Modality.CELL.value: CellForm,
    Modality.EXOSOME.value: ExosomeForm,
}
