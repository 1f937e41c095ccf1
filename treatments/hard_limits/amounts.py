"""The most that is possible of each measured amount, and what a slip of the unit was probably meant to be."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Limit:
    """The most that is possible, in ``unit``. ``per_ml``: what one unit is in billions per mL, for counts."""

    most: int
    unit: str
    per_ml: Decimal | None = None
    slip: int = 1000
    least: int = 0

    def refusal(self, label: str, value: Decimal) -> str:
        """Why the value cannot be, with the value that was probably meant; "" when it can."""
        if value < self.least:
            return f"{label} cannot be less than {self.least}{self._degrees}."
        if value <= self.most:
            return ""
        if self.per_ml is None:
            return f"{label} cannot be more than {self.most:,} {self.unit}: {plain(value)} was entered."
        billions = (
            f"{label} are counted in {self.unit}: {plain(value)} would be {plain(value * self.per_ml)} billion per mL."
        )
        meant = value / self.slip
        return f"{billions} Did you mean {plain(meant)}?" if meant <= self.most else billions

    @property
    def _degrees(self) -> str:
        return f" {self.unit}" if self.least else ""


THOUSANDS, MILLIONS = "×10³/µL", "×10⁶/µL"
PER_THOUSAND, PER_MILLION = Decimal("0.001"), Decimal(1)


def _thousands(most: int) -> Limit:
    return Limit(most, THOUSANDS, PER_THOUSAND)


def _red_cells(most: int) -> Limit:
    return Limit(most, MILLIONS, PER_MILLION)


PERCENT = Limit(100, "%")

PRP: dict[str, Limit] = {
    "blood_volume_ml": Limit(1000, "mL"),
    "anticoagulant_ml": Limit(200, "mL"),
    "anticoagulant_percent": Limit(50, "%"),
    "blood_platelets": _thousands(5000),
    "blood_leukocytes": _thousands(500),
    "blood_neutrophils": _thousands(500),
    "blood_erythrocytes": _red_cells(15),
    "blood_hematocrit": PERCENT,
    "prp_platelets": _thousands(20000),
    "prp_leukocytes": _thousands(1000),
    "prp_neutrophils": _thousands(1000),
    "prp_monocytes": _thousands(1000),
    "prp_lymphocytes": _thousands(1000),
    "prp_erythrocytes": _red_cells(15),
    "prp_hematocrit": PERCENT,
    "prp_volume_ml": Limit(500, "mL"),
    "prp_injected_ml": Limit(500, "mL"),
}
SPIN: dict[str, Limit] = {
    "rcf_g": Limit(20000, "g"),
    "rpm": Limit(30000, "rpm"),
    "rotor_radius_cm": Limit(50, "cm"),
    "minutes": Limit(120, "minutes"),
    "temperature_c": Limit(60, "°C", least=-20),
}
CELL: dict[str, Limit] = {
    "donor_age": Limit(120, "years"),
    "final_volume_ml": Limit(500, "mL"),
    "nucleated_cells": Limit(100000, "×10⁶"),
    "viability_percent": PERCENT,
    "cfu_f_per_ml": Limit(1000000, "per mL"),
    "cfu_f_days": Limit(60, "days"),
    "cd34_cells": Limit(50000, "×10⁶"),
    "cd45_cells": Limit(50000, "×10⁶"),
    "platelets": _thousands(20000),
    "positive_markers_percent": PERCENT,
    "negative_markers_percent": PERCENT,
    "passage": Limit(60, "passages"),
    "population_doublings": Limit(200, "doublings"),
    "post_thaw_viability_percent": PERCENT,
    "cells_injected": Limit(100000, "×10⁶"),
}
HARVEST: dict[str, Limit] = {
    "punctures": Limit(200, "punctures"),
    "volume_ml": Limit(3000, "mL"),
}
EXOSOME: dict[str, Limit] = {
    "particles_per_ml": Limit(90000, "×10⁹ per mL", PER_MILLION, slip=10**9),
    "vial_volume_ml": Limit(500, "mL"),
    "volume_ml": Limit(500, "mL"),
    "protein_ug": Limit(900000, "µg"),
    "median_size_nm": Limit(5000, "nm"),
    "mode_size_nm": Limit(5000, "nm"),
    "storage_c": Limit(60, "°C", least=-273),
}
PREPARATIONS: dict[str, dict[str, Limit]] = {"prp": PRP, "cell": CELL, "exosome": EXOSOME}
ROWS: dict[str, dict[str, Limit]] = {"spins": SPIN, "harvests": HARVEST, "release_tests": {}}


def plain(number: Decimal) -> str:
    """The number without trailing zeros, thousands apart."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
