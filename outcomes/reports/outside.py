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
from outcomes.reports.shapes import Base, Report, ReportTable, Statistic, TableRow, Unit, Value
from outcomes.statistics.exact_rates import PER
from outcomes.statistics.suppression import BELOW, is_small, may_show_both, may_show_share, may_show_statistics

FEWEST = 30
SHORTEST_DAY = 77  # The first day of the window of month 3.
ENOUGH, WELL_ANSWERED = 100, 0.8
PRELIMINARY = "preliminary"
SUPPRESSED = Statistic(None, 0, reason="suppressed", is_suppressed=True)
HIDDEN = "Counts of fewer than 11 people are hidden, and totals and figures that would give them away."
NOT_FIRM = Caveat(PRELIMINARY, f"Preliminary: fewer than {ENOUGH} courses, or fewer than 80 % answered of due.")
_NUMBER = re.compile(r"\d")
_AT_START = re.compile(r"([\d,]+) (?:of (?:the )?([\d,]+) )?")
_DAY = dt.timedelta(days=1)


class NotForOutside(Exception):
    """Why this report may not leave the clinic, in words."""


def for_outside(report: Report[Any], *, everything: Report[Any]) -> Report[Any]:
    """The same report as it may leave the clinic; ``everything`` is the one without the filter's limits.

    Raises NotForOutside below 30 courses or sessions; where it says how courses fared also below 60 % answered of due, or 3
    months; where the filter is too fine; and where the difference to everything would show fewer than 11 people.
    """
    base, all_of = report.base, everything.base
    if base is None or all_of is None:
        raise NotForOutside("This report is for use inside the clinic only.")
    _require_whole_months(report.filter)
    _require_enough(base)
    if not may_show_both(base.n, all_of.n, min(base.n, all_of.n)):
        raise NotForOutside(
            "Beside the whole clinic's numbers these would show fewer than 11 people: widen the filter."
        )
    doubts = _doubts(base)
    # What others have published is for reading inside: beside a clinic's name it would be a claim.
    own = [table for table in report.tables if table.key != KEY and (table.key in base.leaving or not base.leaving)]
    caveats = tuple(_without_few(caveat) for caveat in report.caveats if caveat.code != KEY)
    shown = replace(
        report,
        who=_who(base),
        tables=tuple(_safe(table) for table in own),
        caveats=(*caveats, *doubts),
        has_figures=not base.leaving,
    )
    if not hides(shown):
        return shown
    # A total would give away the one group that is hidden, also in a caveat.
    kept = (one for one in caveats if not _NUMBER.search(one.sentence))
    firm = (NOT_FIRM,) if doubts else ()
    bare = tuple(replace(one, rows=tuple(row for row in one.rows if not row.is_total)) for one in shown.tables)
    return replace(shown, who=HIDDEN, finding=HIDDEN, tables=bare, caveats=(*kept, *firm), has_figures=False)


def _require_enough(base: Base) -> None:
    if base.n < FEWEST:
        raise NotForOutside(f"{base.n:,} {base.counted} are too few to be shown outside the clinic: it takes {FEWEST}.")
    if not base.says_how_they_fared:
        return
    if _answered(base) < LOW_COMPLETENESS:
        raise NotForOutside(f"Of {base.due:,} due only {base.obtained:,} answered: outside the clinic it takes 60 %.")
    if base.day < SHORTEST_DAY:
        raise NotForOutside("What is shown outside the clinic has to be at least 3 months after treatment.")


def _answered(base: Base) -> float:
    return base.obtained / base.due if base.due else 0.0


def _doubts(base: Base) -> tuple[Caveat, ...]:
    """That it is preliminary, where it is."""
    if base.n >= ENOUGH and (not base.says_how_they_fared or _answered(base) >= WELL_ANSWERED):
        return ()
    if not base.says_how_they_fared:
        return (Caveat(PRELIMINARY, f"Preliminary: {base.n:,} {base.counted}. Firm are {ENOUGH}."),)
    share = 100 * _answered(base)
    said = f"Preliminary: {base.n:,} courses, {share:.0f} % answered of due. Firm are {ENOUGH} courses and 80 %."
    return (Caveat(PRELIMINARY, said),)


def _who(base: Base) -> str:
    """What may be said of who is in it; how many are missing only where they are not few."""
    said = f"{base.n:,} {base.counted}."
    if base.due and may_show_share(base.obtained, base.due):
        return f"{said} {base.obtained:,} of {base.due:,} due answered."
    return (
        f"{said} At least {100 * LOW_COMPLETENESS:.0f} % of those due answered." if base.says_how_they_fared else said
    )


def _without_few(caveat: Caveat) -> Caveat:
    """A caveat that begins with how many people it is about, without the number where they or the others are few."""
    found = _AT_START.match(caveat.sentence)
    if found is None:
        return caveat
    some, of = (int(number.replace(",", "")) if number else None for number in found.groups())
    if some is None or not (is_small(some) or (of is not None and is_small(of - some))):
        return caveat
    few = f"Fewer than {BELOW}" if is_small(some) else "Some"
    return replace(caveat, sentence=f"{few}{caveat.sentence[found.end(1) :]}")


def hides(report: Report[Any]) -> bool:
    """Whether something in it is hidden: then it is not drawn either."""
    values = (value for table in report.tables for row in table.rows for value in row.values.values())
    return any(isinstance(value, Statistic) and value.is_suppressed for value in values)


def is_preliminary(report: Report[Any]) -> bool:
    """Whether its figures carry a watermark."""
    return any(caveat.code == PRELIMINARY for caveat in report.caveats)


def _require_whole_months(asked: ReportFilter) -> None:
    """Two filters that differ by a day show who was treated on it."""
    starts_whole = asked.opened_from is None or asked.opened_from.day == 1
    ends_whole = asked.opened_to is None or asked.opened_to.month != (asked.opened_to + _DAY).month
    if not (starts_whole and ends_whole):
        raise NotForOutside("For use outside the clinic choose whole months.")


def _safe(table: ReportTable) -> ReportTable:
    units = {column.key: column.unit for column in table.columns}
    rows = (row for row in table.rows if not row.is_inside)
    return replace(table, rows=tuple(replace(row, values=_safe_row(table, row, units)) for row in rows))


def _safe_row(table: ReportTable, row: TableRow, units: dict[str, Unit]) -> dict[str, Value]:
    """Hidden is what is few, what leaves few over of the line's own n, and what either would follow from."""
    whole = max((value.n for value in row.values.values() if isinstance(value, Statistic)), default=0)
    shown = {key: _hidden(value, units.get(key), whole) for key, value in row.values.items()}
    for outer, inner in table.nested:
        some, of = row.values.get(inner), row.values.get(outer)
        if isinstance(some, int) and isinstance(of, int) and is_small(of - some):
            shown[inner] = SUPPRESSED
    if any(shown.get(key) == SUPPRESSED for key in table.parts):
        shown |= dict.fromkeys(table.parts, SUPPRESSED)
    return shown


def _hidden(value: Value, unit: Unit | None, whole: int) -> Value:
    if not isinstance(value, Statistic):
        return SUPPRESSED if unit is Unit.COUNT and isinstance(value, int) and is_small(value) else value
    is_shown = may_show_statistics(value.n) and (value.k is None or may_show_share(value.k, value.n))
    if unit is Unit.RATE and value.value is not None:
        is_shown &= not is_small(round(value.value * value.n / PER))
    return value if is_shown and not is_small(whole - value.n) else SUPPRESSED
