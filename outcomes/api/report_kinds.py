"""The reports of ``outcomes.report_kinds`` through the API, all alike."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from clinic.api_errors import refuse
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
from outcomes.api.report_table_shapes import TableReportSerializer
from outcomes.api.reports import DRAWING, PARAMETER_SHAPES, WHICH_FIGURE, choice, question_of
from outcomes.drawing.kept import source
from outcomes.figures import Variant
from outcomes.figures.watermark import watermarked
from outcomes.report_kinds import ReportKind, made_for_outside, pdf_source
from outcomes.reports.outside import HIDDEN, NotForOutside, is_preliminary
from outcomes.reports.plain_tables import report_csv
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Report

OUTSIDE = "outside"
AUDIENCES = ["clinic", OUTSIDE]
_ALIKE = {"width": DRAWING["width"], "variant": DRAWING["variant"], "audience": AUDIENCES}
_FOR_WHOM = (
    "For whom: outside the clinic small counts are hidden, and a report is refused below 30 courses or sessions, where it says "
    "how courses fared below 60 % answered of due or 3 months, and where the filter would show fewer than 11 people beside the "
    "whole. Responders, change, collection and safety can leave; all others are refused."
)


@dataclass(frozen=True)
class KindAnswer:
    """A report, and how a figure of it is to be drawn; ``figure`` is empty for a report without any."""

    kind: ReportKind
    report: Report[Any]
    figure: str
    width: int
    variant: Variant

    def data(self) -> Any:
        """What JSON is made of."""
        return TableReportSerializer(self.report).data

    def csv(self) -> str:
        """The file."""
        return report_csv(self.report)

    def pdf(self) -> str:
        """What the PDF says."""
        return pdf_source(self.kind, self.report)

    def spec(self) -> str:
        """The figure's specification as text."""
        if not self.figure:
            raise refuse("format", "This report has no figure.", "no_figure")
        if not self.report.has_figures:
            raise PermissionDenied(HIDDEN)
        drawn = self.kind.figures[self.figure].draw(self.report.drawn, width=self.width, variant=self.variant)
        if is_preliminary(self.report):
            drawn = watermarked(drawn, "Preliminary", variant=self.variant)
        return source(drawn)


def report_endpoint(kind: ReportKind) -> type[ReportView]:
    """The view of one kind of report."""
    drawing = {"figure": list(kind.figures), **_ALIKE} if kind.figures else _ALIKE
    shapes: list[OpenApiParameter] = [*PARAMETER_SHAPES, choice("audience", AUDIENCES, _FOR_WHOM)]
    if kind.figures:
        shapes.append(choice("figure", list(kind.figures), WHICH_FIGURE))

    class KindView(ReportView):
        file_name = f"{kind.name}.csv"
        renderer_classes = (*RENDERERS, ReportPdf)

        @extend_schema(
            operation_id=f"report_{kind.name.replace('-', '_')}",
            summary=kind.title,
            description=kind.summary,
            tags=["reports"],
            parameters=shapes,
            responses={
                (200, ReportJson.media_type): TableReportSerializer,
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

        def answer_to(self, request: Request) -> KindAnswer:
            chosen = {name: one_of(request, name, choices) for name, choices in drawing.items()}
            asked, scope = question_of(request, {"format", *drawing})
            report = kind.answer(asked=asked, scope=scope, as_of=scope.today(asked.clinic, timezone.now()))
            if chosen["audience"] == OUTSIDE:
                report = _for_outside(kind, report, scope)
            width, variant = int(chosen["width"]), Variant(chosen["variant"])
            return KindAnswer(kind, report, chosen.get("figure", ""), width, variant)

    KindView.__name__ = f"{kind.name.title().replace('-', '')}ReportView"
    return KindView


def _for_outside(kind: ReportKind, report: Report[Any], scope: Scope) -> Report[Any]:
    """403 with the reason where it may not leave the clinic."""
    try:
        return made_for_outside(kind, report, scope)
    except NotForOutside as refused:
        raise PermissionDenied(str(refused)) from refused
