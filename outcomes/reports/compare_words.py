"""What the comparison of groups says in words: who is in it, what was found, and what to know before believing it."""

from collections.abc import Iterator

from outcomes.numerals import decimals, percent, several
from outcomes.reports.compare_tables import contrast
from outcomes.reports.comparing import SWITCHED_OFF, Compared, holds_zero
from outcomes.reports.results import LOW_COMPLETENESS, Caveat, Group
from outcomes.statistics import Proportion
from outcomes.statistics.estimates import Estimate
from outcomes.statistics.repeated_measures import FEWEST_IN_GROUP, FEWEST_IN_PAIR, Model, Refusal
from treatments.timepoints import in_words

MODELS = {
    Model.UNSTRUCTURED: "a model for repeated measures (MMRM: REML, unstructured covariance, Satterthwaite)",
    Model.COMPOUND_SYMMETRY: (
        "a model for repeated measures with equal correlations (compound symmetry: fewer than "
        f"{FEWEST_IN_PAIR} courses have both scores of some pair of timepoints, or the fuller model had no answer)"
    ),
    Model.ANCOVA: "ANCOVA at one timepoint",
}


def who_of(found: Compared, n_courses: int) -> str:
    """How many are compared, and who is missing at the last timepoint."""
    if not found.lines:
        return f"No course has a score after treatment beside a baseline yet; {n_courses:,} were to be followed."
    with_baseline = sum(len(own) for own in found.lines.values())
    said = f"{several(with_baseline, 'course')} with a baseline, of {n_courses:,} to be followed."
    if not found.visits:
        return said
    last = found.modelled[-1]
    parts = [f"{group.label} {_of(found.obtained(group, last))}" for group in found.groups]
    return f"{said} Answered {in_words(last).lower()}, of those due: {', '.join(parts)}."


def _of(share: Proportion) -> str:
    return "none due" if share.value is None else f"{share.k:,} of {share.n:,} ({percent(share.value)})"


def finding_of(found: Compared) -> str:
    """The differences at the last timepoint and what would undo them; or why nothing is compared."""
    if not found.visits or found.result is None:
        return _refusal(found)
    last = found.modelled[-1]
    low = [group for group in found.groups if _is_low(found.obtained(group, last))]
    if low:
        names = ", ".join(f"{group.label} {_of(found.obtained(group, last))}" for group in low)
        return f"{in_words(last)}: too few of those due answered for a headline ({names}). The tables have the numbers."
    model = MODELS[found.result.model]
    said = f"{in_words(last)}, at the same baseline of {decimals(found.result.baseline or 0)}, by {model}"
    return " ".join([f"{said}: {'; '.join(_differences(found))}.", *_tipping(found)])


def _is_low(share: Proportion) -> bool:
    return share.value is not None and share.value < LOW_COMPLETENESS


def _differences(found: Compared) -> Iterator[str]:
    for group, difference in _last(found):
        low, high = difference.ci
        yield (
            f"{contrast(group, found.groups[0])} {decimals(difference.value)} points "
            f"({decimals(low)} to {decimals(high)})"
        )


def _last(found: Compared) -> Iterator[tuple[Group, Estimate]]:
    yield from zip(found.groups[1:], found.visits[-1].differences, strict=True)


def _tipping(found: Compared) -> Iterator[str]:
    for group, difference in _last(found):
        point, name = found.tipping.get(group), contrast(group, found.groups[0])
        if holds_zero(difference):
            yield f"{name}: the interval contains 0 as it stands, so no difference was seen that could be undone."
        elif point is not None:
            way = "higher" if difference.value < 0 else "lower"
            yield f"{name}: {_undone(point.n_missing, group, way, point.tips_at, point.steps[-1].worse)}"


def _undone(n_missing: int, group: Group, way: str, tips_at: float | None, most: float) -> str:
    if not n_missing:
        return f"nobody of {group.label} is missing at the last timepoint."
    who = f"the {n_missing:,} missing of {group.label}"
    if tips_at is None:
        return f"the interval would still leave out 0 if {who} were on average {decimals(abs(most))} points {way}."
    if tips_at == 0:
        return f"with {who} filled in (multiple imputation) the interval contains 0."
    return f"the interval would contain 0 only if {who} were on average {decimals(abs(tips_at))} points {way} than estimated."


def _refusal(found: Compared) -> str:
    if not found.lines:
        return "There is nothing to compare yet."
    if found.switched_off and not found.timepoints:
        return f"Nothing is compared: fewer than {percent(SWITCHED_OFF)} of those due answered at every timepoint."
    if found.refusal is Refusal.NOT_ESTIMABLE:
        return "Nothing is compared: these scores do not determine any of the models."
    sizes = ", ".join(f"{group.label} {len(own):,}" for group, own in found.lines.items())
    return (
        f"Nothing is compared: it needs two groups with at least {FEWEST_IN_GROUP} scores each at one timepoint. "
        f"Courses with a baseline: {sizes}."
    )


def compare_caveats(found: Compared) -> tuple[Caveat, ...]:
    """What holds for this comparison, the most general first."""
    return tuple(_caveats(found)) if found.visits else ()


def _caveats(found: Compared) -> Iterator[Caveat]:
    starts = ", ".join(f"{group.label} {decimals(_mean_baseline(found, group))}" for group in found.groups)
    yield Caveat(
        "not_a_treatment_comparison",
        "This is not a comparison of treatments: who is given which depends on severity, region and money. Mean "
        f"baseline: {starts}. Adjusting for baseline does not adjust for the rest.",
    )
    small = [group for group in found.lines if group not in found.groups]
    if small:
        names = ", ".join(f"{group.label} {len(found.lines[group]):,}" for group in small)
        yield Caveat("too_few", f"Too few courses to compare: {names}.")
    if found.switched_off:
        names = ", ".join(in_words(name).lower() for name in found.switched_off)
        yield Caveat(
            "low_completeness", f"Not compared, because under {percent(SWITCHED_OFF)} of a group answered: {names}."
        )
    left_out = [in_words(name).lower() for name in found.timepoints if name not in found.modelled]
    if left_out:
        yield Caveat(
            "left_out",
            f"Not in the model, because a group has fewer than {FEWEST_IN_GROUP} scores there or because only one "
            f"timepoint could be compared: {', '.join(left_out)}.",
        )
    yield from _repeated(found)
    if len(found.groups) > 2:
        yield Caveat(
            "many_comparisons", f"{len(found.groups) - 1} differences side by side: one may leave out 0 by chance."
        )


def _mean_baseline(found: Compared, group: Group) -> float:
    lines = found.lines[group]
    return sum(line.baseline for line in lines) / len(lines)


def _repeated(found: Compared) -> Iterator[Caveat]:
    patients = [line.patient_id for group in found.groups for line in found.lines[group]]
    again = len(patients) - len(set(patients))
    if again:
        yield Caveat(
            "repeated_patients",
            f"{several(again, 'course is of a patient who is', 'courses are of patients who are')} in it already; the model takes them as independent, so its "
            "intervals are somewhat too narrow.",
        )
