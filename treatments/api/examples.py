"""One session of each modality, as a client sends it; the tests send these, too."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

COURSE = "1c8e5b7d-2a4f-4e6b-9d3c-8f7a6b5c4d3e"

PRP: dict[str, Any] = {
    "course": COURSE,
    "performed_at": "2026-03-02T10:15:00-06:00",
    "injections": [
        {
            "target": "knee_joint",
            "side": "right",
            "structure": "intra_articular",
            "guidance": "ultrasound",
            "volume_ml": "6",
            "needle_gauge": 22,
        }
    ],
    "prp": {
        "blood_volume_ml": "60",
        "anticoagulant": "acd_a",
        "anticoagulant_ml": "8",
        "spin_rcf_g": "1500",
        "spin_minutes": "10",
        "blood_platelets": "243",
        "prp_platelets": "1215",
        "prp_leukocytes": "4.1",
        "prp_volume_ml": "7.5",
        "prp_injected_ml": "6",
        "activation": "none",
    },
}
CELL: dict[str, Any] = {
    "course": COURSE,
    "performed_at": "2026-03-02T11:00:00-06:00",
    "injections": [{"target": "hip_joint", "side": "left", "guidance": "fluoroscopy", "volume_ml": "4"}],
    "cell": {
        "product_type": "bmac",
        "donor": "autologous",
        "manipulation": "minimal",
        "harvest_site": "psis",
        "aspirate_volume_ml": "60",
        "final_volume_ml": "7",
        "nucleated_cells": "420",
        "viability_percent": "96.5",
        "viability_method": "trypan blue",
    },
}
EXOSOME: dict[str, Any] = {
    "course": COURSE,
    "performed_at": "2026-03-02T14:30:00-06:00",
    "injections": [{"target": "supraspinatus", "side": "right", "guidance": "ultrasound", "volume_ml": "2"}],
    "exosome": {
        "product_name": "Example EV",
        "manufacturer": "Example Biologics",
        "lot_number": "EV-2026-014",
        "expires_on": "2026-12-31",
        "source_tissue": "Umbilical cord MSC",
        "isolation": "tangential_flow",
        "particles_per_ml": "10",
        "volume_ml": "2",
        "is_notice_acknowledged": True,
    },
}

SESSIONS = [
    OpenApiExample("PRP", value=PRP, request_only=True),
    OpenApiExample("Cell product", value=CELL, request_only=True),
    OpenApiExample("Exosome product", value=EXOSOME, request_only=True),
]
