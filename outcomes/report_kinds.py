"""The reports there are. What is listed here has a page, an address in the API, CSV, PDF and figures, from one call."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from outcomes.figures import Spec, Variant
from outcomes.figures.better_same_worse import better_same_worse
from outcomes.figures.compared import compared_over_time
from outcomes.figures.durability import first_response_curve, lasting_curve, states_in_time
from outcomes.figures.mean_pain import mean_pain
from outcomes.figures.responder_curve import responder_curve
from outcomes.figures.similar_patients import similar_patients
from outcomes.figures.watermark import watermarked
from outcomes.outcome_rules import definitions
from outcomes.report_pdf import FIGURE_WIDTH, DrawnFigure, source
from outcomes.reports.breakdown import breakdown_report, draw_panels
from outcomes.reports.change import change_report, draw_change
from outcomes.reports.clinicians import CliniciansDrawn, clinician_report
from outcomes.reports.collection import collection_report, draw_flow, draw_rates
from outcomes.reports.compare import compare_report
from outcomes.reports.doses import dose_report, draw_doses
from outcomes.reports.durability import durability_report
from outcomes.reports.filters import By, ReportFilter
from outcomes.reports.imported import imported_report
from outcomes.reports.opioids import OpioidsDrawn, opioid_report
from outcomes.reports.outcome_tables import draw_way, outcome_tables
from outcomes.reports.outside import for_outside, is_preliminary
from outcomes.reports.process import ProcessDrawn, process_report
from outcomes.reports.responders import responder_report
from outcomes.reports.safety import SafetyDrawn, safety_report
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Report
from outcomes.reports.similar import Similar, similar_report
from outcomes.reports.trend import Trends, trend_report


@dataclass(frozen=True)
class FigureKind:
    """A figure of a report. ``draw(report.drawn, width=, variant=)`` gives its specification.

    ``is_small``: it stands within words elsewhere, and neither on the report's page nor in its PDF.
    """

    title: str
    draw: Callable[..., Spec]
    table: str
    caption: str = ""
    is_small: bool = False


@dataclass(frozen=True)
class Beside:
    """Another report for the same question; ``by`` are the ways to split it, the first of which is shown."""

    name: str
    title: str
    by: tuple[By, ...] = ()


@dataclass(frozen=True)
class ReportKind:
    """One report. ``name`` stands in its addresses; ``make(asked=, scope=, as_of=)`` answers a filter.

    ``figures`` by name; each is shown beside the table that has its numbers. ``has_by``: the parameter ``by`` counts.
    ``unused`` names the parts of the filter that change nothing in this report: its page does not offer them.
    ``beside``: other reports that its page shows the tables of, for the same question.
    """

    name: str
    title: str
    summary: str
    make: Callable[..., Report[Any]]
    figures: Mapping[str, FigureKind]
    has_by: bool = False
    unused: tuple[str, ...] = ()
    beside: tuple["Beside", ...] = ()

    @property
    def page_name(self) -> str:
        """The name of its page's address."""
        return f"report-{self.name}"

    def answer(self, *, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[Any]:
        """The report."""
        return self.make(asked=asked, scope=scope, as_of=as_of)


def _draw_similar(drawn: Similar, **how: Any) -> Spec:
    return similar_patients(drawn.start, drawn.outlooks, drawn.measure, matched=drawn.matched, **how)


# Its numbers have a shape of their own in the API, by group and timepoint, beside the tables that all reports have.
OUTCOMES = ReportKind(
    name="outcomes",
    title="Outcomes",
    summary="Who is missing, then how it went: means, changes, better and worse, responders, by timepoint.",
    make=outcome_tables,
    figures={
        "mean-pain": FigureKind("Means over time", mean_pain, "means"),
        "better-same-worse": FigureKind("Better, about the same or worse", better_same_worse, "bands"),
        "flow": FigureKind("From treated to answered", draw_way, "flow"),
    },
    beside=(
        Beside("change", "How much changed"),
        Beside("responders", "How many improved by how much"),
        Beside("breakdown", "One thing at a time", (By.TREATMENT, By.REGION, By.SIDE, By.DOSE, By.LEUKOCYTES)),
    ),
)
NO_MEASURE = ("instrument", "first_timepoint", "last_timepoint", "after_retreatment")
KINDS: tuple[ReportKind, ...] = (
    ReportKind(
        name="collection",
        title="Collection health",
        summary="Who was asked, who answered in the window and who is missing, by timepoint and by how they were asked.",
        make=collection_report,
        figures={
            "flow": FigureKind("From treated to answered", draw_flow, "flow"),
            "response-rate": FigureKind("Answered in the window", draw_rates, "response"),
        },
    ),
    ReportKind(
        name="responders",
        title="How many improved by how much",
        summary="The share of courses better by at least 0, 10, … 100 % of their own baseline at one timepoint.",
        make=responder_report,
        figures={"responder-curve": FigureKind("How many improved by how much", responder_curve, "responders")},
    ),
    ReportKind(
        name="change",
        title="How much changed",
        summary="The spread of change at one timepoint: quartiles, better, same and worse, and effects within persons.",
        make=change_report,
        figures={"change-spread": FigureKind("Spread of change", draw_change, "change")},
    ),
    ReportKind(
        name="breakdown",
        title="One thing at a time",
        summary="Mean scores and changes by region, treatment, side, dose of platelets or leukocyte class.",
        make=breakdown_report,
        figures={"small-multiples": FigureKind("The same picture for each", draw_panels, "breakdown")},
        has_by=True,
    ),
    ReportKind(
        name="dose-response",
        title="Dose and change",
        summary="Platelets or nucleated cells of the first session beside the change that followed; not a cause.",
        make=dose_report,
        figures={"dose-response": FigureKind("Dose and change", draw_doses, "doses")},
    ),
    ReportKind(
        name="durability",
        title="How soon and for how long",
        summary="When courses first improve by 30 %, how long that lasts, and how many are in response when.",
        make=durability_report,
        figures={
            "first-response": FigureKind("Time to first response", first_response_curve, "first_response"),
            "lasting": FigureKind("How long a response lasts", lasting_curve, "lasting"),
            "states": FigureKind("Who is in response, and when", states_in_time, "states"),
        },
    ),
    ReportKind(
        name="compare",
        title="Groups over time",
        summary="Groups at the same baseline, by a model for repeated measures. Not a comparison of treatments.",
        make=compare_report,
        figures={"group-comparison": FigureKind("Groups over time", compared_over_time, "means")},
    ),
    ReportKind(
        name="clinicians",
        title="Clinicians and sites beside chance",
        summary="The share improved by at least 30 % by clinician, site and month at one timepoint, with the limits of chance.",
        make=clinician_report,
        figures={
            "clinicians": FigureKind("Clinicians and chance", CliniciansDrawn.clinicians_funnel, "clinicians"),
            "sites": FigureKind("Sites and chance", CliniciansDrawn.sites_funnel, "sites"),
            "by-month": FigureKind("Improved by at least 30 %, by month", CliniciansDrawn.by_month, "months"),
        },
        unused=("group_by",),
    ),
    ReportKind(
        name="trend",
        title="Month by month",
        summary="Answered, better, improved by 30 % and sessions with an adverse event, each by month.",
        make=trend_report,
        figures={
            "answered": FigureKind("Answered, by month", Trends.answered, "answered"),
            "better": FigureKind("Better by the threshold, by month", Trends.better, "better"),
            "improved": FigureKind("Improved by at least 30 %, by month", Trends.improved, "improved"),
            "events": FigureKind("Sessions with an event, by month", Trends.events, "events"),
            "answered-line": FigureKind("Answered", Trends.answered_line, "answered", is_small=True),
            "better-line": FigureKind("Better by the threshold", Trends.better_line, "better", is_small=True),
            "improved-line": FigureKind("Improved by 30 %", Trends.improved_line, "improved", is_small=True),
            "events-line": FigureKind("Sessions with an event", Trends.events_line, "events", is_small=True),
        },
        unused=("group_by",),
    ),
    ReportKind(
        name="safety",
        title="Adverse events",
        summary="Adverse events per 100 sessions by treatment, seriousness, product, lot and month, with exact intervals.",
        make=safety_report,
        figures={
            "event-rates": FigureKind("Sessions with an adverse event", SafetyDrawn.rates, "rates"),
            "events-by-month": FigureKind("Sessions with an event, by month", SafetyDrawn.by_month, "months"),
        },
        unused=NO_MEASURE,
    ),
    ReportKind(
        name="similar",
        title="Courses that started alike",
        summary="Where courses ended that started near a score: quantiles with n and match rule, while the band holds.",
        make=similar_report,
        figures={"similar": FigureKind("Courses that started alike", _draw_similar, "similar")},
    ),
    ReportKind(
        name="process",
        title="Making PRP",
        summary="Platelets captured and made by kit, centrifuge programme, operator and month, against the first 20.",
        make=process_report,
        figures={
            "running-sum": FigureKind("Captured, against the first 20", ProcessDrawn.running_sum, "all"),
            "by-month": FigureKind("Captured less than the middle one, by month", ProcessDrawn.by_month, "months"),
        },
        unused=(*NO_MEASURE, "group_by"),
    ),
    ReportKind(
        name="opioids",
        title="Opioids before and after",
        summary="Morphine milligram equivalents a day before treatment and at one timepoint, and what became of them.",
        make=opioid_report,
        figures={"before-and-after": FigureKind("Opioids before and after", OpioidsDrawn.before_and_after, "amounts")},
        unused=("instrument", "first_timepoint", "after_retreatment"),
    ),
    ReportKind(
        name="imported",
        title="Imported history at face value",
        summary="What imported scores look like by instrument, timepoint and arm, and what to look up in their source.",
        make=imported_report,
        figures={},
        unused=(*NO_MEASURE, "group_by"),
    ),
)


EVERY_KIND = (OUTCOMES, *KINDS)


def kind_named(name: str) -> ReportKind | None:
    """The report of this name."""
    return next((kind for kind in EVERY_KIND if kind.name == name), None)


def pdf_source(kind: ReportKind, report: Report[Any]) -> str:
    """What the PDF of this report says, for ``outcomes.report_pdf.compiled``: figures as they are for print.

    Nothing is drawn of a report of which only tables may leave the clinic; "preliminary" stands across what is not firm.
    """
    shown = [figure for figure in kind.figures.values() if not figure.is_small] if report.has_figures else []
    drawn = [_for_print(figure, report) for figure in shown]
    return source(report, title=kind.title, summary=kind.summary, definitions=definitions(), figures=drawn)


def _for_print(figure: FigureKind, report: Report[Any]) -> DrawnFigure:
    spec = figure.draw(report.drawn, width=FIGURE_WIDTH, variant=Variant.PRINT)
    if is_preliminary(report):
        spec = watermarked(spec, "Preliminary", variant=Variant.PRINT)
    return DrawnFigure(figure.title, figure.caption, figure.table, spec)


def made_for_outside(kind: ReportKind, report: Report[Any], scope: Scope) -> Report[Any]:
    """The report as it may leave the clinic, beside that of everything. Raises NotForOutside."""
    asked = ReportFilter(clinic=report.filter.clinic, instrument=report.filter.instrument)
    asked = replace(asked, last_timepoint=report.filter.last_timepoint)
    return for_outside(report, everything=kind.answer(asked=asked, scope=scope, as_of=report.as_of))
