"""The tables of ``outcomes.reports.durability``."""

from collections.abc import Sequence
from itertools import takewhile

from scipy.special import chdtri

from outcomes.numerals import FEW
from outcomes.reports.shapes import Column, ReportTable, Statistic, TableRow, Unit, Value
from outcomes.reports.spells import HALF_YEAR, HORIZON, GroupSpells
from outcomes.statistics.linear_models import NotEstimableError
from outcomes.statistics.repeated_measures import FEWEST_IN_GROUP
from outcomes.statistics.responses import CONFIRM
from outcomes.statistics.survival import Spell, kaplan_meier, log_rank, quantile, restricted_mean
from treatments.timepoints import in_words

METHOD = "kaplan_meier"
_MEDIAN = (
    Column("median", "Median, days", Unit.DAYS, "By when half have had it. Empty where less than half have."),
    Column("median_from", "Not before day", Unit.DAYS, "The lower end of the median's 95 % interval."),
)


def durability_tables(groups: Sequence[GroupSpells]) -> tuple[ReportTable, ...]:
    """The tables of these groups: first response, how long it lasts, states, and groups against each other."""
    if not groups:
        return ()
    lasting = [found for found in groups if found.lasting]
    tables = [_first(groups), *([_lasting(lasting)] if lasting else []), _states(groups)]
    return (*tables, *_compared(groups))


def share_there_by(spells: Sequence[Spell], day: int) -> Statistic:
    """The share that has had the event by this day, by Kaplan and Meier, with the log-log interval.

    None where fewer than 5 are followed, or where the last was seen before and some have not had it yet.
    """
    n = len(spells)
    if n < FEW:
        return Statistic(None, n, method=METHOD, reason="too_few")
    steps = kaplan_meier(spells)
    if steps[-1].time < day and steps[-1].survival > 0:
        return Statistic(None, n, method=METHOD, reason="not_followed_so_long")
    last = list(takewhile(lambda step: step.time <= day, steps))[-1:]
    share = 1 - last[0].survival if last else 0.0
    ends = last[0].ci if last else None
    return Statistic(share, n, ci=(1 - ends[1], 1 - ends[0]) if ends else None, method=METHOD)


def median_of(spells: Sequence[Spell]) -> tuple[Statistic, Value]:
    """The median with its interval, and the lower end alone: the upper one is often open."""
    n = len(spells)
    if n < FEW:
        return Statistic(None, n, method=METHOD, reason="too_few"), None
    found = quantile(kaplan_meier(spells), 0.5)
    low, high = found.ci
    if found.time is None:
        return Statistic(None, n, method=METHOD, reason="not_reached"), low
    ends = None if low is None or high is None else (low, high)
    return Statistic(found.time, n, ci=ends, method=METHOD, reason="" if ends else "interval_open"), low


def mean_until(spells: Sequence[Spell], horizon: int) -> Statistic:
    """The restricted mean of days without the event; None where nobody is followed so long."""
    n, steps = len(spells), kaplan_meier(spells)
    if n < FEW:
        return Statistic(None, n, method="restricted_mean", reason="too_few")
    if steps[-1].time < horizon and steps[-1].survival > 0:
        return Statistic(None, n, method="restricted_mean", reason="not_followed_so_long")
    found = restricted_mean(steps, horizon)
    return Statistic(found.value, n, ci=found.ci, method="restricted_mean")


def _first(groups: Sequence[GroupSpells]) -> ReportTable:
    return ReportTable(
        key="first_response",
        caption="First improvement of 30 % or more: first seen by",
        first="Group",
        columns=(
            Column("n", "n", Unit.COUNT, "Courses with a score after treatment and a baseline above 0."),
            Column(
                "events", "Responded", Unit.COUNT, "Improved by at least 30 % at some time before another treatment."
            ),
            *_MEDIAN,
            Column("by_year", "By 12 months", Unit.SHARE, f"Share that has responded by day {HORIZON}."),
            Column("mean", "Mean days without", Unit.DAYS, f"Days without a response, of the first {HORIZON}."),
            Column(
                "strict", "By 12 months, strictly", Unit.SHARE, "The same if who was treated again never responded."
            ),
        ),
        rows=tuple(_first_row(found) for found in groups),
        note="Kaplan–Meier with log-log intervals. Who has not responded counts until the last score before another "
        "treatment.",
    )


def _first_row(found: GroupSpells) -> TableRow:
    median, low = median_of(found.first)
    return TableRow(
        found.group.label,
        {
            "n": len(found.first),
            "events": sum(spell.is_event for spell in found.first),
            "median": median,
            "median_from": low,
            "by_year": share_there_by(found.first, HORIZON),
            "mean": mean_until(found.first, HORIZON),
            "strict": share_there_by(found.first_strict, HORIZON),
        },
    )


def _lasting(groups: Sequence[GroupSpells]) -> ReportTable:
    return ReportTable(
        key="lasting",
        caption="How long a response lasts, responders only",
        first="Group",
        columns=(
            Column("n", "Responders", Unit.COUNT, "Courses that improved by at least 30 % at some time."),
            Column("events", "Lost again", Unit.COUNT, f"Below 30 % at {CONFIRM} scores in a row."),
            *_MEDIAN,
            Column("lost", "Lost in half a year", Unit.SHARE, f"Within {HALF_YEAR} days of the first response."),
            Column("strict", "Lost, strictly", Unit.SHARE, "The same if another treatment counts as losing it."),
        ),
        rows=tuple(_lasting_row(found) for found in groups),
        note=f"Days since the response was first seen. Lost is the first of {CONFIRM} scores in a row below 30 %; one "
        "such score at the very end does not count yet.",
    )


def _lasting_row(found: GroupSpells) -> TableRow:
    median, low = median_of(found.lasting)
    return TableRow(
        found.group.label,
        {
            "n": len(found.lasting),
            "events": sum(spell.is_event for spell in found.lasting),
            "median": median,
            "median_from": low,
            "lost": share_there_by(found.lasting, HALF_YEAR),
            "strict": share_there_by(found.lasting_strict, HALF_YEAR),
        },
    )


def _states(groups: Sequence[GroupSpells]) -> ReportTable:
    return ReportTable(
        key="states",
        caption="In response at each timepoint",
        first="Timepoint",
        columns=(
            Column("share", "In response", Unit.SHARE, "Of those who answered."),
            Column("not_responding", "Not in response", Unit.COUNT),
            Column("missing", "Not known", Unit.COUNT, "The window is over without a score."),
            Column("retreated", "Treated again", Unit.COUNT, "Neither due nor missing."),
        ),
        rows=tuple(_state_row(found, name) for found in groups for name in found.states),
        note="A response can come and go; “responded at some time” only goes up. Only windows that are over.",
    )


def _state_row(found: GroupSpells, timepoint: str) -> TableRow:
    state = found.states[timepoint]
    few = Statistic(None, state.share.n, method=state.share.method, reason="too_few")
    values: dict[str, Value] = {
        "share": Statistic.of_share(state.share) if state.share.n >= FEW else few,
        "not_responding": state.not_responding,
        "missing": state.missing,
        "retreated": state.retreated,
    }
    return TableRow(in_words(timepoint), values, group=found.group.label)


def _compared(groups: Sequence[GroupSpells]) -> list[ReportTable]:
    """Groups against each other by the log-rank test, where at least two are of 10 or more."""
    rows = [
        *_log_rank("First response", [found.first for found in groups]),
        *_log_rank("How long it lasts", [found.lasting for found in groups]),
    ]
    columns = (
        Column("groups", "Groups", Unit.COUNT, f"Of at least {FEWEST_IN_GROUP} courses."),
        Column("n", "n", Unit.COUNT),
        Column("chi_squared", "χ²", Unit.PLAIN, "How far the groups' curves are from one common curve."),
        Column("limit", "1 in 20", Unit.PLAIN, "Chance alone goes beyond this one time in twenty."),
    )
    note = (
        "Log-rank. It says whether curves differ more than chance explains, not why: groups were not chosen by chance."
    )
    return [ReportTable("log_rank", "Groups against each other", "Curve", columns, tuple(rows), note)] if rows else []


def _log_rank(label: str, groups: Sequence[Sequence[Spell]]) -> list[TableRow]:
    enough = [spells for spells in groups if len(spells) >= FEWEST_IN_GROUP]
    try:
        found = log_rank(enough) if len(enough) > 1 else None
    except NotEstimableError:
        found = None
    if found is None:
        return []
    n, limit = sum(len(spells) for spells in enough), float(chdtri(found.df, 0.05))
    return [
        TableRow(label, {"groups": len(enough), "n": n, "chi_squared": found.chi_squared, "limit": limit}),
    ]
