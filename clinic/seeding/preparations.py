"""Preparation records within the ranges such products are measured at. No Django."""

import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from treatments.vocabulary import Modality

# Where rows of a preparation stand in what ``draw`` returns.
ROWS = ("spins", "harvests", "release_tests")


def draw(rng: random.Random, modality: Modality, *, volume_ml: int, side: str) -> Mapping[str, Any]:
    """The fields and rows of a preparation that injects ``volume_ml``, as ``log_session`` takes them."""
    return RECIPES[modality](rng, Decimal(volume_ml), side)


def _number(rng: random.Random, low: float, high: float, places: int) -> Decimal:
    return Decimal(f"{rng.uniform(low, high):.{places}f}")


def _prp(rng: random.Random, volume_ml: Decimal, side: str) -> Mapping[str, Any]:
    blood_platelets = _number(rng, 170, 330, 0)
    blood_leukocytes, prp_leukocytes = _number(rng, 4.2, 9.8, 2), _number(rng, 0.2, 28, 2)
    return {
        "blood_volume_ml": Decimal(rng.choice((60, 60, 120))),
        "anticoagulant": rng.choice(("acd_a", "acd_a", "sodium_citrate")),
        "anticoagulant_ml": Decimal(rng.choice((4, 8))),
        "device": rng.choice(("Double-spin kit A", "Single-spin kit B")),
        "blood_platelets": blood_platelets,
        "blood_leukocytes": blood_leukocytes,
        "prp_platelets": (blood_platelets * _number(rng, 2.0, 4.5, 1)).quantize(Decimal("0.1")),
        "prp_leukocytes": prp_leukocytes,
        "prp_erythrocytes": _number(rng, 0.02, 0.9, 3),
        "prp_volume_ml": volume_ml + _number(rng, 0, 1.5, 1),
        "prp_injected_ml": volume_ml,
        "activation": rng.choice(("none", "none", "calcium_chloride")),
        **(_full_counts(rng, blood_leukocytes, prp_leukocytes) if rng.random() < 0.6 else {}),
        "spins": _spins(rng),
    }


def _full_counts(rng: random.Random, blood: Decimal, prp: Decimal) -> Mapping[str, Any]:
    """What a clinic with a five-part differential records, too."""
    share = _number(rng, 0.45, 0.65, 2)
    return {
        "blood_neutrophils": (blood * share).quantize(Decimal("0.01")),
        "prp_neutrophils": (prp * share).quantize(Decimal("0.01")),
        "blood_hematocrit": _number(rng, 36, 47, 1),
        "form": "liquid",
        "is_buffered": False,
        "is_photoactivated": False,
    }


def _spins(rng: random.Random) -> list[Mapping[str, Any]]:
    first = {"rcf_g": Decimal(rng.choice((350, 580, 1500))), "minutes": Decimal(rng.choice((5, 8, 15)))}
    second = {"rcf_g": Decimal(1200), "minutes": Decimal(10)}
    return [first, second] if rng.random() < 0.4 else [first]


def _cell(rng: random.Random, volume_ml: Decimal, side: str) -> Mapping[str, Any]:
    shared = {
        "final_volume_ml": volume_ml,
        "viability_percent": _number(rng, 82, 98, 1),
        "viability_method": "trypan_blue",
    }
    if rng.random() < 0.15:
        return {
            **shared,
            "product_type": "msc_allogeneic",
            "donor": "allogeneic",
            "donor_ref": f"DEMO-DONOR-{rng.randrange(1, 40):03}",
            "donor_eligibility": "eligible",
            "manipulation": "more_than_minimal",
            "regulatory_basis": "ind",
            "ind_number": "IND 00000",
            "passage": rng.randrange(3, 6),
            "post_thaw_viability_percent": _number(rng, 78, 92, 1),
            "cells_injected": _number(rng, 25, 150, 1),
            "release_tests": [{"kind": "sterility", "result": "passed"}, {"kind": "endotoxin", "result": "passed"}],
        }
    from_fat = rng.random() < 0.25
    return {
        **shared,
        "product_type": "mfat" if from_fat else "bmac",
        "donor": "autologous",
        "manipulation": "minimal",
        "regulatory_basis": "same_day",
        "nucleated_cells": _number(rng, 120, 900, 1),
        "device": "Fat fragmentation kit" if from_fat else "Marrow concentration kit",
        **({"was_washed": True} if from_fat else _marrow_counts(rng)),
        "harvests": [_harvest(rng, from_fat, side)],
    }


def _marrow_counts(rng: random.Random) -> Mapping[str, Any]:
    """Colonies are counted by some clinics only, and only after days."""
    counted = {"cfu_f_per_ml": _number(rng, 200, 2600, 0), "cfu_f_days": 10} if rng.random() < 0.6 else {}
    return {"anticoagulant": "Heparin", **counted}


def _harvest(rng: random.Random, from_fat: bool, side: str) -> Mapping[str, Any]:
    return {
        "site": "abdomen" if from_fat else "psis",
        "side": "midline" if from_fat else side.replace("midline", "right"),
        "punctures": rng.randrange(1, 4),
        "volume_ml": _number(rng, 50, 120, 0),
    }


def _exosome(rng: random.Random, volume_ml: Decimal, side: str) -> Mapping[str, Any]:
    return {
        "source_tissue": "Umbilical cord MSC culture",
        "isolation": rng.choice(("tangential_flow", "size_exclusion")),
        "particles_per_ml": _number(rng, 8, 60, 1),
        "particle_method": "nta",
        "vial_volume_ml": volume_ml,
        "volume_ml": volume_ml,
        "protein_ug": _number(rng, 80, 400, 0),
        "median_size_nm": _number(rng, 90, 160, 0),
        "transmembrane_markers": ["cd9", "cd63", "cd81"][: rng.randrange(1, 4)],
        "cytosolic_markers": ["tsg101"] if rng.random() < 0.5 else [],
        "storage_c": Decimal(-80),
        "excursions": "none",
        "irb_protocol": "IRB-000 (fictional)",
        "ind_number": "IND 00000",
        "is_notice_acknowledged": True,
    }


RECIPES: dict[Modality, Callable[[random.Random, Decimal, str], Mapping[str, Any]]] = {
    Modality.PRP: _prp,
    Modality.CELL: _cell,
    Modality.EXOSOME: _exosome,
}
