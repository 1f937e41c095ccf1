"""Four numbers that a clinic looks at first, each month by month: answered, better, improved by 30 %, adverse events."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partialmethod
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce, TruncMonth

from outcomes.figures import Spec
from outcomes.figures.p_chart import Period, p_chart
from outcomes.figures.sparkline import sparkline
from outcomes.figures.theme import Variant
from outcomes.numerals import FEW, percent, points, several
from outcomes.reports import missing
from outcomes.reports.caveats import NOT_COMPARED
from outcomes.reports.filters import ReportFilter
from outcomes.reports.months import Counts, MonthChart, month_chart, month_table
from outcomes.reports.rows import OBTAINED, AtTimepoint, clinic_names, counted, measure_of, outcomes_of, usual_timepoint
from outcomes.reports.safety import sessions_by_month
from outcomes.reports.scope import Measure, Scope
from outcomes.reports.shapes import Column, Report, ReportTable, Unit
from outcomes.reports.treated import events_of, sessions_of
from outcomes.statistics import Proportion, proportion
from treatments.models import Timepoint
from treatments.timepoints import in_words

LATEST = 12  # Months in a line as small as a word.
SCALES = (0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True)
class Trend:
    """One number: ``k`` of ``n`` over all months, and each month. ``of`` says what n counts, ``by`` what a month is."""

    key: str
    title: str
    of: str
    by: str
    chart: MonthChart

    @property
    def all(self) -> Proportion:
        """Over all months."""
        periods = self.chart.periods
        return proportion(sum(period.k for period in periods), sum(period.n for period in periods))

    @property
    def latest(self) -> tuple[Period, ...]:
        """The last months, as many as a small line shows."""
        return self.chart.periods[-LATEST:]

    @property
    def top(self) -> float:
        """The upper end of the small line's scale: one of a few, so that lines of two days can be compared."""
        most = max((period.k / period.n for period in self.latest if period.n >= FEW), default=0.0)
        return next(scale for scale in SCALES if most <= scale)

    @property
    def said(self) -> str:
        """The line in words, for whoever does not see it."""
        shown = [period for period in self.latest if period.n >= FEW]
        if not shown:
            return f"No month has {FEW} {self.of} yet."
        parts = ", ".join(f"{period.label} {percent(period.k / period.n)} of {period.n:,}" for period in shown)
        return f"{self.by}, scale from 0 to {percent(self.top)}: {parts}."


@dataclass(frozen=True)
class Trends:
    """What the figures are drawn from."""

    trends: tuple[Trend, ...]

    def named(self, key: str) -> Trend | None:
        """The one of this key; None where there is none, as without a published threshold."""
        return next((trend for trend in self.trends if trend.key == key), None)

    def _chart(self, key: str, title: str, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
        chart = trend.chart if (trend := self.named(key)) else MonthChart((), None)
        nothing = "Nothing in this selection can be counted by month yet."
        heading = f"{trend.title if trend else title}, by month"
        return p_chart(chart.periods, centre=chart.centre, width=width, variant=variant, title=heading, nothing=nothing)

    def _line(self, key: str, title: str, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
        trend = self.named(key) or Trend(key, title, "courses", "", MonthChart((), None))
        values = [period.k / period.n if period.n >= FEW else None for period in trend.latest]
        return sparkline(
            values, limits=(0, trend.top), width=width, variant=variant, title=trend.title, said=trend.said
        )

    answered = partialmethod(_chart, "answered", "Answered in the window")
    better = partialmethod(_chart, "better", "Better by the published threshold")
    improved = partialmethod(_chart, "improved", "Improved by at least 30 %")
    events = partialmethod(_chart, "events", "Sessions with an adverse event")
    answered_line = partialmethod(_line, "answered", "Answered in the window")
    better_line = partialmethod(_line, "better", "Better by the published threshold")
    improved_line = partialmethod(_line, "improved", "Improved by at least 30 %")
    events_line = partialmethod(_line, "events", "Sessions with an adverse event")


def trend_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[Trends]:
    """Each number by month. Two queries.

    Answers are of one timepoint: the last one asked for, else the usual one.
    """
    months, measure = _months(asked, scope), measure_of(asked, scope)
    timepoint = asked.last_timepoint or usual_timepoint(_times(months))
    at_it = [month for month in months if month.timepoint == timepoint]
    sessions = sessions_by_month(sessions_of(asked, scope), events_of(asked, scope))
    trends = tuple(_trends(at_it, measure, in_words(timepoint).lower(), sessions))
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=measure,
        who=_who(timepoint, at_it, trends),
        finding=_finding(trends),
        caveats=(NOT_COMPARED,) if trends else (),
        tables=tuple(_table(trend) for trend in trends),
        drawn=Trends(trends),
    )


class _Month(NamedTuple):
    """Outcomes of one timepoint whose windows closed in one month and whose courses were treated in another."""

    timepoint: str
    day: int | None
    closed: dt.date | None
    treated: dt.date
    counts: Mapping[str, int]


def _months(asked: ReportFilter, scope: Scope) -> list[_Month]:
    has_value = counted(asked)
    wanted = {
        "due": Q(is_due=True),
        "answered": Q(is_due=True) & OBTAINED,
        "missing": Q(is_due=True, status="missing"),
        "scored": has_value,
        "judged": has_value & Q(is_mcid__isnull=False),
        "better": has_value & Q(is_mcid=True),
        "percent": has_value & Q(is_responder_30__isnull=False),
        "improved": has_value & Q(is_responder_30=True),
    }
    by = {"closed": TruncMonth("closes_on"), "treated": Coalesce(F("treated_month"), TruncMonth("opened_on"))}
    rows = outcomes_of(asked, scope).exclude(timepoint=Timepoint.BASELINE).annotate(**by)
    counts = {name: Count("pk", filter=which) for name, which in wanted.items()}
    found = rows.values("timepoint", "target_day", *by).annotate(**counts)
    return [
        _Month(row["timepoint"], row["target_day"], row["closed"], row["treated"], {name: row[name] for name in wanted})
        for row in found
    ]


def _sum(months: Iterable[_Month], name: str) -> int:
    return sum(month.counts[name] for month in months)


def _times(months: Iterable[_Month]) -> Iterator[AtTimepoint]:
    found: dict[tuple[str, int | None], list[_Month]] = defaultdict(list)
    for month in months:
        found[month.timepoint, month.day].append(month)
    return (AtTimepoint(*key, _sum(of, "due"), _sum(of, "scored")) for key, of in found.items())


def _trends(at_it: Iterable[_Month], measure: Measure, when: str, sessions: Counts) -> Iterator[Trend]:
    closed, treated = "By the month in which the window closed", "By month of treatment"
    better, improved = f"Better by {points(measure)} at {when}", f"Improved by at least 30 % at {when}"
    found = (
        ("answered", f"Answered at {when}", "check-ins due", closed, _counts(at_it, "closed", "answered", "due")),
        ("better", better, "courses", treated, _counts(at_it, "treated", "better", "judged")),
        ("improved", improved, "courses", treated, _counts(at_it, "treated", "improved", "percent")),
        ("events", "Sessions with an adverse event", "sessions", "By month of the session", sessions),
    )
    for key, title, of, by, counts in found:
        if any(n for _, n in counts.values()):
            yield Trend(key, title, of, by, month_chart(counts))


def _counts(months: Iterable[_Month], by: str, k: str, n: str) -> Counts:
    found: dict[dt.date, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for month in months:
        day, (before_k, before_n) = getattr(month, by), found[getattr(month, by)]
        found[day] = (before_k + month.counts[k], before_n + month.counts[n])
    return {day: counts for day, counts in found.items() if day and counts[1]}


def _who(timepoint: str, at_it: Sequence[_Month], trends: Sequence[Trend]) -> str:
    if not trends:
        return "No check-in is due, no course has a score after treatment and no session has been logged yet."
    when = f"{in_words(timepoint)}: {missing.in_words(_sum(at_it, 'due'), _sum(at_it, 'missing'))}" if timepoint else ""
    scored = max((trend.all.n for trend in trends if trend.of == "courses"), default=0)
    sessions = sum(trend.all.n for trend in trends if trend.of == "sessions")
    before_and_after = several(scored, "course has", "courses have")
    return f"{when}{before_and_after} a score before and after. {several(sessions, 'session')} took place."


def _finding(trends: Sequence[Trend]) -> str:
    enough = [(trend, trend.all) for trend in trends if trend.all.n >= FEW]
    if not enough:
        return "There is nothing to show yet."
    return " ".join(
        f"{trend.title}: {percent(share.k / share.n)} ({share.k:,} of {share.n:,} {trend.of})."
        for trend, share in enough
    )


def _table(trend: Trend) -> ReportTable:
    return month_table(
        trend.key,
        f"{trend.title}, by month",
        trend.chart,
        k=Column("k", "Of these", Unit.COUNT),
        share=Column("share", "Share", Unit.SHARE, "Interval: Wilson's."),
        note=f"{trend.by}.",
    )
