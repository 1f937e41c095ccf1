"""The outcome report, and how check-ins go, as pages."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import staff_page
from clinic.permissions import Permission
from outcomes.figures import Figure
from outcomes.forms import ReportForm
from outcomes.numerals import percent, points, scale_words
from outcomes.reports import OutcomeReport, Row, outcome_report, scope_of
from outcomes.reports.check_ins import check_in_report
from outcomes.reports.sentences import cohort_words, finding, subject
from outcomes.views.report_figures import FigureCard, api_url, figure_card
from outcomes.views.report_tables import bands_table, completeness_table, means_table, responders_table
from treatments.timepoints import in_words

STEPS = 4  # timepoints shown in the flow


@dataclass(frozen=True)
class Chip:
    """One part of the filter, and the address of the report without it."""

    words: str
    without: str


@dataclass(frozen=True)
class Step:
    """How many courses are left at one step of the way from opened to answered."""

    n: int
    of: int
    words: str
    share: str = ""

    @property
    def number(self) -> str:
        return f"{self.n:,}"


@require_safe
@staff_page(Permission.REPORT_VIEW)
def report_outcomes(request: HttpRequest) -> HttpResponse:
    """The outcome report for the filter in the address."""
    scope = scope_of(request.user)
    form = ReportForm(request.GET, scope, str(request.clinic.public_id))
    if not form.is_valid():
        return render(request, "outcomes/report_outcomes.html", {"section": "reports", "form": form}, status=400)
    report = outcome_report(asked=form.asked, scope=scope, as_of=scope.today(form.asked.clinic, timezone.now()))
    context = {
        "section": "reports",
        "form": form,
        "report": report,
        "severe": [caveat for caveat in report.caveats if caveat.is_severe],
        "caveats": [caveat for caveat in report.caveats if not caveat.is_severe],
        "subject": subject(report.filter),
        "cohort": cohort_words(report.filter),
        "finding": finding(report),
        "chips": _chips(report, scope.clinics[report.filter.clinic[0]].name),
        "steps": _steps(report),
        "cards": figure_cards(report),
        "responders": responders_table(report),
        "completeness": completeness_table(report),
        "scale": scale_words(report.measure),
        "threshold": points(report.measure),
        "json": api_url(report, format="json"),
    }
    return render(request, "outcomes/report_outcomes.html", context)


@require_safe
@staff_page(Permission.REPORT_VIEW)
def report_check_ins(request: HttpRequest) -> HttpResponse:
    """How long patients take to answer, and at which question they stop."""
    report = check_in_report(request.clinic, at=timezone.now(), user=request.user)
    return render(request, "outcomes/report_check_ins.html", {"section": "reports", "report": report})


def figure_cards(report: OutcomeReport) -> list[FigureCard]:
    """The figures of the outcome report, each with its table."""
    measure = report.measure
    return [
        figure_card(
            report,
            Figure.MEAN_PAIN,
            means_table(report),
            title=measure.label,
            caption="Mean of those who answered, n under the axis. Change: follow-up minus the own score before "
            "treatment, only where there are both.",
        ),
        figure_card(
            report,
            Figure.BETTER_SAME_WORSE,
            bands_table(report),
            title="Better, about the same or worse",
            caption=f"Threshold: {measure.mcid_source}." if measure.mcid_source else "",
        ),
    ]


def _chips(report: OutcomeReport, clinic: str) -> list[Chip]:
    """One chip for each part of the filter that can be taken away."""
    asked, parameters = report.filter, report.filter.parameters()
    words = {
        "instrument": report.measure.label,
        "first_timepoint": f"from {in_words(asked.first_timepoint or '').lower()}",
        "last_timepoint": f"to {in_words(asked.last_timepoint or '').lower()}",
        "opened_from": f"opened from {asked.opened_from}",
        "opened_to": f"opened to {asked.opened_to}",
        "group_by": "by treatment",
        "after_retreatment": "without answers after re-treatment",
        "start": f"started at {asked.start}",
        "by": f"panels by {asked.by}",
        "context": "with what others have published",
        **{modality.value: modality.label for modality in asked.modality},
        **{region.value: region.label for region in asked.region},
        **dict(zip(map(str, asked.clinic), report.clinics, strict=True)),
    }
    kept = [parameter for parameter in parameters if parameter[0] != "clinic" or len(asked.clinic) > 1]
    return [Chip(words.get(value) or words[name], _without(parameters, (name, value))) for name, value in kept]


def _without(parameters: list[tuple[str, str]], one: tuple[str, str]) -> str:
    return f"{reverse('report-outcomes')}?{urlencode([parameter for parameter in parameters if parameter != one])}"


def _steps(report: OutcomeReport) -> list[Step]:
    """From courses opened to answers, as far as the report knows."""
    before = next((row for row in report.totals if row.is_baseline), None)
    later = [row for row in report.totals if not row.is_baseline][-STEPS:]
    opened = before.completeness.planned if before and before.completeness else 0
    of = max([opened, *(row.n for row in report.totals)], default=0)
    steps = [Step(opened, of, "courses opened")] if opened else []
    if before:
        share = percent(before.n / opened) if opened else ""
        steps.append(Step(before.n, of, "with a score before", share))
    return steps + [_answered(row, of) for row in later]


def _answered(row: Row, of: int) -> Step:
    when = in_words(row.timepoint)
    answered = row.completeness.answered_of_due if row.completeness else None
    if answered and answered.value is not None:
        return Step(answered.k, of, f"of {answered.n:,} due answered at {when}", percent(answered.value))
    return Step(row.n, of, f"with a score at {when}")
