"""The three preparation records. Units stand in each field's description."""

from clinic.serializers import RowSerializer, StrictFields
from treatments.models import CellPreparation, ExosomePreparation, PrpPreparation


class PrpPreparationSerializer(StrictFields, RowSerializer):
    """Platelet-rich plasma made from the patient's own blood."""

    class Meta:
        model = PrpPreparation
        fields = (
            *("blood_volume_ml", "anticoagulant", "anticoagulant_ml", "device"),
            *("blood_platelets", "blood_leukocytes", "prp_platelets", "prp_leukocytes", "prp_erythrocytes"),
            *("prp_volume_ml", "prp_injected_ml", "activation"),
        )


class CellPreparationSerializer(StrictFields, RowSerializer):
    """A cell product: marrow or fat of the patient, or cells of a donor."""

    class Meta:
        model = CellPreparation
        fields = (
            *(
                "product_type",
                "donor",
                "donor_ref",
                "manipulation",
            ),
            *("final_volume_ml", "nucleated_cells", "viability_percent", "viability_method", "cfu_f_per_ml"),
            "cells_injected",
        )


class ExosomePreparationSerializer(StrictFields, RowSerializer):
    """A bought extracellular-vesicle product. The notice to the patient must be acknowledged."""

    class Meta:
        model = ExosomePreparation
        fields = (
            *("source_tissue", "isolation"),
            *("particles_per_ml", "volume_ml", "protein_ug", "median_size_nm", "ind_number"),
            "is_notice_acknowledged",
        )
