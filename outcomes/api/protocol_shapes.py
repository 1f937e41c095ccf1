"""Protocols as the API shows and accepts them, with what each timepoint asks."""

import datetime as dt
from typing import Any

from rest_framework import serializers

from clinic.models import Clinic
from clinic.serializers import Day, OneOf, RowField, RowSerializer, StrictSerializer, Text, Whole, YesNo
from outcomes.actions import Asked, Moment
from outcomes.ladders import Step
from outcomes.models import AssignedInstrument, LadderStep
from patients.models import ConsentKind
from treatments.actions import SessionsPlan, TimepointPlan
from treatments.models import Protocol, Timepoint, TreatmentType
from treatments.models.courses import REGIONS
from treatments.serializers import TreatmentTypeSerializer

TECHNIQUE = "Parts session, injection, preparation, holds and aftercare: fields and values that fill a session in."


class AskedSerializer(RowSerializer):
    """An instrument that a timepoint asks; ``region``: of courses of this region only, of all when empty."""

    region = OneOf(REGIONS, read_only=True, allow_blank=True)

    class Meta:
        model = AssignedInstrument
        fields = ("instrument", "region")
        read_only_fields = fields


class LadderStepSerializer(RowSerializer):
    """One step of how a patient is asked; ``day`` counts from the invitation, ``at_time`` by the clinic's clock."""

    at_time = serializers.SerializerMethodField(help_text="Like 17:30; null: as soon as the clinic sends on that day.")
    channel = OneOf(LadderStep.Channel.choices, read_only=True, allow_blank=True)

    class Meta:
        model = LadderStep
        fields = ("kind", "channel", "day", "at_time", "days_before_closing")
        read_only_fields = fields

    def get_at_time(self, step: LadderStep) -> str | None:
        return f"{step.at_time:%H:%M}" if step.at_time else None


class TimepointSerializer(RowSerializer):
    """A planned moment to measure, in days from the course's opening (baseline) or from the anchor session."""

    instruments = AskedSerializer(source="assigned_instruments", many=True, read_only=True)
    ladder = LadderStepSerializer(many=True, read_only=True)

    class Meta:
        model = Timepoint
        fields = ("name", "target_day", "opens_day", "closes_day", "instruments", "ladder")
        read_only_fields = fields


class ProtocolSerializer(RowSerializer):
    """One version of a clinic's plan for a treatment. A version never changes; a change is the next version."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    treatment_type = TreatmentTypeSerializer(read_only=True)
    region = OneOf(REGIONS, read_only=True, allow_blank=True)
    technique = serializers.DictField(child=serializers.DictField(), read_only=True, help_text=TECHNIQUE)
    required_consents = serializers.ListField(child=OneOf(ConsentKind.choices), read_only=True)
    timepoints = TimepointSerializer(many=True, read_only=True)

    class Meta:
        model = Protocol
        fields = (
            *("id", "clinic", "name", "version", "treatment_type", "region", "series_length"),
            *("series_interval_days", "anchor", "technique", "needs_ind", "required_consents", "is_retired"),
            *("published_at", "timepoints"),
        )
        read_only_fields = fields


class NewAskedSerializer(StrictSerializer):
    """An instrument to ask."""

    instrument = Text(max_length=40, help_text='Code, like "nrs_average" or "peg".')
    region = OneOf(REGIONS, required=False, allow_blank=True, help_text="Ask it of this region only.")


class NewLadderStepSerializer(StrictSerializer):
    """A step of how a patient is asked: an invitation on day 0 first, every other on a later day than the one before."""

    kind = OneOf(LadderStep.Kind.choices)
    channel = OneOf(LadderStep.Channel.choices, required=False, allow_blank=True, help_text="Empty for a call only.")
    day = Whole(min_value=0, max_value=365)
    at_time = serializers.RegexField(
        r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        required=False,
        allow_null=True,
        error_messages={"invalid": "Give a time like 17:30."},
        help_text="Like 17:30, by the clinic's clock; empty: as soon as it sends on that day.",
    )
    days_before_closing = Whole(
        min_value=0, max_value=365, required=False, allow_null=True, help_text="At the latest so many days before."
    )

    def step(self, sequence: int, given: dict[str, Any]) -> Step:
        """What the action takes."""
        at_time = given.get("at_time")
        return Step(
            sequence, **{"channel": "", **given, "at_time": dt.time.fromisoformat(at_time) if at_time else None}
        )


class NewTimepointSerializer(StrictSerializer):
    """A moment to measure; the windows of two may not overlap."""

    name = Text(max_length=40, help_text='"baseline", or like "day 3", "week 6", "month 12".')
    target_day = Whole(min_value=0)
    opens_day = Whole(min_value=0)
    closes_day = Whole(min_value=0)
    instruments = NewAskedSerializer(many=True)
    ladder = NewLadderStepSerializer(
        many=True, required=False, help_text="How the patient is asked; as usual for such a window if not given."
    )

    def moment(self, given: dict[str, Any]) -> Moment:
        """What the action takes."""
        timepoint = TimepointPlan(*(given[name] for name in TimepointPlan._fields))
        asks = [Asked(one["instrument"], one.get("region", "")) for one in given["instruments"]]
        if "ladder" not in given:
            return Moment(timepoint, asks)
        shape = NewLadderStepSerializer()
        return Moment(timepoint, asks, [shape.step(number, one) for number, one in enumerate(given["ladder"])])


class NewProtocolSerializer(StrictSerializer):
    """A protocol to publish. A name that the clinic has already makes the next version."""

    clinic = RowField(Clinic.objects.all())
    treatment_type = Text(max_length=80, help_text='Code, like "prp".')
    name = Text(max_length=120)
    region = OneOf(REGIONS, required=False, allow_blank=True, help_text="Every region when empty.")
    series_length = Whole(required=False, help_text="Sessions planned; 1 when not given.")
    series_interval_days = Whole(required=False, allow_null=True)
    anchor = OneOf(Protocol.Anchor.choices, required=False, help_text="Days count from it; last when not given.")
    technique = serializers.DictField(child=serializers.DictField(), required=False, help_text=TECHNIQUE)
    needs_ind = YesNo(required=False)
    required_consents = serializers.ListField(child=OneOf(ConsentKind.choices), required=False)
    timepoints = NewTimepointSerializer(many=True)

    default_error_messages = {"unknown_treatment": "This clinic has no treatment type with this code."}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The arguments of the action."""
        clinic, code = attrs.pop("clinic"), attrs["treatment_type"]
        found = TreatmentType.objects.filter(clinic=clinic, code=code).select_related("clinic").first()
        if found is None:
            message = self.error_messages["unknown_treatment"]
            raise serializers.ValidationError({"treatment_type": [serializers.ErrorDetail(message, "unknown")]})
        shape = NewTimepointSerializer()
        return {
            "treatment_type": found,
            "name": attrs["name"],
            "moments": [shape.moment(one) for one in attrs["timepoints"]],
            "plan": SessionsPlan(**{name: attrs[name] for name in SessionsPlan.__dataclass_fields__ if name in attrs}),
        }


class CheckInSerializer(serializers.Serializer):
    """One check-in that would be asked. Days are the clinic's calendar; instants carry the offset of the time zone."""

    timepoint = Text(source="name")
    instruments = serializers.ListField(source="asks", child=Text())
    opens_on = Day()
    due_on = Day()
    closes_on = Day()
    message_at = Text(help_text="When the message would go out.")
    closes_at = Text(help_text="The first instant at which the link no longer works.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return shown | {name: getattr(instance, name).isoformat() for name in ("message_at", "closes_at")}


class ScheduleSerializer(serializers.Serializer):
    """The sessions of the series, given and planned, and every check-in after them."""

    time_zone = Text()
    sessions = serializers.ListField(child=Day())
    check_ins = CheckInSerializer(many=True)
