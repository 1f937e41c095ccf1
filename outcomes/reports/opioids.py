"""Opioids and other pain medicines before treatment and after it, in morphine milligram equivalents (MME) a day."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from outcomes.figures import Spec
from outcomes.figures.opioid_pairs import OpioidPair, opioid_pairs
from outcomes.figures.theme import Variant
from outcomes.numerals import FEW, decimals, several
from outcomes.opioid_outcomes import Course, Judged, amounts, judged
from outcomes.reports.filters import ReportFilter
from outcomes.reports.medicines import Treated, count_treated, treated_patients
from outcomes.reports.results import Caveat
from outcomes.reports.rows import clinic_names
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Column, Report, ReportTable, Statistic, TableRow, Unit, Value
from outcomes.reports.treated import TOO_FEW, in_order, share_or_few
from outcomes.statistics import Mean, mean_from_sums, proportion
from treatments import mme
from treatments.models import Timepoint
from treatments.timepoints import WINDOWS, in_words, planned_day

USUAL = "month 6"
MME = "MME a day"
COLUMNS = (
    Column(
        "n", "n", Unit.COUNT, "Patients who took opioids before, with the amount known before and at the timepoint."
    ),
    Column("before", f"Before, {MME}", Unit.AMOUNT, "Mean."),
    Column("at", f"At the timepoint, {MME}", Unit.AMOUNT, "Mean."),
    Column("change", f"Change, {MME}", Unit.AMOUNT, "Mean of each patient's change; below 0 is less. t interval."),
    Column("percent", "Change in % of before", Unit.SHARE, "Median of each patient's percentage; below 0 is less."),
)


@dataclass(frozen=True)
class Definition:
    """One outcome: its name, what it means, and where it stands in what is judged of a patient."""

    key: str
    label: str
    meaning: str
    of: Callable[[Judged], bool | None]


DEFINITIONS = (
    Definition(
        "reduced_30",
        "At least 30 % less opioid, pain not worse",
        "Of those above 0 before whose average pain is known: not worse by 1 point or more.",
        lambda one: one.reduced_30,
    ),
    Definition(
        "reduced_50",
        "At least 50 % less opioid, pain not worse",
        "Of those above 0 before whose average pain is known: not worse by 1 point or more.",
        lambda one: one.reduced_50,
    ),
    Definition(
        "stopped",
        "No opioids twice in a row",
        "Of those above 0 before and asked twice after treatment: 0 at the timepoint and when asked before it.",
        lambda one: one.stopped,
    ),
    Definition(
        "started", "Started opioids", "Of those at 0 before: above 0 at the timepoint.", lambda one: one.started
    ),
    Definition(
        "raised", "More opioid by over 20 %", "Of those above 0 before: more than 1.2 times it.", lambda one: one.raised
    ),
    Definition(
        "nsaid_free",
        "No NSAID in the last 7 days",
        "Of those who took one on some of 7 days before.",
        lambda one: one.nsaid_free,
    ),
)


@dataclass(frozen=True)
class OpioidsDrawn:
    """What the figure of the report is drawn from: each patient's amounts before and at the timepoint, not both 0."""

    pairs: tuple[tuple[Decimal, Decimal], ...]
    timepoint: str

    def before_and_after(self, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
        """One line for each patient."""
        return opioid_pairs(
            [OpioidPair(float(before), float(at)) for before, at in self.pairs],
            width=width,
            variant=variant,
            caution=float(mme.table(mme.current_version()).caution),
            moments=("Before", in_words(self.timepoint)),
        )


def opioid_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[OpioidsDrawn]:
    """MME a day before treatment and at one timepoint, each patient once. Four queries.

    At the last timepoint asked for, else at 6 months; a timepoint without a window of its own is read as the nearest.
    """
    timepoint = _timepoint(asked)
    treated, total = treated_patients(asked, scope, timepoint), count_treated(asked, scope)
    pairs = [pair for one in treated if (pair := amounts(one.course))]
    taking = [pair for pair in pairs if pair[0] > 0]
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=None,
        who=_who(total, timepoint, len(pairs), len(taking)),
        finding=_finding(taking),
        caveats=tuple(_caveats(treated, total, timepoint)),
        tables=(_amounts_table(treated, timepoint), _outcomes_table(treated, total, timepoint)) if pairs else (),
        drawn=OpioidsDrawn(tuple(pair for pair in pairs if any(pair)), timepoint),
    )


def _timepoint(asked: ReportFilter) -> str:
    after = {name: window[0] for name, window in WINDOWS.items() if name != Timepoint.BASELINE}
    day = planned_day(asked.last_timepoint or "") or after[USUAL]
    return min(after, key=lambda name: abs(after[name] - day))


def _who(total: int, timepoint: str, known: int, taking: int) -> str:
    if not total:
        return "No session has been logged in this selection."
    return (
        f"{in_words(timepoint)}: of {several(total, 'treated patient')} the amount of opioids is known for {known:,} both "
        f"before and then; {taking:,} of these took opioids before."
    )


def _finding(taking: Sequence[tuple[Decimal, Decimal]]) -> str:
    if not taking:
        return "There is nothing to show yet: nobody here took opioids before and was asked again at this timepoint."
    if len(taking) < FEW:
        return f"{len(taking):,} patients took opioids before: too few for a mean."
    before, at = (sum(values, Decimal(0)) / len(taking) for values in zip(*taking, strict=True))
    change = _mean([after - first for first, after in taking])
    ends = f" (95 % interval {decimals(change.ci[0])} to {decimals(change.ci[1])})" if change.ci else ""
    return (
        f"Of {len(taking):,} patients who took opioids before, the mean went from {before:.1f} to {at:.1f} {MME}: a "
        f"change of {decimals(change.value or 0.0)}{ends}."
    )


def _mean(values: Sequence[Decimal]) -> Mean:
    return mean_from_sums(len(values), sum(values, Decimal(0)), sum((value * value for value in values), Decimal(0)))


def _amounts_table(treated: Sequence[Treated], timepoint: str) -> ReportTable:
    groups = sorted({one.group for one in treated}, key=in_order)
    lines = [(group.label, [one.course for one in treated if one.group == group]) for group in groups]
    if len(groups) > 1:
        lines.append(("All treatments", [one.course for one in treated]))
    return ReportTable(
        key="amounts",
        caption=f"Opioids before and at {in_words(timepoint)}, in {MME}",
        first="Treatment",
        columns=COLUMNS,
        rows=tuple(TableRow(label, _amounts_row(courses)) for label, courses in lines),
        note=f"Factors: {mme.table(mme.current_version()).source}. Each answer keeps the factors it was worked out with. "
        "A lower amount is not a goal in itself.",
    )


def _amounts_row(courses: Iterable[Course]) -> dict[str, Value]:
    pairs = [pair for course in courses if (pair := amounts(course)) and pair[0] > 0]
    n = len(pairs)
    if n < FEW:
        return {"n": n} | {column.key: Statistic(None, n, reason=TOO_FEW) for column in COLUMNS[1:]}
    percents = [float((at - before) / before) for before, at in pairs]
    return {
        "n": n,
        "before": Statistic.of_mean(_mean([before for before, _ in pairs])),
        "at": Statistic.of_mean(_mean([at for _, at in pairs])),
        "change": Statistic.of_mean(_mean([at - before for before, at in pairs])),
        "percent": Statistic(median(percents), n, method="median"),
    }


def _outcomes_table(treated: Sequence[Treated], total: int, timepoint: str) -> ReportTable:
    found = [judged(one.course) for one in treated]
    columns = (
        Column("share", "Share", Unit.SHARE, "Interval: Wilson's."),
        Column("undefined", "Undefined for", Unit.COUNT, "Patients for whom it cannot be said."),
        Column("meaning", "Meaning", Unit.PLAIN),
    )
    return ReportTable(
        key="outcomes",
        caption=f"What became of it, at {in_words(timepoint)}",
        first="Outcome",
        columns=columns,
        rows=tuple(_outcome_row(definition, found, total) for definition in DEFINITIONS),
        note="There is no single standard for these; the definitions are this program's, and inclusive unless said.",
    )


def _outcome_row(definition: Definition, found: Sequence[Judged], total: int) -> TableRow:
    said = [is_so for one in found if (is_so := definition.of(one)) is not None]
    values: dict[str, Value] = {
        "share": share_or_few(proportion(sum(said), len(said))),
        "undefined": total - len(said),
        "meaning": definition.meaning,
    }
    return TableRow(definition.label, values)


def _caveats(treated: Sequence[Treated], total: int, timepoint: str) -> Iterable[Caveat]:
    _, first, last = WINDOWS[timepoint]
    yield Caveat(
        "no_measure",
        "This report is about medicines: an instrument or what happens after re-treatment, where an address names them, "
        f"change nothing here. The last timepoint does: answers from day {first} to day {last} after the first session count. A patient "
        "counts once, with the course treated first.",
    )
    if not total:
        return
    yield Caveat(
        "not_because",
        f"This is what {total:,} patients took after treatment, not because of it. Doctors change medicines for "
        "many reasons, and nothing here is a reason to take less: stopping suddenly is unsafe.",
    )
    missing = total - sum(one.course.before is not None and one.course.at is not None for one in treated)
    if missing:
        yield Caveat("not_asked", f"{missing:,} of {total:,} were not asked about medicines both before and then.")
    unknown = sum(_is_unknown(one.course) for one in treated)
    if unknown:
        yield Caveat(
            "no_factor",
            f"{unknown:,} patients take an opioid without a factor, such as buprenorphine: their amount is not known, and "
            "not 0.",
        )


def _is_unknown(course: Course) -> bool:
    return any(one is not None and one.mme is None for one in (course.before, course.at))
