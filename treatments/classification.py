"""What follows from the counts of a PRP preparation: dose, fold, capture, purity, and the published class codes.

Pure arithmetic: no Django. A value that lacks an input stays empty and says which one; nothing is ever guessed.
Sources: PAW DeLong 2012, DEPA Magalon 2016, PLRA Mautner 2015, Mishra 2012. FORMULA_VERSION is stored beside the
results and grows with every change that could change one of them.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, localcontext
from types import MappingProxyType
from typing import Any, NamedTuple

from treatments.prp_classes import PRP_CLASSES

FORMULA_VERSION = 1

# What each input is called in "PAW needs ...".
INPUT_WORDS: dict[str, str] = {
    "blood_volume_ml": "the volume of the blood",
    "anticoagulant_ml": "the volume of the anticoagulant",
    "blood_platelets": "the blood's platelet count",
    "blood_leukocytes": "the blood's white-cell count",
    "blood_neutrophils": "the blood's neutrophil count",
    "prp_platelets": "the PRP's platelet count",
    "prp_leukocytes": "the PRP's white-cell count",
    "prp_neutrophils": "the PRP's neutrophil count",
    "prp_erythrocytes": "the PRP's red-cell count",
    "prp_volume_ml": "the volume of PRP made",
    "prp_injected_ml": "the volume of PRP injected",
    "activation": "the activation",
}
# DeLong 2012, ×10³ platelets per µL. P1, at or below the blood, is tried first.
PAW_LEVELS = ((Decimal(750), "P2"), (Decimal(1250), "P3"))
MISHRA_FOLD = 5
STANDARD_GRAVITY = 9.80665


@dataclass(frozen=True)
class Derived:
    """The derived values of one preparation; None or "" where an input is missing, and then ``missing`` says which."""

    dose_billions: Decimal | None
    concentration_factor: Decimal | None
    capture_percent: Decimal | None
    purity_percent: Decimal | None
    leukocyte_class: str
    paw_code: str
    depa_code: str
    plra_code: str
    mishra_code: str
    missing: Mapping[str, str]
    formula_version: int = FORMULA_VERSION

    def stored(self) -> dict[str, Any]:
        """The fields of PrpPreparation that are kept, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "missing"}


class Counts:
    """The inputs as exact numbers. Read one only after ``lacks`` said that it is there."""

    def __init__(self, measured: Mapping[str, Any]) -> None:
        self.activation = measured.get("activation") or ""
        self.is_blood_diluted = bool(measured.get("is_blood_diluted"))
        given = {name: measured.get(name) for name in INPUT_WORDS if name != "activation"}
        if measured.get("anticoagulant") == "none":
            given["anticoagulant_ml"] = 0
        self._given = {name: Decimal(str(value)) for name, value in given.items() if value not in (None, "")}

    def __getattr__(self, name: str) -> Decimal:
        return self._given[name]

    def lacks(self, needs: tuple[str, ...]) -> list[str]:
        """The inputs among ``needs`` that were not measured; of diluted blood the anticoagulant is needed too."""
        if "blood_volume_ml" in needs and self.is_blood_diluted:
            needs = (*needs, "anticoagulant_ml")
        return [name for name in needs if name not in self._given and not (name == "activation" and self.activation)]

    @property
    def is_activated(self) -> bool:
        """Whether something from outside activates it."""
        return self.activation != "none"

    @property
    def counted_blood_ml(self) -> Decimal:
        """The volume the blood count holds for: with the anticoagulant when it was counted after adding it."""
        return self.blood_volume_ml + self.anticoagulant_ml if self.is_blood_diluted else self.blood_volume_ml

    @property
    def cells(self) -> Decimal:
        """All counted cells of the PRP, ×10³/µL."""
        return self.prp_platelets + self.prp_leukocytes + self.prp_erythrocytes * 1000


class Value(NamedTuple):
    """One derived value: its name for people, the inputs it needs, how it is worked out, and what stands for unknown."""

    name: str
    needs: tuple[str, ...]
    work_out: Callable[[Counts], Decimal | str]
    empty: str | None = ""


def derive(**measured: Any) -> Derived:
    """Everything that follows from the fields of PrpPreparation; other names are ignored, absent ones not measured.

    Counts in ×10³/µL (red cells ×10⁶/µL), volumes in mL, all 0 or more. Numbers are rounded as they are stored,
    classes are taken before rounding. Never raises for numbers that the fields can hold.
    """
    counts = Counts(measured)
    results: dict[str, Any] = {}
    missing: dict[str, str] = {}
    with localcontext(prec=50):
        for field, value in VALUES.items():
            results[field], reason = _worked_out(value, counts)
            if reason:
                missing[field] = reason
        for field, places in PLACES.items():
            if results[field] is not None:
                results[field] = round(results[field], places)
    return Derived(**results, missing=MappingProxyType(missing))


def relative_force_g(*, rpm: Decimal | int, radius_cm: Decimal | int) -> Decimal:
    """The force of a centrifuge in whole g: (2π·rpm/60)²·r/g₀, which is 1.118·10⁻⁵·r(cm)·rpm²."""
    turns = 2 * math.pi * float(rpm) / 60
    return Decimal(round(turns**2 * float(radius_cm) / 100 / STANDARD_GRAVITY))


def _worked_out(value: Value, counts: Counts) -> tuple[Decimal | str | None, str]:
    lacks = counts.lacks(value.needs)
    if lacks:
        return value.empty, f"{value.name} needs {_listed([INPUT_WORDS[name] for name in lacks])}."
    try:
        return value.work_out(counts), ""
    except ZeroDivisionError:
        return value.empty, f"{value.name} cannot be worked out: a count or volume it divides by is 0."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _ratio(part: Decimal, whole: Decimal) -> Decimal:
    if not whole:
        raise ZeroDivisionError
    return part / whole


def _dose(counts: Counts) -> Decimal:
    return counts.prp_platelets * counts.prp_injected_ml / 1000


def _fold(counts: Counts) -> Decimal:
    return _ratio(counts.prp_platelets, counts.blood_platelets)


def _capture(counts: Counts) -> Decimal:
    in_blood = counts.blood_platelets * counts.counted_blood_ml
    return 100 * _ratio(counts.prp_platelets * counts.prp_volume_ml, in_blood)


def _purity(counts: Counts) -> Decimal:
    return 100 * _ratio(counts.prp_platelets, counts.cells)


def _leukocyte_class(counts: Counts) -> str:
    return "LR" if counts.prp_leukocytes > counts.blood_leukocytes else "LP"


def _paw(counts: Counts) -> str:
    white = "A" if counts.prp_leukocytes > counts.blood_leukocytes else "B"
    neutrophils = "α" if counts.prp_neutrophils > counts.blood_neutrophils else "β"
    return "-".join([_paw_platelets(counts), *(["x"] if counts.is_activated else []), white + neutrophils])


def _paw_platelets(counts: Counts) -> str:
    if counts.prp_platelets <= counts.blood_platelets:
        return "P1"
    return next((level for limit, level in PAW_LEVELS if counts.prp_platelets <= limit), "P4")


def _depa(counts: Counts) -> str:
    letters = (
        PRP_CLASSES.dose.letter(_dose(counts)),
        PRP_CLASSES.efficiency.letter(_capture(counts)),
        PRP_CLASSES.purity.letter(_purity(counts)),
    )
    return "·".join([*letters, "yes" if counts.is_activated else "no"])


def _plra(counts: Counts) -> str:
    white = 100 * _ratio(counts.prp_leukocytes, counts.cells) > PRP_CLASSES.leukocytes_above_percent
    red = 100 * _ratio(counts.prp_erythrocytes * 1000, counts.cells) > PRP_CLASSES.erythrocytes_above_percent
    signs = " ".join(
        letter + ("+" if is_there else "−")
        for letter, is_there in zip("LRA", (white, red, counts.is_activated), strict=True)
    )
    return f"P {counts.prp_platelets * 1000:,.0f}/µL, {counts.prp_injected_ml.normalize():f} mL {signs}"


def _mishra(counts: Counts) -> str:
    kind = 1 if counts.prp_leukocytes > counts.blood_leukocytes else 3
    return f"{kind + counts.is_activated}{'A' if _fold(counts) >= MISHRA_FOLD else 'B'}"


_PLATELETS = ("blood_platelets", "prp_platelets")
_WHITE_CELLS = ("blood_leukocytes", "prp_leukocytes")
_CELLS = ("prp_platelets", "prp_leukocytes", "prp_erythrocytes")
_CAPTURE = ("blood_volume_ml", "blood_platelets", "prp_volume_ml", "prp_platelets")

VALUES: dict[str, Value] = {
    "dose_billions": Value("The dose", ("prp_platelets", "prp_injected_ml"), _dose, None),
    "concentration_factor": Value("The concentration", _PLATELETS, _fold, None),
    "capture_percent": Value("The capture", _CAPTURE, _capture, None),
    "purity_percent": Value("The purity", _CELLS, _purity, None),
    "leukocyte_class": Value("The leukocyte class", _WHITE_CELLS, _leukocyte_class),
    "paw_code": Value("PAW", (*_PLATELETS, *_WHITE_CELLS, "blood_neutrophils", "prp_neutrophils", "activation"), _paw),
    "depa_code": Value(
        "DEPA", (*_CAPTURE, "prp_leukocytes", "prp_erythrocytes", "prp_injected_ml", "activation"), _depa
    ),
    "plra_code": Value("PLRA", (*_CELLS, "prp_injected_ml", "activation"), _plra),
    "mishra_code": Value("Mishra", (*_PLATELETS, *_WHITE_CELLS, "activation"), _mishra),
}
# Decimal places that the columns keep.
PLACES = {"dose_billions": 3, "concentration_factor": 3, "capture_percent": 2, "purity_percent": 2}
