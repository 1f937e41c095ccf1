"""What follows from the counts of a PRP preparation. Pure arithmetic: no Django, no rounding.

Definitions: dose and recovery Magalon 2016 (DEPA); leukocyte class DeLong 2012 (PAW: above the blood or not).
"""

from dataclasses import dataclass
from decimal import Decimal

INPUTS = (
    *("blood_volume_ml", "prp_volume_ml", "prp_injected_ml", "blood_platelets", "prp_platelets"),
    *("blood_leukocytes", "prp_leukocytes"),
)


@dataclass(frozen=True)
class PrpDose:
    """Derived values; each is None where a count it needs was not measured."""

    platelets_billions: Decimal | None
    concentration_factor: Decimal | None
    recovery_percent: Decimal | None
    is_leukocyte_rich: bool | None

    @property
    def leukocyte_class(self) -> str:
        """ "LR-PRP", "LP-PRP", or "" when the white cells were not counted on both sides."""
        return {True: "LR-PRP", False: "LP-PRP", None: ""}[self.is_leukocyte_rich]


def prp_dose(
    *,
    blood_volume_ml: Decimal,
    prp_volume_ml: Decimal,
    prp_injected_ml: Decimal,
    blood_platelets: Decimal | None,
    prp_platelets: Decimal | None,
    blood_leukocytes: Decimal | None = None,
    prp_leukocytes: Decimal | None = None,
) -> PrpDose:
    """Counts in ×10³/µL, volumes in mL. The dose counts what was injected, recovery what was made.

    ``blood_volume_ml`` is the blood without anticoagulant; a recovery above 100 % means a count or unit is wrong.
    """
    return PrpDose(
        platelets_billions=None if prp_platelets is None else prp_platelets * prp_injected_ml / 1000,
        concentration_factor=_ratio(prp_platelets, blood_platelets),
        recovery_percent=_percent(_times(prp_platelets, prp_volume_ml), _times(blood_platelets, blood_volume_ml)),
        is_leukocyte_rich=(
            None if prp_leukocytes is None or blood_leukocytes is None else prp_leukocytes > blood_leukocytes
        ),
    )


def _times(count: Decimal | None, volume_ml: Decimal) -> Decimal | None:
    return None if count is None else count * volume_ml


def _ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return None if part is None or not whole else part / whole


def _percent(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    ratio = _ratio(part, whole)
    return None if ratio is None else 100 * ratio
