"""The page of any report of ``outcomes.report_kinds``: who is in it, what was found, figures with their tables, the rules."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import staff_page
from clinic.permissions import Permission
from outcomes.figures import Spec, Variant
from outcomes.forms import ReportForm
from outcomes.outcome_rules import definitions
from outcomes.report_kinds import KINDS, Beside, FigureKind, ReportKind
from outcomes.report_words import table_words
from outcomes.reports.dimensions import DIMENSIONS
from outcomes.reports.scope import scope_of
from outcomes.reports.shapes import Report, ReportTable
from outcomes.views.report_chips import chips
from outcomes.views.saved_views import views_of

PHONE, DESKTOP = 360, 720


@dataclass(frozen=True)
class Picture:
    """One drawing of a figure: its address and its size in px."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class Card:
    """A table, and the figure that shows the same numbers where there is one."""

    key: str
    title: str
    caption: str
    table: dict[str, Any]
    csv: str
    json: str
    png: str = ""
    phone: Picture | None = None
    phone_dark: Picture | None = None
    desktop: Picture | None = None
    desktop_dark: Picture | None = None


def report_page(kind: ReportKind) -> Any:
    """The view of one kind of report."""
    return require_safe(staff_page(Permission.REPORT_VIEW)(partial(_page, kind)))


def _page(kind: ReportKind, request: HttpRequest) -> HttpResponse:
    form = ReportForm(request.GET, scope_of(request.user), str(request.clinic.public_id))
    form.leave_out(kind.unused)
    context: dict[str, Any] = {"section": "reports", "form": form, "kind": kind, "kinds": KINDS}
    if not form.is_valid():
        return render(request, "outcomes/report_page.html", context, status=400)
    today = form.scope.today(form.asked.clinic, timezone.now())
    report = kind.answer(asked=form.asked, scope=form.scope, as_of=today)
    context |= {
        "report": report,
        "severe": [caveat for caveat in report.caveats if caveat.is_severe],
        "caveats": [caveat for caveat in report.caveats if not caveat.is_severe],
        "cards": cards_of(kind, report),
        "beside": [_beside(one, report) for one in kind.beside] if report.tables else [],
        "chips": chips(report, kind.page_name),
        "definitions": definitions(),
        "question": urlencode(report.filter.parameters()),
        "json": _address(kind, report, format="json"),
        "pdf": _address(kind, report, format="pdf"),
        "views": views_of(request, kind.name),
    }
    return render(request, "outcomes/report_page.html", context)


def cards_of(kind: ReportKind, report: Report[Any]) -> list[Card]:
    """A card for each table of the report."""
    return [_card(kind, report, table) for table in report.tables]


def _beside(one: Beside, report: Report[Any]) -> dict[str, Any]:
    """Another report's page for the same question, which fetches its tables when it comes into sight."""
    page = reverse(f"report-{one.name}")
    asked = [(name, value) for name, value in report.filter.parameters() if name != "by"]
    ways = [{"title": DIMENSIONS[by].title, "url": f"{page}?{urlencode([*asked, ('by', by.value)])}"} for by in one.by]
    return {"key": one.name, "title": one.title, "url": f"{page}?{urlencode(asked)}", "ways": ways}


def _card(kind: ReportKind, report: Report[Any], table: ReportTable) -> Card:
    address = partial(_address, kind, report)
    beside = {"table": table_words(table), "csv": address(format="csv"), "json": address(format="json")}
    found = next(((name, figure) for name, figure in kind.figures.items() if figure.table == table.key), None)
    if found is None:
        return Card(table.key, table.caption, table.note, **beside)
    name, figure = found
    draw = partial(_picture, kind, report, name, figure)
    return Card(
        key=table.key,
        title=figure.title,
        caption=figure.caption or table.note,
        png=address(format="png", figure=name),
        phone=draw(PHONE, Variant.LIGHT),
        phone_dark=draw(PHONE, Variant.DARK),
        desktop=draw(DESKTOP, Variant.LIGHT),
        desktop_dark=draw(DESKTOP, Variant.DARK),
        **beside,
    )


def _picture(
    kind: ReportKind, report: Report[Any], name: str, figure: FigureKind, width: int, variant: Variant
) -> Picture:
    spec: Spec = figure.draw(report.drawn, width=width, variant=Variant.LIGHT)
    height = spec["height"] + spec["padding"]["top"] + spec["padding"]["bottom"]
    url = _address(kind, report, format="svg", figure=name, width=str(width), variant=variant.value)
    return Picture(url, width, height)


def _address(kind: ReportKind, report: Report[Any], **drawing: str) -> str:
    """Where the API answers the same question, as a path."""
    return f"{reverse(f'api-report-{kind.name}')}?{urlencode([*report.filter.parameters(), *drawing.items()])}"
