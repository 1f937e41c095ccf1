"""What became of courses that started like this one: a band with its n and its match rule, shown only while it holds."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.db.models import Count
from django.db.models.functions import Mod

from outcomes.figures.similar_patients import Outlook as Drawn
from outcomes.numerals import plain
from outcomes.reports.chances import PERCENTS, ChanceAt, chance_caveats, chance_sentence, chance_table
from outcomes.reports.filters import ReportFilter
from outcomes.reports.results import Caveat
from outcomes.reports.rows import clinic_names, counted, measure_of, outcomes_of
from outcomes.reports.scope import Measure, Scope
from outcomes.reports.shapes import Column, Report, ReportTable, Statistic, TableRow, Unit, Value
from outcomes.statistics.calibration import BandGate, band_gate
from outcomes.statistics.quantiles import histogram_quantiles
from outcomes.statistics.response_chance import chance_to_improve
from outcomes.statistics.similar_patients import FEWEST, Cell, Match, Outlook, Scale, match, outlook
from treatments.models import Timepoint
from treatments.timepoints import in_words
from treatments.vocabulary import Modality

STEP = Decimal("0.1")
POINT = 10
QUANTILES = ("p10", "p25", "p50", "p75", "p90")
NOT_A_FORECAST = Caveat(
    "describes_others",
    "This describes others who started where this patient starts; it cannot say which of them the patient will be.",
)


class Moment(NamedTuple):
    """One timepoint after treatment."""

    timepoint: str
    day: int


@dataclass(frozen=True)
class Found:
    """What was found for one timepoint: the courses in two halves, the outlook from both, and whether it holds.

    ``gate`` is of bands made from one half and tried on the other.
    """

    moment: Moment
    n: int
    outlook: Outlook | None
    gate: BandGate

    @property
    def is_shown(self) -> bool:
        return self.outlook is not None and self.gate.may_show


@dataclass(frozen=True)
class Similar:
    """What the figure is drawn from."""

    start: Decimal
    outlooks: tuple[Drawn, ...]
    measure: Measure
    matched: str


def similar_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date, without: int | None = None) -> Report[Similar]:
    """Where courses of one modality ended that started at ``asked.start``, else at the median baseline. Two queries.

    The match widens from 1 to 3 points of baseline, then to all modalities, until it has 50 courses; below that nothing
    is shown. A band is shown only while bands made from one half of the courses hold 75 to 85 % of the other half's
    scores, overall and in each third of baseline, and a probability to improve only while it comes true.
    ``without``: the key of a patient who is not to be compared with themselves.
    """
    measure = measure_of(asked, scope)
    halves = _cells(asked, scope, without)
    pool = [cell for half in halves.values() for cells in half for cell in cells]
    start = asked.start if asked.start is not None else _median(pool)
    modality = asked.modality[0] if len(asked.modality) == 1 else _most_common(pool)
    found = [_found(moment, half, start, modality, measure) for moment, half in sorted(halves.items(), key=_by_day)]
    chances = _chances(halves, start, modality, measure)
    matched = _matched(found, modality)
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=measure,
        who=_who(found, start),
        finding=_finding(found, start) + chance_sentence(chances, start),
        caveats=(NOT_A_FORECAST, *chance_caveats(chances)) if pool else (),
        tables=(_table(found, start), chance_table(chances, start, Modality(modality).label)) if pool else (),
        drawn=Similar(start, _drawn(found), measure, matched),
    )


def _cells(asked: ReportFilter, scope: Scope, without: int | None) -> dict[Moment, tuple[list[Cell], list[Cell]]]:
    """How many courses have which baseline and score, by timepoint, in two halves by the course's number."""
    rows = outcomes_of(asked, scope).filter(counted(asked), baseline__isnull=False, target_day__isnull=False)
    rows = rows.exclude(timepoint=Timepoint.BASELINE).annotate(half=Mod("course_id", 2))
    rows = rows.exclude(course__patient=without) if without else rows
    found: dict[Moment, tuple[list[Cell], list[Cell]]] = defaultdict(lambda: ([], []))
    grouped = rows.values_list("timepoint", "target_day", "modality", "baseline", "value", "half").annotate(
        n=Count("pk")
    )
    for timepoint, day, modality, baseline, value, half, n in grouped:
        cell = Cell(modality, _steps(baseline), _steps(value), n)
        found[Moment(timepoint, day)][int(half)].append(cell)
    return dict(found)


def _steps(value: Decimal) -> int:
    return int((value / STEP).to_integral_value(ROUND_HALF_UP))


def _by_day(one: tuple[Moment, object]) -> tuple[int, str]:
    return one[0].day, one[0].timepoint


def _median(pool: Iterable[Cell]) -> Decimal:
    counts = [(cell.baseline, cell.n) for cell in pool]
    return Decimal(round(histogram_quantiles(counts, (0.5,))[0])) * STEP if counts else Decimal(0)


def _most_common(pool: Iterable[Cell]) -> str:
    sizes: dict[str, int] = defaultdict(int)
    for cell in pool:
        sizes[cell.modality] += cell.n
    return max(sizes, key=lambda one: (sizes[one], one), default=Modality.PRP.value)


def _found(
    moment: Moment, half: tuple[list[Cell], list[Cell]], start: Decimal, modality: str, measure: Measure
) -> Found:
    scale = _scale(measure)
    both = [*half[0], *half[1]]
    near = match(both, baseline=_steps(start), modality=modality, point=POINT)
    seen = outlook(near, baseline=_steps(start), scale=scale) if near else None
    return Found(moment, near.n if near else 0, seen, _gate(half, modality, scale))


def _scale(measure: Measure) -> Scale:
    return Scale(_steps(measure.minimum), _steps(measure.maximum), POINT, measure.is_higher_better)


def _chances(
    halves: dict[Moment, tuple[list[Cell], list[Cell]]], start: Decimal, modality: str, measure: Measure
) -> list[ChanceAt]:
    """By percent, then by day; of courses of this modality alone."""
    found = []
    for percent in PERCENTS:
        for moment, half in sorted(halves.items(), key=_by_day):
            own = tuple([cell for cell in cells if cell.modality == modality] for cells in half)
            chance = chance_to_improve((own[0], own[1]), baseline=_steps(start), scale=_scale(measure), percent=percent)
            found.append(ChanceAt(moment.timepoint, chance))
    return found


def _gate(half: tuple[list[Cell], list[Cell]], modality: str, scale: Scale) -> BandGate:
    """Courses of one baseline are in one third; a third that nobody is in says nothing."""
    held: dict[int, int] = defaultdict(int)
    tried: dict[int, int] = defaultdict(int)
    for made_of, tried_on in (half, half[::-1]):
        for baseline, is_held, n in _tried(made_of, tried_on, modality, scale):
            held[baseline] += n if is_held else 0
            tried[baseline] += n
    total, passed = sum(tried.values()), 0
    thirds: dict[int, tuple[int, int]] = {}
    for baseline, n in sorted(tried.items()):
        third = (2 * passed + n) * 3 // (2 * total)
        k, so_far = thirds.get(third, (0, 0))
        thirds[third] = k + held[baseline], so_far + n
        passed += n
    return band_gate((sum(held.values()), total), list(thirds.values()))


def _tried(
    made_of: Sequence[Cell], tried_on: Sequence[Cell], modality: str, scale: Scale
) -> list[tuple[int, bool, int]]:
    """Each cell of the other half: its baseline, whether the 80 % band held it, and how many courses it is."""
    bands: dict[int, tuple[float, float] | None] = {}
    tried = []
    for cell in tried_on:
        if cell.modality != modality:
            continue
        if cell.baseline not in bands:
            near = match(made_of, baseline=cell.baseline, modality=modality, point=POINT)
            bands[cell.baseline] = _band(near, cell.baseline, scale) if near else None
        band = bands[cell.baseline]
        if band is not None:
            tried.append((cell.baseline, band[0] <= cell.value <= band[1], cell.n))
    return tried


def _band(near: Match, baseline: int, scale: Scale) -> tuple[float, float]:
    quantiles = outlook(near, baseline=baseline, scale=scale).quantiles
    return quantiles[0], quantiles[-1]


def _drawn(found: Sequence[Found]) -> tuple[Drawn, ...]:
    return tuple(
        Drawn(one.moment.day, in_words(one.moment.timepoint), one.n, *(v * float(STEP) for v in one.outlook.quantiles))
        for one in found
        if one.outlook and one.gate.may_show
    )


def _matched(found: Sequence[Found], modality: str) -> str:
    widest = max((one.outlook.match.within for one in found if one.outlook), default=0)
    is_any = any(one.outlook.match.is_any_modality for one in found if one.outlook)
    what = "any treatment" if is_any else Modality(modality).label
    return f"Similar: {what}, baseline within {widest} {'point' if widest == 1 else 'points'}." if widest else ""


def _who(found: Sequence[Found], start: Decimal) -> str:
    if not found:
        return "No course has both a baseline and a score after treatment yet."
    said = [f"{in_words(one.moment.timepoint).lower()} {one.n:,}" for one in found if one.outlook]
    if not said:
        return f"Fewer than {FEWEST} courses started within 3 points of {plain(start)}: nothing is shown."
    return f"Courses that started near {plain(start)}: {', '.join(said)}."


def _finding(found: Sequence[Found], start: Decimal) -> str:
    shown = _drawn(found)
    if not shown:
        if not any(one.outlook for one in found):
            return "There is no band to show."
        return "There is no band to show: it did not hold when it was tried on courses it was not made from."
    last = shown[-1]
    return (
        f"Of {last.n:,} who started near {plain(start)}, half were between {last.p25:.0f} and {last.p75:.0f} at "
        f"{last.when.lower()}; one in ten was below {last.p10:.0f}, one in ten above {last.p90:.0f}."
    )


def _table(found: Sequence[Found], start: Decimal) -> ReportTable:
    return ReportTable(
        key="similar",
        caption=f"Where courses ended that started near {plain(start)}",
        first="Timepoint",
        columns=(
            Column("n", "n", Unit.COUNT, "Courses that match."),
            Column(
                "match", "Match", Unit.PLAIN, "How near their baseline is, and whether of the same kind of treatment."
            ),
            *(Column(one, f"{one[1:]} % below", Unit.POINTS, "Points of the scale.") for one in QUANTILES),
            Column("reaching_30", "≥ 30 % better", Unit.SHARE, "Of those whose baseline is above 0."),
            Column("held", "80 % band held", Unit.SHARE, "Of scores it was not made from; shown from 75 to 85 %."),
        ),
        rows=tuple(TableRow(in_words(one.moment.timepoint), _values(one)) for one in found),
        note="A band is made from one half of the courses and tried on the other, both ways.",
    )


def _values(one: Found) -> dict[str, Value]:
    values: dict[str, Value] = {"n": one.n, "held": Statistic.of_share(one.gate.overall)}
    if one.outlook is None:
        return values | dict.fromkeys(QUANTILES, Statistic(None, one.n, reason="too_few"))
    near = one.outlook.match
    values["match"] = f"± {near.within}" + (", any treatment" if near.is_any_modality else "")
    if not one.is_shown:
        return values | dict.fromkeys(QUANTILES, Statistic(None, one.n, reason="band_does_not_hold"))
    method = one.outlook.method.value
    for name, value in zip(QUANTILES, one.outlook.quantiles, strict=True):
        values[name] = Statistic(value * float(STEP), one.n, method=method)
    return values | {"reaching_30": Statistic.of_share(one.outlook.reaching_30)}
