"""Clinicians or sites side by side without an order of merit: a share each, what chance would do, small ones hidden."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outcomes.figures import Spec
from outcomes.figures.funnel import FunnelWords, Limits, Outside, Unit, funnel
from outcomes.figures.theme import Variant
from outcomes.reports.shapes import Column, ReportTable, Statistic, TableRow, Value
from outcomes.reports.shapes import Unit as In
from outcomes.reports.treated import share_or_few
from outcomes.statistics import proportion
from outcomes.statistics.funnels import LEVELS
from outcomes.statistics.suppression import SafeTable, safe_table
from outcomes.statistics.unit_places import FEWEST_CASES, Placed, Placement, place

FALSE_DISCOVERY = 0.05
STEPS = 120  # Points of a line of the funnel.
COLUMNS = (
    Column("n", "n", In.COUNT, "Courses with a score and a baseline above 0."),
    Column("share", "Improved by at least 30 %", In.SHARE, "Of the own baseline, inclusive. Interval: Wilson's."),
    Column("place", "Beside chance", In.PLAIN),
    Column("pulled", "Share, chance taken off", In.SHARE, "Pulled towards all others by how little the n says (BLUP)."),
    Column("kept", "Of its distance kept", In.SHARE, "τ² / (τ² + σ²/n)."),
    Column("low_95", "95 % limit, lower", In.SHARE, "Of 20 that differ by chance alone, 19 lie between these two."),
    Column("high_95", "95 % limit, upper", In.SHARE),
    Column(
        "low_998", "99.8 % limit, lower", In.SHARE, "Of 500 that differ by chance alone, 499 lie between these two."
    ),
    Column("high_998", "99.8 % limit, upper", In.SHARE),
)
SAID = {
    Outside.NONE: "within what chance explains",
    Outside.LIMITS_95: "outside 95 %: so is one in 20 by chance",
    Outside.LIMITS_998: "outside 99.8 %: look into it, at the patients first",
}


@dataclass(frozen=True)
class Counted:
    """``k`` of ``n`` courses of one clinician or site improved."""

    label: str
    k: int
    n: int
    is_own: bool = False


@dataclass(frozen=True)
class Line:
    """The same as it may be shown: None for a count that is hidden. ``placed`` is None below 10 courses."""

    label: str
    k: int | None
    n: int | None
    is_own: bool
    placed: Placed | None

    @property
    def outside(self) -> Outside:
        """Outside the wide limits only if that also holds among so many comparisons."""
        if self.placed is None or self.placed.outside is None:
            return Outside.NONE
        is_far = self.placed.outside == LEVELS[-1] and self.placed.adjusted_p < FALSE_DISCOVERY
        return Outside.LIMITS_998 if is_far else Outside.LIMITS_95


@dataclass(frozen=True)
class Units:
    """All units of one kind; ``word`` names it. ``k`` and ``n`` of all together, None where hidden."""

    word: str
    lines: tuple[Line, ...]
    placement: Placement | None
    k: int | None
    n: int | None

    @property
    def n_few(self) -> int:
        """How many have too few courses to be placed."""
        return sum(line.placed is None for line in self.lines)

    def figure(self, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
        """The funnel of those that are placed and may be shown."""
        shown = [line for line in self.lines if line.placed and line.k is not None and line.n is not None]
        units = [Unit(line.label, line.k or 0, line.n or 0, line.outside) for line in shown]
        own = next((line.label for line in shown if line.is_own), None)
        target = self.placement.target if self.placement else 0.0
        said = FunnelWords(
            f"{self.word.capitalize()}s and chance",
            self.word,
            "improved by at least 30 %",
            "courses with a percentage",
            why_nobody=f"It takes 2 {self.word}s with {FEWEST_CASES} courses each, and not all alike.",
        )
        limits = list(_limits(self.placement, units))
        return funnel(units, limits, target=target, width=width, variant=variant, own=own, said=said)

    def table(self, key: str, caption: str) -> ReportTable:
        """The same numbers, and each share with what chance does taken off."""
        note = f"In order of names, never of results. Placed from {FEWEST_CASES} courses on."
        if self.placement and self.placement.tau_squared:
            note += " The limits are widened by how much all differ (over-dispersion)."
        rows = tuple(TableRow(line.label, _row(line)) for line in self.lines)
        return ReportTable(key, caption, self.word.capitalize(), COLUMNS, rows, note)


def units_of(counts: Sequence[Counted], *, word: str, is_open: bool) -> Units:
    """The units in the order given. Unless ``is_open``, counts of 1 to 10 are hidden and all that they follow from."""
    k, n = sum(one.k for one in counts), sum(one.n for one in counts)
    enough = [one for one in counts if one.n >= FEWEST_CASES]
    placement = place([(one.k, one.n) for one in enough], k / n) if n else None
    placed = dict(zip(enough, placement.units, strict=True)) if placement else {}
    safe = None if is_open or not counts else safe_table([(one.k, one.n - one.k) for one in counts])
    lines = tuple(_line(one, row, placed.get(one), safe) for row, one in enumerate(counts))
    if safe is None:
        return Units(word, lines, placement, k, n)
    is_shown = None not in safe.column_totals and safe.total is not None
    return Units(word, lines, placement, k if is_shown else None, n if is_shown else None)


def _line(one: Counted, row: int, placed: Placed | None, safe: SafeTable | None) -> Line:
    if safe is None:
        return Line(one.label, one.k, one.n, one.is_own, placed)
    is_shown = None not in safe.cells[row] and safe.row_totals[row] is not None
    return Line(one.label, one.k if is_shown else None, safe.row_totals[row], one.is_own, placed)


def _row(line: Line) -> dict[str, Value]:
    values: dict[str, Value] = {"n": Statistic(None, 0, is_suppressed=True) if line.n is None else line.n}
    if line.k is None or line.n is None:
        return values | {"share": Statistic(None, line.n or 0, is_suppressed=True)}
    values["share"] = share_or_few(proportion(line.k, line.n))
    if line.placed is None:
        return values | {"place": "too few to compare" if line.n < FEWEST_CASES else "nobody to compare with"}
    limits, pulled = line.placed.limits, line.placed.pulled
    ends = dict(zip(("low_95", "high_95", "low_998", "high_998"), (*limits.inner, *limits.outer), strict=True))
    shown: dict[str, Value] = {name: Statistic(end, line.n) for name, end in ends.items()}
    shown |= {"place": SAID[line.outside], "pulled": Statistic(pulled.mean, line.n, method="blup")}
    return values | shown | {"kept": Statistic(pulled.kept, line.n)}


def _limits(placement: Placement | None, units: Sequence[Unit]) -> Iterator[Limits]:
    most = max((unit.n for unit in units), default=0)
    if placement is None or not most:
        return
    last = round(most * 1.08)
    for n in range(FEWEST_CASES, last + 1, max(1, (last - FEWEST_CASES) // STEPS)):
        limits = placement.limits(n)
        yield Limits(n, *limits.inner, *limits.outer)
