"""The outcome report through the API: one call, and its answer as JSON, CSV, Vega-Lite, SVG or PNG."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from clinic.api_errors import refuse
from clinic.permissions import Permission
from outcomes.api.report_formats import (
    RENDERERS,
    ReportCsv,
    ReportJson,
    ReportPdf,
    ReportPng,
    ReportSvg,
    ReportVega,
    ReportView,
    one_of,
)
from outcomes.api.report_shapes import OutcomeReportSerializer
from outcomes.drawing.kept import source
from outcomes.figures import Variant
from outcomes.report_kinds import OUTCOMES, pdf_source
from outcomes.reports import (
    AfterRetreatment,
    By,
    GroupBy,
    InvalidFilter,
    OutcomeReport,
    parse_filter,
    scope_of,
)
from outcomes.reports.filters import PARAMETERS, Context, ReportFilter
from outcomes.reports.outcome_tables import outcome_tables
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Report
from outcomes.reports.tables import as_csv
from treatments.vocabulary import Modality, Region

WIDTHS = (360, 720)
WHICH_FIGURE = "Which figure vega, svg and png show."


@dataclass(frozen=True)
class OutcomeAnswer:
    """The outcome report, and how a figure of it is to be drawn."""

    report: OutcomeReport
    tables: Report[OutcomeReport]
    figure: str
    width: int
    variant: Variant

    def data(self) -> Any:
        """What JSON is made of."""
        return OutcomeReportSerializer(self.report).data

    def csv(self) -> str:
        """The file."""
        return as_csv(self.report)

    def pdf(self) -> str:
        """What the PDF says."""
        return pdf_source(OUTCOMES, self.tables)

    def spec(self) -> str:
        """The figure's specification as text."""
        draw = OUTCOMES.figures[self.figure].draw
        return source(draw(self.report, width=self.width, variant=self.variant))


DRAWING: dict[str, list[str]] = {
    "figure": list(OUTCOMES.figures),
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
    OpenApiParameter("start", str, description="Baseline of somebody to compare with, in points: for similar courses."),
    choice("by", list(By), "By what the breakdown splits its courses; region when not given. Others disregard it."),
    choice("context", list(Context), "What others have published, in a table of its own; responders and change only."),
    choice("width", DRAWING["width"], "Of the figure, in px."),
    choice("variant", DRAWING["variant"], "Colours of the figure."),
]


class OutcomeReportView(ReportView):
    """Who is missing, and how it went, by group and timepoint: means, changes from baseline, responders.

    JSON and CSV are the numbers, ``vega`` is a figure's Vega-Lite specification, ``svg`` and ``png`` are the figure,
    ``pdf`` is the report as its page shows it.
    All come from the same call. Answers carry an ETag and are sent again only when they have changed.
    """

    file_name = "outcomes.csv"
    renderer_classes = (*RENDERERS, ReportPdf)

    @extend_schema(
        summary="Outcomes by group and timepoint",
        tags=["reports"],
        parameters=[*PARAMETER_SHAPES, choice("figure", DRAWING["figure"], WHICH_FIGURE)],
        responses={
            (200, ReportJson.media_type): OutcomeReportSerializer,
            (200, ReportCsv.media_type): OpenApiTypes.STR,
            (200, ReportVega.media_type): OpenApiTypes.OBJECT,
            (200, ReportSvg.media_type): OpenApiTypes.STR,
            (200, ReportPng.media_type): OpenApiTypes.BINARY,
            (200, ReportPdf.media_type): OpenApiTypes.BINARY,
            304: OpenApiResponse(description="Not changed since the ETag in If-None-Match"),
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.respond(request)

    def answer_to(self, request: Request) -> OutcomeAnswer:
        return answer_to(request)


def answer_to(request: Request) -> OutcomeAnswer:
    """The report this request asks for. 400 for a parameter against its rule, 403 for somebody who may see none."""
    figure, width, variant = (one_of(request, name, choices) for name, choices in DRAWING.items())
    asked, scope = question_of(request, {"format", *DRAWING})
    tables = outcome_tables(asked=asked, scope=scope, as_of=scope.today(asked.clinic, timezone.now()))
    return OutcomeAnswer(tables.drawn, tables, figure, int(width), Variant(variant))


def question_of(request: Request, own: set[str]) -> tuple[ReportFilter, Scope]:
    """The filter in the query, without the parameters that are the endpoint's ``own``, and what the person may see.

    400 for a parameter against its rule, 403 for somebody who may see none.
    """
    scope = scope_of(request.user)
    if not scope.clinics:
        raise PermissionDenied(f"Your role does not let you {Permission.REPORT_VIEW.value}.")
    query = {name: values for name, values in request.query_params.lists() if name not in own}
    try:
        return parse_filter(query, scope), scope
    except InvalidFilter as error:
        name, rule = next(iter(error.errors.items()))
        raise refuse(name, rule, "invalid" if name in PARAMETERS else "unknown_parameter") from error
