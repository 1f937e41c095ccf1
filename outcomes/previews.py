"""The schedule that a protocol would give, for pages and the API alike."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from outcomes.delivery_rules import SendingHours
from outcomes.models import AssignedInstrument
from outcomes.schedule import PlannedMoment, Scheduled, schedule, series
from treatments.models import Protocol, Timepoint


@dataclass(frozen=True)
class Preview:
    """The sessions of the series, given and planned, and every check-in after them."""

    sessions: tuple[dt.date, ...]
    check_ins: tuple[Scheduled, ...]
    time_zone: str


def preview(protocol: Protocol, *, treated_on: Iterable[dt.date], time_zone: str, region: str = "") -> Preview:
    """Every check-in after sessions on these days (at least one), in this time zone; two queries.

    ``region``: of the course it is for; without one, what is asked of any region is shown.
    """
    clinic = protocol.clinic
    sessions = series(treated_on, length=protocol.series_length, interval_days=protocol.series_interval_days)
    check_ins = schedule(
        _moments(protocol, region or protocol.region),
        sessions=sessions,
        counts_from_last=protocol.anchor == Protocol.Anchor.LAST,
        hours=SendingHours(clinic.time_zone, clinic.send_from_hour, clinic.send_until_hour),
        zone=time_zone,
    )
    return Preview(sessions, check_ins, time_zone)


def _moments(protocol: Protocol, region: str) -> list[PlannedMoment]:
    asked: dict[int, list[str]] = defaultdict(list)
    for row in AssignedInstrument.objects.filter(timepoint__protocol=protocol).order_by("position"):
        if not region or row.region in ("", region):
            asked[row.timepoint_id].append(row.instrument)
    return [
        PlannedMoment(row.name, row.opens_day, row.target_day, row.closes_day, tuple(asked[row.pk]))
        for row in protocol.timepoints.exclude(name=Timepoint.BASELINE)
    ]
