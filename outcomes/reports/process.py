"""Does every kit, centrifuge programme and operator still get as many platelets out of the blood as at first?"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from outcomes.figures import Spec
from outcomes.figures.cusum import CusumPoint, CusumWords, cusum
from outcomes.figures.p_chart import p_chart
from outcomes.figures.theme import Variant
from outcomes.numerals import FEW
from outcomes.reports.filters import ReportFilter
from outcomes.reports.labels import Key, Person, labels
from outcomes.reports.months import MonthChart, month_chart, month_table
from outcomes.reports.preparations import MOST, Preparation, preparations
from outcomes.reports.results import Caveat
from outcomes.reports.rows import clinic_names
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Column, Report, ReportTable, Statistic, TableRow, Unit, Value
from outcomes.reports.treated import NO_MEASURE, TOO_FEW
from outcomes.statistics import mean_from_sums
from outcomes.statistics.process_charts import BASELINE, LIMIT, Watched, watch
from outcomes.statistics.suppression import may_show_statistics

UNKNOWN = "Not recorded"
WORDS = CusumWords(
    title="Platelets captured, against the first 20 preparations",
    up="Up: less is captured than at first. Falls back to 0 when it recovers. Unit: sigmas of one preparation.",
    what="preparations",
    axis="preparations, in order",
    direction="less than at first",
    fewest=BASELINE,
)
COLUMNS = (
    Column("n", "n", Unit.COUNT, "Preparations with counts of blood and PRP."),
    Column("capture", "Captured", Unit.SHARE, "Mean share of the blood's platelets that is in the PRP made."),
    Column("made", "Platelets made, ×10⁹", Unit.AMOUNT, "Mean: concentration times volume of the PRP made."),
    Column("first", "Captured at first", Unit.SHARE, f"Mean of the first {BASELINE}: what the sum is against."),
    Column("sum", "Sum of less, now", Unit.AMOUNT, "CUSUM in sigmas of one preparation, slack 0.5."),
    Column("shift", "Shift", Unit.PLAIN, f"Where a sum first went beyond {LIMIT:g} sigmas."),
)


@dataclass(frozen=True)
class ProcessDrawn:
    """What the figures of the report are drawn from."""

    watched: Watched | None
    n: int
    months: MonthChart

    def running_sum(self, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
        """The sum of all preparations together."""
        sums = self.watched.low if self.watched else ()
        at = next((number for number, value in enumerate(sums, start=1) if value > LIMIT), None)
        points = [CusumPoint(number, value, number == at) for number, value in enumerate(sums, start=1)]
        return cusum(points, limit=LIMIT, width=width, variant=variant, said=WORDS)

    def by_month(self, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
        """The share of each month's preparations below the middle of all."""
        return p_chart(
            self.months.periods,
            centre=self.months.centre,
            width=width,
            variant=variant,
            title="Preparations that captured less than the middle one of all, by month",
            nothing="No preparation with counts of blood and PRP is in this selection.",
        )


def process_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[ProcessDrawn]:
    """Capture and yield of PRP preparations by kit, programme and operator, each against its own first 20. One query.

    A capture above 100 % means a wrong count or unit: such preparations are left out and counted in a caveat.
    """
    found = preparations(asked, scope)
    counted = [one for one in found if one.capture is not None]
    sound = [one for one in counted if one.capture is not None and one.capture <= 1]
    captures = [one.capture for one in sound if one.capture is not None]
    watched, is_open = watch(captures), set(asked.clinic) <= scope.named
    months = _months(sound)
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=None,
        who=f"{len(sound):,} of {len(found):,} PRP preparations have sound counts of blood and PRP.",
        finding=_finding(captures, watched),
        caveats=(NO_MEASURE, *_caveats(len(found), len(counted) - len(sound), is_open=is_open)),
        tables=(*_tables(sound, scope, is_open=is_open), _months_table(months)) if sound else (),
        drawn=ProcessDrawn(watched, len(sound), months),
    )


def _tables(sound: Sequence[Preparation], scope: Scope, *, is_open: bool) -> Iterable[ReportTable]:
    yield ReportTable("all", "All preparations together", "Preparations", COLUMNS, (_row("All", sound),))
    kits, programmes = (_grouped(sound, named) for named in (_kit, _programme))
    yield ReportTable("kits", "By kit", "Kit", COLUMNS, _rows(kits))
    note = "Force and minutes of each spin; a question mark where one was not recorded."
    yield ReportTable("programmes", "By centrifuge programme", "Programme", COLUMNS, _rows(programmes), note)
    yield _operators(sound, scope, is_open=is_open)


def _kit(one: Preparation) -> str:
    return one.kit or UNKNOWN


def _programme(one: Preparation) -> str:
    return one.programme or UNKNOWN


def _rows(groups: dict[str, list[Preparation]]) -> tuple[TableRow, ...]:
    return tuple(_row(label, groups[label]) for label in sorted(groups))


def _operators(sound: Sequence[Preparation], scope: Scope, *, is_open: bool) -> ReportTable:
    groups = _grouped(sound, lambda one: one.operator)
    people = {key: Person(of[0].operator_name, len(of), key == scope.viewer) for key, of in groups.items()}
    hidden: set[int] = set() if is_open else _hidden({key: len(of) for key, of in groups.items()})
    called = labels(people, "Operator", is_open=is_open)
    rows = tuple(
        TableRow(label, _suppressed()) if key in hidden else _row(label, groups[key]) for key, label in called.items()
    )
    note = "Whoever gave the session. In order of names, never of results."
    return ReportTable("operators", "By operator", "Operator", COLUMNS, rows, note)


def _hidden(sizes: dict[int, int]) -> set[int]:
    """Whoever has 1 to 10, and where that is one person alone the next smallest too: else the rest would tell."""
    small = {key for key, n in sizes.items() if not may_show_statistics(n)}
    others = [key for key in sizes if key not in small]
    return small | {min(others, key=lambda key: sizes[key])} if len(small) == 1 and others else small


def _suppressed() -> dict[str, Value]:
    return {column.key: Statistic(None, 0, is_suppressed=True) for column in COLUMNS[:3]}


def _grouped(sound: Sequence[Preparation], named: Callable[[Preparation], Key]) -> dict[Key, list[Preparation]]:
    groups: dict[Key, list[Preparation]] = defaultdict(list)
    for one in sound:
        groups[named(one)].append(one)
    return groups


def _row(label: str, of: Sequence[Preparation]) -> TableRow:
    captures = [one.capture for one in of if one.capture is not None]
    values: dict[str, Value] = {
        "n": len(captures),
        "capture": _mean(captures),
        "made": _mean([one.made for one in of if one.made is not None]),
    }
    watched = watch(captures)
    if watched is None:
        return TableRow(label, values | {"shift": f"watched from {BASELINE} on"})
    first = {"first": Statistic(watched.target, BASELINE), "sum": Statistic(watched.low[-1], len(captures))}
    return TableRow(label, values | first | {"shift": _shift_words(watched)})


def _mean(values: Sequence[float]) -> Statistic:
    if len(values) < FEW:
        return Statistic(None, len(values), reason=TOO_FEW)
    exact = [Decimal(str(value)) for value in values]
    return Statistic.of_mean(
        mean_from_sums(len(exact), sum(exact, Decimal(0)), sum((x * x for x in exact), Decimal(0)))
    )


def _shift_words(watched: Watched) -> str:
    if watched.shift is None:
        return "none"
    way = "less" if watched.shift.is_less else "more"
    return f"{way}, found at number {watched.shift.number:,}, since about number {watched.shift.since:,}"


def _months(sound: Sequence[Preparation]) -> MonthChart:
    if not sound:
        return month_chart({})
    middle = median(one.capture or 0.0 for one in sound)
    counts: dict[dt.date, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in sound:
        below, n = counts[month := one.day.replace(day=1)]
        counts[month] = (below + ((one.capture or 0.0) < middle), n + 1)
    return month_chart(counts)


def _months_table(months: MonthChart) -> ReportTable:
    return month_table(
        "months",
        "Preparations that captured less than the middle one of all, by month",
        months,
        k=Column("below", "Below the middle", Unit.COUNT),
        share=Column("share", "Share", Unit.SHARE, "About half where nothing changes. Interval: Wilson's."),
        note="A month well above half captured less than usual.",
    )


def _finding(captures: Sequence[float], watched: Watched | None) -> str:
    if not captures:
        return "There is nothing to show yet: no preparation has counts of blood and PRP."
    mean = _mean(captures)
    if mean.value is None:
        return f"{len(captures):,} preparations: too few for a mean."
    said = (
        f"On average {100 * mean.value:.1f} % of the blood's platelets were captured ({len(captures):,} preparations)."
    )
    if watched is None:
        return f"{said} Whether that changes is watched from {BASELINE} preparations on."
    return f"{said} Shift against the first {BASELINE}: {_shift_words(watched)}."


def _caveats(found: int, unsound: int, *, is_open: bool) -> Iterable[Caveat]:
    if found:
        yield Caveat(
            "not_dose_response",
            f"How many platelets these {found:,} preparations have says nothing about how patients fared.",
        )
    if unsound:
        yield Caveat(
            "capture_above_all",
            f"{unsound:,} preparations hold more platelets than their blood did, so a count or a unit is wrong: they "
            "are left out.",
        )
    if found == MOST:
        yield Caveat("newest_only", f"Only the newest {MOST:,} preparations are in here.")
    if found and not is_open:
        yield Caveat("names_hidden", "Names are for managers, and operators with 1 to 10 preparations are not shown.")
