"""What follows from the counts of a PRP preparation, as people read it: values, class codes, and the rule of each."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db import models

from treatments.classification import FORMULA_VERSION, VALUES, Derived, derive
from treatments.models import Preparation, PrpPreparation
from treatments.prp_classes import PRP_CLASSES


class Figure(NamedTuple):
    """One derived value in words; ``missing`` says why there is none."""

    label: str
    value: str
    missing: str


class Rule(NamedTuple):
    """How a value is worked out, where that is published, and whether somebody has read it there."""

    name: str
    text: str
    source: str
    is_checked: bool


@dataclass(frozen=True)
class Dose:
    """The card "Dose delivered". ``formula_version`` is that of the stored values."""

    platelets: Figure
    figures: list[Figure]
    classes: list[Figure]
    leukocyte_class: str
    is_capture_impossible: bool
    rules: list[Rule]
    note: str
    formula_version: int

    @property
    def missing(self) -> list[str]:
        """What the values that are not known lack, each in a sentence; the dose says it in its own place."""
        return [figure.missing for figure in (*self.figures, *self.classes) if figure.missing]


def dose_of(preparation: Preparation | None) -> Dose | None:
    """The derived values of a PRP preparation as they were stored, None for other kinds. Costs no query."""
    if not isinstance(preparation, PrpPreparation):
        return None
    found = derive(**_measured(preparation))
    # Rows from before formulas had a version hold nothing that was worked out.
    stored = preparation if preparation.formula_version else found
    capture = stored.capture_percent
    return Dose(
        platelets=_figure("Platelets", stored, found, "dose_billions", "{:.2f}"),
        figures=[
            _figure("Concentration", stored, found, "concentration_factor", "{:.2f} × blood"),
            _figure("Platelet capture", stored, found, "capture_percent", "{:.1f} %"),
            _figure("Purity", stored, found, "purity_percent", "{:.1f} %"),
        ],
        classes=[
            _figure("PAW", stored, found, "paw_code"),
            _figure("DEPA", stored, found, "depa_code"),
            _figure("PLRA", stored, found, "plra_code"),
            _figure("Mishra", stored, found, "mishra_code"),
        ],
        leukocyte_class=stored.leukocyte_class,
        is_capture_impossible=capture is not None and capture > 100,
        rules=RULES,
        note=PRP_CLASSES.note,
        formula_version=stored.formula_version or FORMULA_VERSION,
    )


def _measured(preparation: PrpPreparation) -> dict[str, object]:
    fields: list[models.Field] = [*preparation._meta.concrete_fields]
    return {field.name: getattr(preparation, field.attname) for field in fields if field.name not in VALUES}


def _figure(label: str, stored: PrpPreparation | Derived, found: Derived, name: str, shape: str = "{}") -> Figure:
    value = getattr(stored, name)
    if value is None or value == "":
        return Figure(label, "", found.missing.get(name, ""))
    return Figure(label, shape.format(value), "")


RULES = [
    Rule("Dose", "Platelets of the PRP × the PRP injected.", "", True),
    Rule("Concentration", "Platelets of the PRP ÷ platelets of the blood.", "", True),
    Rule(
        "Capture",
        "Platelets in the PRP made ÷ platelets in the blood drawn. Where the blood was counted after the anticoagulant "
        "was added, its volume is that of both.",
        "",
        True,
    ),
    Rule("Purity", "Platelets ÷ platelets, red and white cells of the PRP.", PRP_CLASSES.depa_source, True),
    Rule(
        "LR or LP",
        "Leukocyte-rich with more white cells than the blood, else leukocyte-poor.",
        "after PAW; other cut-offs exist",
        True,
    ),
    Rule(
        "PAW",
        "P1 at or below the blood, P2 to 750, P3 to 1,250, P4 above 1,250 ×10³/µL. x: activated from outside. "
        "A: white cells above the blood, B: not. α: neutrophils above the blood, β: not.",
        "DeLong 2012",
        True,
    ),
    Rule(
        "DEPA",
        f"Dose in 10⁹: {PRP_CLASSES.dose}. Efficiency in %: {PRP_CLASSES.efficiency}. "
        f"Purity in %: {PRP_CLASSES.purity}. Activated: yes or no.",
        PRP_CLASSES.depa_source,
        PRP_CLASSES.is_depa_checked,
    ),
    Rule(
        "PLRA",
        "Platelets per µL and volume. L+: white cells above "
        f"{PRP_CLASSES.leukocytes_above_percent} % of all cells. R+: red cells above "
        f"{PRP_CLASSES.erythrocytes_above_percent} %. A+: activated from outside.",
        PRP_CLASSES.plra_source,
        PRP_CLASSES.is_plra_checked,
    ),
    Rule(
        "Mishra",
        "1 and 2: white cells above the blood; 3 and 4: not; 2 and 4: activated. A from five times the blood's "
        "platelets, B below.",
        "Mishra 2012",
        True,
    ),
]
