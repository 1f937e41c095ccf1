"""Long work through the API: ask for it, see how far it is, and take its file."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.access import question_first
from clinic.actions import refused
from clinic.api_errors import refuse
from clinic.filters import ClinicFilterSet, OneOfFilter
from clinic.models import Clinic, Job
from clinic.permissions import Permission
from clinic.serializers import OneOf, RowField, RowSerializer, StrictSerializer, Text
from clinic.viewsets import RowViewSet
from outcomes import export_jobs
from outcomes.api.job_shapes import ManifestSerializer
from outcomes.export_jobs import ask_for_export, manifest_of
from outcomes.exports import ExportRefused
from outcomes.job_files import kept_file
from outcomes.report_jobs import TooMuch, ask_for_comparison
from outcomes.reports import InvalidFilter
from patients import import_jobs

COMPARE, EXPORT = "compare", export_jobs.KIND
ASKABLE = [(COMPARE, "A comparison of groups over time"), (EXPORT, "Answers, scores or outcomes as a file")]
KINDS = [*ASKABLE, *import_jobs.TITLES.items()]
EXAMPLES = [
    OpenApiExample(
        "Modalities at the knee",
        request_only=True,
        value={"kind": COMPARE, "question": "region=knee&group_by=modality"},
    ),
    OpenApiExample(
        "All answers about knees",
        request_only=True,
        value={"kind": EXPORT, "question": "dataset=answers&region=knee"},
    ),
]


class JobSerializer(RowSerializer):
    """``progress`` in percent. Once the ``state`` is done, ``report`` is where the answer is shown, or ``file`` where the
    file is and ``manifest`` what describes it.
    """

    id = serializers.UUIDField(source="public_id", read_only=True)
    clinic = RowField(read_only=True)
    kind = OneOf(KINDS, read_only=True)
    question = Text(source="query", read_only=True, help_text="The query that was asked.")
    report = serializers.SerializerMethodField(help_text="A path; null where the answer is no report.")
    file = serializers.SerializerMethodField(help_text="A path; null where there is none, or not yet.")
    manifest = serializers.SerializerMethodField(help_text="Of the file; it stays when the file is thrown away.")

    class Meta:
        model = Job
        fields = (
            *("id", "clinic", "kind", "question", "state", "progress", "made_at", "started_at", "finished_at"),
            *("problem", "report", "file", "manifest"),
        )
        read_only_fields = fields

    def get_report(self, job: Job) -> str | None:
        """The address of the report in the API, as a path."""
        return None if job.kind != COMPARE else f"{reverse(f'api-report-{job.kind}')}?{job.query()}"

    def get_file(self, job: Job) -> str | None:
        """The address of the file in the API, as a path."""
        is_kept = job.kind == EXPORT and job.file_until and self.context["at"] < job.file_until
        return reverse("api-job-file", args=[job.public_id]) if is_kept and job.state == Job.State.DONE else None

    @extend_schema_field(ManifestSerializer(allow_null=True))
    def get_manifest(self, job: Job) -> dict[str, Any] | None:
        return manifest_of(job, self.context["request"].user)


class NewJobSerializer(StrictSerializer):
    """Something that takes longer than a request can wait."""

    clinic = RowField(Clinic.objects.all(), required=False, help_text="Of an export; may be left out with a token.")
    kind = serializers.ChoiceField(choices=ASKABLE)
    question = Text(
        max_length=4000,
        help_text="compare: the query of the report's address. export: dataset (answers, scores or outcomes) and, if wanted, "
        "modality, region, instrument, timepoint, each once.",
    )


class JobFilters(ClinicFilterSet):
    kind = OneOfFilter(choices=KINDS)
    state = OneOfFilter(choices=Job.State.choices)


@extend_schema_view(
    list=extend_schema(summary="List jobs", tags=["reports"]),
    retrieve=extend_schema(summary="How far a job is", tags=["reports"]),
)
class JobViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Work of more rows than a request can wait for, newest first. The same question about the same data is one job."""

    queryset = Job.objects.select_related("clinic", "made_by")
    serializer_class = JobSerializer
    filterset_class = JobFilters
    orderings = ("-made_at",)

    @extend_schema(
        summary="Ask for a long report or an export",
        tags=["reports"],
        request=NewJobSerializer,
        responses={202: JobSerializer},
        examples=EXAMPLES,
    )
    def create(self, request: Request) -> Response:
        """The address of the job is in Location; look there until ``state`` is done, then at ``report`` or ``file``."""
        wanted: dict[str, Any] = self.body(NewJobSerializer)
        ask = self._export if wanted["kind"] == EXPORT else self._comparison
        return self.made(ask(**wanted), status.HTTP_202_ACCEPTED)

    @extend_schema(
        summary="Take the file of a job",
        tags=["reports"],
        responses={
            (200, "text/csv"): OpenApiTypes.STR,
            304: OpenApiResponse(description="Not changed since the ETag in If-None-Match"),
        },
    )
    @action(detail=True, methods=["get"])
    def file(self, request: Request, id: uuid.UUID) -> HttpResponseBase:
        """CSV in UTF-8, kept for 24 hours. Its ETag is the manifest's sha256; who takes it is recorded."""
        job = self.get_object()
        if not Clinic.objects.granting(request.user, Permission.ANSWERS_EXPORT).filter(pk=job.clinic_id).exists():
            raise refused(job.clinic, Permission.ANSWERS_EXPORT)
        question = request.auth is None and question_first(request._request)
        return question or kept_file(request, job, by=request.user, at=self.at)

    def _comparison(self, *, kind: str, question: str, clinic: Clinic | None = None) -> Job:
        if clinic is not None:
            raise refuse("clinic", "Give the clinic of a comparison in its question.", "unknown_field")
        try:
            return ask_for_comparison(question=question, by=self.request.user, at=self.at)
        except InvalidFilter as error:
            raise refuse("question", str(error), "invalid") from error
        except TooMuch as error:
            raise refuse("question", error.words, "too_much") from error

    def _export(self, *, kind: str, question: str, clinic: Clinic | None = None) -> Job:
        try:
            where = clinic or self._only_clinic()
            return ask_for_export(question=question, clinic=where, by=self.request.user, at=self.at)
        except ExportRefused as error:
            raise refuse("question", f"{error.field}: {error.message}", "invalid") from error

    def _only_clinic(self) -> Clinic:
        found = list(Clinic.objects.granting(self.request.user, Permission.ANSWERS_EXPORT)[:2])
        if not found:
            raise PermissionDenied(f"Your role does not let you {Permission.ANSWERS_EXPORT.value}.")
        if len(found) > 1:
            raise refuse("clinic", "You work at several clinics: say which.", "required")
        return found[0]
