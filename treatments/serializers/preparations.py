"""The three preparation records. Units stand in each field's description; what is derived can only be read."""

from typing import Any

from rest_framework import serializers

from clinic.models import StoredFile
from clinic.serializers import OneOf, RowField, RowSerializer, StrictFields
from treatments import field_labels
from treatments.hard_limits import MAX_SPINS
from treatments.models import CellPreparation, ExosomePreparation, Harvest, PrpPreparation, ReleaseTest, Spin

MAX_ROWS = 20
DERIVED = (
    *("dose_billions", "concentration_factor", "capture_percent", "purity_percent", "leukocyte_class"),
    *("paw_code", "depa_code", "plra_code", "mishra_code", "formula_version"),
)


class SpinSerializer(StrictFields, RowSerializer):
    """One run of the centrifuge, in order."""

    class Meta:
        model = Spin
        fields = tuple(field_labels.SPIN)


class HarvestSerializer(StrictFields, RowSerializer):
    """One place from which marrow or fat was taken."""

    class Meta:
        model = Harvest
        fields = tuple(field_labels.HARVEST)


class OfTheSession(serializers.ListSerializer):
    """The tests hang at the session, because a cell product and an exosome product have the same ones."""

    def get_attribute(self, instance: Any) -> Any:
        return instance.session.release_tests


class ReleaseTestSerializer(StrictFields, RowSerializer):
    """One safety test of the product."""

    certificate = RowField(StoredFile.objects.all(), required=False, allow_null=True, help_text="Id of a file.")

    class Meta:
        model = ReleaseTest
        fields = tuple(field_labels.RELEASE_TEST)
        list_serializer_class = OfTheSession


class PrpPreparationSerializer(StrictFields, RowSerializer):
    """Platelet-rich plasma made from the patient's own blood. Class codes stay empty where an input is missing."""

    spins = SpinSerializer(many=True, required=False, max_length=MAX_SPINS)
    additives = serializers.ListField(child=OneOf(PrpPreparation.Additive.choices), required=False, max_length=10)

    class Meta:
        model = PrpPreparation
        fields = (*field_labels.PRP, "spins", *DERIVED)
        read_only_fields = DERIVED


class CellPreparationSerializer(StrictFields, RowSerializer):
    """A cell product: marrow or fat of the patient, or cells of a donor. Only the fields of its type are taken."""

    harvests = HarvestSerializer(many=True, required=False, max_length=MAX_ROWS)
    release_tests = ReleaseTestSerializer(many=True, required=False, max_length=MAX_ROWS)

    class Meta:
        model = CellPreparation
        fields = (*field_labels.CELL, "harvests", "release_tests")


class ExosomePreparationSerializer(StrictFields, RowSerializer):
    """A bought extracellular-vesicle product. The notice to the patient must be acknowledged."""

    transmembrane_markers = serializers.ListField(
        child=OneOf(ExosomePreparation.Transmembrane.choices), required=False, max_length=10
    )
    cytosolic_markers = serializers.ListField(
        child=OneOf(ExosomePreparation.Cytosolic.choices), required=False, max_length=10
    )
    image = RowField(StoredFile.objects.all(), required=False, allow_null=True, help_text="Id of a file.")
    release_tests = ReleaseTestSerializer(many=True, required=False, max_length=MAX_ROWS)

    class Meta:
        model = ExosomePreparation
        fields = (*field_labels.EXOSOME, "release_tests")
