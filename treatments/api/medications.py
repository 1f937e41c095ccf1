"""Pain medicines and clinical profiles through the API. The pages call the same actions."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.filters import ClinicFilterSet, DayFilter, OneOfFilter
from clinic.if_match import IF_MATCH_WHERE_THERE_IS_ONE, changed_meanwhile, if_match
from clinic.viewsets import RowViewSet
from treatments import actions
from treatments.models import ClinicalProfile, MedicationReview
from treatments.profiles import ProfileChanged
from treatments.serializers.medications import (
    MedicationSerializer,
    NewMedicationSerializer,
    NewProfileSerializer,
    ProfileSerializer,
)

ASKED = OpenApiExample(
    "With a check-in",
    request_only=True,
    value={
        "patient": "0f6f2c1e-6b0a-4b57-9a53-1f2d3c4b5a69",
        "follow_up": "3c2b1a09-8f7e-4d6c-9b5a-4a3928170615",
        "source": "survey",
        "asked_on": "2026-04-13",
        "takes_opioids": True,
        "opioids": [{"drug": "hydrocodone", "strength": "5", "units_per_day": "4", "is_as_needed": False}],
        "nsaid_days": 0,
    },
)
PROFILE = OpenApiExample(
    "A knee",
    request_only=True,
    value={
        "course": "1c8e5b7d-2a4f-4e6b-9d3c-8f7a6b5c4d3e",
        "height_cm": "175",
        "weight_kg": "80",
        "tobacco": "never",
        "diabetes": "none",
        "symptom_months": 18,
        "severity_scale": "kellgren_lawrence",
        "severity_grade": 3,
        "prior_steroid_injections": 2,
        "prior_surgery": "none",
        "conventional": ["physical_therapy", "nsaid"],
        "sport": "tennis",
        "sport_level": "recreational",
    },
)


class MedicationFilters(ClinicFilterSet):
    patient = filters.UUIDFilter(field_name="patient__public_id", label="Id of a patient")
    course = filters.UUIDFilter(field_name="course__public_id", label="Id of a course")
    session = filters.UUIDFilter(field_name="session__public_id", label="Id of a session")
    follow_up = filters.UUIDFilter(field_name="follow_up__public_id", label="Id of a follow-up")
    source = OneOfFilter(choices=MedicationReview.Source.choices)
    asked_from = DayFilter(field_name="asked_on", lookup_expr="gte", label="Asked on this day or later")
    asked_to = DayFilter(field_name="asked_on", lookup_expr="lte", label="Asked on this day or earlier")


@extend_schema_view(
    list=extend_schema(summary="List medication reviews"),
    retrieve=extend_schema(summary="Read a medication review"),
)
class MedicationViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Pain medicines at visits, with check-ins and by phone, with MME a day. Not for converting between opioids."""

    queryset = MedicationReview.objects.select_related(
        *("clinic", "patient", "course", "session", "follow_up", "recorded_by")
    ).prefetch_related("opioids")
    serializer_class = MedicationSerializer
    filterset_class = MedicationFilters
    orderings = ("-asked_on",)

    @extend_schema(
        summary="Record a medication review",
        request=NewMedicationSerializer,
        responses={201: MedicationSerializer},
        examples=[ASKED],
    )
    def create(self, request: Request) -> Response:
        """Recorded again for the same visit, check-in or call, the later one counts."""
        details = self.body(NewMedicationSerializer)
        return self.made(actions.record_medication_review(at=self.at, by=request.user, **details))


class ProfileFilters(ClinicFilterSet):
    patient = filters.UUIDFilter(field_name="course__patient__public_id", label="Id of a patient")
    course = filters.UUIDFilter(field_name="course__public_id", label="Id of a course")


@extend_schema_view(
    list=extend_schema(summary="List clinical profiles"),
    retrieve=extend_schema(summary="Read a clinical profile"),
)
class ProfileViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """What courses begin with, for case mix. One a course, by the course's id."""

    queryset = ClinicalProfile.objects.select_related("clinic", "course__patient", "recorded_by")
    serializer_class = ProfileSerializer
    filterset_class = ProfileFilters
    orderings = ("-recorded_at",)
    lookup_field = "course__public_id"

    @extend_schema(
        summary="Record a clinical profile",
        request=NewProfileSerializer,
        responses={201: ProfileSerializer, 200: ProfileSerializer},
        examples=[PROFILE],
        parameters=[IF_MATCH_WHERE_THERE_IS_ONE],
    )
    def create(self, request: Request) -> Response:
        """201 for a course without one; else its members that are given are overwritten, and the answer is 200."""
        details = self.body(NewProfileSerializer)
        course = details.pop("course")
        is_new = not ClinicalProfile.objects.filter(course=course).exists()
        version = 0 if is_new else if_match(request)
        try:
            actions.record_profile(course=course, details=details, version=version, at=self.at, by=request.user)
        except ProfileChanged as broken:
            return changed_meanwhile(broken, self.get_serializer(self.get_queryset().get(course=course)).data)
        profile = self.get_queryset().get(course=course)
        address = request.build_absolute_uri(f"{request.path}{course.public_id}/")
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(self.get_serializer(profile).data, status=code, headers={"Location": address})
