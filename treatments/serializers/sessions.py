"""Sessions: what was injected where, of which preparation, by whom."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Model
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.api_errors import refuse
from clinic.models import Clinic, User
from clinic.serializers import Instant, OneOf, Quantity, RowField, RowSerializer, StrictFields, StrictSerializer, exact
from treatments import soft_ranges
from treatments.models import Course, Injection, TreatmentSession
from treatments.models.protocols import MODALITIES
from treatments.serializers.preparations import (
    CellPreparationSerializer,
    ExosomePreparationSerializer,
    PrpPreparationSerializer,
)
from treatments.soft_ranges import SoftRange, outside

KINDS = ("prp", "cell", "exosome")
SOFT_RANGES = {"prp": soft_ranges.PRP, "cell": soft_ranges.CELL, "exosome": soft_ranges.EXOSOME}


class WarningSerializer(serializers.Serializer):
    """A value worth a second look. ``field`` is dotted, like "injections.0.volume_ml"."""

    field = serializers.CharField()
    value = serializers.CharField()
    usual_low = serializers.CharField()
    usual_high = serializers.CharField()
    unit = serializers.CharField()


def unusual(place: str, ranges: Mapping[str, SoftRange], record: Model) -> list[dict[str, str]]:
    """The measured values of one record that lie outside their usual range."""
    values = {name: getattr(record, name) for name in ranges}
    return [
        {
            "field": f"{place}.{name}",
            "value": exact(Decimal(values[name])),
            "usual_low": str(usual.low),
            "usual_high": str(usual.high),
            "unit": usual.unit,
        }
        for name, usual in outside(ranges, values).items()
    ]


class InjectionSerializer(StrictFields, RowSerializer):
    """One target and side with its own volume; both sides are two injections."""

    volume_ml = Quantity(max_digits=6, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal(200))

    class Meta:
        model = Injection
        fields = ("target", "side", "structure", "guidance", "volume_ml", "needle_gauge")


class ColleagueField(serializers.EmailField):
    """Somebody of one's own clinics, by e-mail address."""

    default_error_messages = {"unknown": "Choose somebody who works at this clinic."}

    def to_internal_value(self, data: Any) -> User:
        clinics = Clinic.objects.visible_to(self.context["request"].user)
        email = super().to_internal_value(data).lower()
        user = User.objects.filter(email=email, memberships__clinic__in=clinics).first()
        if user is None:
            self.fail("unknown")
        return user

    def to_representation(self, value: User) -> str:
        return value.email


class SessionSerializer(RowSerializer):
    """One visit at which treatment was given. Of ``prp``, ``cell`` and ``exosome``, the one of its modality is there."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    course = RowField(read_only=True)
    modality = OneOf(MODALITIES, source="course.treatment_type.modality", read_only=True)
    performed_by = ColleagueField(read_only=True)
    logged_by = ColleagueField(read_only=True)
    injections = InjectionSerializer(many=True, read_only=True)
    prp = PrpPreparationSerializer(source="prp_preparation", read_only=True, allow_null=True)
    cell = CellPreparationSerializer(source="cell_preparation", read_only=True, allow_null=True)
    exosome = ExosomePreparationSerializer(source="exosome_preparation", read_only=True, allow_null=True)
    warnings = serializers.SerializerMethodField()

    class Meta:
        model = TreatmentSession
        fields = (
            *("id", "clinic", "course", "modality", "performed_at", "performed_by", "injections"),
            *("prp", "cell", "exosome", "note", "logged_at", "logged_by", "warnings"),
        )
        read_only_fields = fields

    @extend_schema_field(WarningSerializer(many=True))
    def get_warnings(self, session: TreatmentSession) -> list[dict[str, str]]:
        """Values that are stored as they came but lie outside their usual range."""
        found = []
        for index, injection in enumerate(session.injections.all()):
            found += unusual(f"injections.{index}", soft_ranges.INJECTION, injection)
        kind = session.course.treatment_type.modality
        return found + unusual(kind, SOFT_RANGES[kind], getattr(session, f"{kind}_preparation"))


class NewSessionSerializer(StrictSerializer):
    """What is needed to log a session: exactly one of ``prp``, ``cell`` and ``exosome``, the course's own modality."""

    course = RowField(Course.objects.select_related("clinic", "treatment_type"))
    performed_at = Instant()
    performed_by = ColleagueField(required=False, help_text="E-mail address; the token's owner if not given.")
    injections = InjectionSerializer(many=True, allow_empty=False, max_length=100)
    prp = PrpPreparationSerializer(required=False)
    cell = CellPreparationSerializer(required=False)
    exosome = ExosomePreparationSerializer(required=False)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    baseline_missing_reason = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="Needed when no baseline was answered before."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [kind for kind in KINDS if kind in attrs]
        modality = attrs["course"].treatment_type.modality
        if modality in KINDS and given != [modality]:
            label = attrs["course"].treatment_type.get_modality_display()
            wrong = next((kind for kind in given if kind != modality), modality)
            raise refuse(
                wrong, f"This is a {label} course: give {modality} and no other preparation.", "wrong_preparation"
            )
        attrs["preparation"] = next((attrs.pop(kind) for kind in given), {})
        return attrs
