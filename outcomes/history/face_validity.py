"""What imported scores look like at face value, and what in it has been a mistake of a source before.

A source can be complete, within its scales, and still have its arms, its directions or its missing values wrong: whoever
imports it should look before believing a report. No sign is an error; each names what to look up in the source.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from outcomes.history.rows import BASELINE

ENOUGH = 10  # Scores of an arm from which it can look like something.
ZEROS = 0.05  # From this share on, zeros before treatment may stand for "not answered".
AT_A_LIMIT = 0.5
NARROW = 0.15  # Of the scale's length.
FRACTIONS = 0.2
# Words by which sources call an arm in which little should happen.
CONTROLS = ("placebo", "sham", "control", "saline", "usual care", "waiting", "wait list", "waitlist", "no treatment")


@dataclass(frozen=True)
class Span:
    """The ends of a scale, and whether more is better."""

    minimum: Decimal
    maximum: Decimal
    is_higher_better: bool


@dataclass(frozen=True)
class Arm:
    """The scores of one instrument at one timepoint in one arm, which is called ``treatment``.

    ``change`` is the mean of score minus baseline over ``n_pairs``. ``at_limits``: how many lie on the scale's lower and
    upper end. ``n_fractions``: how many are no whole numbers.
    """

    instrument: str
    timepoint: str
    treatment: str
    n: int
    low: Decimal
    high: Decimal
    mean: float
    sd: float | None
    n_zeros: int
    at_limits: tuple[int, int]
    n_fractions: int
    n_pairs: int = 0
    change: float | None = None

    @property
    def direction(self) -> str:
        """What the scores did since before treatment, in one word."""
        if self.change is None:
            return ""
        return "rose" if self.change > 0 else "fell" if self.change < 0 else "stayed"


@dataclass(frozen=True)
class Sign:
    """Something to look up in the source. ``code`` names the kind of it."""

    code: str
    sentence: str


def signs(arms: Sequence[Arm], scales: Mapping[str, Span]) -> tuple[Sign, ...]:
    """What to look up, instrument by instrument."""
    return tuple(
        sign for code, own in sorted(_by_instrument(arms).items()) for sign in _signs_of(code, own, scales.get(code))
    )


def face_lines(arms: Sequence[Arm], scales: Mapping[str, Span]) -> Iterator[str]:
    """The same for a terminal: a line for each arm, then what to look up."""
    yield f"At face value: {sum(arm.n for arm in arms):,} scores here from history, by instrument, timepoint and arm."
    for arm in arms:
        ends = sum(arm.at_limits) / arm.n
        moved = "" if arm.change is None else f", {arm.direction} by {abs(arm.change):.1f} in {arm.n_pairs:,}"
        yield (
            f"  {arm.instrument}, {arm.timepoint}, {arm.treatment!r}: n {arm.n:,}, {float(arm.low):g} to {float(arm.high):g}, "
            f"mean {arm.mean:.1f}, {100 * ends:.0f} % at the scale’s ends{moved}"
        )
    found = signs(arms, scales)
    yield from (f"look up: {sign.sentence}" for sign in found)
    if not found:
        yield "Nothing in it looks like a mistake that sources have had before."


def _by_instrument(arms: Sequence[Arm]) -> dict[str, list[Arm]]:
    found: dict[str, list[Arm]] = defaultdict(list)
    for arm in arms:
        found[arm.instrument].append(arm)
    return found


def _signs_of(code: str, arms: Sequence[Arm], span: Span | None) -> Iterator[Sign]:
    yield from _zeros(code, arms)
    yield from _alike(code, arms)
    yield from _fractions(code, arms)
    if span is not None:
        yield from _limits(code, arms)
        yield from _narrow(code, arms, span)
        yield from _wrong_way(code, arms, span)
        yield from _control_best(code, arms, span)


def _zeros(code: str, arms: Sequence[Arm]) -> Iterator[Sign]:
    before = [arm for arm in arms if arm.timepoint == BASELINE]
    n, zeros = sum(arm.n for arm in before), sum(arm.n_zeros for arm in before)
    if zeros and zeros >= ZEROS * n:
        said = f"{code}: {zeros:,} of {n:,} baselines are 0. Does 0 stand for “not answered” in the source?"
        yield Sign("zeros_at_baseline", said)


def _alike(code: str, arms: Sequence[Arm]) -> Iterator[Sign]:
    """Arms that are copies of each other, and arms in which everybody has one score."""
    seen: dict[str, list[tuple[str, int, float, float | None]]] = defaultdict(list)
    for arm in arms:
        if arm.n >= ENOUGH:
            seen[arm.treatment].append((arm.timepoint, arm.n, arm.mean, arm.sd))
            if arm.low == arm.high:
                said = f"{code}, {arm.timepoint}, {arm.treatment!r}: all {arm.n:,} scores are {float(arm.low):g}."
                yield Sign("all_equal", said)
    for (one, first), (other, second) in combinations(sorted(seen.items()), 2):
        if sorted(first, key=str) == sorted(second, key=str):
            yield Sign("arms_alike", f"{code}: {one!r} and {other!r} have the same n, means and spreads everywhere.")


def _fractions(code: str, arms: Sequence[Arm]) -> Iterator[Sign]:
    n, fractions = sum(arm.n for arm in arms), sum(arm.n_fractions for arm in arms)
    if 0 < fractions < FRACTIONS * n:
        said = f"{code}: {fractions:,} of {n:,} scores are no whole numbers, and the others are. Were some filled in?"
        yield Sign("some_fractions", said)


def _limits(code: str, arms: Sequence[Arm]) -> Iterator[Sign]:
    for arm in arms:
        for count, end in zip(arm.at_limits, ("lower", "upper"), strict=True):
            if arm.n >= ENOUGH and count > AT_A_LIMIT * arm.n:
                said = (
                    f"{code}, {arm.timepoint}, {arm.treatment!r}: {count:,} of {arm.n:,} are at the scale’s {end} end."
                )
                yield Sign("at_a_limit", said)


def _narrow(code: str, arms: Sequence[Arm], span: Span) -> Iterator[Sign]:
    low, high = min(arm.low for arm in arms), max(arm.high for arm in arms)
    n, length = sum(arm.n for arm in arms), span.maximum - span.minimum
    if n >= ENOUGH and float(high - low) < NARROW * float(length):
        said = (
            f"{code}: all {n:,} scores lie between {float(low):g} and {float(high):g}, on a scale from "
            f"{float(span.minimum):g} to {float(span.maximum):g}. Is it another scale?"
        )
        yield Sign("narrow", said)


def _wrong_way(code: str, arms: Sequence[Arm], span: Span) -> Iterator[Sign]:
    """Every arm got worse at every timepoint: more likely the direction of the scale is."""
    better = [_better(arm, span) for arm in arms if arm.n_pairs >= ENOUGH and arm.change is not None]
    if better and max(better) < 0:
        way = "more" if span.is_higher_better else "less"
        said = f"{code}: it got worse in every arm at every timepoint. Is {way} really better on this scale?"
        yield Sign("wrong_way", said)


def _control_best(code: str, arms: Sequence[Arm], span: Span) -> Iterator[Sign]:
    """An arm that is called a control improved most: labels may have been swapped."""
    at: dict[str, list[Arm]] = defaultdict(list)
    for arm in arms:
        if arm.n_pairs >= ENOUGH and arm.change is not None:
            at[arm.timepoint].append(arm)
    for timepoint, own in at.items():
        best = max(own, key=lambda arm: _better(arm, span))
        if len(own) > 1 and _is_control(best) and not all(_is_control(arm) for arm in own):
            said = (
                f"{code}, {timepoint}: {best.treatment!r} improved most, by {abs(best.change or 0):.1f}. Are the labels of the "
                "arms swapped in the source?"
            )
            yield Sign("control_best", said)


def _better(arm: Arm, span: Span) -> float:
    change = arm.change or 0.0
    return change if span.is_higher_better else -change


def _is_control(arm: Arm) -> bool:
    return any(word in arm.treatment.casefold() for word in CONTROLS)
