"""Where measured values usually lie. A value outside is asked about once and never refused. No Django.

Our own data-entry limits, set wide around what is published: blood draws of 20–100 mL, analysers valid to
4,800 ×10³/µL, viability of 70 % or more as a release criterion, vesicles of 30–1,000 nm and 10⁸–10¹² particles
per mL. Where nothing is published the limits only catch slips of a digit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class SoftRange:
    """The usual range, both ends included, in ``unit``."""

    low: Decimal
    high: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{self.low:,} to {self.high:,} {self.unit}"

    def holds(self, value: Decimal) -> bool:
        """Whether this value needs no second look."""
        return self.low <= value <= self.high


def _range(low: str, high: str, unit: str) -> SoftRange:
    return SoftRange(Decimal(low), Decimal(high), unit)


INJECTION: dict[str, SoftRange] = {
    "volume_ml": _range("0.1", "30", "mL"),
    "needle_gauge": _range("14", "30", "gauge"),
}
PRP: dict[str, SoftRange] = {
    "blood_volume_ml": _range("5", "250", "mL"),
    "anticoagulant_ml": _range("0", "30", "mL"),
    "blood_platelets": _range("50", "700", "×10³/µL"),
    "blood_leukocytes": _range("2", "20", "×10³/µL"),
    "prp_platelets": _range("100", "5000", "×10³/µL"),
    "prp_leukocytes": _range("0", "150", "×10³/µL"),
    "prp_erythrocytes": _range("0", "5", "×10⁶/µL"),
    "prp_volume_ml": _range("0.5", "30", "mL"),
    "prp_injected_ml": _range("0.5", "30", "mL"),
}
CELL: dict[str, SoftRange] = {
    "final_volume_ml": _range("0.5", "60", "mL"),
    "nucleated_cells": _range("10", "10000", "×10⁶"),
    "viability_percent": _range("70", "100", "%"),
    "cfu_f_per_ml": _range("1", "50000", "CFU-F/mL"),
    "cells_injected": _range("1", "10000", "×10⁶"),
}
EXOSOME: dict[str, SoftRange] = {
    "particles_per_ml": _range("0.1", "1000", "×10⁹/mL"),
    "volume_ml": _range("0.1", "30", "mL"),
    "protein_ug": _range("1", "5000", "µg"),
    "median_size_nm": _range("30", "1000", "nm"),
}


def outside(ranges: Mapping[str, SoftRange], values: Mapping[str, object]) -> dict[str, SoftRange]:
    """The fields whose value lies outside its usual range, with that range; missing values are never outside."""
    return {
        field: soft
        for field, soft in ranges.items()
        if (value := values.get(field)) is not None and not soft.holds(Decimal(str(value)))
    }
