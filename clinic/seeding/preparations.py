"""Preparation records within the ranges such products are measured at. No Django."""

import datetime as dt
import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from treatments.vocabulary import Modality


def draw(rng: random.Random, modality: Modality, *, volume_ml: int, on: dt.date) -> Mapping[str, Any]:
    """The fields of a preparation record for a session of this day that injects ``volume_ml``."""
    return RECIPES[modality](rng, Decimal(volume_ml), on)


def _number(rng: random.Random, low: float, high: float, places: int) -> Decimal:
    return Decimal(f"{rng.uniform(low, high):.{places}f}")


def _prp(rng: random.Random, volume_ml: Decimal, on: dt.date) -> Mapping[str, Any]:
    blood_platelets = _number(rng, 170, 330, 0)
    return {
        "blood_volume_ml": Decimal(rng.choice((30, 60, 60, 120))),
        "anticoagulant": rng.choice(("acd_a", "acd_a", "sodium_citrate")),
        "anticoagulant_ml": Decimal(rng.choice((4, 8))),
        "device": rng.choice(("Double-spin kit A", "Single-spin kit B")),
        "spin_rcf_g": Decimal(rng.choice((350, 580, 1500))),
        "spin_minutes": Decimal(rng.choice((5, 8, 15))),
        "blood_platelets": blood_platelets,
        "blood_leukocytes": _number(rng, 4.2, 9.8, 2),
        "prp_platelets": (blood_platelets * _number(rng, 2.0, 6.5, 1)).quantize(Decimal("0.1")),
        "prp_leukocytes": _number(rng, 0.2, 28, 2),
        "prp_erythrocytes": _number(rng, 0.02, 0.9, 3),
        "prp_volume_ml": volume_ml + _number(rng, 0, 1.5, 1),
        "prp_injected_ml": volume_ml,
        "activation": rng.choice(("none", "none", "calcium_chloride")),
    }


def _cell(rng: random.Random, volume_ml: Decimal, on: dt.date) -> Mapping[str, Any]:
    shared = {
        "final_volume_ml": volume_ml,
        "viability_percent": _number(rng, 82, 98, 1),
        "viability_method": "Trypan blue",
    }
    if rng.random() < 0.15:
        return {
            **shared,
            "product_type": "msc_allogeneic",
            "donor": "allogeneic",
            "donor_ref": f"DEMO-DONOR-{rng.randrange(1, 40):03}",
            "manipulation": "more_than_minimal",
            "harvest_site": "",
            "cells_injected": _number(rng, 25, 150, 1),
        }
    from_fat = rng.random() < 0.25
    return {
        **shared,
        "product_type": "mfat" if from_fat else "bmac",
        "donor": "autologous",
        "manipulation": "minimal",
        "harvest_site": "abdomen" if from_fat else "psis",
        "aspirate_volume_ml": _number(rng, 50, 120, 0),
        "nucleated_cells": _number(rng, 120, 900, 1),
        "cfu_f_per_ml": None if from_fat else _number(rng, 200, 2600, 0),
    }


def _exosome(rng: random.Random, volume_ml: Decimal, on: dt.date) -> Mapping[str, Any]:
    return {
        "product_name": "Example EV 5",
        "manufacturer": "Example Biologics (fictional)",
        "lot_number": f"EV-{on:%y%m}-{rng.randrange(1, 9)}",
        "expires_on": on + dt.timedelta(days=rng.randrange(30, 300)),
        "source_tissue": "Umbilical cord MSC culture",
        "isolation": rng.choice(("tangential_flow", "size_exclusion")),
        "particles_per_ml": _number(rng, 8, 60, 1),
        "volume_ml": volume_ml,
        "protein_ug": _number(rng, 80, 400, 0),
        "median_size_nm": _number(rng, 90, 160, 0),
        "ind_number": "IND 00000 (fictional)",
        "is_notice_acknowledged": True,
    }


RECIPES: dict[Modality, Callable[[random.Random, Decimal, dt.date], Mapping[str, Any]]] = {
    Modality.PRP: _prp,
    Modality.CELL: _cell,
    Modality.EXOSOME: _exosome,
}
