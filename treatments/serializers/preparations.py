"""The three preparation records. Units stand in each field's description; what is derived can only be read."""

from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.models import StoredFile
from clinic.serializers import OneOf, RowField, RowSerializer, StrictFields, Text
from treatments import field_labels
from treatments.classification import derive
from treatments.hard_limits import MAX_SPINS
from treatments.models import CellPreparation, ExosomePreparation, Harvest, PrpPreparation, ReleaseTest, Spin

MAX_ROWS = 20
MAX_DIGITS = 20
MAX_WHOLE = 10**9
DERIVED = (
    *("dose_billions", "concentration_factor", "capture_percent", "purity_percent", "leukocyte_class"),
    *("paw_code", "depa_code", "plra_code", "mishra_code", "formula_version"),
)


class MeasuredSerializer(StrictFields, RowSerializer):
    """Measured fields take any number of digits: ``treatments.hard_limits`` says what cannot be, and what was meant."""

    def build_standard_field(self, field_name: str, model_field: models.Field) -> tuple[type, dict[str, Any]]:
        field_class, options = super().build_standard_field(field_name, model_field)
        if isinstance(model_field, models.DecimalField) and model_field.editable:
            options |= {"max_digits": MAX_DIGITS, "min_value": None}
        elif isinstance(model_field, models.IntegerField) and model_field.editable:
            options |= {"max_value": MAX_WHOLE, "min_value": -MAX_WHOLE}
        return field_class, options


class SpinSerializer(MeasuredSerializer):
    """One run of the centrifuge, in order."""

    class Meta:
        model = Spin
        fields = tuple(field_labels.SPIN)


class HarvestSerializer(MeasuredSerializer):
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


class PrpPreparationSerializer(MeasuredSerializer):
    """Platelet-rich plasma made from the patient's own blood. Class codes stay empty where an input is missing."""

    spins = SpinSerializer(many=True, required=False, max_length=MAX_SPINS)
    additives = serializers.ListField(child=OneOf(PrpPreparation.Additive.choices), required=False, max_length=10)
    not_derived = serializers.SerializerMethodField()

    class Meta:
        model = PrpPreparation
        fields = (*field_labels.PRP, "spins", *DERIVED, "not_derived")
        read_only_fields = DERIVED

    @extend_schema_field(serializers.DictField(child=Text()))
    def get_not_derived(self, record: PrpPreparation) -> dict[str, str]:
        """Each derived field that is empty, with the inputs it lacks."""
        return dict(derive(**{name: getattr(record, name) for name in field_labels.PRP}).missing)


class CellPreparationSerializer(MeasuredSerializer):
    """A cell product: marrow or fat of the patient, or cells of a donor. Only the fields of its type are taken."""

    harvests = HarvestSerializer(many=True, required=False, max_length=MAX_ROWS)
    release_tests = ReleaseTestSerializer(many=True, required=False, max_length=MAX_ROWS)

    class Meta:
        model = CellPreparation
        fields = (*field_labels.CELL, "harvests", "release_tests")


class ExosomePreparationSerializer(MeasuredSerializer):
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
