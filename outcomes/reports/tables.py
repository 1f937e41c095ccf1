"""A report as one flat table, for CSV."""

import csv
import io
from collections.abc import Iterator

from outcomes.reports.results import OutcomeReport, Row
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
    "answered_early",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(report: OutcomeReport) -> str:
    """The rows of the report with a header line. Missing numbers are empty, never 0; shares are fractions."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(report, row) for row in report.rows)
    return out.getvalue()


def _cells(report: OutcomeReport, row: Row) -> Iterator[object]:
    group = row.group
    yield from (_text(report.measure.code), _text(group.key), _text(group.label), group.modality)
    yield from (_text(row.timepoint), row.planned_day, row.day)
    yield from (row.n, *_of_mean(row.mean))
    yield from (row.change.n, *_of_mean(row.change))
    yield from (row.n_without_baseline, row.n_baseline_zero, row.responder_30.n)
    yield from (*_of_share(row.responder_30), *_of_share(row.responder_50))
    yield from (row.bands.better, row.bands.same, row.bands.worse) if row.bands else (None,) * 3
    answered = row.completeness
    if answered is None:
        yield from (None,) * 7
    else:
        yield from (answered.planned, answered.due, *_of_share(answered.answered_of_due), answered.answered_early)


def _of_mean(mean: Mean) -> tuple[float | None, ...]:
    return (mean.value, mean.sd, mean.se, *(mean.ci or (None, None)))


def _of_share(share: Proportion) -> tuple[float | None, ...]:
    return (share.k, share.value, *(share.ci or (None, None)))


def _text(words: str) -> str:
    """Words that no spreadsheet takes for a formula."""
    return f"'{words}" if words.startswith(_FORMULA) else words
