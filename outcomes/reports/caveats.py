"""What a reader must know before believing a report. Every sentence has its number in it."""

from collections.abc import Iterable, Sequence

from outcomes.reports.filters import AfterRetreatment, ReportFilter
from outcomes.reports.results import LOW_COMPLETENESS, Caveat, Row
from outcomes.reports.scope import Measure
from treatments.timepoints import in_words

NOT_COMPARED = Caveat(
    "not_compared",
    "This is change after treatment, not because of it: nothing here says how patients came to their treatment. "
    "People come when pain is worst, so part of any fall would have happened without treatment.",
)


def caveats(measure: Measure, totals: Sequence[Row], asked: ReportFilter) -> tuple[Caveat, ...]:
    """The caveats that hold for these rows over all groups, most general first."""
    if not any(row.n for row in totals):
        return ()
    return (
        NOT_COMPARED,
        *_low_completeness(totals),
        *_no_baseline(totals),
        *_started_at_zero(totals, measure),
        *_treated_again(totals, asked),
    )


def _low_completeness(totals: Iterable[Row]) -> Iterable[Caveat]:
    low = [(row.timepoint, row.completeness.answered_of_due) for row in totals if row.completeness]
    parts = [
        f"{in_words(timepoint).lower()} {100 * share.value:.0f} % ({share.k:,} of {share.n:,})"
        for timepoint, share in low
        if share.value is not None and share.value < LOW_COMPLETENESS
    ]
    if parts:
        yield Caveat(
            "low_completeness",
            f"Read with care where few of those due answered: {', '.join(parts)}. Those who answer may differ from "
            "those who do not.",
        )


def _no_baseline(totals: Iterable[Row]) -> Iterable[Caveat]:
    most = max((row.n_without_baseline for row in totals), default=0)
    if most:
        yield Caveat(
            "no_baseline",
            f"Scores without a baseline beside them (up to {most:,} at one timepoint) count in the mean but not in "
            "change, responders or better and worse.",
        )


def _started_at_zero(totals: Iterable[Row], measure: Measure) -> Iterable[Caveat]:
    most = max((row.n_baseline_zero for row in totals), default=0)
    if most:
        yield Caveat(
            "baseline_zero",
            f"Courses that started at 0 on {measure.label} (up to {most:,} at one timepoint) cannot be a percentage "
            "and are left out of the responder shares.",
        )


def _treated_again(totals: Iterable[Row], asked: ReportFilter) -> Iterable[Caveat]:
    most = max((row.n_retreated for row in totals), default=0)
    if most:
        fate = "left out" if asked.after_retreatment is AfterRetreatment.LEAVE_OUT else "kept where they have a score"
        yield Caveat(
            "retreated",
            f"Courses that were treated again before a timepoint (up to {most:,} at one) are neither due nor missing there, "
            f"and are {fate}.",
        )
