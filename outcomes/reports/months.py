"""Shares by month as a chart: with limits where there is enough to judge by, without them otherwise."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from outcomes.figures.p_chart import Period, Signal
from outcomes.reports.shapes import Column, ReportTable, Statistic, TableRow, Unit, Value
from outcomes.reports.treated import share_or_few
from outcomes.statistics import proportion
from outcomes.statistics.control_charts import ChartPoint, Subgroup, fitting_p_chart
from outcomes.statistics.control_charts import Signal as Rule

# The first day of a month, how many, of how many.
Counts = Mapping[dt.date, tuple[int, int]]
_SAID = {Signal.NONE: "", Signal.OUTSIDE: "outside the limits", Signal.RUN: "eighth or later on one side"}


@dataclass(frozen=True)
class MonthChart:
    """Every month from the first to the last, also those with nobody; ``centre`` is a fraction, None without a chart.

    ``widened``: by what factor limits are wider than chance alone would make them (Laney's p′), 1 where they are not.
    """

    periods: tuple[Period, ...]
    centre: float | None
    widened: float = 1.0

    @property
    def has_limits(self) -> bool:
        """There are 20 months with 5 expected of each kind in every one."""
        return any(period.limits for period in self.periods)


def month_chart(counts: Counts) -> MonthChart:
    """The chart of these months. Without enough months or cases it is a run chart: a middle line and no limits."""
    filled = {month: counted for month, counted in sorted(counts.items()) if counted[1]}
    chart = fitting_p_chart([Subgroup(*counted) for counted in filled.values()])
    points = dict(zip(filled, chart.points, strict=False))
    periods = (
        _period(month, filled.get(month, (0, 0)), points.get(month), has_limits=chart.is_reliable)
        for month in _every_month(filled)
    )
    return MonthChart(tuple(periods), chart.center, chart.sigma_z)


def month_table(key: str, caption: str, chart: MonthChart, *, k: Column, share: Column, note: str) -> ReportTable:
    """The same numbers as a table."""
    said = Column("signal", "Chart's rules", Unit.PLAIN, "One mark alone can be chance.")
    ends = (Column("low", "Lower limit", Unit.SHARE), Column("high", "Upper limit", Unit.SHARE))
    n = Column("n", "n", Unit.COUNT)
    shown = ends if chart.has_limits else ()
    return ReportTable(
        key=key,
        caption=caption,
        first="Month",
        columns=(n, k, share, *shown, said),
        rows=tuple(_row(period, k.key, share.key) for period in chart.periods),
        note=f"{note} {_limits_words(chart)}",
    )


def _limits_words(chart: MonthChart) -> str:
    if chart.has_limits and chart.widened > 1:
        return (
            f"Months differ by more than chance: limits are {chart.widened:.1f} times as wide as three sigmas around all "
            f"{len(chart.periods)} months (Laney’s p′)."
        )
    if chart.has_limits:
        return f"Limits are three sigmas around all {len(chart.periods)} months."
    return "No limits: they are drawn from 20 months on with 5 expected in each."


def _row(period: Period, k: str, share: str) -> TableRow:
    values: dict[str, Value] = {"n": period.n, k: period.k, share: share_or_few(proportion(period.k, period.n))}
    if period.limits:
        values |= {name: Statistic(end, period.n) for name, end in zip(("low", "high"), period.limits, strict=True)}
    return TableRow(period.label, values | {"signal": _SAID[period.signal]})


def _every_month(months: Mapping[dt.date, object]) -> Iterator[dt.date]:
    if not months:
        return
    month, last = min(months), max(months)
    while month <= last:
        yield month
        month = (month + dt.timedelta(days=31)).replace(day=1)


def _period(month: dt.date, counted: tuple[int, int], point: ChartPoint | None, *, has_limits: bool) -> Period:
    limits = (point.low, point.high) if point and has_limits else None
    broken = point.signals if point else ()
    if Rule.OUTSIDE in broken and has_limits:
        signal = Signal.OUTSIDE
    else:
        signal = Signal.RUN if Rule.RUN in broken else Signal.NONE
    return Period(f"{month:%Y-%m}", *counted, limits, signal)
