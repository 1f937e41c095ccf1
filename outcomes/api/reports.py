"""The outcome report through the API: one call, and its answer as JSON, CSV, Vega-Lite, SVG or PNG."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from clinic.access import question_first
from clinic.api_errors import refuse
from clinic.permissions import Permission
from clinic.viewsets import SignedInView
from outcomes.api.report_shapes import OutcomeReportSerializer
from outcomes.figures import Figure, Variant, figure_spec, rendering
from outcomes.reports import (
    AfterRetreatment,
    GroupBy,
    InvalidFilter,
    OutcomeReport,
    outcome_report,
    parse_filter,
    scope_of,
)
from outcomes.reports.filters import PARAMETERS
from outcomes.reports.tables import as_csv
from treatments.vocabulary import Modality, Region

WIDTHS = (360, 720)


@dataclass(frozen=True)
class Answer:
    """A report, and how a figure of it is to be drawn."""

    report: OutcomeReport
    figure: Figure
    width: int
    variant: Variant

    def spec(self) -> str:
        """The figure's specification as text."""
        return rendering.source(figure_spec(self.report, self.figure, width=self.width, variant=self.variant))


class ReportRenderer(BaseRenderer):
    """``source`` is cheap and decides whether a client's copy is still good; ``render`` finishes what it made."""

    @staticmethod
    def source(answer: Answer) -> str:
        raise NotImplementedError

    def render(self, data: str, accepted_media_type: str | None = None, renderer_context: object = None) -> bytes:
        return data.encode()


class ReportJson(ReportRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    @staticmethod
    def source(answer: Answer) -> str:
        data = OutcomeReportSerializer(answer.report).data
        return json.dumps(data, cls=JSONEncoder, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class ReportCsv(ReportRenderer):
    media_type = "text/csv"
    format = "csv"

    @staticmethod
    def source(answer: Answer) -> str:
        return as_csv(answer.report)


class ReportVega(ReportRenderer):
    media_type = "application/vnd.vegalite.v6+json"
    format = "vega"
    charset = None

    @staticmethod
    def source(answer: Answer) -> str:
        return answer.spec()


class ReportSvg(ReportVega):
    media_type = "image/svg+xml"
    format = "svg"
    charset = "utf-8"

    def render(self, data: str, accepted_media_type: str | None = None, renderer_context: object = None) -> bytes:
        return rendering.svg(data).encode()


class ReportPng(ReportVega):
    media_type = "image/png"
    format = "png"
    render_style = "binary"

    def render(self, data: str, accepted_media_type: str | None = None, renderer_context: object = None) -> bytes:
        return rendering.png(data)


RENDERERS = (ReportJson, ReportCsv, ReportVega, ReportSvg, ReportPng)
FORMATS = [renderer.format for renderer in RENDERERS]


class ReportNegotiation(DefaultContentNegotiation):
    """``?format=`` wins over the Accept header; a format that is not offered is a 400 that lists those that are."""

    def filter_renderers(self, renderers: list[BaseRenderer], format: str) -> list[BaseRenderer]:
        if format not in FORMATS:
            raise refuse("format", f"Choose one of: {', '.join(FORMATS)}.", "invalid_choice")
        return [renderer for renderer in renderers if renderer.format == format]


def one_of(request: Request, name: str, choices: list[str]) -> str:
    """The value of a parameter that decides how a figure is drawn; the first choice when it is not given."""
    given = request.query_params.getlist(name) or choices[:1]
    if len(given) > 1:
        raise refuse(name, "Give this query parameter once.", "given_twice")
    if given[0] not in choices:
        raise refuse(name, f"Choose one of: {', '.join(choices)}.", "invalid_choice")
    return given[0]


DRAWING: dict[str, list[str]] = {
    "figure": [figure.value for figure in Figure],
    "width": [str(width) for width in reversed(WIDTHS)],
    "variant": [variant.value for variant in Variant],
}


def choice(name: str, choices: list[str], description: str, *, many: bool = False) -> OpenApiParameter:
    """A query parameter with its allowed values, for the schema."""
    return OpenApiParameter(name, str, description=description, enum=choices, many=many)


PARAMETER_SHAPES = [
    OpenApiParameter(
        "instrument", str, description='Code, like "nrs_average" (the default), "peg" or an imported one.'
    ),
    choice("modality", list(Modality), "May be given several times; all when not given.", many=True),
    choice("region", list(Region), "May be given several times; all when not given.", many=True),
    OpenApiParameter("clinic", OpenApiTypes.UUID, description="Id; may be given several times.", many=True),
    OpenApiParameter("first_timepoint", str, description='Leaves out what comes before, like "baseline" or "week 6".'),
    OpenApiParameter("last_timepoint", str, description='Leaves out what comes after, like "month 6".'),
    OpenApiParameter("opened_from", OpenApiTypes.DATE, description="Courses opened on this day or later."),
    OpenApiParameter("opened_to", OpenApiTypes.DATE, description="Courses opened on this day or earlier."),
    choice("group_by", list(GroupBy), "What one line is; the default is modality."),
    choice(
        "after_retreatment",
        list(AfterRetreatment),
        "Answers after the same target was treated again; they count when not given.",
    ),
    choice("figure", DRAWING["figure"], "Which figure vega, svg and png show."),
    choice("width", DRAWING["width"], "Of the figure, in px."),
    choice("variant", DRAWING["variant"], "Colours of the figure."),
]


class OutcomeReportView(SignedInView):
    """How it went, by group and timepoint: means, changes from baseline, responders, and how many answered.

    JSON and CSV are the numbers, ``vega`` is a figure's Vega-Lite specification, ``svg`` and ``png`` are the figure.
    All come from the same call. Answers carry an ETag and are sent again only when they have changed.
    """

    renderer_classes = RENDERERS
    content_negotiation_class = ReportNegotiation

    @extend_schema(
        summary="Outcomes by group and timepoint",
        tags=["reports"],
        parameters=PARAMETER_SHAPES,
        responses={
            (200, ReportJson.media_type): OutcomeReportSerializer,
            (200, ReportCsv.media_type): OpenApiTypes.STR,
            (200, ReportVega.media_type): OpenApiTypes.OBJECT,
            (200, ReportSvg.media_type): OpenApiTypes.STR,
            (200, ReportPng.media_type): OpenApiTypes.BINARY,
            304: OpenApiResponse(description="Not changed since the ETag in If-None-Match"),
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        renderer = request.accepted_renderer
        question = renderer.format == ReportCsv.format and request.auth is None and question_first(request._request)
        if question:
            return question
        source = renderer.source(answer_to(request))
        etag = quote_etag(hashlib.sha256(f"{renderer.format}\n{source}".encode()).hexdigest()[:32])
        headers = {"ETag": etag}
        if renderer.format == ReportCsv.format:
            headers["Content-Disposition"] = 'attachment; filename="outcomes.csv"'
        answer = Response(source, headers=headers)
        kept: HttpResponseBase = get_conditional_response(request._request, etag=etag, response=answer)
        return kept

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_error = getattr(response, "exception", False)
        if is_error:
            # An error is read as JSON, whatever kind of figure was asked for.
            request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
        final: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)
        if not is_error:
            patch_cache_control(final, private=True, no_cache=True)
        return final


def answer_to(request: Request) -> Answer:
    """The report this request asks for. 400 for a parameter against its rule, 403 for somebody who may see none."""
    figure, width, variant = (one_of(request, name, choices) for name, choices in DRAWING.items())
    scope = scope_of(request.user)
    if not scope.clinics:
        raise PermissionDenied(f"Your role does not let you {Permission.REPORT_VIEW.value}.")
    own = {"format", *DRAWING}
    query = {name: values for name, values in request.query_params.lists() if name not in own}
    try:
        asked = parse_filter(query, scope)
    except InvalidFilter as error:
        name, rule = next(iter(error.errors.items()))
        raise refuse(name, rule, "invalid" if name in PARAMETERS else "unknown_parameter") from error
    report = outcome_report(asked=asked, scope=scope, as_of=timezone.localdate())
    return Answer(report, Figure(figure), int(width), Variant(variant))
