"""A bought vesicle product: what it is, what its maker measured, how it was kept, and under which permission."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from clinic.models import Clinic, StoredFile
from treatments import field_labels
from treatments.forms.preparations.base import Group, PreparationForm
from treatments.models import ExosomePreparation
from treatments.vocabulary import Modality


def _markers(name: str, choices: list[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=field_labels.EXOSOME[name], choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class ExosomeForm(PreparationForm):
    """What MISEV asks of such a product, and what the patient has to be told."""

    modality = Modality.EXOSOME
    model = ExosomePreparation
    groups = (
        Group(
            "Permission",
            ("ind_number", "is_notice_acknowledged"),
            ("irb_protocol", "is_outside_us"),
            "Ethics board, outside the United States",
        ),
        Group("Source", ("source_tissue", "cell_bank_ref", "isolation")),
        Group(
            "Content",
            ("volume_ml", "vial_volume_ml", "particles_per_ml", "particle_method", "protein_ug", "median_size_nm"),
            ("mode_size_nm", "transmembrane_markers", "cytosolic_markers", "contaminants", "has_image"),
            "Markers, mode size, image",
        ),
        Group("Storage", ("storage_c", "excursions", "thawed_at", "image")),
        Group("Release tests", rows="release_tests"),
    )
    words = {"cell_bank_ref": "Never a name.", "excursions": "In words; “none” if there were none."}
    repeated = ("source_tissue", "isolation", "particle_method", "ind_number", "irb_protocol", "is_outside_us")

    is_notice_acknowledged = forms.BooleanField(
        label=field_labels.EXOSOME["is_notice_acknowledged"],
        error_messages={"required": "Tell the patient that no exosome product is FDA-approved, then tick the box."},
    )
    # An image that is on file already stays.
    image = forms.ModelChoiceField(
        StoredFile.objects.none(), to_field_name="public_id", required=False, widget=forms.HiddenInput
    )
    transmembrane_markers = _markers("transmembrane_markers", ExosomePreparation.Transmembrane.choices)
    cytosolic_markers = _markers("cytosolic_markers", ExosomePreparation.Cytosolic.choices)

    def __init__(self, data: QueryDict | None, *, initial: Mapping[str, Any], clinic: Clinic) -> None:
        super().__init__(data, initial=initial, clinic=clinic)
        self.fields["image"].queryset = StoredFile.objects.filter(clinic=clinic)
