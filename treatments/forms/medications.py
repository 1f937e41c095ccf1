"""Pain medicines as staff write them down: one question about opioids, a row for each, and the others below."""

import datetime as dt
from typing import Any

from django import forms

from clinic.forms import speak_plainly
from patients.models import Patient
from treatments import mme
from treatments.forms.inputs import DayInput, QuietForm, UnitInput
from treatments.forms.rows import MAX_ROWS, NumberedFormSet
from treatments.models import FollowUp, MedicationReview, OpioidUse, TreatmentSession

Source = MedicationReview.Source
SESSION, CHECK_IN = "session:", "check-in:"
YES_NO = [("", "Not asked"), ("yes", "Yes"), ("no", "No")]
YES_NO_FIELDS = {
    "takes_gabapentinoid": "Gabapentin or pregabalin",
    "takes_muscle_relaxant": "Muscle relaxant",
    "uses_cannabis": "Cannabis",
    "uses_topical": "Cream or patch for pain",
    "took_rescue_today": "Rescue medicine today",
}


def yes_no(label: str) -> forms.TypedChoiceField:
    """Yes, no, or not asked."""
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, required=False, coerce=lambda answer: answer == "yes", empty_value=None
    )


class MedicationForm(QuietForm):
    """When it was asked, whether opioids are taken, and the other pain medicines. Nothing is filled in but the day."""

    occasion = forms.ChoiceField(label="Asked")
    asked_on = forms.DateField(label="On", widget=DayInput)
    takes_opioids = forms.TypedChoiceField(
        label="Does the patient take opioids?",
        choices=[("no", "No: 0 MME a day"), ("yes", "Yes")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the patient takes opioids: none is an answer too."},
    )
    nsaid_days = forms.IntegerField(
        label="NSAID, days of the last 7", required=False, widget=UnitInput("days"), help_text="0 is an answer"
    )
    acetaminophen_mg = forms.IntegerField(label="Acetaminophen", required=False, widget=UnitInput("mg a day"))
    takes_gabapentinoid = yes_no(YES_NO_FIELDS["takes_gabapentinoid"])
    takes_muscle_relaxant = yes_no(YES_NO_FIELDS["takes_muscle_relaxant"])
    uses_cannabis = yes_no(YES_NO_FIELDS["uses_cannabis"])
    uses_topical = yes_no(YES_NO_FIELDS["uses_topical"])
    took_rescue_today = yes_no(YES_NO_FIELDS["took_rescue_today"])

    OTHERS = ("nsaid_days", "acetaminophen_mg", *YES_NO_FIELDS)

    def __init__(self, *args: object, patient: Patient, today: dt.date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["asked_on"].widget.attrs["max"] = f"{today:%Y-%m-%d}"
        sessions = TreatmentSession.objects.counted().filter(course__patient=patient)
        self.sessions = {
            f"{SESSION}{row.public_id}": row for row in sessions.select_related("course__treatment_type")[:100]
        }
        asked = FollowUp.objects.filter(course__patient=patient, opens_on__lte=today).order_by("-opens_on")
        self.follow_ups = {
            f"{CHECK_IN}{row.public_id}": row
            for row in asked.select_related("course__treatment_type", "timepoint")[:100]
        }
        self.fields["occasion"].choices = [
            ("", "Choose"),
            (Source.PHONE.value, "By phone"),
            (Source.VISIT.value, "At a visit without treatment"),
            ("At a session", [(key, _session_words(row)) for key, row in self.sessions.items()]),
            ("With a check-in", [(key, _follow_up_words(row)) for key, row in self.follow_ups.items()]),
        ]

    def details(self) -> dict[str, Any]:
        """What the action takes, without the opioids."""
        occasion = self.cleaned_data["occasion"]
        session, follow_up = self.sessions.get(occasion), self.follow_ups.get(occasion)
        source = Source.VISIT if session else Source.SURVEY if follow_up else Source(occasion)
        return {
            "source": source.value,
            "session": session,
            "follow_up": follow_up,
            "asked_on": self.cleaned_data["asked_on"],
            "takes_opioids": self.cleaned_data["takes_opioids"],
            "others": {name: self.cleaned_data[name] for name in self.OTHERS},
        }


def _session_words(session: TreatmentSession) -> str:
    return f"{session.performed_at:%-d %b %Y}: {session.course.treatment_type}, {session.course.complaint}"


def _follow_up_words(follow_up: FollowUp) -> str:
    return f"{follow_up.timepoint.name.capitalize()}, due {follow_up.due_on:%-d %b %Y}: {follow_up.course.complaint}"


class OpioidForm(QuietForm, forms.ModelForm):
    """One opioid. Amounts are of the last seven days, on average."""

    drug = forms.ChoiceField(choices=lambda: [("", "Choose"), *mme.drugs().items()])

    class Meta:
        model = OpioidUse
        fields = ("drug", "strength", "units_per_day", "is_as_needed", "prescriber")
        labels = {"strength": "Strength", "units_per_day": "Units a day", "is_as_needed": "As needed"}
        help_texts = {
            "strength": "mg of one tablet or dose; of a patch: mcg/h",
            "units_per_day": "On average; of patches: worn at once",
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["strength"].widget = UnitInput("mg, mcg/h")
        self.fields["units_per_day"].widget = UnitInput("a day")
        self.fields["prescriber"].choices = [("", "Not asked"), *OpioidUse.Prescriber.choices]

    def _post_clean(self) -> None:
        """Amounts are the action's to judge, in words that name the drug's unit."""


class OpioidRows(NumberedFormSet):
    row_name = "Opioid"


OpioidFormSet = forms.formset_factory(OpioidForm, OpioidRows, extra=1, max_num=MAX_ROWS, absolute_max=MAX_ROWS)
