"""A cell product: first what it is, then only what that kind has."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from clinic.models import Clinic
from treatments.cell_types import CELL_TYPES, CellType
from treatments.forms.preparations.base import PREFIX, Group, PreparationForm
from treatments.models import CellPreparation
from treatments.vocabulary import Modality

KIND, SHOWN = f"{PREFIX}-product_type", f"{PREFIX}-shown"


class CellForm(PreparationForm):
    """The fields of the kind chosen; no other is drawn or taken.

    ``shown`` is the kind the page was drawn for: another choice brings that kind's fields and its usual settings.
    """

    modality = Modality.CELL
    model = CellPreparation
    groups = (
        Group("Product", ("product_type", "donor", "manipulation", "regulatory_basis", "ind_number")),
        Group(
            "Donor",
            ("donor_ref", "donor_eligibility", "tissue_source"),
            ("donor_age", "donor_sex"),
            "Age and sex of the donor",
        ),
        Group("Harvest", rows="harvests"),
        Group("Processing", ("device", "anticoagulant", "was_washed", "used_enzyme")),
        Group(
            "Culture",
            ("passage", "population_doublings", "culture_medium"),
            ("positive_markers_percent", "negative_markers_percent", "adheres_to_plastic", "differentiates"),
            "Identity: markers, adherence, differentiation",
        ),
        Group("Freezing and thawing", ("frozen_on", "thawed_at", "post_thaw_viability_percent")),
        Group(
            "Counts",
            ("final_volume_ml", "nucleated_cells", "viability_percent", "viability_method", "cells_injected"),
            ("cfu_f_per_ml", "cfu_f_days", "cd34_cells", "cd45_cells", "platelets"),
            "More about the counts",
        ),
        Group("Release tests", rows="release_tests"),
    )
    words = {"donor_ref": "Never a name."}
    repeated = (
        *("product_type", "donor", "manipulation", "regulatory_basis", "ind_number", "anticoagulant", "device"),
        *("was_washed", "used_enzyme", "culture_medium", "viability_method"),
    )

    def __init__(self, data: QueryDict | None, *, initial: Mapping[str, Any], clinic: Clinic) -> None:
        self.shown = (data.get(KIND) if data is not None else initial.get("product_type")) or ""
        self.kind: CellType | None = CELL_TYPES.get(self.shown)
        self.is_redrawn = data is not None and data.get(SHOWN, self.shown) != self.shown
        if data is not None and self.is_redrawn and self.kind:
            data = _with_settings_of(data, self.kind)
        super().__init__(data, initial=initial, clinic=clinic)
        self.fields["product_type"].widget.attrs |= {
            "hx-post": "",
            "hx-trigger": "change",
            "hx-target": "#preparation",
            "hx-select": "#preparation",
            "hx-swap": "outerHTML",
            "hx-vals": '{"redraw": "kind"}',
        }
        for name in set(self.names()) - self.asked():
            del self.fields[name]
        if self.kind and len(self.kind.donors) > 1:
            choices = dict(CellPreparation.Donor.choices)
            self.fields["donor"].choices = [("", "Choose"), *((code, choices[code]) for code in self.kind.donors)]

    def asked(self) -> set[str]:
        """Whose cells they are is asked only where both can be."""
        if self.kind is None:
            return {"product_type"}
        asked = {*self.kind.fields, *self.kind.rows()}
        return asked if len(self.kind.donors) > 1 else asked - {"donor"}

    def record(self) -> dict[str, Any]:
        only = {"donor": self.kind.donors[0]} if self.kind and len(self.kind.donors) == 1 else {}
        return {**super().record(), **only}

    def clean(self) -> dict[str, Any]:
        if self.kind and self.is_redrawn:
            message = f"You chose {self.kind.label}. Its fields are shown now: fill them in, then save."
            self.add_error("product_type", message)
        return self.cleaned_data

    def sites(self) -> tuple[str, ...]:
        """Where the kind chosen is taken from."""
        return self.kind.harvest_sites if self.kind else ()


def _with_settings_of(data: QueryDict, kind: CellType) -> QueryDict:
    changed = data.copy()
    for name, usual in (("manipulation", kind.manipulation), ("regulatory_basis", kind.basis), ("donor", "")):
        changed[f"{PREFIX}-{name}"] = usual
    return changed
