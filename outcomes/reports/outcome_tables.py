"""The outcome report as tables: for its page, its PDF and for what is kept of it."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from outcomes.figures import Spec, Variant
from outcomes.figures.flow import Stage, flow
from outcomes.numerals import points
from outcomes.reports.filters import ReportFilter
from outcomes.reports.outcomes import outcome_report
from outcomes.reports.results import Completeness, OutcomeReport, Row, Started
from outcomes.reports.scope import Scope
from outcomes.reports.sentences import finding, main_row, who
from outcomes.reports.shapes import Base, Column, Report, ReportTable, Statistic, TableRow, Unit, Value
from outcomes.reports.shown import hidden, shown_mean, shown_share, shown_value
from outcomes.reports.way import STEPS
from treatments.timepoints import in_words


def outcome_tables(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[OutcomeReport]:
    """``outcome_report``, who is missing before how it went. As many queries."""
    report = outcome_report(asked=asked, scope=scope, as_of=as_of)
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=report.clinics,
        measure=report.measure,
        who=who(report),
        finding=finding(report),
        caveats=report.caveats,
        tables=tuple(_tables(report)),
        drawn=report,
        base=_base(report),
    )


def draw_way(report: OutcomeReport, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
    """The way to an answer at the timepoint that one looks at first."""
    row = main_row(report)
    steps = row.completeness.steps if row and row.completeness else {}
    stages = [Stage(step.label, steps[step.key], step.lost) for step in STEPS if step.key in steps]
    when = f", {in_words(row.timepoint).lower()}" if row else ""
    return flow(stages, width=width, variant=variant, title=f"From treated to answered{when}")


def _base(report: OutcomeReport) -> Base | None:
    row = main_row(report)
    if row is None:
        return None
    due = row.completeness.answered_of_due if row.completeness else None
    return Base(row.change.n, due.n if due else 0, due.k if due else 0, row.planned_day)


def _tables(report: OutcomeReport) -> Iterable[ReportTable]:
    planned = [(row, row.completeness) for row in report.totals if row.completeness]
    if planned:
        yield _way(planned)
        yield _missing(planned)
    if any(row.n for row in report.rows):
        yield _means(report)
    if any(row.bands and row.bands.n for row in report.rows):
        yield _bands(report)
    if any(row.change.n for row in report.rows):
        yield _thresholds(report)


Planned = Sequence[tuple[Row, Completeness]]


def _way(planned: Planned) -> ReportTable:
    return ReportTable(
        key="flow",
        caption="From treated to answered, courses whose window is over",
        first="Timepoint",
        columns=tuple(
            Column(step.key, step.label, Unit.COUNT, f"Others: {step.lost}." if step.lost else "Had a session.")
            for step in STEPS
        ),
        rows=tuple(TableRow(in_words(row.timepoint), dict(answered.steps)) for row, answered in planned),
        note="Each step is counted of the one before. Answers that came without a message, on the clinic's tablet, on "
        "paper or by phone, are not in the last steps; they are among those answered of due.",
    )


def _missing(planned: Planned) -> ReportTable:
    return ReportTable(
        key="missing",
        caption="Who is missing, and how they had started",
        first="Timepoint",
        columns=(
            Column("planned", "Planned", Unit.COUNT, "Courses that are asked at this timepoint."),
            Column("due", "Due", Unit.COUNT, "Eligible, and the window is over."),
            Column("answered", "Answered of due", Unit.SHARE, "With a valid score in the window; Wilson's interval."),
            Column("missing", "Missing", Unit.COUNT, "Due, without one."),
            Column("early", "Answered early", Unit.COUNT, "The window is not over."),
            Column("retreated", "Treated again", Unit.COUNT, "Before this point; neither due nor missing."),
            Column("before_answered", "Before, answered", Unit.POINTS, "Mean baseline of those who answered."),
            Column("before_missing", "Before, missing", Unit.POINTS, "Mean baseline of those missing."),
        ),
        rows=tuple(TableRow(in_words(row.timepoint), _missing_values(row, answered)) for row, answered in planned),
    )


def _missing_values(row: Row, answered: Completeness) -> dict[str, Value]:
    share = answered.answered_of_due
    return {
        "planned": answered.planned,
        "due": share.n,
        "answered": shown_share(share.k, share.n),
        "missing": answered.n_missing,
        "early": answered.answered_early,
        "retreated": row.n_retreated,
        "before_answered": _shown(answered.answered),
        "before_missing": _shown(answered.missing),
    }


def _shown(started: Started) -> Statistic:
    return shown_value(started.mean, started.n, method="mean")


def _means(report: OutcomeReport) -> ReportTable:
    return ReportTable(
        key="means",
        caption=f"Mean of {report.measure.label}",
        first="Timepoint",
        columns=(
            Column("n", "n", Unit.COUNT, "Courses with a score."),
            Column("mean", "Mean", Unit.POINTS, "With its t interval."),
            Column("n_pairs", "n, both", Unit.COUNT, "With a baseline as well."),
            Column("change", "Change", Unit.POINTS, "Follow-up minus baseline of the same courses."),
        ),
        rows=tuple(_lines(report, [row for row in report.rows if row.n], _mean_values)),
    )


def _lines(report: OutcomeReport, rows: Iterable[Row], values: Callable[[Row], dict[str, Value]]) -> Iterable[TableRow]:
    """A line for each of these rows, under their groups where there are several."""
    is_grouped = len(report.groups) > 1
    return (TableRow(in_words(row.timepoint), values(row), row.group.label if is_grouped else "") for row in rows)


def _mean_values(row: Row) -> dict[str, Value]:
    level: dict[str, Value] = {"n": row.n, "mean": shown_mean(row.mean)}
    return level if row.is_baseline else {**level, "n_pairs": row.change.n, "change": shown_mean(row.change)}


def _bands(report: OutcomeReport) -> ReportTable:
    limit = points(report.measure)
    return ReportTable(
        key="bands",
        caption="Better, about the same or worse",
        first="Timepoint",
        columns=(
            Column("n", "n", Unit.COUNT, "Courses with a score and a baseline."),
            Column("better", "Better", Unit.SHARE, f"By {limit} or more."),
            Column("same", "About the same", Unit.SHARE),
            Column("worse", "Worse", Unit.SHARE, "By as much."),
        ),
        rows=tuple(_lines(report, [row for row in report.rows if row.bands and row.bands.n], _band_values)),
        note=f"Threshold: {report.measure.mcid_source}." if report.measure.mcid_source else "",
    )


def _band_values(row: Row) -> dict[str, Value]:
    bands = row.bands
    if bands is None:
        return {}
    counts = {"better": bands.better, "same": bands.same, "worse": bands.worse}
    return {"n": bands.n, **{name: shown_share(k, bands.n) for name, k in counts.items()}}


def _thresholds(report: OutcomeReport) -> ReportTable:
    return ReportTable(
        key="thresholds",
        caption="Responders",
        first="Timepoint",
        columns=(
            Column(
                "at_least_30", "≥ 30 %", Unit.SHARE, "Better by at least 30 % of the own baseline, of those scored."
            ),
            Column("at_least_50", "≥ 50 %", Unit.SHARE, "By at least 50 %."),
            Column("zero", "Started at 0", Unit.COUNT, "Cannot be a percentage; in neither share."),
            Column("least", "≥ 30 %, at least", Unit.SHARE, "Of those due, if none of the missing improved so much."),
            Column("most", "≥ 30 %, at most", Unit.SHARE, "If all of the missing did."),
        ),
        rows=tuple(_lines(report, [row for row in report.rows if row.change.n], _threshold_values)),
        note="30 % and 50 % after Dworkin 2008, J Pain 9:105. The truth about those due lies between the last two.",
    )


def _threshold_values(row: Row) -> dict[str, Value]:
    shares = {"at_least_30": row.responder_30, "at_least_50": row.responder_50}
    bounds = row.responder_30_of_due
    return {
        **{name: shown_share(share.k, share.n) for name, share in shares.items()},
        "zero": row.n_baseline_zero,
        "least": shown_value(bounds.lowest, bounds.n) if bounds else hidden(0),
        "most": shown_value(bounds.highest, bounds.n) if bounds else hidden(0),
    }
