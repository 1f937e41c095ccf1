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
    "anticoagulant_percent": _range("1", "20", "%"),
    "blood_platelets": _range("50", "700", "×10³/µL"),
    "blood_leukocytes": _range("2", "20", "×10³/µL"),
    "blood_neutrophils": _range("0.5", "15", "×10³/µL"),
    "blood_erythrocytes": _range("2.5", "7", "×10⁶/µL"),
    "blood_hematocrit": _range("25", "60", "%"),
    "prp_platelets": _range("100", "5000", "×10³/µL"),
    "prp_leukocytes": _range("0", "150", "×10³/µL"),
    "prp_neutrophils": _range("0", "150", "×10³/µL"),
    "prp_monocytes": _range("0", "150", "×10³/µL"),
    "prp_lymphocytes": _range("0", "150", "×10³/µL"),
    "prp_erythrocytes": _range("0", "5", "×10⁶/µL"),
    "prp_hematocrit": _range("0", "40", "%"),
    "prp_volume_ml": _range("0.5", "30", "mL"),
    "prp_injected_ml": _range("0.5", "30", "mL"),
}
# More platelets than the blood held: a count, a volume or a unit is wrong.
DERIVED: dict[str, SoftRange] = {
    "capture_percent": _range("0", "100", "%"),
}
SPIN: dict[str, SoftRange] = {
    "rcf_g": _range("50", "4000", "g"),
    "rpm": _range("300", "10000", "rpm"),
    "rotor_radius_cm": _range("4", "30", "cm"),
    "minutes": _range("1", "30", "min"),
    "temperature_c": _range("4", "30", "°C"),
}
CELL: dict[str, SoftRange] = {
    "final_volume_ml": _range("0.5", "60", "mL"),
    "nucleated_cells": _range("10", "10000", "×10⁶"),
    "viability_percent": _range("70", "100", "%"),
    "cfu_f_per_ml": _range("1", "50000", "CFU-F/mL"),
    "cfu_f_days": _range("7", "21", "days"),
    "cd34_cells": _range("0", "1000", "×10⁶"),
    "cd45_cells": _range("0", "10000", "×10⁶"),
    "platelets": _range("50", "5000", "×10³/µL"),
    "positive_markers_percent": _range("95", "100", "%"),
    "negative_markers_percent": _range("0", "2", "%"),
    "passage": _range("1", "10", "passages"),
    "population_doublings": _range("1", "40", "doublings"),
    "post_thaw_viability_percent": _range("70", "100", "%"),
    "cells_injected": _range("1", "10000", "×10⁶"),
    "donor_age": _range("0", "60", "years"),
}
HARVEST: dict[str, SoftRange] = {
    "punctures": _range("1", "12", "punctures"),
    "volume_ml": _range("5", "250", "mL"),
}
EXOSOME: dict[str, SoftRange] = {
    "particles_per_ml": _range("0.1", "1000", "×10⁹/mL"),
    "vial_volume_ml": _range("0.1", "30", "mL"),
    "volume_ml": _range("0.1", "30", "mL"),
    "protein_ug": _range("1", "5000", "µg"),
    "median_size_nm": _range("30", "1000", "nm"),
    "mode_size_nm": _range("30", "1000", "nm"),
    "storage_c": _range("-196", "8", "°C"),
}
PREPARATIONS: dict[str, dict[str, SoftRange]] = {"prp": PRP, "cell": CELL, "exosome": EXOSOME}
ROWS: dict[str, dict[str, SoftRange]] = {"spins": SPIN, "harvests": HARVEST}


def outside(ranges: Mapping[str, SoftRange], values: Mapping[str, object]) -> dict[str, SoftRange]:
    """The fields whose value lies outside its usual range, with that range; missing values are never outside."""
    return {
        field: soft
        for field, soft in ranges.items()
        if (value := values.get(field)) is not None and not soft.holds(Decimal(str(value)))
    }
