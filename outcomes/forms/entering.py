"""Typing in a whole check-in for a patient: every question on one page, made for the keyboard."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from clinic.forms import speak_plainly
from outcomes.models import Survey
from outcomes.models.surveys import LANGUAGE_CHOICES
from outcomes.survey_flow import Question
from treatments.forms.inputs import DayInput

Mode = Survey.Mode
MODES = [(mode.value, mode.label) for mode in Survey.ASSISTED_MODES]
# How many of a sheet's first 0-10 answers are typed twice: the ones that reports rest on.
TYPED_TWICE = 2
BLANK_MEANT = "blank_meant"


def name_of(question: Question) -> str:
    """The field of a question, named as actions name it."""
    return f"answers.{question.key}"


def again_name_of(question: Question) -> str:
    return f"again.{question.key}"


class EnterForm(forms.Form):
    """How it was answered, then every question; of paper the two main ones once more."""

    mode = forms.ChoiceField(
        label="How was it answered?",
        choices=MODES,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Say how it was answered.",
            "invalid_choice": "Say how it was answered: choose from the list.",
        },
    )
    answered_by = forms.ChoiceField(
        label="Who answered?",
        choices=Survey.AnsweredBy.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Say who answered.",
            "invalid_choice": "Say who answered: choose from the list.",
        },
    )
    answered_on = forms.DateField(label="Day it was answered", widget=DayInput())
    language = forms.ChoiceField(
        label="Language",
        choices=LANGUAGE_CHOICES,
        widget=forms.HiddenInput,
        error_messages={
            "required": "Say in which language it was asked.",
            "invalid_choice": "Say in which language it was asked: English or Spanish.",
        },
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        questions: tuple[Question, ...],
        place: str,
        initial: Mapping[str, Any],
        given: Mapping[str, int | None],
    ) -> None:
        super().__init__(data, initial={**initial, **{f"answers.{key}": value for key, value in given.items()}})
        self.questions = questions
        self.twice = [question for question in questions if question.is_scale][:TYPED_TWICE]
        for question in questions:
            self.fields[name_of(question)] = _field_of(question, f"{question.number}. {_spoken(question, place)}")
        for question in self.twice:
            self.fields[again_name_of(question)] = _number(question, f"{question.item.short}, once more from the sheet")
        self.fields["remark"] = forms.CharField(
            label="What else the patient said, in their words",
            max_length=500,
            required=False,
            widget=forms.TextInput({"autocomplete": "off"}),
        )
        self.fields[BLANK_MEANT] = forms.BooleanField(label="What is blank above was not answered", required=False)
        speak_plainly(self)

    @property
    def question_fields(self) -> list[forms.BoundField]:
        return [self[name_of(question)] for question in self.questions]

    @property
    def again_fields(self) -> list[forms.BoundField]:
        return [self[again_name_of(question)] for question in self.twice]

    def clean(self) -> dict[str, Any]:
        """``answers`` by item, None where the patient gave none."""
        cleaned = self.cleaned_data
        answers = {question.key: self._read(question, name_of(question)) for question in self.questions}
        if cleaned.get("mode") == Mode.PAPER:
            for question in self.twice:
                self._compare(question)
        blank = [
            question for question in self.questions if answers[question.key] is None and question.item.is_skippable
        ]
        blank = [question for question in blank if name_of(question) not in self.errors]
        if blank and not cleaned.get(BLANK_MEANT):
            names = ", ".join(f"“{question.item.short}”" for question in blank)
            self.add_error(BLANK_MEANT, f"Tick this if the patient did not answer: {names}.")
        kept = ("mode", "answered_by", "answered_on", "language", "remark")
        return {"answers": answers, **{name: cleaned[name] for name in kept if name in cleaned}}

    def _read(self, question: Question, name: str) -> int | None:
        raw = self.cleaned_data.get(name, "").strip()
        if not raw:
            if not question.item.is_skippable and name not in self.errors:
                self.add_error(name, f"“{question.item.short}” needs an answer.")
            return None
        value = question.read(raw)
        if value is None:
            item = question.item
            self.add_error(name, f"“{item.short}”: type a whole number from {item.minimum} to {item.maximum}.")
        return value

    def _compare(self, question: Question) -> None:
        first, second = name_of(question), again_name_of(question)
        typed = [self.data.get(name, "").strip() for name in (first, second)]
        if typed[0] != typed[1] and first not in self.errors:
            said = [raw or "blank" for raw in typed]
            self.add_error(
                second, f"“{question.item.short}” is {said[0]} above and {said[1]} here. Look at the sheet again."
            )


class TabletForm(forms.Form):
    """What the clinic's tablet shows."""

    shows = forms.BooleanField(label="After a check-in on the tablet, show patients their curve", required=False)


def initial_for(survey: Survey, *, how: str, language: str, on: dt.date) -> dict[str, Any]:
    """What is filled in already: nobody is taken to have answered alone."""
    return {"mode": how, "language": language, "answered_on": on, "remark": survey.remark}


def _spoken(question: Question, place: str) -> str:
    return question.wording.text.replace("{target}", place)


def _field_of(question: Question, label: str) -> forms.Field:
    if question.item.kind != "choice":
        return _number(question, label)
    unsaid = "Not answered" if question.item.is_skippable else "Choose"
    offered = [(str(one.value), f"{one.value} {one.label}") for one in question.choices]
    return forms.ChoiceField(
        label=label,
        # To be read aloud without opening the list.
        help_text=" · ".join(words for _, words in offered),
        choices=[("", unsaid), *offered],
        required=False,
        error_messages={"invalid_choice": f"“{question.item.short}”: choose from the list."},
    )


def _number(question: Question, label: str) -> forms.Field:
    item, wording = question.item, question.wording
    return forms.CharField(
        label=label,
        help_text=f"{item.minimum} = {wording.low}. {item.maximum} = {wording.high}.",
        max_length=20,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )
