"""Opening a course."""

from django import forms

from clinic.forms import speak_plainly
from clinic.models import Clinic
from treatments import icd10
from treatments.models import Course, Protocol
from treatments.vocabulary import TARGETS, Region, Side


def targets_by_region() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of a target, grouped under the region they belong to."""
    return [
        (region.label, [(code, target.label) for code, target in TARGETS.items() if target.region is region])
        for region in Region
        if any(target.region is region for target in TARGETS.values())
    ]


class CodeInput(forms.TextInput):
    """Free text with the common codes offered as it is typed; the list itself is drawn by the page."""

    def __init__(self) -> None:
        super().__init__({"list": "icd10-codes", "autocomplete": "off", "autocapitalize": "characters"})


class CourseForm(forms.ModelForm):
    """What is treated, where, and by which protocol version. The side is never filled in for anybody."""

    protocol = forms.ModelChoiceField(Protocol.objects.none(), empty_label="Choose a protocol")
    icd10_code = forms.CharField(label="ICD-10 code", max_length=20, widget=CodeInput)
    complaint = forms.CharField(max_length=200, required=False, help_text="Left empty, the words of the code are used.")
    target = forms.ChoiceField(choices=lambda: [("", "Choose a target"), *targets_by_region()])
    side = forms.ChoiceField(choices=[(side.value, side.label) for side in Side], widget=forms.RadioSelect)

    class Meta:
        model = Course
        fields = ("protocol", "icd10_code", "complaint", "target", "side")

    def __init__(self, *args: object, clinic: Clinic, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        newest = Protocol.objects.filter(clinic=clinic, is_retired=False).order_by("name", "-version").distinct("name")
        self.fields["protocol"].queryset = newest.select_related("treatment_type")

    def clean_icd10_code(self) -> str:
        try:
            return icd10.checked(self.cleaned_data["icd10_code"])
        except icd10.CodeRefused as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, object]:
        data = super().clean()
        code = data.get("icd10_code", "")
        data["complaint"] = data.get("complaint") or icd10.common_codes().get(code, "")
        if code and not data["complaint"] and "complaint" not in self.errors:
            self.add_error("complaint", f"Say in words what {code} is for: it is not among the common codes.")
        return data
