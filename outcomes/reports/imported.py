"""Imported history at face value: what its scores look like by instrument, timepoint and arm, and what to look up in the source."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Avg, Count, F, Func, Max, Min, Q, QuerySet, StdDev

from outcomes.history import BASELINE
from outcomes.history.face_validity import Arm, Sign, Span, signs
from outcomes.models import Score
from outcomes.numerals import FEW
from outcomes.reports.filters import ReportFilter
from outcomes.reports.results import Caveat
from outcomes.reports.rows import clinic_names
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Column, Report, ReportTable, Statistic, TableRow, Unit, Value
from outcomes.reports.shown import shown_share, shown_value
from treatments.timepoints import in_words

COLUMNS = (
    Column("n", "n", Unit.COUNT, "Scores."),
    Column("low", "Lowest", Unit.PLAIN),
    Column("high", "Highest", Unit.PLAIN),
    Column("mean", "Mean", Unit.PLAIN),
    Column("at_low", "At the lower end", Unit.SHARE, "Of the scale. Interval: Wilson's."),
    Column("at_high", "At the upper end", Unit.SHARE, "Of the scale."),
    Column("zeros", "Exactly 0", Unit.COUNT),
    Column("fractions", "No whole numbers", Unit.COUNT),
    Column("change", "Mean change", Unit.PLAIN, "Score minus baseline, of those who have both."),
    Column("direction", "Direction", Unit.PLAIN, "Whether scores rose or fell since before treatment."),
)


def imported_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[None]:
    """Every instrument of imported courses, whatever instrument is asked for. Two queries."""
    clinics = [scope.clinics[one].pk for one in asked.clinic]
    scales = {
        code: Span(one.minimum, one.maximum, one.is_higher_better)
        for code, (one, *others) in scope.measures(asked.clinic).items()
        if not others
    }
    arms = arms_of(_asked(imported_scores(clinics), asked), scales)
    found, n = signs(arms, scales), sum(arm.n for arm in arms)
    names = len({arm.instrument for arm in arms})
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=None,
        who=f"{n:,} scores of {names:,} instruments came as imported history."
        if n
        else "No history has been imported.",
        finding=_finding(found, n),
        caveats=_caveats(found, n),
        tables=(_table(arms), *((_signs_table(found),) if found else ())) if n else (),
        drawn=None,
    )


def imported_scores(clinics: Iterable[int]) -> QuerySet[Score]:
    """The scores that came with history and have a value."""
    return Score.objects.filter(
        clinic__in=list(clinics), survey=None, course__external_ref__isnull=False, value__isnull=False
    ).order_by()


def arms_of(scores: QuerySet[Score], scales: Mapping[str, Span]) -> list[Arm]:
    """By instrument, day and name. One query."""
    by = ("instrument", "timepoint", "course__treatment_type__label")
    rows: Any = scores.values(*by).annotate(**_measures(scales)).order_by("instrument", "first_day", *by[1:])
    return [
        Arm(
            instrument=row["instrument"],
            timepoint=row["timepoint"],
            treatment=row["course__treatment_type__label"],
            n=row["n"],
            low=row["low"],
            high=row["high"],
            mean=float(row["mean"]),
            sd=None if row["sd"] is None else float(row["sd"]),
            n_zeros=row["zeros"],
            at_limits=(row["at_low"], row["at_high"]),
            n_fractions=row["fractions"],
            n_pairs=row["pairs"],
            change=None if row["change"] is None else float(row["change"]),
        )
        for row in rows
    ]


def _measures(scales: Mapping[str, Span]) -> dict[str, Any]:
    at_low, at_high = Q(pk=None), Q(pk=None)
    for code, span in scales.items():
        at_low |= Q(instrument=code, value=span.minimum)
        at_high |= Q(instrument=code, value=span.maximum)
    paired = Q(baseline__isnull=False) & ~Q(timepoint=BASELINE)
    return {
        "n": Count("pk"),
        "first_day": Min("day"),
        "low": Min("value"),
        "high": Max("value"),
        "mean": Avg("value"),
        "sd": StdDev("value", sample=True),
        "zeros": Count("pk", filter=Q(value=0)),
        "at_low": Count("pk", filter=at_low),
        "at_high": Count("pk", filter=at_high),
        "fractions": Count("pk", filter=~Q(value=Func(F("value"), function="trunc"))),
        "pairs": Count("pk", filter=paired),
        "change": Avg(F("value") - F("baseline"), filter=paired),
    }


def _asked(scores: QuerySet[Score], asked: ReportFilter) -> QuerySet[Score]:
    wanted = {
        "course__treatment_type__modality__in": asked.modality,
        "course__region__in": asked.region,
        "course__opened_on__gte": asked.opened_from,
        "course__opened_on__lte": asked.opened_to,
    }
    return scores.filter(**{name: value for name, value in wanted.items() if value})


def _finding(found: Sequence[Sign], n: int) -> str:
    if not n:
        return "There is nothing to show yet."
    if not found:
        return "Nothing in it looks like a mistake that sources have had before."
    return f"{len(found):,} {'thing' if len(found) == 1 else 'things'} to look up in the source: {found[0].sentence}"


def _caveats(found: Sequence[Sign], n: int) -> tuple[Caveat, ...]:
    said = (
        "What looks right can be wrong: hold the names of arms, the direction of scales and the signs for missing answers "
        f"beside the source’s own papers before reading any report on these {n:,} scores."
    )
    return (Caveat("face_value", said),) if n else ()


def _table(arms: Sequence[Arm]) -> ReportTable:
    return ReportTable(
        key="scores",
        caption="Imported scores at face value",
        first="Timepoint and arm",
        columns=COLUMNS,
        rows=tuple(
            TableRow(f"{in_words(arm.timepoint)}, {arm.treatment}", _values(arm), arm.instrument) for arm in arms
        ),
        note=f"Values of fewer than {FEW} are not shown. No value lies outside its scale: the import refuses those.",
    )


def _values(arm: Arm) -> dict[str, Value]:
    change = Statistic(None, arm.n_pairs, reason="no_pairs")
    if arm.change is not None:
        change = shown_value(arm.change, arm.n_pairs)
    return {
        "n": arm.n,
        "low": shown_value(float(arm.low), arm.n),
        "high": shown_value(float(arm.high), arm.n),
        "mean": shown_value(arm.mean, arm.n),
        "at_low": shown_share(arm.at_limits[0], arm.n),
        "at_high": shown_share(arm.at_limits[1], arm.n),
        "zeros": arm.n_zeros,
        "fractions": arm.n_fractions,
        "change": change,
        "direction": arm.direction if arm.n_pairs >= FEW else "",
    }


def _signs_table(found: Sequence[Sign]) -> ReportTable:
    return ReportTable(
        key="signs",
        caption="To look up in the source",
        first="Sign",
        columns=(Column("what", "What", Unit.PLAIN),),
        rows=tuple(TableRow(sign.code.replace("_", " ").capitalize(), {"what": sign.sentence}) for sign in found),
        note="No sign is an error: each has been one in some source before.",
    )
