"""Adverse events by product and by lot: of the sessions that used it, whether or not the event names it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from outcomes.reports.shapes import Column, ReportTable, TableRow, Unit, Value
from outcomes.reports.treated import rate_or_few, share_or_few
from outcomes.statistics.exact_rates import exact_proportion, rate_per_100_sessions
from treatments.models import LotUse, TreatmentSession

COLUMNS = (
    Column("sessions", "Sessions", Unit.COUNT, "Sessions that used it."),
    Column("events", "Events", Unit.COUNT, "Adverse events after these sessions."),
    Column("rate", "Events per 100 sessions", Unit.RATE, "Exact interval (Garwood)."),
    Column("serious", "Serious", Unit.COUNT),
    Column("with_event", "Sessions with an event", Unit.SHARE, "Exact interval (Clopper and Pearson)."),
)
PRODUCT = ("lot__product__name", "lot__product__manufacturer", "lot__product_id")
LOT = (*PRODUCT, "lot__lot_number", "lot_id")


@dataclass(frozen=True)
class _After:
    """Events after the sessions that used one product or lot, and after how many of these."""

    events: int = 0
    serious: int = 0
    sessions: int = 0


def lot_tables(sessions: QuerySet[TreatmentSession], events: QuerySet[Any]) -> tuple[ReportTable, ...]:
    """A table of products and one of those lots after which something happened. Four queries; none where no lot was used."""
    uses = LotUse.objects.filter(session__in=sessions, reversed_at=None).order_by()
    products = _used(uses, PRODUCT)
    if not products:
        return ()
    lots, after_lot = _used(uses, LOT), _after(events, LOT)
    seen = {key: n for key, n in lots.items() if key in after_lot}
    return (
        _table("products", "Events by product", "Product", _rows(products, _after(events, PRODUCT))),
        _table("lots", "Events by lot", "Lot", _rows(seen, after_lot), note=_others(lots, seen)),
    )


def _used(uses: QuerySet[LotUse], keys: tuple[str, ...]) -> dict[tuple[object, ...], int]:
    found = uses.values_list(*keys).annotate(n=Count("session_id", distinct=True))
    return {tuple(of): n for *of, n in sorted(found)}


def _after(events: QuerySet[Any], keys: tuple[str, ...]) -> dict[tuple[object, ...], _After]:
    uses = "course__sessions__lot_uses__"
    found = (
        events.filter(**{"course__sessions": F("after"), f"{uses}reversed_at": None, f"{uses}lot__isnull": False})
        .values_list(*(f"{uses}{key}" for key in keys))
        .annotate(
            n=Count("pk", distinct=True),
            n_serious=Count("pk", distinct=True, filter=~Q(seriousness=[])),
            n_sessions=Count("after", distinct=True),
        )
    )
    return {row[:-3]: _After(*row[-3:]) for row in found}


def _rows(used: Mapping[tuple[object, ...], int], after: Mapping[tuple[object, ...], _After]) -> tuple[TableRow, ...]:
    return tuple(_row(key, n, after.get(key, _After())) for key, n in used.items())


def _row(key: tuple[object, ...], n: int, after: _After) -> TableRow:
    name, maker, _, *lot = key
    values: dict[str, Value] = {
        "sessions": n,
        "events": after.events,
        "rate": rate_or_few(rate_per_100_sessions(after.events, n)),
        "serious": after.serious,
        "with_event": share_or_few(exact_proportion(after.sessions, n)),
    }
    product = f"{name} ({maker})"
    return TableRow(str(lot[0]), values, product) if lot else TableRow(product, values)


def _others(lots: Mapping[tuple[object, ...], int], seen: Mapping[tuple[object, ...], int]) -> str:
    quiet = [n for key, n in lots.items() if key not in seen]
    return (
        f"Lots after which an event was recorded, by name. {len(quiet):,} other lots, used {sum(quiet):,} times, had "
        "none. An event after a session is not an event because of a lot of it, and one session may use several lots."
    )


def _table(key: str, caption: str, first: str, rows: tuple[TableRow, ...], note: str = "") -> ReportTable:
    return ReportTable(key, caption, first, COLUMNS, rows, note or "One session may use several products.")
