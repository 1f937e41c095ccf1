"""Long work through the API: ask for it, and see how far it is."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api_errors import refuse
from clinic.models import Job
from clinic.serializers import RowField, RowSerializer, StrictSerializer, Text
from clinic.viewsets import RowViewSet
from outcomes.report_jobs import TooMuch, ask_for_comparison, question_of
from outcomes.reports import InvalidFilter

EXAMPLE = OpenApiExample(
    "Modalities at the knee", request_only=True, value={"kind": "compare", "question": "region=knee&group_by=modality"}
)


class JobSerializer(RowSerializer):
    """``progress`` in percent. ``report`` is where the answer is shown once the ``state`` is done."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    report = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = (
            *("id", "clinic", "kind", "state", "progress", "made_at", "started_at", "finished_at", "problem"),
            "report",
        )
        read_only_fields = fields

    def get_report(self, job: Job) -> str:
        """The address of the report in the API, as a path."""
        return f"{reverse(f'api-report-{job.kind}')}?{question_of(job)}"


class NewJobSerializer(StrictSerializer):
    """A report that takes longer than a request can wait."""

    kind = serializers.ChoiceField(choices=["compare"])
    question = Text(max_length=4000, help_text="The query of the report's address.")


@extend_schema_view(retrieve=extend_schema(summary="How far a job is", tags=["reports"]))
class JobViewSet(RetrieveModelMixin, RowViewSet):
    """Reports of more rows than a request can wait for. The same question about the same data is one job."""

    queryset = Job.objects.select_related("clinic")
    serializer_class = JobSerializer

    @extend_schema(
        summary="Ask for a long report",
        tags=["reports"],
        request=NewJobSerializer,
        responses={202: JobSerializer},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """The address of the job is in Location; look there until ``state`` is done, then at ``report``."""
        wanted: dict[str, Any] = self.body(NewJobSerializer)
        try:
            job = ask_for_comparison(question=wanted["question"], by=request.user, at=self.at)
        except InvalidFilter as error:
            raise refuse("question", str(error), "invalid") from error
        except TooMuch as error:
            raise refuse("question", error.words, "too_much") from error
        return self.made(job, status.HTTP_202_ACCEPTED)
