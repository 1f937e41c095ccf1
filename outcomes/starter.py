"""What a new clinic begins with: three treatment types with a general protocol each, and a set for common complaints."""

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from clinic.models import Clinic, User
from outcomes.actions.protocols import Asked, Moment, publish_protocol
from outcomes.instruments import USUAL, library
from treatments.actions import SessionsPlan, TimepointPlan, create_treatment_type
from treatments.models import Protocol, Timepoint, TreatmentType
from treatments.timepoints import WINDOWS
from treatments.vocabulary import Modality, Region

TIMEPOINTS = tuple(TimepointPlan(name, *days) for name, days in WINDOWS.items())
PROTOCOLS = {
    Modality.PRP: "PRP, standard follow-up",
    Modality.CELL: "Stem cell, standard follow-up",
    Modality.EXOSOME: "Exosome, standard follow-up",
}
# While complications of an injection show, they are asked for first.
EARLY = ("week 1", "week 2")
SAFETY = (Asked("safety"), Asked("safety_spine", Region.BACK), Asked("safety_spine", Region.NECK))
STARTER_SET = Path(__file__).parent / "protocols" / "starter_set.toml"


@cache
def starter_set() -> dict[str, Any]:
    """The reviewed file of protocols that a clinic may begin with: ``schedules`` by name, and ``protocols``."""
    return tomllib.loads(STARTER_SET.read_text(encoding="utf-8"))


@transaction.atomic
def install_starter_protocols(*, clinic: Clinic) -> None:
    """Treatment types, general protocols and assigned instruments for a clinic that has none."""
    for modality, name in PROTOCOLS.items():
        treatment_type = create_treatment_type(
            clinic=clinic, code=modality.value, label=modality.label, modality=modality
        )
        moments = [Moment(timepoint, _general(timepoint)) for timepoint in TIMEPOINTS]
        publish_protocol(
            treatment_type=treatment_type, name=name, moments=moments, plan=SessionsPlan(), at=None, by=None
        )


@transaction.atomic
def install_starter_set(*, clinic: Clinic, at: dt.datetime | None = None, by: User | None = None) -> int:
    """Publish what the clinic does not have of the set for common complaints; how many. Repeatable.

    Raises PermissionDenied unless ``by`` (None: the clinic begins with it) may publish protocols.
    """
    have = set(Protocol.objects.filter(clinic=clinic).values_list("name", flat=True))
    missing = [one for one in starter_set()["protocols"] if one["name"] not in have]
    for one in missing:
        publish_protocol(
            treatment_type=_type_of(clinic, Modality(one["modality"])),
            name=one["name"],
            moments=_moments(starter_set()["schedules"][one["schedule"]], one["region"]),
            plan=SessionsPlan(**{name: one[name] for name in SessionsPlan.__dataclass_fields__ if name in one}),
            at=at,
            by=by,
        )
    return len(missing)


def _general(timepoint: TimepointPlan) -> list[Asked]:
    usual = [
        Asked(code) for code in USUAL if library()[code].is_asked_at_baseline or timepoint.name != Timepoint.BASELINE
    ]
    return [*SAFETY, *usual] if timepoint.name in EARLY else usual


def _moments(schedule: dict[str, dict[str, list[Any]]], region: str) -> list[Moment]:
    return [
        Moment(
            TimepointPlan(name, *one["days"]), [asked for asked in _asked(one["asks"]) if asked.region in ("", region)]
        )
        for name, one in schedule.items()
    ]


def _asked(words: list[str]) -> list[Asked]:
    return [Asked(*word.split("@")) for word in words]


def _type_of(clinic: Clinic, modality: Modality) -> TreatmentType:
    own = TreatmentType.objects.filter(clinic=clinic, modality=modality.value, is_imported=False)
    return own.order_by("pk").first() or create_treatment_type(
        clinic=clinic, code=modality.value, label=modality.label, modality=modality
    )
