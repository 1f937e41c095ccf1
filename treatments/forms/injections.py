"""One form for each injection of a session."""

from typing import Any, ClassVar

from django import forms

from clinic.models import Clinic, StoredFile
from treatments import session_words, soft_ranges
from treatments.forms.courses import targets_by_region
from treatments.forms.groups import FieldGroup
from treatments.forms.preparations import UnitInput, add_units, leave_to_the_action
from treatments.forms.rows import MAX_ROWS, NumberedFormSet
from treatments.forms.visits import ask_plainly
from treatments.models import Injection
from treatments.vocabulary import TARGETS, Side, levels_of, sides_of


def redrawn(place: str) -> dict[str, str]:
    """Another target may have another side, or a level: both are drawn again, and nothing else that is being typed."""
    return {
        "hx-post": "",
        "hx-trigger": "change",
        "hx-vals": '{"redraw": "injections"}',
        "hx-target": f"#{place}",
        "hx-select": f"#{place}",
        "hx-swap": "outerHTML",
    }


class InjectionForm(forms.ModelForm):
    """What went where. The side is never filled in: copied sides are how the wrong one is treated."""

    target = forms.ChoiceField(choices=lambda: [("", "Choose a target"), *targets_by_region()])
    side = forms.ChoiceField(choices=[(side.value, side.label) for side in Side], widget=forms.RadioSelect)

    image = forms.ModelChoiceField(
        StoredFile.objects.none(), to_field_name="public_id", required=False, widget=forms.HiddenInput
    )

    # What a clinic does the same way each time.
    repeated: ClassVar[tuple[str, ...]] = (
        *("target", "level", "structure", "guidance", "approach", "needle_gauge", "needle_length_mm"),
        *("used_contrast", "confirmed_needle"),
    )
    extra = ("approach", "needle_gauge", "needle_length_mm", "passes", "used_contrast", "confirmed_needle")

    class Meta:
        model = Injection
        fields = (
            *("side", "target", "level", "structure", "guidance", "volume_ml", "approach", "needle_gauge"),
            *("needle_length_mm", "passes", "used_contrast", "confirmed_needle", "image"),
        )
        labels = session_words.INJECTION
        widgets = {"needle_length_mm": UnitInput("mm"), "passes": UnitInput("passes")}
        help_texts = {"passes": "More than 1 is peppering."}

    def __init__(self, *args: Any, clinic: Clinic, planned_side: str, last_side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.validate_constraints = leave_to_the_action
        ask_plainly(self)
        add_units(self, soft_ranges.INJECTION)
        self.fields["image"].queryset = StoredFile.objects.filter(clinic=clinic)
        last = f" · Last time: {last_side}" if last_side else ""
        self.fields["target"].widget.attrs |= redrawn(f"{self.prefix}-place")
        self.fields["side"].help_text = f"Plan: {planned_side}{last}. Choose it yourself."
        self._fit_to_target()

    def clean_volume_ml(self) -> object:
        volume = self.cleaned_data["volume_ml"]
        if not 0 < volume <= 200:
            raise forms.ValidationError("The volume must be more than 0 and at most 200 mL.")
        return volume

    @property
    def is_spinal(self) -> bool:
        """Whether the target has a level."""
        return bool(self.levels)

    @property
    def is_midline(self) -> bool:
        """Whether the target has no other side."""
        target = self["target"].value() or ""
        return target in TARGETS and sides_of(target) == [Side.MIDLINE]

    def more(self) -> FieldGroup:
        """What not every injection needs."""
        return FieldGroup("Approach, needle, contrast", [self[name] for name in self.extra])

    def _fit_to_target(self) -> None:
        """Offer only sides that the target has. What is sent is still judged by the action."""
        target = self["target"].value() or ""
        self.levels = levels_of(target)
        self.fields["level"].widget = forms.Select(choices=[("", "Not recorded"), *[(one, one) for one in self.levels]])
        if target in TARGETS:
            self.fields["side"].widget.choices = [(one.value, one.label) for one in sides_of(target)]


class InjectionRows(NumberedFormSet):
    row_name = "Injection"


InjectionFormSet = forms.formset_factory(
    InjectionForm,
    InjectionRows,
    extra=0,
    min_num=1,
    max_num=MAX_ROWS,
    absolute_max=MAX_ROWS,
    validate_min=True,
)
