"""What a report is about, what it found and why it may be empty, in sentences. Every number keeps its denominator."""

from collections.abc import Iterable

from outcomes.numerals import FEW, decimals, percent, plain, points
from outcomes.reports.filters import AfterRetreatment, By, GroupBy, ReportFilter
from outcomes.reports.results import Completeness, OutcomeReport, Row
from outcomes.reports.rows import AtTimepoint, usual_timepoint
from outcomes.reports.scope import Measure
from treatments.timepoints import BASELINE, in_words


def subject(asked: ReportFilter) -> str:
    """Treatments and regions, like "PRP, knee and hip"."""
    treatments = _and(modality.label for modality in asked.modality) or "All treatments"
    regions = _and(region.label.lower() for region in asked.region) or "all regions"
    return f"{treatments}, {regions}"


def cohort_words(asked: ReportFilter) -> str:
    """When the courses were opened, like "courses opened from 5 January 2025 to 30 June 2026"."""
    limits = (("from", asked.opened_from), ("to", asked.opened_to))
    given = [f"{word} {day.day} {day:%B %Y}" for word, day in limits if day]
    return " ".join(["courses opened", *given]) if given else "courses opened at any time"


def filter_words(asked: ReportFilter, measure: Measure | None) -> list[str]:
    """The whole question in words, for paper, where no form shows it: one part for each thing that was chosen or left."""
    first, last = (in_words(name).lower() if name else "" for name in (asked.first_timepoint, asked.last_timepoint))
    times = " ".join(part for part in (first and f"from {first}", last and f"to {last}") if part)
    is_left_out = asked.after_retreatment is AfterRetreatment.LEAVE_OUT
    parts = [
        measure.label if measure else "",
        subject(asked),
        cohort_words(asked),
        f"timepoints {times}" if times else "all timepoints",
        f"one line for each {'treatment' if asked.group_by is GroupBy.TREATMENT else 'kind of product'}",
        f"answers after re-treatment {'left out' if is_left_out else 'counted'}",
        f"score before treatment {plain(asked.start)}" if asked.start is not None else "",
        f"split by {asked.by.value}" if asked.by is not By.REGION else "",
    ]
    return [part for part in parts if part]


def _and(words: Iterable[str]) -> str:
    *most, last = list(words) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def main_row(report: OutcomeReport) -> Row | None:
    """Everybody at the timepoint that one looks at first, as in the other reports: the last one asked for, else the usual
    one. None without a score there.
    """
    later = {row.timepoint: row for row in report.totals if not row.is_baseline}
    usual = usual_timepoint(
        AtTimepoint(row.timepoint, row.planned_day, row.completeness.due if row.completeness else 0, row.n)
        for row in later.values()
    )
    return later.get(report.filter.last_timepoint or usual)


def who(report: OutcomeReport) -> str:
    """Who is missing at that timepoint, who is in it, and how both had started: to be read before ``finding``."""
    row = main_row(report)
    if row is None:
        return "No course has a score after treatment yet."
    answered = row.completeness
    missing = f"{answered.n_missing:,} of {answered.due:,} due are missing. " if answered and answered.due else ""
    again = f" {row.n_retreated:,} were treated again." if row.n_retreated else ""
    started = _started(answered) if answered else ""
    return (
        f"{in_words(row.timepoint)}: {missing}{row.change.n:,} courses have a score before and after.{again}{started}"
    )


def _started(answered: Completeness) -> str:
    missing, there = answered.missing, answered.answered
    if missing.mean is None or there.mean is None or min(missing.n, there.n) < FEW:
        return ""
    return (
        f" Those missing had started at {decimals(missing.mean)} on average (n {missing.n:,}), those who answered at "
        f"{decimals(there.mean)} (n {there.n:,})."
    )


def finding(report: OutcomeReport) -> str:
    """The main result with its interval and denominator, or why there is none yet."""
    row = main_row(report)
    if row is None or row.change.value is None or row.change.n < FEW:
        return _too_few(report) or why_empty(report)
    moved = "fell" if row.change.value < 0 else "rose"
    size = decimals(abs(row.change.value))
    ends = (
        sorted(abs(end) for end in row.change.ci) if row.change.ci and row.change.ci[0] * row.change.ci[1] > 0 else []
    )
    interval = f" (95 % CI {decimals(ends[0])} to {decimals(ends[1])})" if ends else " (the 95 % CI includes no change)"
    when = in_words(row.timepoint).lower()
    sentence = f"Among {row.change.n:,} courses answered both before and at {when}, the mean {moved} by {size} points{interval}."
    if row.bands is None or not row.bands.n:
        return sentence
    share = percent(row.bands.better / row.bands.n)
    return (
        f"{sentence} {row.bands.better:,} of {row.bands.n:,} ({share}) were better by {points(report.measure)} or more."
    )


def _too_few(report: OutcomeReport) -> str:
    row = main_row(report)
    most = row.change.n if row else 0
    if not most:
        return ""
    people = "course has" if most == 1 else "courses have"
    return f"Only {most} {people} a score both before treatment and after it: too few to say more than the table does."


def why_empty(report: OutcomeReport) -> str:
    """Why there is nothing to draw (yet), with the number of check-ins that could change it."""
    planned = sum(row.completeness.planned for row in report.totals if row.completeness)
    answered = sum(
        row.completeness.answered_early + row.completeness.answered_of_due.k
        for row in report.totals
        if row.completeness
    )
    label = f"“{report.measure.label}”"
    if any(row.n for row in report.totals):
        return f"Nobody has both a score for {label} before treatment and one after it yet."
    if answered:
        return f"{answered:,} of {planned:,} check-ins are answered, but none of them with a score for {label}."
    if planned:
        return f"None of the {planned:,} check-ins planned in this selection is answered yet."
    return f"No course in this selection has a score for {label} or a planned check-in. Widen the filter."


def baseline_mean(rows: Iterable[Row]) -> float | None:
    """The mean before treatment over all groups; None without scores at baseline."""
    row = next((row for row in rows if row.timepoint == BASELINE), None)
    return row.mean.value if row else None
