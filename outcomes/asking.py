"""Which definitions a survey was opened with, and which a clinic may ask now: Mendline's own and those it brought."""

import datetime as dt
from collections.abc import Sequence
from functools import cache

from django.db.models import QuerySet

from outcomes.instruments import Instrument, Scale, UnknownInstrument, every_version, instrument_of, library
from outcomes.models import LoadedInstrument, Survey


def instruments_of(survey: Survey) -> tuple[Instrument, ...]:
    """The survey's instruments in the order asked, at the versions it was opened with, however old.

    No query for those that ship with Mendline; one a process and version for others, in the clinic's scope.
    """
    return instruments_at(survey.clinic_id, survey.instruments, survey.versions)


def instruments_at(clinic_id: int, codes: Sequence[str], versions: Sequence[str]) -> tuple[Instrument, ...]:
    """The same for a clinic's list of codes with their versions. Raises UnknownInstrument."""
    shipped = every_version()
    return tuple(shipped.get(key) or _brought(clinic_id, *key) for key in zip(codes, versions, strict=True))


@cache
def _brought(clinic_id: int, code: str, version: str) -> Instrument:
    """Kept for as long as the process lives: what a version says never changes."""
    rows = LoadedInstrument.objects.filter(clinic=clinic_id, code=code, version=version)
    definition = rows.values_list("definition", flat=True).first()
    if definition is None:
        raise UnknownInstrument(f"{code} {version}")
    return instrument_of(definition)


def usable(clinic_id: int, *, on: dt.date) -> dict[str, Instrument]:
    """What the clinic may ask on this day, by code; one query, and one more for each version not met before."""
    rows = LoadedInstrument.objects.usable(on=on).filter(clinic=clinic_id).order_by("pk")
    brought = {code: _brought(clinic_id, code, version) for code, version in rows.values_list("code", "version")}
    return {code: one for code, one in library().items() if one.is_ready} | brought


def askable(clinic_id: int) -> dict[str, Instrument]:
    """What a protocol of this clinic may ask, by code; one query.

    Also what has no official words yet or whose licence ran out: it is left out of surveys until that changes.
    """
    rows = LoadedInstrument.objects.filter(clinic=clinic_id, retired_at=None).order_by("pk")
    brought = {code: _brought(clinic_id, code, version) for code, version in rows.values_list("code", "version")}
    return library() | brought


def scales_brought(rows: QuerySet[LoadedInstrument]) -> dict[int, dict[str, Scale]]:
    """What instruments that clinics brought are scored into, by clinic and code; one query, and one more for each version
    not met before.

    Also of those that are not asked any more: their scores stay. The newest version counts.
    """
    found: dict[int, dict[str, Scale]] = {}
    for clinic_id, code, version in rows.order_by("pk").values_list("clinic_id", "code", "version"):
        found.setdefault(clinic_id, {}).update({one.code: one for one in _brought(clinic_id, code, version).scales})
    return found


def shipped_versions() -> dict[str, str]:
    """The version that is asked of each that ships with Mendline and is ready, by code."""
    return {code: one.version for code, one in library().items() if one.is_ready}
