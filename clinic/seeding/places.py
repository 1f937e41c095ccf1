"""A clinic with the rows that its patients' rows point to, looked up once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from clinic.models import Clinic, User
from outcomes.models import AssignedInstrument
from outcomes.starter import PROTOCOLS
from patients.consents import current_documents
from patients.models import ConsentDocument
from treatments.models import Protocol, Timepoint
from treatments.vocabulary import Modality


@dataclass(frozen=True)
class Place:
    """``timepoint_ids`` by protocol and name; ``asked``: instruments by timepoint name whatever the region, the same in all protocols.

    ``documents``: the current consent document of each kind.
    """

    clinic: Clinic
    staff: User
    protocols: Mapping[Modality, Protocol]
    timepoint_ids: Mapping[tuple[int, str], int]
    asked: Mapping[str, Sequence[str]]
    documents: Mapping[str, ConsentDocument]

    def at(self, day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
        """That time of that day, by the clinic's clock."""
        return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=ZoneInfo(self.clinic.time_zone))


def place(clinic: Clinic, staff: User) -> Place:
    """The clinic as the starter protocols left it; ``staff`` is who the seeding works as."""
    protocols = Protocol.objects.filter(clinic=clinic, name__in=PROTOCOLS.values()).select_related("treatment_type")
    timepoints = Timepoint.objects.filter(protocol__in=protocols)
    assigned = AssignedInstrument.objects.filter(timepoint__in=timepoints).select_related("timepoint")
    asked: dict[str, dict[str, None]] = {}
    for row in assigned.filter(region="").order_by("position"):
        asked.setdefault(row.timepoint.name, {})[row.instrument] = None
    return Place(
        clinic=clinic,
        staff=staff,
        protocols={Modality(protocol.treatment_type.code): protocol for protocol in protocols},
        timepoint_ids={(timepoint.protocol_id, timepoint.name): timepoint.pk for timepoint in timepoints},
        asked={name: list(codes) for name, codes in asked.items()},
        documents=current_documents(clinic),
    )
