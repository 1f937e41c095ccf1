"""Collection health: who was asked, who answered, who is missing, and what that can mean."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outcomes.figures import Spec, Variant
from outcomes.figures.flow import Stage, flow
from outcomes.figures.response_rate import ResponseRate, response_rate
from outcomes.numerals import FEW, decimals, percent, several
from outcomes.reports.collection.contacts import effort, effort_tables
from outcomes.reports.collection.tables import (
    CARE,
    LITTLE,
    PLAIN,
    baseline_table,
    bounds_table,
    flow_table,
    modes_table,
    reading,
    response_table,
    starting_difference,
)
from outcomes.reports.collection.timepoints import Collected, collected
from outcomes.reports.collection.ways import Way, modes, ways
from outcomes.reports.filters import ReportFilter
from outcomes.reports.results import Caveat
from outcomes.reports.rows import AtTimepoint, clinic_names, measure_of, outcomes_of, usual_timepoint
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Base, Report, ReportTable
from outcomes.reports.way import STEPS
from outcomes.statistics import proportion
from treatments.models import Timepoint
from treatments.timepoints import in_words

APART = 0.2  # SD between the baselines of those who answered and those who did not.


@dataclass(frozen=True)
class Collection:
    """What the figures show: the steps at the timepoint ``when``, and answered of due."""

    when: str
    stages: tuple[Stage, ...] = ()
    rates: tuple[ResponseRate, ...] = ()


def collection_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[Collection]:
    """Answered of due by timepoint, and at one timepoint by everything else. Sixteen queries at most.

    That one is the last timepoint asked for, else the usual one. Counted "while on this
    episode", whatever view is asked for. Messages, calls and minutes are of the 365 days before ``as_of``.
    """
    rows = outcomes_of(asked, scope).exclude(timepoint=Timepoint.BASELINE)
    found = collected(rows.filter(is_imported=False))
    imported = rows.filter(is_imported=True).values("course").distinct().count()
    main = _main(found, asked)
    at_main = rows.filter(is_due=True, timepoint=main.timepoint if main else "")
    by = ways(at_main) if main else []
    measure, when = measure_of(asked, scope), in_words(main.timepoint).lower() if main else ""
    tables: tuple[ReportTable, ...] = ()
    if main:
        tables = (flow_table(found), response_table(found, by, when), modes_table(modes(at_main), when))
        tables += (baseline_table(found, measure), bounds_table(found))
    done = effort(asked, scope, dt.datetime.combine(as_of, dt.time(), dt.UTC))
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=measure,
        who=_who(main, found, imported),
        finding=_finding(main),
        caveats=tuple(_caveats(main, found, imported)),
        tables=tuple(table for table in tables if table.rows) + effort_tables(done),
        drawn=_drawn(main, found, by),
        base=Base(main.due if main else 0, counted="courses due", says_how_they_fared=False, leaving=("response",)),
    )


def draw_flow(drawn: Collection, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
    """The way to an answer at one timepoint."""
    return flow(drawn.stages, width=width, variant=variant, title=f"From treated to answered, {drawn.when}")


def draw_rates(drawn: Collection, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
    """Answered of due, by timepoint and everything else."""
    return response_rate(drawn.rates, width=width, variant=variant, title="Answered in the window")


def _main(found: Sequence[Collected], asked: ReportFilter) -> Collected | None:
    due = [at for at in found if at.due]
    usual = usual_timepoint(AtTimepoint(at.timepoint, at.day, at.due, at.answered) for at in due)
    chosen = [at for at in due if at.timepoint == (asked.last_timepoint or usual)]
    return max(chosen or due, key=lambda at: (at.due, at.day), default=None)


def _drawn(main: Collected | None, found: Sequence[Collected], by: Sequence[Way]) -> Collection:
    if main is None:
        return Collection("")
    when = in_words(main.timepoint).lower()
    stages = (Stage(step.label, n, step.lost) for step, n in zip(STEPS, main.steps, strict=True))
    times = (ResponseRate("Timepoint", in_words(at.timepoint), proportion(at.answered, at.due)) for at in found)
    others = (ResponseRate(f"{way.group}, {when}", way.label, proportion(way.k, way.n)) for way in by)
    return Collection(when, tuple(stages), (*times, *others))


def _who(main: Collected | None, found: Sequence[Collected], imported: int) -> str:
    history = f" {several(imported, 'imported course is', 'imported courses are')} not in it." if imported else ""
    if main is None:
        waiting = max((at.n_open for at in found), default=0)
        return f"No check-in is due yet; of {several(waiting, 'treated course')} the window is not over.{history}"
    left = main.steps[0] - main.due
    others = f" {left:,} more had died, left or been treated again." if left else ""
    return (
        f"{in_words(main.timepoint)}: {main.missing:,} of {main.due:,} due are missing, {main.answered:,} answered in "
        f"the window.{others}{history}"
    )


def _finding(main: Collected | None) -> str:
    if main is None or main.share is None:
        return "There is nothing to show yet."
    return (
        f"{percent(main.share)} of those due at {in_words(main.timepoint).lower()} answered "
        f"({main.answered:,} of {main.due:,}): {reading(main)}."
    )


def _caveats(main: Collected | None, found: Sequence[Collected], imported: int) -> Iterable[Caveat]:
    yield from _incomplete(found)
    yield from (_apart(at) for at in found if abs(starting_difference(at).value or 0) > APART)
    if main and main.answered > main.answered_by_message:
        n = main.answered - main.answered_by_message
        sentence = f"{n:,} of {several(main.answered, 'answer')} came without a message: not in the last steps."
        yield Caveat("answered_without_message", sentence)
    if imported:
        sentence = f"{several(imported, 'course')} came as imported history: whom their clinic asked then nobody knows."
        yield Caveat("imported_history", sentence)


def _incomplete(found: Sequence[Collected]) -> Iterable[Caveat]:
    """The traffic light in words, one caveat for each of its colours that is on."""
    lights = (
        ("interpret_with_care", CARE, PLAIN, "Interpret with care"),
        ("low_completeness", LITTLE, CARE, "Too few answered for a headline"),
        ("comparison_off", 0.0, LITTLE, "Too few answered to compare groups"),
    )
    for code, low, high, words in lights:
        parts = [
            f"{in_words(at.timepoint).lower()} {percent(at.share)} ({at.answered:,} of {at.due:,})"
            for at in found
            if at.share is not None and at.due >= FEW and low <= at.share < high
        ]
        if parts:
            yield Caveat(code, f"{words}: {', '.join(parts)}. Those who answer may differ from those who do not.")


def _apart(at: Collected) -> Caveat:
    before, others, sd = at.baseline_answered.value or 0, at.baseline_missing.value or 0, starting_difference(at).value
    return Caveat(
        "missing_started_differently",
        f"{in_words(at.timepoint)}: those who did not answer had started at {decimals(others)}, those who did at "
        f"{decimals(before)} ({decimals(abs(sd or 0), 2)} SD apart). The result of those who answered need not be that of all.",
    )
