"""A report as one flat table, for CSV."""

from collections.abc import Iterator

from clinic.csv_files import lines
from outcomes.reports.results import OutcomeReport, Row
from outcomes.reports.way import STEPS
from outcomes.statistics import Mean, Proportion

COLUMNS = (
    *("instrument", "group", "group_label", "modality", "timepoint", "planned_day", "mean_day"),
    *("n", "mean", "sd", "se", "ci_low", "ci_high"),
    *("n_pairs", "mean_change", "change_sd", "change_se", "change_ci_low", "change_ci_high"),
    *("n_without_baseline", "n_baseline_zero", "n_judged"),
    *("responders_30", "share_30", "share_30_ci_low", "share_30_ci_high"),
    *("responders_50", "share_50", "share_50_ci_low", "share_50_ci_high"),
    *("better", "same", "worse"),
    *("planned", "due", "answered_of_due", "share_answered", "share_answered_ci_low", "share_answered_ci_high"),
    *("answered_early", "missing", "treated_again", "started_answered", "started_missing"),
    *(f"step_{step.key}" for step in STEPS),
    *("n_of_due_30", "of_due_30_lowest", "of_due_30_highest"),
)


def as_csv(report: OutcomeReport) -> str:
    """The rows of the report with a header line. Missing numbers are empty, never 0; shares are fractions."""
    return "".join(lines(COLUMNS, (tuple(_cells(report, row)) for row in report.rows)))


def _cells(report: OutcomeReport, row: Row) -> Iterator[object]:
    group = row.group
    yield from (report.measure.code, group.key, group.label, group.modality)
    yield from (row.timepoint, row.planned_day, row.day)
    yield from (row.n, *_of_mean(row.mean))
    yield from (row.change.n, *_of_mean(row.change))
    yield from (row.n_without_baseline, row.n_baseline_zero, row.responder_30.n)
    yield from (*_of_share(row.responder_30), *_of_share(row.responder_50))
    yield from (row.bands.better, row.bands.same, row.bands.worse) if row.bands else (None,) * 3
    yield from _of_check_ins(row)
    bounds = row.responder_30_of_due
    yield from (bounds.n, bounds.lowest, bounds.highest) if bounds else (None,) * 3


def _of_check_ins(row: Row) -> Iterator[object]:
    answered = row.completeness
    if answered is None:
        yield from (None,) * (11 + len(STEPS))
        return
    yield from (answered.planned, answered.due, *_of_share(answered.answered_of_due), answered.answered_early)
    yield from (answered.n_missing, row.n_retreated, answered.answered.mean, answered.missing.mean)
    yield from (answered.steps[step.key] for step in STEPS)


def _of_mean(mean: Mean) -> tuple[float | None, ...]:
    return (mean.value, mean.sd, mean.se, *(mean.ci or (None, None)))


def _of_share(share: Proportion) -> tuple[float | None, ...]:
    return (share.k, share.value, *(share.ci or (None, None)))
