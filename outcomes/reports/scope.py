"""What one person's reports may be about: their clinics, and the instruments those clinics have scores of."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from clinic.models import Clinic, User, clinics_granting
from clinic.permissions import Permission
from outcomes.asking import scales_brought
from outcomes.instruments import Scale, scales
from outcomes.models import ImportedInstrument, LoadedInstrument


@dataclass(frozen=True)
class Measure:
    """An instrument as a report needs it. ``mcid`` in points of its score; None where no threshold is published."""

    code: str
    label: str
    minimum: Decimal
    maximum: Decimal
    is_higher_better: bool
    is_imported: bool = False
    mcid: Decimal | None = None
    mcid_source: str = ""


@dataclass(frozen=True)
class Scope:
    """The clinics somebody may see reports of, by public id, and of each what it imported or brought, by code.

    ``named``: the clinics of whose clinicians they may see the names; elsewhere only their own, as ``viewer``.
    """

    clinics: dict[UUID, Clinic]
    own: dict[UUID, dict[str, Measure]]
    named: frozenset[UUID] = frozenset()
    viewer: int | None = None

    def today(self, clinics: Iterable[UUID], at: dt.datetime) -> dt.date:
        """As of which day a report of these clinics is: the day that has begun at all of them, by their own calendars."""
        return min(at.astimezone(ZoneInfo(self.clinics[one].time_zone)).date() for one in clinics)

    def measures(self, clinics: Iterable[UUID]) -> dict[str, set[Measure]]:
        """Every definition of every instrument at these clinics. More than one for a code: the clinics disagree."""
        found: dict[str, set[Measure]] = {code: {measure} for code, measure in _library().items()}
        for clinic in clinics:
            for code, measure in self.own.get(clinic, {}).items():
                if code not in _library():
                    found.setdefault(code, set()).add(measure)
        return found


def _library() -> dict[str, Measure]:
    return _measures(scales())


def _measures(known: Mapping[str, Scale]) -> dict[str, Measure]:
    return {
        i.code: Measure(
            code=i.code,
            label=i.name,
            minimum=i.minimum,
            maximum=i.maximum,
            is_higher_better=i.higher_is_better,
            mcid=i.mcid,
            mcid_source=i.mcid_source,
        )
        for i in known.values()
        if i.is_amount
    }


def scope_of(user: User) -> Scope:
    """What ``user`` may see reports of; three queries. Every report that a person asks for starts here.

    What a clinic brought counts before what came with its history under the same code.
    """
    may_name = Q(pk__in=clinics_granting(user, Permission.CLINICIAN_NAMES))
    found = Clinic.objects.granting(user, Permission.REPORT_VIEW).annotate(may_name=may_name)
    named = frozenset(clinic.public_id for clinic in found if clinic.may_name)
    own = _own(ImportedInstrument.objects.visible_to(user), LoadedInstrument.objects.visible_to(user))
    return _scope(found, own, named, user.pk)


def scope_of_clinic(clinic: Clinic) -> Scope:
    """One clinic's reports, asked for by itself: no clinician is named."""
    of_it = {"clinic": clinic}
    own = _own(ImportedInstrument.objects.filter(**of_it), LoadedInstrument.objects.filter(**of_it))
    return _scope([clinic], own, frozenset(), None)


def measure_at(clinic: Clinic, code: str) -> Measure:
    """An instrument as this clinic has scores of it; no query for one that ships with Mendline. Raises KeyError."""
    return _library().get(code) or scope_of_clinic(clinic).own[clinic.public_id][code]


def _own(imported: QuerySet[ImportedInstrument], brought: QuerySet[LoadedInstrument]) -> dict[int, dict[str, Measure]]:
    own: dict[int, dict[str, Measure]] = {}
    for row in imported:
        measure = Measure(row.code, row.label, row.minimum, row.maximum, row.is_higher_better, is_imported=True)
        own.setdefault(row.clinic_id, {})[row.code] = measure
    for clinic_id, theirs in scales_brought(brought).items():
        own.setdefault(clinic_id, {}).update(_measures(theirs))
    return own


def _scope(
    found: Iterable[Clinic], own: Mapping[int, dict[str, Measure]], named: frozenset[UUID], viewer: int | None
) -> Scope:
    clinics = {clinic.pk: clinic for clinic in found}
    return Scope(
        {clinic.public_id: clinic for clinic in clinics.values()},
        {clinics[clinic_id].public_id: measures for clinic_id, measures in own.items()},
        named,
        viewer,
    )
