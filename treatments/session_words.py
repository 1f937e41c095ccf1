"""What the fields of a session are called, and their values as people read them."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db import models

VISIT: dict[str, str] = {
    "performed_at": "Date and time",
    "performed_by": "Done by",
    "assistant": "Assistant",
    "room": "Room",
    "skin_prep": "Skin preparation",
    "anaesthetic_route": "Local anaesthetic",
    "anaesthetic_agent": "Agent",
    "anaesthetic_percent": "Strength",
    "anaesthetic_ml": "Amount",
    "sedation": "Sedation",
    "reaction": "Reaction during the procedure",
    "note": "Worth remembering",
}
INJECTION: dict[str, str] = {
    "target": "Target",
    "side": "Side",
    "level": "Level",
    "structure": "Structure",
    "guidance": "Guidance",
    "volume_ml": "Volume",
    "approach": "Approach",
    "needle_gauge": "Needle",
    "needle_length_mm": "Needle length",
    "passes": "Needle passes",
    "used_contrast": "Contrast used",
    "confirmed_needle": "Needle seen in place",
    "image": "Image",
}
HOLDS: dict[str, str] = {
    "takes_no_nsaid": "Takes no NSAID",
    "nsaid_stopped_on": "Last NSAID dose",
    "last_steroid_on": "Last steroid",
    "anticoagulant": "Anticoagulant",
    "antiplatelet": "Antiplatelet",
    "is_free_of_infection": "No fever, no infection",
    "pregnancy": "Pregnancy",
}
AFTERCARE: dict[str, str] = {
    "rest_days": "Restricted load",
    "brace": "Brace or boot",
    "therapy_starts_on": "Physical therapy from",
    "may_use_ice": "Ice allowed",
    "avoid_nsaid_until": "No NSAID until",
    "back_to_activity_on": "Back to activity on",
    "analgesic_plan": "For the pain",
}
UNITS: dict[str, str] = {
    "anaesthetic_percent": "%",
    "anaesthetic_ml": "mL",
    "volume_ml": "mL",
    "needle_gauge": "gauge",
    "needle_length_mm": "mm",
    "passes": "passes",
    "rest_days": "days",
}


class Line(NamedTuple):
    """One recorded value."""

    label: str
    value: str


def lines_of(row: models.Model | None, labels: Mapping[str, str]) -> list[Line]:
    """The named fields of a row that say something, in words and with their units; [] for no row."""
    if row is None:
        return []
    return [Line(label, _said(row, name)) for name, label in labels.items() if _is_said(row, name)]


def _is_said(row: models.Model, name: str) -> bool:
    """A "no" says something only where it could also have been left open."""
    value = getattr(row, name)
    return row._meta.get_field(name).null if value is False else value not in (None, "")


def _said(row: models.Model, name: str) -> str:
    value = getattr(row, name)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dt.date):
        return f"{value:%-d %b %Y}"
    display = getattr(row, f"get_{name}_display", None)
    words = f"{value.normalize():,f}" if isinstance(value, Decimal) else str(display() if display else value)
    return f"{words} {UNITS[name]}" if name in UNITS else words
