"""Instruments that a clinic brings: taken with an attestation, in versions that never change, and retired."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from clinic.actions import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes.asking import scales_brought
from outcomes.bringing import problems_of, version_of
from outcomes.bringing.checking import complete
from outcomes.models import ImportedInstrument, LoadedInstrument
from outcomes.open_alerts import may_ask_self_harm
from outcomes.self_harm import refusal_of

LONGEST = {"licence_holder": 120, "licence_ref": 120, "source": 200}


class InstrumentRefused(RuleBroken):
    code = "instrument_refused"


@dataclass(frozen=True)
class Licence:
    """What somebody attests. ``expires_on``: its last day; None: it does not run out."""

    holder: str
    reference: str
    expires_on: dt.date | None = None


@transaction.atomic
def load_instrument(
    *,
    clinic: Clinic,
    definition: Mapping[str, Any],
    source: str,
    licence: Licence,
    is_attested: bool,
    at: dt.datetime,
    by: User,
) -> LoadedInstrument:
    """Take an instrument into use at one clinic. ``is_attested``: ``by`` says that the clinic may use it.

    Other content is a new version. The same content again changes nothing; with another licence, or after it was
    retired, this attestation counts from now on. Raises InstrumentRefused, PermissionDenied.
    """
    require(by, clinic, Permission.INSTRUMENT_BRING)
    _check_attestation(clinic, licence, source, is_attested, at)
    whole = _checked(definition)
    if words := refusal_of(whole, is_watched=may_ask_self_harm(clinic)):
        raise InstrumentRefused(words)
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    _check_scales(clinic, whole)
    return _kept(clinic, whole, source.strip(), licence, at, by)


@transaction.atomic
def retire_instrument(*, loaded: LoadedInstrument, at: dt.datetime, by: User) -> LoadedInstrument:
    """Ask this version no more. Surveys that are open already keep it, and scores stay. Repeatable.

    Raises PermissionDenied.
    """
    require(by, loaded.clinic, Permission.INSTRUMENT_BRING)
    loaded = LoadedInstrument.objects.select_for_update(of=("self",)).get(pk=loaded.pk)
    if loaded.retired_at is None:
        loaded.retired_at, loaded.retired_by = at, by
        loaded.save(update_fields=["retired_at", "retired_by"])
    return loaded


def _check_attestation(clinic: Clinic, licence: Licence, source: str, is_attested: bool, at: dt.datetime) -> None:
    said = {"licence_holder": licence.holder, "licence_ref": licence.reference, "source": source}
    for name, text in said.items():
        if not text.strip():
            raise InstrumentRefused("Say who holds the licence, and under which number or letter.", name)
        if len(text) > LONGEST[name]:
            raise InstrumentRefused(f"At most {LONGEST[name]} characters fit.", name)
    today = at.astimezone(ZoneInfo(clinic.time_zone)).date()
    if licence.expires_on and licence.expires_on < today:
        raise InstrumentRefused("The licence has run out already.", "expires_on")
    if not is_attested:
        raise InstrumentRefused("Tick that the clinic may use it: without that nothing is stored.", "attests")


def _checked(definition: Mapping[str, Any]) -> dict[str, Any]:
    for problem in problems_of(definition):
        raise InstrumentRefused(str(problem), "definition")
    whole = complete(definition)
    if whole["needs_official_text"] or not any({"en", "es"} & item.keys() for item in whole["items"]):
        raise InstrumentRefused("It has no words to ask in yet.", "definition")
    return whole


def _check_scales(clinic: Clinic, definition: Mapping[str, Any]) -> None:
    """A code names one scale at a clinic, whichever instrument or history it comes from."""
    others = LoadedInstrument.objects.filter(clinic=clinic).exclude(code=definition["code"])
    taken = scales_brought(others).get(clinic.pk, {})
    imported = {one.code: one for one in ImportedInstrument.objects.filter(clinic=clinic)}
    for scale in definition["scales"]:
        if scale["code"] in taken:
            words = f"scale {scale['code']}: this code is taken by {taken[scale['code']].name}; choose another"
            raise InstrumentRefused(words, "definition")
        if (one := imported.get(scale["code"])) and not _is_same(one, scale):
            words = (
                f"scale {scale['code']}: the clinic's imported history has this code with another range or direction"
            )
            raise InstrumentRefused(words, "definition")


def _is_same(imported: ImportedInstrument, scale: Mapping[str, Any]) -> bool:
    ends = (float(imported.minimum), float(imported.maximum), imported.is_higher_better)
    return ends == (float(scale["minimum"]), float(scale["maximum"]), scale["higher_is_better"])


def _kept(
    clinic: Clinic, definition: Mapping[str, Any], source: str, licence: Licence, at: dt.datetime, by: User
) -> LoadedInstrument:
    version = version_of(definition)
    said = {
        "licence_holder": licence.holder.strip(),
        "licence_ref": licence.reference.strip(),
        "expires_on": licence.expires_on,
        "retired_at": None,
    }
    key = {"clinic": clinic, "code": definition["code"], "version": version}
    row: LoadedInstrument | None = LoadedInstrument.objects.filter(**key).first()
    if row and all(getattr(row, name) == value for name, value in said.items()):
        return row
    attested = {**said, "retired_by": None, "attested_at": at, "attested_by": by}
    if row is None:
        content = {"definition": {**definition, "version": version}, "source": source}
        made: LoadedInstrument = LoadedInstrument.objects.create(**key, **content, **attested)
        return made
    for name, value in attested.items():
        setattr(row, name, value)
    row.save(update_fields=list(attested))
    return row
