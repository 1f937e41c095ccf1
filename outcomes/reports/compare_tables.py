"""The tables of ``outcomes.reports.compare``."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from outcomes.numerals import FEW
from outcomes.reports.comparing import Compared, Line, State
from outcomes.reports.results import Group
from outcomes.reports.shapes import Column, ReportTable, Statistic, TableRow, Unit, Value
from outcomes.statistics import Mean, mean_from_sums
from outcomes.statistics.estimates import Estimate
from outcomes.statistics.repeated_measures import VisitComparison
from treatments.timepoints import in_words

MARKS = {State.OBTAINED: "answered", State.MISSING: "missing", State.NOT_DUE: "not due"}


def compare_tables(found: Compared) -> tuple[ReportTable, ...]:
    """What the model answered, where there is one; and in any case who is missing."""
    if not any(found.lines.values()):
        return ()
    return (*((_means(found), _differences(found)) if found.visits else ()), _missing(found), _patterns(found))


def contrast(group: Group, reference: Group) -> str:
    """The name of a difference."""
    return f"{group.label} − {reference.label}"


def _means(found: Compared) -> ReportTable:
    return ReportTable(
        key="means",
        caption="Estimated means by group",
        first="Timepoint",
        columns=(
            Column("n", "n", Unit.COUNT, "Scores in the model at this timepoint."),
            Column("mean", "Estimated mean", Unit.POINTS, "Of the model, for courses that all began at the same mean."),
            Column(
                "observed", "Same courses", Unit.POINTS, "The plain mean of courses with a score at every timepoint."
            ),
            Column("n_matched", "n of these", Unit.COUNT),
        ),
        rows=tuple(_mean_row(found, visit, place) for place in range(len(found.groups)) for visit in found.visits),
        note="The estimate uses every score that is there; the plain mean follows only those who answered every time.",
    )


def _mean_row(found: Compared, visit: VisitComparison, place: int) -> TableRow:
    group, timepoint = found.groups[place], found.timepoints[visit.visit]
    matched = mean_of([line.scores[timepoint] for line in found.matched(group)])
    values: dict[str, Value] = {
        "n": visit.n[place],
        "mean": _estimate(found, visit.means[place], visit.n[place]),
        "observed": matched,
        "n_matched": matched.n,
    }
    return TableRow(in_words(timepoint), values, group=group.label)


def _differences(found: Compared) -> ReportTable:
    return ReportTable(
        key="differences",
        caption=f"Differences from {found.groups[0].label}, the largest group",
        first="Timepoint",
        columns=(
            Column("n", "n", Unit.COUNT, "Scores of both groups at this timepoint."),
            Column("difference", "Difference", Unit.POINTS, "At the same baseline."),
            Column("careful", "For small samples", Unit.POINTS, "The same with Kenward and Roger's standard error."),
        ),
        rows=tuple(
            _difference_row(found, visit, place) for place in range(1, len(found.groups)) for visit in found.visits
        ),
        note="Points of the scale. Groups were not chosen by chance, so a difference is not what a treatment did.",
    )


def _difference_row(found: Compared, visit: VisitComparison, place: int) -> TableRow:
    n = visit.n[0] + visit.n[place]
    values: dict[str, Value] = {
        "n": n,
        "difference": _estimate(found, visit.differences[place - 1], n),
        "careful": _estimate(found, visit.small_sample[place - 1], n),
    }
    name = contrast(found.groups[place], found.groups[0])
    return TableRow(in_words(found.timepoints[visit.visit]), values, group=name)


def _estimate(found: Compared, estimate: Estimate, n: int) -> Statistic:
    return Statistic(estimate.value, n, ci=estimate.ci, method=found.result.model if found.result else "")


def mean_of(values: Sequence[float]) -> Statistic:
    """The mean with its t interval; None of fewer than 5."""
    if len(values) < FEW:
        return Statistic(None, len(values), method=Mean.method, reason="too_few")
    exact = [Decimal(repr(value)) for value in values]
    return Statistic.of_mean(mean_from_sums(len(exact), sum(exact, Decimal()), sum((v * v for v in exact), Decimal())))


def _missing(found: Compared) -> ReportTable:
    return ReportTable(
        key="missing",
        caption="Who is missing",
        first="Timepoint",
        columns=(
            Column("obtained", "Answered", Unit.SHARE, "Of courses with a baseline whose window is over."),
            Column("missing", "Missing", Unit.COUNT),
            Column("baseline_obtained", "Baseline, answered", Unit.POINTS),
            Column("baseline_missing", "Baseline, missing", Unit.POINTS),
        ),
        rows=tuple(_missing_row(found, group, name) for group in found.lines for name in found.days),
        note="If those who are missing began higher or lower than those who answered, the rest may differ as well.",
    )


def _missing_row(found: Compared, group: Group, timepoint: str) -> TableRow:
    share, lines = found.obtained(group, timepoint), found.lines[group]
    few = Statistic(None, share.n, method=share.method, reason="too_few")
    values: dict[str, Value] = {
        "obtained": Statistic.of_share(share) if share.n >= FEW else few,
        "missing": share.n - share.k,
        "baseline_obtained": _baseline(lines, timepoint, State.OBTAINED),
        "baseline_missing": _baseline(lines, timepoint, State.MISSING),
    }
    return TableRow(in_words(timepoint), values, group=group.label)


def _baseline(lines: Sequence[Line], timepoint: str, state: State) -> Statistic:
    return mean_of([line.baseline for line in lines if line.state(timepoint) is state])


def _patterns(found: Compared) -> ReportTable:
    """How many courses have which timepoints, the most common first."""
    counts = {group: Counter(_pattern(found, line) for line in own) for group, own in found.lines.items()}
    total = sum(counts.values(), Counter())
    return ReportTable(
        key="patterns",
        caption="Which timepoints are missing together",
        first=", ".join(in_words(name) for name in found.days) or "Timepoints",
        columns=tuple(Column(group.key, group.label, Unit.COUNT) for group in found.lines),
        rows=tuple(
            TableRow(pattern, {group.key: counts[group][pattern] for group in found.lines})
            for pattern, _ in sorted(total.items(), key=lambda one: (-one[1], one[0]))
        ),
    )


def _pattern(found: Compared, line: Line) -> str:
    return ", ".join(MARKS[line.state(name)] for name in found.days)
