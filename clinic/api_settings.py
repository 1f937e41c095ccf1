"""How the API describes itself. Part of settings.py."""

SPECTACULAR_SETTINGS = {
    "TITLE": "Mendline API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "DESCRIPTION": "Patients, courses, sessions, follow-ups, surveys, scores and reports of your clinics.",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "ModalityEnum": "treatments.models.protocols.MODALITIES",
        "PrpAnticoagulantEnum": "treatments.models.PrpPreparation.Anticoagulant",
        "HeldEnum": "treatments.models.Holds.Held",
        "ConsentKindEnum": "patients.models.ConsentKind",
        "ProductKindEnum": "treatments.models.Product.Kind",
        "LotMovementKindEnum": "treatments.models.LotMovement.Kind",
        "LotStatusEnum": "treatments.models.Lot.Status",
        "RecallCaseStateEnum": "treatments.models.RecallCase.State",
        "RegulatoryReportKindEnum": "treatments.models.RegulatoryReport.Kind",
        "RelatednessEnum": "treatments.models.Relatedness",
        "WashoutEnum": "treatments.washouts.WASHOUTS",
        "RetreatmentKindEnum": "treatments.models.Retreatment.Kind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "clinic.api_schema.add_errors",
    ],
}
