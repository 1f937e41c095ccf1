"""A figure on a page: the API's own answer as an image in four guises, and its table beside it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from outcomes.figures import Figure, Variant, figure_size
from outcomes.reports import OutcomeReport
from outcomes.views.report_tables import Table

PHONE, DESKTOP = 360, 720


@dataclass(frozen=True)
class Picture:
    """One drawing of a figure: its address and its size in px."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class FigureCard:
    """A figure with everything around it. ``key`` is unique on the page."""

    key: str
    title: str
    caption: str
    phone: Picture
    phone_dark: Picture
    desktop: Picture
    desktop_dark: Picture
    csv: str
    png: str
    json: str
    table: Table


def figure_card(report: OutcomeReport, figure: Figure, table: Table, *, title: str, caption: str) -> FigureCard:
    """The card of one figure of a report."""
    return FigureCard(
        key=figure.value,
        title=title,
        caption=caption,
        phone=_picture(report, figure, PHONE, Variant.LIGHT),
        phone_dark=_picture(report, figure, PHONE, Variant.DARK),
        desktop=_picture(report, figure, DESKTOP, Variant.LIGHT),
        desktop_dark=_picture(report, figure, DESKTOP, Variant.DARK),
        csv=api_url(report, format="csv"),
        png=api_url(report, format="png", figure=figure.value),
        json=api_url(report, format="json"),
        table=table,
    )


def _picture(report: OutcomeReport, figure: Figure, width: int, variant: Variant) -> Picture:
    url = api_url(report, format="svg", figure=figure.value, width=str(width), variant=variant.value)
    return Picture(url, *figure_size(report, figure, width=width))


def api_url(report: OutcomeReport, **drawing: str) -> str:
    """Where the API answers the same question, as a path."""
    return f"{reverse('api-report-outcomes')}?{urlencode([*report.filter.parameters(), *drawing.items()])}"
