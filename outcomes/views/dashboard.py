"""The dashboard: four numbers of the active clinic, each with its trend and the report behind it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import staff_page
from clinic.permissions import Permission
from outcomes.figures.sparkline import HEIGHT
from outcomes.forms import ReportForm
from outcomes.numerals import FEW, decimals, percent
from outcomes.report_kinds import KINDS, OUTCOMES, kind_named
from outcomes.reports import OutcomeReport, scope_of
from outcomes.reports.sentences import cohort_words, subject, why_empty
from outcomes.reports.shapes import Report
from outcomes.reports.trend import Trend, Trends, trend_report
from outcomes.statistics import proportion
from outcomes.views.report_pages import PHONE, Picture, cards_of
from outcomes.views.saved_views import views_of

SHOWN = ("means", "bands")  # tables of the outcome report whose figures stand on the dashboard
# Where each number is explained.
BEHIND = {"answered": "collection", "better": "change", "improved": "responders", "events": "safety"}


@dataclass(frozen=True)
class KeyNumber:
    """One number with what it is made of, its line by month in two colours and in words, and the report behind it."""

    title: str
    value: str
    unit: str
    note: str
    url: str
    line: Picture
    line_dark: Picture
    months: str
    said: str


@require_safe
@staff_page(Permission.REPORT_VIEW)
def reports(request: HttpRequest) -> HttpResponse:
    """The dashboard for the filter in the address; of the active clinic unless it names others."""
    scope = scope_of(request.user)
    form = ReportForm(request.GET, scope, str(request.clinic.public_id))
    context = {"section": "reports", "form": form, "kinds": KINDS}
    if not form.is_valid():
        return render(request, "outcomes/reports.html", context, status=400)
    how = {"asked": form.asked, "scope": scope, "as_of": scope.today(form.asked.clinic, timezone.now())}
    tables, trends = OUTCOMES.answer(**how), trend_report(**how)
    report: OutcomeReport = tables.drawn
    measures = scope.measures(report.filter.clinic)
    context |= {
        "report": report,
        "subject": subject(report.filter),
        "cohort": cohort_words(report.filter),
        "who": trends.who,
        "finding": tables.finding,
        "numbers": [_number(trends, trend) for trend in trends.drawn.trends],
        "cards": [card for card in cards_of(OUTCOMES, tables) if card.key in SHOWN],
        "others": {code: next(iter(found)).label for code, found in measures.items() if code != report.measure.code},
        "why_empty": why_empty(report),
        "views": views_of(request),
        "query": urlencode(report.filter.parameters()),
    }
    return render(request, "outcomes/reports.html", context)


def _number(report: Report[Trends], trend: Trend) -> KeyNumber:
    value, unit, note = _words(trend)
    # A number and its sign stay on one line.
    note = note.replace(" %", "\N{NO-BREAK SPACE}%")
    query = urlencode(report.filter.parameters())
    page = kind_named(BEHIND[trend.key])
    first, last = trend.latest[0].label, trend.latest[-1].label
    return KeyNumber(
        title=trend.title,
        value=value,
        unit=unit,
        note=note,
        url=f"{reverse(page.page_name)}?{query}" if page else "",
        line=_line(query, trend, "light"),
        line_dark=_line(query, trend, "dark"),
        months=f"{first} to {last}, 0 to {percent(trend.top)}; last month n {trend.latest[-1].n:,}",
        said=trend.said,
    )


def _words(trend: Trend) -> tuple[str, str, str]:
    """Value, unit, and of how many; below 5 the reason stands in place of the value."""
    periods = trend.all
    share = proportion(periods.k, periods.n)
    if share.n < FEW or share.value is None or share.ci is None:
        return "–", "", f"{share.k:,} of {share.n:,} {trend.of}: too few for a share"
    low, high = (percent(end) for end in share.ci)
    return decimals(100 * share.value, 0), "%", f"{share.k:,} of {share.n:,} {trend.of}, 95 % CI {low} to {high}"


def _line(query: str, trend: Trend, variant: str) -> Picture:
    drawing = urlencode({"format": "svg", "figure": f"{trend.key}-line", "width": PHONE, "variant": variant})
    return Picture(f"{reverse('api-report-trend')}?{query}&{drawing}", PHONE, HEIGHT)
