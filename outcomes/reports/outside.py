"""What of a report may leave the clinic: small counts hidden, and nothing said that its numbers cannot carry.

Inside the clinic every n is shown. For use outside (a leaflet, a talk, a website) a report is refused below the floors, and
marked "preliminary" a little above them. The only place where this is decided.
"""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

from outcomes.reports.filters import ReportFilter
from outcomes.reports.published import KEY
from outcomes.reports.results import LOW_COMPLETENESS, Caveat
from outcomes.reports.shapes import Report, ReportTable, Statistic, TableRow, Unit, Value
from outcomes.statistics.suppression import is_small, may_show_both, may_show_share, may_show_statistics

FEWEST = 30
SHORTEST_DAY = 77  # The first day of the window of month 3.
ENOUGH, WELL_ANSWERED = 100, 0.8
PRELIMINARY = "preliminary"
SUPPRESSED = Statistic(None, 0, reason="suppressed", is_suppressed=True)
HIDDEN = "Counts of fewer than 11 people are hidden, and totals that would give them away."
NOT_FIRM = Caveat(PRELIMINARY, f"Preliminary: fewer than {ENOUGH} courses, or fewer than 80 % answered of due.")
_NUMBER = re.compile(r"\d")
_DAY = dt.timedelta(days=1)


class NotForOutside(Exception):
    """Why this report may not leave the clinic, in words."""


def for_outside(report: Report[Any], *, everything: Report[Any]) -> Report[Any]:
    """The same report as it may leave the clinic; ``everything`` is the one without the filter's limits.

    Raises NotForOutside below 30 courses, 60 % answered of due, or 3 months; where the filter is too fine; and where the
    difference to everything would show fewer than 11 people.
    """
    base, all_of = report.base, everything.base
    if base is None or all_of is None:
        raise NotForOutside("This report is for use inside the clinic only.")
    _require_whole_months(report.filter)
    if base.n < FEWEST:
        raise NotForOutside(f"{base.n:,} courses are too few to be shown outside the clinic: it takes {FEWEST}.")
    share = base.obtained / base.due if base.due else 0.0
    if share < LOW_COMPLETENESS:
        raise NotForOutside(f"Of {base.due:,} due only {base.obtained:,} answered: outside the clinic it takes 60 %.")
    if base.day < SHORTEST_DAY:
        raise NotForOutside("What is shown outside the clinic has to be at least 3 months after treatment.")
    if not may_show_both(base.n, all_of.n, min(base.n, all_of.n)):
        raise NotForOutside(
            "Beside the whole clinic's numbers these would show fewer than 11 people: widen the filter."
        )
    is_firm = base.n >= ENOUGH and share >= WELL_ANSWERED
    caveats = report.caveats if is_firm else (*report.caveats, _preliminary(base.n, share))
    # What others have published is for reading inside: beside a clinic's name it would be a claim.
    own = tuple(_safe(table) for table in report.tables if table.key != KEY)
    shown = replace(report, tables=own, caveats=tuple(caveat for caveat in caveats if caveat.code != KEY))
    if not hides(shown):
        return shown
    # A total would give away the one group that is hidden, also in a caveat.
    kept = (one for one in report.caveats if one.code != KEY and not _NUMBER.search(one.sentence))
    return replace(shown, who=HIDDEN, finding=HIDDEN, caveats=(*kept, *(() if is_firm else (NOT_FIRM,))))


def hides(report: Report[Any]) -> bool:
    """Whether something in it is hidden: then it is not drawn either."""
    values = (value for table in report.tables for row in table.rows for value in row.values.values())
    return any(isinstance(value, Statistic) and value.is_suppressed for value in values)


def is_preliminary(report: Report[Any]) -> bool:
    """Whether its figures carry a watermark."""
    return any(caveat.code == PRELIMINARY for caveat in report.caveats)


def _preliminary(n: int, share: float) -> Caveat:
    return Caveat(
        PRELIMINARY,
        f"Preliminary: {n:,} courses, {100 * share:.0f} % answered of due. Firm are {ENOUGH} courses and 80 %.",
    )


def _require_whole_months(asked: ReportFilter) -> None:
    """Two filters that differ by a day show who was treated on it."""
    starts_whole = asked.opened_from is None or asked.opened_from.day == 1
    ends_whole = asked.opened_to is None or asked.opened_to.month != (asked.opened_to + _DAY).month
    if not (starts_whole and ends_whole):
        raise NotForOutside("For use outside the clinic choose whole months.")


def _safe(table: ReportTable) -> ReportTable:
    counts = {column.key for column in table.columns if column.unit is Unit.COUNT}
    return replace(
        table,
        rows=tuple(
            TableRow(row.label, {key: _hidden(value, key in counts) for key, value in row.values.items()}, row.group)
            for row in table.rows
        ),
    )


def _hidden(value: Value, is_count: bool) -> Value:
    if isinstance(value, Statistic):
        is_shown = may_show_statistics(value.n) and (value.k is None or may_show_share(value.k, value.n))
        return value if is_shown else SUPPRESSED
    return SUPPRESSED if is_count and isinstance(value, int) and is_small(value) else value
