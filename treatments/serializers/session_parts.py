"""The parts of a session beside its preparation: injections, lots, holds, aftercare, reasons."""

from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.models import Clinic, StoredFile, User
from clinic.serializers import Day, Quantity, RowField, RowSerializer, StrictFields, StrictSerializer, Text, Whole
from treatments.models import Aftercare, Holds, Injection, Lot, LotUse, ReviewItem


@extend_schema_field(OpenApiTypes.EMAIL)
class ColleagueField(serializers.Field):
    """Somebody of one's own clinics, by e-mail address."""

    default_error_messages = {"unknown": "Choose somebody who works at this clinic."}

    def to_internal_value(self, data: Any) -> User:
        if not isinstance(data, str) or "\0" in data:
            self.fail("unknown")
        clinics = Clinic.objects.visible_to(self.context["request"].user)
        user = User.objects.filter(email=data.strip().lower(), memberships__clinic__in=clinics).first()
        if user is None:
            self.fail("unknown")
        return user

    def to_representation(self, value: User) -> str:
        return value.email


class InjectionSerializer(StrictFields, RowSerializer):
    """One target, side and level with its own volume; both sides are two injections."""

    volume_ml = Quantity(max_digits=6, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal(200))
    image = RowField(StoredFile.objects.all(), required=False, allow_null=True, help_text="Id of a file.")

    class Meta:
        model = Injection
        fields = (
            *("target", "side", "level", "structure", "guidance", "approach", "volume_ml", "needle_gauge"),
            *("needle_length_mm", "passes", "used_contrast", "confirmed_needle", "image"),
        )


class LotUseSerializer(RowSerializer):
    """What the session took out of one lot. ``injection``: the place of the injection in the list, null for the whole."""

    lot = RowField(read_only=True)
    product = Text(source="lot.product.name", read_only=True)
    lot_number = Text(source="lot.lot_number", read_only=True)
    expires_on = Day(source="lot.expires_on", read_only=True, allow_null=True)
    injection = serializers.SerializerMethodField()

    class Meta:
        model = LotUse
        fields = ("lot", "product", "lot_number", "expires_on", "quantity", "injection")
        read_only_fields = fields

    def get_injection(self, use: LotUse) -> int | None:
        places = [injection.pk for injection in use.session.injections.all()]
        return None if use.injection_id is None else places.index(use.injection_id)


class NewLotUseSerializer(StrictSerializer):
    """What to take out of one lot, in the product's unit."""

    lot = RowField(Lot.objects.select_related("product"), help_text="Id of a lot.")
    quantity = Quantity(max_digits=10, decimal_places=3, min_value=Decimal("0.001"))
    injection = Whole(
        required=False, allow_null=True, min_value=0, help_text="Place of the injection in the list, counted from 0."
    )


class HoldsSerializer(StrictFields, RowSerializer):
    """What was stopped or looked for before the session."""

    class Meta:
        model = Holds
        fields = (
            *("nsaid_stopped_on", "takes_no_nsaid", "last_steroid_on", "anticoagulant", "antiplatelet"),
            *("is_free_of_infection", "pregnancy"),
        )


class AftercareSerializer(StrictFields, RowSerializer):
    """What the patient was told to do after the session."""

    class Meta:
        model = Aftercare
        fields = (
            *("rest_days", "brace", "therapy_starts_on", "may_use_ice", "avoid_nsaid_until", "analgesic_plan"),
            "back_to_activity_on",
        )


def _reason(kind: ReviewItem.Kind) -> Text:
    return Text(required=False, allow_blank=True, max_length=500, help_text=f"{kind.label}.")


class OverridesSerializer(StrictSerializer):
    """Why to go on against a rule, by the rule. Each reason given becomes a review item."""

    side_not_planned = _reason(ReviewItem.Kind.SIDE_NOT_PLANNED)
    consent_missing = _reason(ReviewItem.Kind.CONSENT_MISSING)
    lot_expired = _reason(ReviewItem.Kind.LOT_EXPIRED)
    lot_overdrawn = _reason(ReviewItem.Kind.LOT_OVERDRAWN)
    lot_not_released = _reason(ReviewItem.Kind.LOT_NOT_RELEASED)
