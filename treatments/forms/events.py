"""Adverse events as staff write them down: one short form, and the small forms of the event's own page."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Prefetch, Q

from clinic.forms import speak_plainly
from patients.models import Patient
from treatments.forms.courses import CodeInput
from treatments.forms.inputs import MINUTE, DayInput, MomentInput, leave_to_the_action
from treatments.models import AdverseEvent, Lot, LotUse, Relatedness, TreatmentSession

NO_SESSION = "none"
# CTCAE version 5 (NCI, November 2017), in short.
GRADES = [
    (1, "1: mild. No or mild symptoms; watched only"),
    (2, "2: moderate. Little, local or non-invasive treatment; limits shopping, housework, travel"),
    (3, "3: severe, not at once life-threatening. Hospital stay; disabling; limits washing, dressing, eating"),
    (4, "4: life-threatening. Needs urgent intervention"),
    (5, "5: death"),
]


def minute_field(label: str, help_text: str = "") -> forms.DateTimeField:
    """A date and a time of the clinic's clock."""
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        input_formats=[MINUTE, "%Y-%m-%dT%H:%M:%S"],
        widget=MomentInput,
    )


class EventForm(forms.ModelForm):
    """What happened, how bad it was, after which session. ``version`` and ``reason`` only matter for a correction."""

    began_at = minute_field("Began")
    first_aware_at = minute_field(
        "The clinic first knew", "When anybody here first heard of it. Clocks count from here."
    )
    grade = forms.TypedChoiceField(label="Grade (CTCAE 5)", choices=GRADES, coerce=int, widget=forms.RadioSelect)
    seriousness = forms.MultipleChoiceField(
        label="Serious, because of",
        choices=AdverseEvent.Seriousness.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick all that apply; none means not serious (21 CFR 312.32(a)).",
    )
    session = forms.ChoiceField(label="After which session?")
    lot = forms.ChoiceField(label="Suspected lot", required=False, help_text="Of the session chosen above.")
    resolved_on = forms.DateField(label="Over since", required=False, widget=DayInput)
    icd10_code = forms.CharField(label="ICD-10 code", max_length=20, required=False, widget=CodeInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label="Why is it changed?", max_length=300, required=False)

    class Meta:
        model = AdverseEvent
        fields = (
            *("description", "term", "body_system", "began_at", "first_aware_at", "reporter", "grade", "seriousness"),
            *("is_communicable", "needed_intervention", "outcome", "resolved_on", "session", "lot", "icd10_code"),
            *("action_taken", "treatment"),
        )
        labels = {
            "description": "What happened, in the reporter's own words",
            "term": "In short",
            "reporter": "Who told the clinic",
            "is_communicable": "An infection or another communicable disease",
            "needed_intervention": "It needed medical or surgical intervention",
            "action_taken": "What was done with the treatment",
            "treatment": "How the event was treated",
        }
        help_texts = {
            "term": "Like “septic arthritis”.",
            "reporter": "",
            "is_communicable": "",
            "needed_intervention": "",
            "description": "",
        }
        widgets = {"description": forms.Textarea({"rows": 3})}

    def __init__(self, *args: object, patient: Patient, now: dt.datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.instance.validate_constraints = leave_to_the_action
        speak_plainly(self)
        for name in ("began_at", "first_aware_at"):
            self.fields[name].widget.attrs["max"] = now.strftime(MINUTE)
        self.fields["resolved_on"].widget.attrs["max"] = f"{now:%Y-%m-%d}"
        self.fields["session"].error_messages["required"] = "Choose the session, or say that there was none here."
        self.fields["grade"].error_messages["required"] = "Grade is missing: choose how bad it was."
        for name in ("body_system", "outcome"):
            field = self.fields[name]
            field.choices = [("", "Choose"), *[choice for choice in field.choices if choice[0]]]
        self._offer_sessions(patient)
        self._show_links()

    def _offer_sessions(self, patient: Patient) -> None:
        uses = LotUse.objects.filter(Q(reversed_at=None) | Q(lot_id=self.instance.lot_id)).select_related(
            "lot__product"
        )
        sessions = TreatmentSession.objects.filter(course__patient=patient).filter(
            Q(entered_in_error_at=None) | Q(pk=self.instance.session_id)
        )
        rows = sessions.select_related("course__treatment_type", "clinic").prefetch_related(Prefetch("lot_uses", uses))
        self.sessions = {str(row.public_id): row for row in rows[:200]}
        self.lots = {str(use.lot.public_id): use.lot for row in self.sessions.values() for use in row.lot_uses.all()}
        named = [(key, session_words(row)) for key, row in self.sessions.items()]
        self.fields["session"].choices = [("", "Choose"), *named, (NO_SESSION, "Not tied to a session here")]
        groups = [(session_words(row), _lots_of(row)) for row in self.sessions.values() if row.lot_uses.all()]
        self.fields["lot"].choices = [("", "Not known, or none"), *groups]

    def _show_links(self) -> None:
        event = self.instance
        if event.pk:
            self.initial["session"] = str(event.session.public_id) if event.session else NO_SESSION
            self.initial["lot"] = str(event.lot.public_id) if event.lot else ""

    def clean_began_at(self) -> dt.datetime:
        return self._exact("began_at")

    def clean_first_aware_at(self) -> dt.datetime:
        return self._exact("first_aware_at")

    def _exact(self, name: str) -> dt.datetime:
        """The instant as it was, where only its seconds are missing from what the browser sent."""
        typed, was = self.cleaned_data[name], getattr(self.instance, name)
        return was if was and was.replace(second=0, microsecond=0) == typed else typed

    def clean_session(self) -> TreatmentSession | None:
        return self.sessions.get(self.cleaned_data["session"])

    def clean_lot(self) -> Lot | None:
        return self.lots.get(self.cleaned_data["lot"])

    def details(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self) -> None:
        """Nothing is written to the event here: its action does that."""


def session_words(session: TreatmentSession) -> str:
    """The session as a list names it."""
    return f"{session.performed_at:%-d %b %Y}: {session.course.treatment_type}, {session.course.complaint}"


def _lots_of(session: TreatmentSession) -> list[tuple[str, str]]:
    return [
        (str(use.lot.public_id), f"{use.lot.product.name}, lot {use.lot.lot_number}") for use in session.lot_uses.all()
    ]


RELATEDNESS = [("", "Choose"), *Relatedness.choices]


class EventReviewForm(forms.Form):
    """The causality review. Nothing is filled in before somebody has judged."""

    related_to_product = forms.ChoiceField(label="Related to the product", choices=RELATEDNESS)
    related_to_procedure = forms.ChoiceField(label="Related to the procedure", choices=RELATEDNESS)
    is_expected = forms.TypedChoiceField(
        label="Was it expected?",
        choices=[("yes", "Expected: listed for this product"), ("no", "Unexpected")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Why", max_length=1000, required=False, widget=forms.Textarea({"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)


class ReportSentForm(forms.Form):
    """A report went out. The number is the authority's or the sponsor's."""

    sent_on = forms.DateField(label="Sent on", widget=DayInput)
    reference = forms.CharField(label="Number", max_length=80, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)


class EventVoidForm(forms.Form):
    """Entered in error: never deleted, always with a reason."""

    reason = forms.CharField(label="Why was it entered in error?", max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = "Say why this event was entered in error."
