"""Surveys through the API, without links or answers: list, detail, send now."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api_fields import Day, Whole
from clinic.filters import ClinicFilterSet, OneOfFilter
from clinic.serializers import OneOf, StrictSerializer, Text
from clinic.viewsets import RowViewSet
from outcomes.actions import enter_answers, send_by_hand
from outcomes.models import Survey
from outcomes.models.surveys import LANGUAGE_CHOICES
from outcomes.serializers import SurveySerializer
from outcomes.states import SURVEY_STATES, with_state
from patients.models import Patient
from treatments.models.courses import REGIONS
from treatments.models.protocols import MODALITIES

ENTER = OpenApiExample(
    "On paper",
    request_only=True,
    value={
        "mode": "paper",
        "answered_by": "patient",
        "answered_on": "2026-04-13",
        "language": "en",
        "answers": {"nrs_now.now": 4},
        "remark": "The stairs go well.",
    },
)
SEND = OpenApiExample("By e-mail", request_only=True, value={"channel": "email"})


class SendSerializer(StrictSerializer):
    """By which channel to send."""

    channel = OneOf(Patient.Channel.choices)


class EnterSerializer(StrictSerializer):
    """What a patient answered on the phone, in person or on paper."""

    mode = OneOf([(mode.value, mode.label) for mode in Survey.ASSISTED_MODES])
    answered_by = OneOf(Survey.AnsweredBy.choices)
    answered_on = Day(help_text="In the follow-up's window, by the clinic's calendar.")
    language = OneOf(LANGUAGE_CHOICES, help_text="In which it was asked.")
    answers = serializers.DictField(
        child=Whole(allow_null=True), help_text='Every question, like "peg.enjoyment": null is "not answered".'
    )
    remark = Text(max_length=500, required=False, allow_blank=True, help_text="The patient's own words.")


class SurveyFilters(ClinicFilterSet):
    patient = filters.UUIDFilter(field_name="follow_up__course__patient__public_id", label="Id of a patient")
    course = filters.UUIDFilter(field_name="follow_up__course__public_id", label="Id of a course")
    follow_up = filters.UUIDFilter(field_name="follow_up__public_id", label="Id of a follow-up")
    modality = OneOfFilter(field_name="follow_up__course__treatment_type__modality", choices=MODALITIES)
    region = OneOfFilter(field_name="follow_up__course__region", choices=REGIONS)
    timepoint = filters.CharFilter(field_name="follow_up__timepoint__name", label='Like "baseline" or "month 3"')
    state = OneOfFilter(choices=SURVEY_STATES, label="As of now, in the clinic's calendar")


@extend_schema_view(
    list=extend_schema(summary="List surveys"),
    retrieve=extend_schema(summary="Read a survey"),
)
class SurveyViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """What is asked of a patient at one follow-up, how far it is, and what became of its messages."""

    queryset = Survey.objects.select_related(
        "clinic", "asked_with", "follow_up__course", "follow_up__timepoint", "follow_up__contact_decision"
    ).prefetch_related("deliveries")
    serializer_class = SurveySerializer
    filterset_class = SurveyFilters
    orderings = ("-opened_at",)

    def get_queryset(self) -> QuerySet[Any]:
        return with_state(super().get_queryset(), self.at)

    @extend_schema(
        summary="Enter a survey's answers",
        request=EnterSerializer,
        responses={200: SurveySerializer},
        examples=[ENTER],
    )
    @action(detail=True, methods=["post"])
    def answers(self, request: Request, id: uuid.UUID) -> Response:
        """Answers given on the phone, in person or on paper. They are sent in at once; paper up to 14 days after closing."""
        survey = self.get_object()
        enter_answers(survey=survey, at=self.at, by=request.user, **self.body(EnterSerializer))
        return Response(self.get_serializer(self.get_queryset().get(pk=survey.pk)).data)

    @extend_schema(
        summary="Send a survey now", request=SendSerializer, responses={200: SurveySerializer}, examples=[SEND]
    )
    @action(detail=True, methods=["post"])
    def send(self, request: Request, id: uuid.UUID) -> Response:
        """One more message with a link; links sent before go on working. Refused with what the reminders would obey."""
        survey = self.get_object()
        send_by_hand(survey=survey, at=self.at, by=request.user, **self.body(SendSerializer))
        return Response(self.get_serializer(self.get_queryset().get(pk=survey.pk)).data)
