"""Sessions: what was injected where, of which preparation and lots, by whom, and what became of it."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.api_errors import refuse
from clinic.serializers import Instant, OneOf, RowField, RowSerializer, StrictFields, StrictSerializer, Text
from treatments.actions.sessions import VISIT
from treatments.models import Course, SessionRevision, TreatmentSession
from treatments.models.protocols import MODALITIES
from treatments.serializers.preparations import (
    CellPreparationSerializer,
    ExosomePreparationSerializer,
    PrpPreparationSerializer,
)
from treatments.serializers.reviews import ReviewItemSerializer
from treatments.serializers.session_parts import (
    AftercareSerializer,
    ColleagueField,
    HoldsSerializer,
    InjectionSerializer,
    LotUseSerializer,
    NewLotUseSerializer,
    OverridesSerializer,
)
from treatments.serializers.warnings import WarningSerializer, warnings_of
from treatments.serializers.washout import WashoutSerializer

KINDS = ("prp", "cell", "exosome")
MAX_ROWS = 100


class ReportingSerializer(serializers.Serializer):
    """Which items of the reporting checklist the session has, by code."""

    checklist = Text()
    recorded = serializers.ListField(child=Text(), source="recorded_items")
    missing = serializers.ListField(child=Text(), source="missing_items")


class SessionSerializer(RowSerializer):
    """One visit at which treatment was given. Of ``prp``, ``cell`` and ``exosome``, the one of its modality is there.

    A session that was entered in error stays readable and counts nowhere.
    """

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
    lots = LotUseSerializer(source="lots_held", many=True, read_only=True)
    holds = HoldsSerializer(read_only=True, allow_null=True)
    aftercare = AftercareSerializer(read_only=True, allow_null=True)
    time_out_by = ColleagueField(read_only=True, allow_null=True)
    entered_in_error_by = ColleagueField(read_only=True, allow_null=True)
    completeness = ReportingSerializer(source="*", read_only=True)
    washout = WashoutSerializer(source="*", read_only=True)
    review_items = ReviewItemSerializer(many=True, read_only=True)
    warnings = serializers.SerializerMethodField()

    class Meta:
        model = TreatmentSession
        fields = (
            *("id", "clinic", "course", "modality", "performed_at", "performed_by", *VISIT, "injections"),
            *("prp", "cell", "exosome", "lots", "holds", "aftercare", "note", "logged_at", "logged_by", "version"),
            *("time_out_at", "time_out_by", "entered_in_error_at", "entered_in_error_by", "entered_in_error_reason"),
            *("completeness", "washout", "review_items", "warnings"),
        )
        # Not the visit's own fields: what is read only loses its empty choice in the schema.
        read_only_fields = ("performed_at", "note", "logged_at", "version", "time_out_at", "entered_in_error_at")

    @extend_schema_field(WarningSerializer(many=True))
    def get_warnings(self, session: TreatmentSession) -> list[dict[str, str]]:
        """Values that are stored as they came but lie outside their usual range."""
        return warnings_of(session)


class NewSessionSerializer(StrictFields, RowSerializer):
    """What is needed to log a session: exactly one of ``prp``, ``cell`` and ``exosome``, the course's own modality."""

    course = RowField(Course.objects.select_related("clinic", "treatment_type"))
    performed_at = Instant()
    performed_by = ColleagueField(required=False, help_text="E-mail address; the token's owner if not given.")
    injections = InjectionSerializer(many=True, allow_empty=False, max_length=MAX_ROWS)
    prp = PrpPreparationSerializer(required=False)
    cell = CellPreparationSerializer(required=False)
    exosome = ExosomePreparationSerializer(required=False)
    lots = NewLotUseSerializer(many=True, required=False, max_length=MAX_ROWS)
    holds = HoldsSerializer(required=False)
    aftercare = AftercareSerializer(required=False)
    overrides = OverridesSerializer(required=False)
    baseline_missing_reason = Text(
        max_length=200, required=False, allow_blank=True, help_text="Needed when no baseline was answered before."
    )
    time_out_at = Instant(
        required=False,
        help_text="When patient, marked side, product and lot, consent and blood thinners were confirmed before the "
        "injection. Required where the clinic asks for a time-out.",
    )

    class Meta:
        model = TreatmentSession
        fields = (
            *("course", "performed_at", "performed_by", *VISIT, "injections", "prp", "cell", "exosome", "lots"),
            *("holds", "aftercare", "note", "overrides", "baseline_missing_reason", "time_out_at"),
        )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The parts as the actions take them, and the course."""
        given = [kind for kind in KINDS if kind in attrs]
        modality = attrs["course"].treatment_type.modality
        if modality in KINDS and given != [modality]:
            label = attrs["course"].treatment_type.get_modality_display()
            wrong = next((kind for kind in given if kind != modality), modality)
            raise refuse(
                wrong, f"This is a {label} course: give {modality} and no other preparation.", "wrong_preparation"
            )
        attrs["preparation"] = next((attrs.pop(kind) for kind in given), {})
        attrs["visit"] = {name: attrs.pop(name) for name in VISIT if name in attrs}
        return attrs


class AmendedSessionSerializer(NewSessionSerializer):
    """What to change. Members that are not given stay, null takes away; a list is replaced as a whole (RFC 7396)."""

    time_out_at = None
    reason = Text(max_length=300, required=False, allow_blank=True, help_text="Needed later than a day after logging.")

    class Meta(NewSessionSerializer.Meta):
        fields = (*(name for name in NewSessionSerializer.Meta.fields if name != "time_out_at"), "reason")


class InErrorSerializer(StrictSerializer):
    """Why the session does not count."""

    reason = Text(max_length=300)


class RevisionSerializer(RowSerializer):
    """A session as it stood before a change, whole, in the words of a request."""

    replaced_by = ColleagueField(read_only=True)
    snapshot = serializers.DictField(read_only=True)

    class Meta:
        model = SessionRevision
        fields = ("version", "reason", "replaced_at", "replaced_by", "snapshot")
        read_only_fields = fields


def as_written(serializer: serializers.BaseSerializer, shown: Mapping[str, Any]) -> dict[str, Any]:
    """What of an answer could be sent back: the members that ``serializer`` takes, without those that are empty."""
    writable = {
        name: field for name, field in serializer.fields.items() if not field.read_only and shown.get(name) is not None
    }
    return {name: _member(field, shown[name]) for name, field in writable.items()}


def _member(field: serializers.Field, value: Any) -> Any:
    if isinstance(field, serializers.ListSerializer):
        return [as_written(field.child, row) for row in value]
    return as_written(field, value) if isinstance(field, serializers.Serializer) else value


def merged(there: Any, patch: Any) -> Any:
    """JSON Merge Patch, RFC 7396."""
    if not isinstance(patch, Mapping):
        return patch
    kept = dict(there) if isinstance(there, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = merged(kept.get(name), value)
    return kept
