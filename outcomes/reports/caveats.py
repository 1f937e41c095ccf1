"""What a reader must know before believing a report. Every sentence has its number in it."""

from collections.abc import Iterable, Sequence

from outcomes.reports.results import LOW_COMPLETENESS, Caveat, Row
from outcomes.reports.scope import Measure
from outcomes.reports.timepoints import in_words

NOT_RANDOMISED = Caveat(
    "not_randomised",
    "Patients were not randomised and there is no control group: this is change after treatment, not because of it. "
    "People come when pain is worst, so part of any fall would have happened without treatment.",
)


def caveats(measure: Measure, totals: Sequence[Row]) -> tuple[Caveat, ...]:
    """The caveats that hold for these rows over all groups, most general first."""
    if not any(row.n for row in totals):
        return ()
    return (NOT_RANDOMISED, *_low_completeness(totals), *_no_baseline(totals), *_started_at_zero(totals, measure))


def _low_completeness(totals: Iterable[Row]) -> Iterable[Caveat]:
    for row in totals:
        answered = row.completeness.answered_of_due if row.completeness else None
        if answered and answered.value is not None and answered.value < LOW_COMPLETENESS:
            yield Caveat(
                "low_completeness",
                f"Read {in_words(row.timepoint).lower()} with care: only {100 * answered.value:.0f} % of those due "
                f"answered ({answered.k:,} of {answered.n:,}).",
            )


def _no_baseline(totals: Iterable[Row]) -> Iterable[Caveat]:
    most = max((row.n_without_baseline for row in totals), default=0)
    if most:
        yield Caveat(
            "no_baseline",
            f"Up to {most:,} scores at one timepoint have no baseline beside them; they count in the mean "
            "but not in change, responders or better and worse.",
        )


def _started_at_zero(totals: Iterable[Row], measure: Measure) -> Iterable[Caveat]:
    most = max((row.n_baseline_zero for row in totals), default=0)
    if most:
        yield Caveat(
            "baseline_zero",
            f"Up to {most:,} at one timepoint started at 0 on {measure.label} and cannot be a percentage; "
            "they are left out of the responder shares.",
        )
