"""Bringing an instrument: a file, or the official words typed in, and then the attestation."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core import signing

from clinic.forms import speak_plainly
from outcomes.actions import Licence
from outcomes.bringing import MOST_BYTES, NAMES, Brought, Finding, Scoring, Unreadable, read_file
from outcomes.bringing.plain_words import clipped
from outcomes.instruments import Instrument, Item

SALT = "outcomes.instrument"
# What was shown stays good for a day.
GOOD_FOR = 24 * 60 * 60
MOST_NOTES = 200
METHODS = [
    ("", "Not scored"),
    ("sum", "Sum of the answers"),
    ("mean", "Mean of the answers"),
    ("percent", "Mean, as 0 to 100"),
    ("percent_inverted", "Mean, as 100 to 0"),
]
DIRECTIONS = [("", "Lower is better"), ("higher", "Higher is better")]
ACCEPTED = ".toml,.json,.csv,application/json,text/csv,application/toml"


class FileForm(forms.Form):
    """A file with an instrument, and what counts where it says nothing."""

    file = forms.FileField(
        widget=forms.FileInput({"accept": ACCEPTED}),
        help_text="A definition (TOML or JSON), a FHIR R4 Questionnaire (JSON), or a REDCap data dictionary (CSV); "
        "1 MB at most.",
        max_length=200,
    )
    language = forms.ChoiceField(
        label="Language of its words", choices=list(NAMES.items()), help_text="Where the file does not say."
    )
    method = forms.ChoiceField(
        label="Score", choices=METHODS, required=False, help_text="Where the file does not say how it is scored."
    )
    direction = forms.ChoiceField(
        label="Direction", choices=DIRECTIONS, required=False, help_text="Of a score that is chosen here."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages |= {"required": "Choose the file.", "empty": "The file is empty."}
        speak_plainly(self)

    def brought(self) -> Brought | None:
        """What the file asks; None, with the reason beside the field, when it cannot be read."""
        data = self.cleaned_data
        scoring = Scoring(data["method"], data["direction"] == "higher")
        try:
            return read_file(data["file"].read(MOST_BYTES + 1), language=data["language"], scoring=scoring)
        except Unreadable as reason:
            self.add_error("file", str(reason))
            return None

    @property
    def source(self) -> str:
        """The name of the file, as it is kept."""
        return clipped(str(self.cleaned_data["file"].name), 190)


class WordsForm(forms.Form):
    """The words of every question of a known instrument in one or both languages, as the official form prints them."""

    def __init__(self, *args: Any, known: Instrument, worded: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        for language, name in NAMES.items():
            for number, item in enumerate(known.items, start=1):
                shown = next((one for one in worded.items if one.code == item.code), item)
                self._add(language, f"{name}, question {number} ({item.short})", item, shown)
        speak_plainly(self)

    def _add(self, language: str, place: str, item: Item, shown: Item) -> None:
        worded = shown.wording.get(language)
        start = f"{language}-{item.code}"
        self.fields[f"{start}-text"] = _typed(place, 600, worded.text if worded else "", rows=2)
        if item.kind == "choice":
            n = item.maximum - item.minimum + 1
            typed = _typed(
                f"{place}: its {n} answers, one a line", 2000, "\n".join(worded.options) if worded else "", rows=n
            )
            typed.help_text = f"The answer for {item.minimum} first. Empty: as in the question before."
            self.fields[f"{start}-options"] = typed
            return
        for end, value in (("low", item.minimum), ("high", item.maximum)):
            typed = _typed(f"{place}: words for {value}", 80, getattr(worded, end) if worded else "", rows=1)
            self.fields[f"{start}-{end}"] = typed

    def languages(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The fields of each language under its name."""
        for language, name in NAMES.items():
            yield name, [self[field] for field in self.fields if field.startswith(f"{language}-")]

    def items(self, definition: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The items of a known definition with what was typed in place of their words."""
        items = [{key: value for key, value in item.items() if key not in NAMES} for item in definition["items"]]
        for item, known in zip(items, self.known.items, strict=True):
            item["short"] = known.short
        for language in NAMES:
            if any(self.cleaned_data[f"{language}-{item.code}-text"].strip() for item in self.known.items):
                self._word(items, language)
        return items

    def _word(self, items: list[dict[str, Any]], language: str) -> None:
        before: dict[str, Any] = {}
        for item, known in zip(items, self.known.items, strict=True):
            lines = {part: self._said(language, known, part) for part in ("text", "low", "high", "options")}
            parts = {part: " ".join(" ".join(said).split()) for part, said in lines.items()}
            options = lines["options"]
            wording: dict[str, Any] = {"text": parts["text"], "short": _short(known, language, parts["text"])}
            if known.kind == "choice":
                wording["options"] = options or before.get("options", [])
            else:
                wording |= {end: parts[end] or before.get(end, "") for end in ("low", "high")}
            before = before | wording
            item[language] = wording

    def _said(self, language: str, item: Item, part: str) -> list[str]:
        """The lines that were typed, without blanks around them."""
        typed = str(self.cleaned_data.get(f"{language}-{item.code}-{part}", ""))
        return [line.strip() for line in typed.splitlines() if line.strip()]


def _short(item: Item, language: str, text: str) -> str:
    if language in item.wording:
        return item.wording[language].short
    return item.short if language == "en" else clipped(text, 40) or item.short


def _typed(label: str, longest: int, initial: str, *, rows: int) -> forms.CharField:
    widget = forms.Textarea({"rows": rows}) if rows > 1 else forms.TextInput({"autocomplete": "off"})
    return forms.CharField(label=label, max_length=longest, initial=initial, required=False, widget=widget)


class AttestForm(forms.Form):
    """Who may use what was shown, and until when."""

    shown = forms.CharField(widget=forms.HiddenInput)
    licence_holder = forms.CharField(
        label="Licence holder", max_length=120, help_text="Whose instrument it is, or who licensed it to the clinic."
    )
    licence_ref = forms.CharField(
        label="Licence reference",
        max_length=120,
        help_text="Number or date of the licence or letter; “free to use” where none is needed.",
    )
    expires_on = forms.DateField(
        label="Last day of the licence",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="From the next day on it is not asked. Empty: it does not run out.",
    )
    attests = forms.BooleanField(label="")

    def __init__(self, *args: Any, clinic: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attests = self.fields["attests"]
        attests.label = f"I attest that {clinic} may use this instrument in this way and in these languages."
        attests.error_messages["required"] = "Tick that the clinic may use it: without that nothing is stored."
        speak_plainly(self)

    def licence(self) -> Licence:
        data = self.cleaned_data
        return Licence(data["licence_holder"], data["licence_ref"], data["expires_on"])


def sealed(brought: Brought, source: str) -> str:
    """What was shown, to be sent back with the attestation and nothing in it changed."""
    payload = {
        "definition": brought.definition,
        "source": source,
        "notes": [list(note) for note in brought.notes[:MOST_NOTES]],
    }
    return signing.dumps(payload, salt=SALT, compress=True)


def unsealed(text: str) -> tuple[Brought, str] | None:
    """What was shown, and where it came from; None when it is too old, or not what was shown."""
    try:
        payload = signing.loads(text, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    notes = tuple(Finding(*note) for note in payload["notes"])
    return Brought(payload["definition"], (), notes), payload["source"]
