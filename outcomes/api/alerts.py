"""Answers that need a person, through the API: list, detail, acknowledge."""

import uuid

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet, OneOfFilter, YesNoFilter
from clinic.serializers import OneOf, RowField, RowSerializer, StrictSerializer, Text
from clinic.viewsets import RowViewSet
from outcomes.actions import acknowledge_alert
from outcomes.actions.alerts import MOST_SAID
from outcomes.models import Alert

ACKNOWLEDGE = OpenApiExample(
    "Called at once",
    request_only=True,
    value={
        "reached": "phone",
        "said": "Fever since last night, knee hot. Told to come in now; Dr. Lee sees her at 11.",
        "outcome": "seen",
    },
)


class SaidSerializer(serializers.Serializer):
    """One question and its answer, in the words that the patient saw."""

    asked = serializers.CharField(read_only=True)
    said = serializers.CharField(read_only=True)


class AlertSerializer(RowSerializer):
    """An answer hit a rule and needs a person. Open until ``acknowledged_at``.

    ``taken_back_at``: the patient later answered otherwise; the alert stays. ``day``: days since the last session.
    """

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    patient = RowField(read_only=True)
    survey = RowField(read_only=True)
    title = Text(read_only=True)
    message = OneOf(Alert.Message.choices, read_only=True, allow_blank=True)
    answers = SaidSerializer(many=True, read_only=True)
    reached = OneOf(Alert.Reached.choices, read_only=True, allow_blank=True)
    outcome = OneOf(Alert.Outcome.choices, read_only=True, allow_blank=True)

    class Meta:
        model = Alert
        fields = (
            *(
                "id",
                "clinic",
                "patient",
                "survey",
                "rule",
                "rule_version",
                "title",
                "level",
                "message",
                "answers",
                "day",
            ),
            *("raised_at", "taken_back_at", "first_told_at", "second_person_told_at", "manager_told_at"),
            *("acknowledged_at", "reached", "said", "outcome"),
        )
        read_only_fields = fields


class AcknowledgeSerializer(StrictSerializer):
    """How the patient was reached, what was said, and what follows."""

    reached = OneOf(Alert.Reached.choices)
    said = Text(max_length=MOST_SAID)
    outcome = OneOf(Alert.Outcome.choices)
    with_others = serializers.BooleanField(
        required=False, help_text="Close every other open alert of the same survey with the same words."
    )


class AlertFilters(ClinicFilterSet):
    patient = filters.UUIDFilter(field_name="patient__public_id", label="Id of a patient")
    level = OneOfFilter(choices=Alert.Level.choices)
    open = YesNoFilter(field_name="acknowledged_at", lookup_expr="isnull", label="Both, if not given")


@extend_schema_view(
    list=extend_schema(summary="List alerts"),
    retrieve=extend_schema(summary="Read an alert"),
)
class AlertViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Answers that need a person. Red flags need one on the same day."""

    queryset = Alert.objects.select_related("clinic", "patient", "survey")
    serializer_class = AlertSerializer
    filterset_class = AlertFilters
    orderings = ("raised_at",)

    @extend_schema(
        summary="Acknowledge an alert",
        request=AcknowledgeSerializer,
        responses={200: AlertSerializer},
        examples=[ACKNOWLEDGE],
    )
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, id: uuid.UUID) -> Response:
        """Closes it, once, with who, when and what was said."""
        alert = self.get_object()
        acknowledge_alert(alert=alert, at=self.at, by=request.user, **self.body(AcknowledgeSerializer))
        return Response(self.get_serializer(self.get_queryset().get(pk=alert.pk)).data)
