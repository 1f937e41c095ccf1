"""A REDCap data dictionary (CSV) with one form as a definition, and what could not be carried over."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from outcomes.bringing.fhir_items import LONGEST_SHORT, LONGEST_STEM, YES_NO
from outcomes.bringing.findings import Finding, Unreadable
from outcomes.bringing.plain_words import clipped, code_from, without_markup
from outcomes.bringing.shapes import MOST_COUNT, MOST_OPTIONS

MOST_ROWS = 2_000
# Our names, and how a column is called in a downloaded dictionary and in one from REDCap's API.
COLUMNS = {
    "name": ("variable / field name", "field_name"),
    "form": ("form name", "form_name"),
    "section": ("section header", "section_header"),
    "type": ("field type", "field_type"),
    "label": ("field label", "field_label"),
    "choices": ("choices, calculations, or slider labels", "select_choices_or_calculations"),
    "note": ("field note", "field_note"),
    "check": ("text validation type or show slider number", "text_validation_type_or_show_slider_number"),
    "low": ("text validation min", "text_validation_min"),
    "high": ("text validation max", "text_validation_max"),
    "branching": ("branching logic (show field only if...)", "branching_logic"),
    "required": ("required field?", "required_field"),
    "matrix": ("matrix group name", "matrix_group_name"),
    "annotation": ("field annotation", "field_annotation"),
}
NEEDED = ("name", "form", "type", "label", "choices")
LEFT_OUT = {
    "calc": "is worked out, not asked",
    "descriptive": "only shows words",
    "checkbox": "takes several answers",
    "notes": "takes text",
    "text": "takes text, or a number without its lowest and highest whole value",
    "file": "takes a file",
}
_WHOLE = re.compile(r"-?[0-9]{1,6}")

Row = Mapping[str, str]


def read_dictionary(text: str, language: str) -> tuple[dict[str, Any], dict[str, list[int]], list[Finding]]:
    """The definition, what answers count for by item, and what could not be carried over. Raises Unreadable."""
    rows = _rows(text)
    forms = list(dict.fromkeys(row["form"] for _, row in rows))
    if len(forms) > 1:
        raise Unreadable(
            f"The dictionary has {len(forms)} forms: {clipped(', '.join(forms), 200)}. Bring one at a time."
        )
    items: list[dict[str, Any]] = []
    counts: dict[str, list[int]] = {}
    notes: list[Finding] = []
    section = ""
    for place, row in rows:
        section = clipped(row["section"], LONGEST_STEM) or section
        raw, own, said = _item(row, section if row["matrix"] else "", language)
        notes += [Finding(place, words) for words in [*said, *_not_carried(row)]]
        if raw:
            items.append(raw)
            counts |= {raw["code"]: own} if own else {}
    if not items:
        raise Unreadable(
            "The dictionary has no field that could be asked: radio, dropdown, yesno, slider or an integer."
        )
    name, _ = without_markup(forms[0].replace("_", " ").capitalize())
    return {"code": code_from(forms[0], "form"), "version": "1", "name": name or "Form", "items": items}, counts, notes


def is_dictionary(text: str) -> bool:
    """Whether a text begins like a data dictionary."""
    return text.lstrip("\ufeff \"'").casefold().startswith((COLUMNS["name"][0], COLUMNS["name"][1]))


def _rows(text: str) -> list[tuple[str, Row]]:
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise Unreadable(f"The file is not valid CSV: {error}.") from None
    header = [cell.strip().casefold() for cell in found[0]]
    places = {name: next((header.index(one) for one in names if one in header), -1) for name, names in COLUMNS.items()}
    if lacking := [COLUMNS[name][0] for name in NEEDED if places[name] < 0]:
        raise Unreadable(f"The data dictionary lacks the column {lacking[0]!r}.")
    if len(found) > MOST_ROWS:
        raise Unreadable(f"The data dictionary has more than {MOST_ROWS:,} rows.")
    rows: list[tuple[str, Row]] = []
    for number, cells in enumerate(found[1:], start=2):
        row = {name: cells[at].strip() if 0 <= at < len(cells) else "" for name, at in places.items()}
        if row["name"]:
            rows.append((f"row {number} ({row['name'][:40]})", row))
    if not rows:
        raise Unreadable("The data dictionary has no rows.")
    return rows


def _item(row: Row, stem: str, language: str) -> tuple[dict[str, Any] | None, list[int], list[str]]:
    """The item, None where it cannot be asked; what its answers count for; and what to say about it."""
    notes: list[str] = []
    kind, counts = _answers(row, language, notes)
    if not kind:
        why = LEFT_OUT.get(row["type"].casefold(), "has answers that cannot be asked")
        return None, [], [f"was left out: it {why}"]
    label, had_markup = without_markup(row["label"])
    before, stem_had = without_markup(stem)
    if had_markup or stem_had:
        notes.append("markup and braces were taken out of its words")
    text = f"{before} {label}".strip()
    words = {"text": text, "short": clipped(label, LONGEST_SHORT), **kind.pop("words", {})}
    return {"code": code_from(row["name"]), **kind, "short": words["short"], language: words}, counts, notes


def _answers(row: Row, language: str, notes: list[str]) -> tuple[dict[str, Any], list[int]]:
    match row["type"].casefold():
        case "radio" | "dropdown":
            return _choice(row["choices"], notes)
        case "yesno" | "truefalse":
            return {"kind": "choice", "minimum": 0, "maximum": 1, "words": {"options": list(YES_NO[language])}}, []
        case "slider":
            return _slider(row, notes), []
        case "text" if row["check"].casefold() in ("integer", "number") and row["low"] and row["high"]:
            return _typed(row, notes), []
    return {}, []


def _choice(choices: str, notes: list[str]) -> tuple[dict[str, Any], list[int]]:
    """Like "0, None | 1, Mild": where the numbers are not one after another, they count and are not asked."""
    pairs = [one.partition(",") for one in choices.split("|") if one.strip()]
    codes = [code.strip() for code, _, _ in pairs]
    labels = [without_markup(label)[0] for _, _, label in pairs]
    if not 2 <= len(pairs) <= MOST_OPTIONS or not all(labels):
        return {}, []
    if any(without_markup(label)[1] for _, _, label in pairs):
        notes.append("markup was taken out of its answers")
    numbers = [int(code) for code in codes if _WHOLE.fullmatch(code) and 0 <= int(code) <= MOST_COUNT]
    kind: dict[str, Any] = {"kind": "choice", "words": {"options": labels}}
    if len(numbers) == len(codes) and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return {**kind, "minimum": numbers[0], "maximum": numbers[-1]}, []
    if len(numbers) < len(codes):
        notes.append("its answers count 0, 1, 2 … in their order, because their codes are no whole numbers")
        numbers = []
    return {**kind, "minimum": 0, "maximum": len(codes) - 1}, numbers


def _slider(row: Row, notes: list[str]) -> dict[str, Any]:
    labels = [without_markup(one)[0] for one in row["choices"].split("|")]
    if len(labels) == 3 and labels[1]:
        notes.append("the word in the middle of the slider was not carried over")
    ends = {"low": labels[0], "high": labels[-1] if len(labels) > 1 else ""}
    return {**_range(row["low"] or "0", row["high"] or "100"), "words": ends}


def _typed(row: Row, notes: list[str]) -> dict[str, Any]:
    if row["check"].casefold() == "number":
        notes.append("is asked as a whole number")
    return _range(row["low"], row["high"])


def _range(low: str, high: str) -> dict[str, Any]:
    if not _WHOLE.fullmatch(low) or not _WHOLE.fullmatch(high) or not 0 <= int(low) < int(high) <= MOST_COUNT:
        return {}
    return {"kind": "number", "minimum": int(low), "maximum": int(high)}


def _not_carried(row: Row) -> Iterator[str]:
    if row["branching"]:
        yield "is asked always: its branching logic was not carried over"
    if row["required"].casefold() in ("y", "yes", "1"):
        yield "may be skipped: that it has to be answered was not carried over"
    if row["section"] and not row["matrix"]:
        yield "the section header before it was left out"
    if row["note"]:
        yield "its field note was left out"
    if row["annotation"]:
        yield "its field annotation (action tags) was not carried over"
