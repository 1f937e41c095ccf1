"""PRP preparations in order of time, with what was captured and made, and with what, how and by whom."""

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf

from outcomes.reports.filters import ReportFilter
from outcomes.reports.scope import Scope
from outcomes.reports.treated import sessions_of
from treatments.models import LotUse, Product, PrpPreparation, Spin
from treatments.states import LocalDay

MOST = 5_000  # The newest so many are read: sums that run over time need every single value.


class Preparation(NamedTuple):
    """One preparation. ``capture`` is a fraction of the blood's platelets, ``made`` in 10⁹ platelets; None: not counted."""

    day: dt.date
    kit: str
    programme: str
    operator: int
    operator_name: str
    capture: float | None
    made: float | None


def preparations(asked: ReportFilter, scope: Scope) -> list[Preparation]:
    """The newest 5,000 preparations asked for, the oldest first. One query."""
    rows = _described(PrpPreparation.objects.filter(session__in=sessions_of(asked, scope)))
    values = rows.order_by("-session__performed_at", "-pk").values_list(
        *("day", "kit", "programme", "session__performed_by_id", "session__performed_by__full_name"),
        *("capture_percent", "prp_platelets", "prp_volume_ml"),
    )[:MOST]
    return [_read(*row) for row in reversed(values)]


def _described(rows: QuerySet[Any]) -> QuerySet[Any]:
    kits = LotUse.objects.filter(
        session=OuterRef("session"), reversed_at=None, lot__product__kind=Product.Kind.PRP_KIT
    ).order_by("pk")
    force, minutes = (
        Coalesce(Cast(name, TextField()), Value("?"), output_field=TextField()) for name in ("rcf_g", "minutes")
    )
    step = Concat(force, Value(" g × "), minutes, Value(" min"), output_field=TextField())
    spins = Spin.objects.filter(preparation=OuterRef("pk")).order_by().values("preparation")
    described: QuerySet[Any] = rows.annotate(
        day=LocalDay("clinic__time_zone", "session__performed_at"),
        kit=Coalesce(
            Subquery(kits.values("lot__product__name")[:1], output_field=CharField()),
            NullIf(F("device"), Value("")),
            Value(""),
            output_field=CharField(),
        ),
        programme=Coalesce(
            Subquery(spins.annotate(words=StringAgg(step, " + ", order_by="position")).values("words")),
            Value(""),
            output_field=TextField(),
        ),
    )
    return described


def _read(day: dt.date, kit: str, programme: str, operator: int, name: str, *counts: Decimal | None) -> Preparation:
    percent, platelets, volume = counts
    capture = None if percent is None else float(percent) / 100
    made = None if platelets is None or volume is None else float(platelets * volume) / 1000
    return Preparation(day, kit, programme, operator, name, capture, made)
