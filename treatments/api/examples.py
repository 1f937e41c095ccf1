"""Sessions as a client sends them, one of each kind, and what changes them; the tests send these, too."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

COURSE = "1c8e5b7d-2a4f-4e6b-9d3c-8f7a6b5c4d3e"
LOT = "9b2f6d3a-5c1e-4a7d-8f0b-3e4d5c6b7a89"

PRP: dict[str, Any] = {
    "course": COURSE,
    "performed_at": "2026-03-02T10:15:00-06:00",
    "room": "2",
    "skin_prep": "chlorhexidine",
    "anaesthetic_route": "skin",
    "anaesthetic_agent": "Lidocaine",
    "anaesthetic_percent": "1",
    "anaesthetic_ml": "2",
    "sedation": "none",
    "reaction": "none",
    "injections": [
        {
            "target": "knee_joint",
            "side": "right",
            "structure": "intra_articular",
            "guidance": "ultrasound",
            "approach": "superolateral",
            "volume_ml": "6",
            "needle_gauge": 22,
            "confirmed_needle": True,
        }
    ],
    "prp": {
        "blood_volume_ml": "60",
        "anticoagulant": "acd_a",
        "anticoagulant_ml": "8",
        "drawn_at": "2026-03-02T09:20:00-06:00",
        "processed_at": "2026-03-02T09:35:00-06:00",
        "blood_platelets": "250",
        "blood_leukocytes": "6",
        "blood_neutrophils": "3.6",
        "prp_platelets": "1500",
        "prp_leukocytes": "20",
        "prp_neutrophils": "12",
        "prp_erythrocytes": "1",
        "prp_volume_ml": "6",
        "prp_injected_ml": "6",
        "activation": "none",
        "form": "liquid",
        "additives": [],
        "spins": [
            {"rcf_g": "1500", "minutes": "10", "is_braked": False},
            {"rpm": 2500, "rotor_radius_cm": "10", "minutes": "5"},
        ],
    },
    "holds": {"nsaid_stopped_on": "2026-02-20", "anticoagulant": "not_taken", "is_free_of_infection": True},
    "aftercare": {"rest_days": 3, "avoid_nsaid_until": "2026-03-30", "therapy_starts_on": "2026-03-16"},
}
BMAC: dict[str, Any] = {
    "course": COURSE,
    "performed_at": "2026-03-02T11:00:00-06:00",
    "injections": [{"target": "hip_joint", "side": "right", "guidance": "fluoroscopy", "volume_ml": "6"}],
    "cell": {
        "product_type": "bmac",
        "donor": "autologous",
        "manipulation": "minimal",
        "regulatory_basis": "same_day",
        "anticoagulant": "ACD-A",
        "device": "Example concentrator",
        "harvests": [{"site": "psis", "side": "right", "punctures": 3, "volume_ml": "60"}],
        "final_volume_ml": "7",
        "nucleated_cells": "420",
        "viability_percent": "96.5",
        "viability_method": "trypan_blue",
        "cfu_f_per_ml": "1200",
        "cfu_f_days": 14,
    },
}
SVF: dict[str, Any] = {
    "course": COURSE,
    "performed_at": "2026-03-02T13:00:00-06:00",
    "injections": [{"target": "knee_joint", "side": "right", "guidance": "ultrasound", "volume_ml": "4"}],
    "cell": {
        "product_type": "svf",
        "donor": "autologous",
        "manipulation": "more_than_minimal",
        "regulatory_basis": "ind",
        "ind_number": "IND 00001",
        "harvests": [{"site": "abdomen", "side": "midline", "punctures": 2, "volume_ml": "120"}],
        "was_washed": True,
        "used_enzyme": True,
        "final_volume_ml": "5",
        "nucleated_cells": "60",
        "viability_percent": "85",
        "viability_method": "7_aad",
        "cells_injected": "48",
        "release_tests": [{"kind": "endotoxin", "result": "passed", "value": "< 0.5 EU/mL", "tested_on": "2026-03-02"}],
    },
}
EXOSOME: dict[str, Any] = {
    "course": COURSE,
    "performed_at": "2026-03-02T14:30:00-06:00",
    "injections": [{"target": "knee_joint", "side": "right", "guidance": "ultrasound", "volume_ml": "2"}],
    "lots": [{"lot": LOT, "quantity": "1", "injection": 0}],
    "exosome": {
        "source_tissue": "Umbilical cord MSC",
        "cell_bank_ref": "MCB-7",
        "isolation": "tangential_flow",
        "particles_per_ml": "10",
        "particle_method": "nta",
        "vial_volume_ml": "2",
        "volume_ml": "2",
        "protein_ug": "400",
        "median_size_nm": "120",
        "transmembrane_markers": ["cd9", "cd63"],
        "cytosolic_markers": ["tsg101"],
        "contaminants": "calnexin_absent",
        "storage_c": "-80",
        "excursions": "none",
        "thawed_at": "2026-03-02T14:10:00-06:00",
        "ind_number": "IND 00002",
        "irb_protocol": "2026-014",
        "is_notice_acknowledged": True,
        "release_tests": [{"kind": "sterility", "result": "passed", "tested_on": "2026-02-11"}],
    },
}
CHANGE: dict[str, Any] = {"note": "The needle went in from the side.", "injections": [{**PRP["injections"][0]}]}

SESSIONS = [
    OpenApiExample("PRP", value=PRP, request_only=True),
    OpenApiExample("Bone marrow concentrate", value=BMAC, request_only=True),
    OpenApiExample("Stromal vascular fraction", value=SVF, request_only=True),
    OpenApiExample("Exosome product", value=EXOSOME, request_only=True),
]
AMENDMENT = OpenApiExample("Another approach", value={**CHANGE, "reason": "The approach was wrong."}, request_only=True)
IN_ERROR = OpenApiExample(
    "Logged for the wrong patient", value={"reason": "Logged for the wrong patient."}, request_only=True
)
