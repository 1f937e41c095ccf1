"""A protocol's technique in words, for pages."""

from typing import Any

from django.db import models
from django.utils.text import capfirst

from treatments import technique
from treatments.models import Aftercare, Injection, Protocol, TreatmentSession

PARTS = {
    "session": "Visit",
    "injection": "Injection",
    "preparation": "Preparation",
    "holds": "Before",
    "aftercare": "After",
}
DAY_LABELS = {
    "nsaid_days": "No NSAID before",
    "steroid_days": "No steroid before",
    "anticoagulant_days": "No anticoagulant before",
    "rest_days": "Rest",
    "avoid_nsaid_days": "No NSAID after",
    "therapy_after_days": "Physical therapy after",
    "activity_after_days": "Back to activity after",
}
LABELS = {"volume_ml": "Volume (mL)", "needle_length_mm": "Needle length (mm)", "blood_volume_ml": "Blood drawn (mL)"}


def technique_rows(protocol: Protocol) -> list[tuple[str, str]]:
    """What is planned, as label and value, in the order of a visit. Rows of spins and harvests are one line each."""
    prepared = technique.PREPARATION.get(protocol.treatment_type.modality)
    models_of: dict[str, type[models.Model] | None] = {
        "session": TreatmentSession,
        "injection": Injection,
        "preparation": prepared[0] if prepared else None,
        "holds": None,
        "aftercare": Aftercare,
    }
    planned = protocol.technique
    return [_row(models_of[part], name, value) for part in PARTS for name, value in planned.get(part, {}).items()]


def _row(model: type[models.Model] | None, name: str, value: Any) -> tuple[str, str]:
    if name in DAY_LABELS:
        return DAY_LABELS[name], f"{value} day{'' if value == 1 else 's'}"
    if isinstance(value, list):
        return capfirst(name.replace("_", " ")), "; ".join(map(_said, value))
    if model is None:
        return capfirst(name.replace("_", " ")), str(value)
    field: Any = model._meta.get_field(name)
    choices = dict(field.flatchoices)
    return LABELS.get(name, capfirst(field.verbose_name)), choices.get(value) or _said(value)


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_said(one)}" for name, one in value.items())
    return {True: "Yes", False: "No"}.get(value, str(value)) if isinstance(value, bool) else str(value)
