"""What a protocol plans of each session: parts of fields and values that fill the session's form in.

Only what can be known beforehand may be planned: never a side, a lot, a count or a measured result.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from clinic.rules import RuleBroken
from treatments.models import (
    Aftercare,
    CellPreparation,
    ExosomePreparation,
    Harvest,
    Injection,
    PrpPreparation,
    Spin,
    TreatmentSession,
)
from treatments.vocabulary import Modality

# Counts of days stand for dates that only a session has: (least, most).
DAYS = (0, 365)
HOLD_DAYS = ("nsaid_days", "steroid_days", "anticoagulant_days")
# Days after the session, and the field of Aftercare that holds the date they lead to.
AFTERCARE_DAYS = {
    "avoid_nsaid_days": "avoid_nsaid_until",
    "therapy_after_days": "therapy_starts_on",
    "activity_after_days": "back_to_activity_on",
}
LIMITS: dict[str, tuple[Decimal, Decimal]] = {
    "volume_ml": (Decimal("0.01"), Decimal(200)),
    "needle_gauge": (Decimal(10), Decimal(34)),
    "needle_length_mm": (Decimal(5), Decimal(300)),
    "passes": (Decimal(1), Decimal(100)),
    "rest_days": (Decimal(0), Decimal(365)),
}
SESSION = ("skin_prep", "anaesthetic_route", "anaesthetic_agent", "anaesthetic_percent", "anaesthetic_ml", "sedation")
INJECTION = ("structure", "guidance", "approach", "volume_ml", "needle_gauge", "needle_length_mm", "passes")
AFTERCARE = ("rest_days", "brace", "may_use_ice", "analgesic_plan")
PREPARATION: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    Modality.PRP: (
        PrpPreparation,
        (
            *("blood_volume_ml", "anticoagulant", "anticoagulant_ml", "anticoagulant_percent", "device"),
            *("is_blood_diluted", "prp_volume_ml", "activation", "form", "additives", "is_photoactivated"),
            "is_buffered",
        ),
    ),
    Modality.CELL: (
        CellPreparation,
        (
            *("product_type", "donor", "tissue_source", "manipulation", "regulatory_basis", "ind_number"),
            *("anticoagulant", "device", "was_washed", "used_enzyme", "final_volume_ml", "viability_method"),
        ),
    ),
    Modality.EXOSOME: (
        ExosomePreparation,
        (
            *("source_tissue", "isolation", "particle_method", "volume_ml", "storage_c", "ind_number"),
            *("irb_protocol", "is_outside_us"),
        ),
    ),
}
ROWS: dict[str, dict[str, tuple[type[models.Model], tuple[str, ...]]]] = {
    Modality.PRP: {"spins": (Spin, ("rcf_g", "rpm", "rotor_radius_cm", "minutes", "temperature_c", "is_braked"))},
    Modality.CELL: {"harvests": (Harvest, ("site",))},
}
MOST_ROWS = 6


class TechniqueRefused(RuleBroken):
    code = "technique_refused"


def checked(modality: str, technique: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """``technique`` as it is stored: JSON values, empty ones left out. ``modality`` decides the preparation's fields.

    Raises TechniqueRefused, whose field is like "technique.injection.needle_gauge".
    """
    readers = {
        "session": lambda part: _fields("session", TreatmentSession, SESSION, part),
        "injection": lambda part: _fields("injection", Injection, INJECTION, part),
        "preparation": lambda part: _preparation(modality, part),
        "holds": lambda part: {name: _days(f"holds.{name}", name in HOLD_DAYS, given) for name, given in part.items()},
        "aftercare": _aftercare,
    }
    stored = {}
    for name, part in technique.items():
        if name not in readers or not isinstance(part, Mapping):
            raise TechniqueRefused(f"Parts of a technique are {', '.join(readers)}.", f"technique.{name}")
        stored[name] = readers[name](_given(part))
    return {name: part for name, part in stored.items() if part}


def planned_aftercare(technique: Mapping[str, Mapping[str, Any]], *, treated_on: dt.date) -> dict[str, Any]:
    """Fields of Aftercare that a technique plans for a session on this day, its counts of days turned into dates."""
    planned = dict(technique.get("aftercare", {}))
    counts = {name: planned.pop(name) for name in AFTERCARE_DAYS if name in planned}
    return planned | {AFTERCARE_DAYS[name]: treated_on + dt.timedelta(days=days) for name, days in counts.items()}


def _given(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if value not in (None, "", [])}


def _preparation(modality: str, part: Mapping[str, Any]) -> dict[str, Any]:
    model, allowed = PREPARATION.get(modality, (PrpPreparation, ()))
    rows = {name: part[name] for name in ROWS.get(modality, {}) if name in part}
    stored = _fields("preparation", model, allowed, {name: part[name] for name in part if name not in rows})
    return stored | {name: _rows(name, *ROWS[modality][name], given) for name, given in rows.items()}


def _rows(name: str, model: type[models.Model], allowed: Sequence[str], given: Any) -> list[dict[str, Any]]:
    where = f"preparation.{name}"
    if not isinstance(given, list) or len(given) > MOST_ROWS or not all(isinstance(row, Mapping) for row in given):
        raise TechniqueRefused(f"Give a list of at most {MOST_ROWS} rows.", f"technique.{where}")
    return [_fields(f"{where}.{index}", model, allowed, _given(row)) for index, row in enumerate(given)]


def _aftercare(part: Mapping[str, Any]) -> dict[str, Any]:
    days = {name: part[name] for name in AFTERCARE_DAYS if name in part}
    stored = _fields("aftercare", Aftercare, AFTERCARE, {name: part[name] for name in part if name not in days})
    return stored | {name: _days(f"aftercare.{name}", True, given) for name, given in days.items()}


def _days(where: str, is_known: bool, given: Any) -> int:
    if not is_known:
        raise _unknown(where, HOLD_DAYS)
    least, most = DAYS
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise TechniqueRefused(f"Give a whole number of days from {least} to {most}.", f"technique.{where}")
    return given


def _fields(where: str, model: type[models.Model], allowed: Sequence[str], part: Mapping[str, Any]) -> dict[str, Any]:
    stored = {}
    for name, given in part.items():
        if name not in allowed:
            raise _unknown(f"{where}.{name}", allowed)
        field = model._meta.get_field(name)
        try:
            stored[name] = _json(_cleaned(field, given))
        except ValidationError as error:
            raise TechniqueRefused(" ".join(error.messages), f"technique.{where}.{name}") from None
    return stored


def _cleaned(field: Any, given: Any) -> Any:
    value = field.clean(given, None)
    if field.name in LIMITS:
        least, most = LIMITS[field.name]
        MinValueValidator(least)(value)
        MaxValueValidator(most)(value)
    return value


def _unknown(where: str, allowed: Sequence[str]) -> TechniqueRefused:
    words = ", ".join(allowed) if allowed else "nothing"
    return TechniqueRefused(f"This cannot be planned. Here {words} can.", f"technique.{where}")


def _json(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value
