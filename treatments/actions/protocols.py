"""Treatment types and protocol versions. A published version never changes; a change is the next version."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max

from clinic.actions import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.models import ConsentKind
from treatments import technique
from treatments.models import Protocol, Timepoint, TreatmentType
from treatments.timepoints import planned_day
from treatments.vocabulary import Modality, Region

LAST_DAY = 3650
MOST_SESSIONS = 20
LONGEST_INTERVAL = 365


class ProtocolRefused(RuleBroken):
    code = "protocol_refused"


class WindowsOverlap(ProtocolRefused):
    code = "windows_overlap"


class TimepointPlan(NamedTuple):
    """A moment to measure, in days from the course's opening (baseline) or from the anchor session of the series."""

    name: str
    target_day: int
    opens_day: int
    closes_day: int


@dataclass(frozen=True, kw_only=True)
class SessionsPlan:
    """What a protocol plans besides its timepoints. Empty ``region``: for every region."""

    region: str = ""
    series_length: int = 1
    series_interval_days: int | None = None
    anchor: str = Protocol.Anchor.LAST.value
    technique: Mapping[str, Any] = field(default_factory=dict)
    needs_ind: bool = False
    required_consents: Sequence[str] = ()


EVERY_REGION_ONCE = SessionsPlan()


def create_treatment_type(*, clinic: Clinic, code: str, label: str, modality: Modality) -> TreatmentType:
    """A kind of treatment this clinic gives."""
    return TreatmentType.objects.create(clinic=clinic, code=code, label=label, modality=modality.value)


@transaction.atomic
def create_protocol(
    *,
    treatment_type: TreatmentType,
    name: str,
    timepoints: Iterable[TimepointPlan],
    plan: SessionsPlan = EVERY_REGION_ONCE,
    at: dt.datetime | None = None,
    by: User | None = None,
) -> Protocol:
    """The next version of the clinic's protocol of this name, with its timepoints; earlier ones are retired.

    ``by`` None: the clinic begins with it. Raises PermissionDenied, ProtocolRefused, technique.TechniqueRefused;
    fields are like "series_length", "timepoints.2.opens_day" and "technique.injection.needle_gauge".
    """
    clinic = treatment_type.clinic
    if by:
        require(by, clinic, Permission.PROTOCOL_PUBLISH)
    name, timepoints = name.strip(), list(timepoints)
    _check_name(treatment_type, name)
    _check_sessions(plan)
    check_timepoints(timepoints)
    # Two that publish the same name at once get one version after the other.
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    earlier = Protocol.objects.filter(clinic=clinic, name=name)
    version = (earlier.aggregate(last=Max("version"))["last"] or 0) + 1
    earlier.update(is_retired=True)
    protocol = Protocol.objects.create(
        clinic=clinic,
        treatment_type=treatment_type,
        name=name,
        version=version,
        region=plan.region,
        series_length=plan.series_length,
        series_interval_days=plan.series_interval_days,
        anchor=plan.anchor,
        technique=technique.checked(treatment_type.modality, plan.technique),
        needs_ind=plan.needs_ind,
        required_consents=list(plan.required_consents),
        published_at=at,
        published_by=by,
    )
    Timepoint.objects.bulk_create(
        Timepoint(clinic=clinic, protocol=protocol, **timepoint._asdict()) for timepoint in timepoints
    )
    return protocol


@transaction.atomic
def retire_protocol(*, protocol: Protocol, by: User) -> None:
    """Offer it for no new course; courses that follow it go on. Raises PermissionDenied."""
    require(by, protocol.clinic, Permission.PROTOCOL_PUBLISH)
    Protocol.objects.filter(pk=protocol.pk).update(is_retired=True)


@transaction.atomic
def offer_protocol(*, protocol: Protocol, by: User) -> None:
    """Offer a retired version again. Raises PermissionDenied, ProtocolRefused when a later version is offered."""
    require(by, protocol.clinic, Permission.PROTOCOL_PUBLISH)
    Clinic.objects.select_for_update(no_key=True).get(pk=protocol.clinic_id)
    offered = Protocol.objects.filter(clinic_id=protocol.clinic_id, name=protocol.name, is_retired=False)
    other = offered.exclude(pk=protocol.pk).first()
    if other:
        raise ProtocolRefused(f"Version {other.version} is offered already: retire it first.")
    Protocol.objects.filter(pk=protocol.pk).update(is_retired=False)


def check_timepoints(timepoints: Sequence[TimepointPlan]) -> None:
    """Raises ProtocolRefused, or WindowsOverlap naming both, unless the timepoints make a plan."""
    for index, timepoint in enumerate(timepoints):
        _check_timepoint(timepoint, f"timepoints.{index}")
    names = [timepoint.name for timepoint in timepoints]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise ProtocolRefused(f'"{name}" is there twice.', f"timepoints.{index}.name")
    if Timepoint.BASELINE not in names:
        raise ProtocolRefused('Add a "baseline": without it no change can be shown.', "timepoints")
    _check_windows([(index, one) for index, one in enumerate(timepoints) if one.name != Timepoint.BASELINE])


def _check_name(treatment_type: TreatmentType, name: str) -> None:
    if not 1 <= len(name) <= 120:
        raise ProtocolRefused("Give it a name of at most 120 characters.", "name")
    if treatment_type.modality == Modality.OTHER:
        raise ProtocolRefused(f"{treatment_type} came with imported history: no session of it can be logged.")
    others = Protocol.objects.filter(clinic=treatment_type.clinic, name=name).exclude(treatment_type=treatment_type)
    if others.exists():
        raise ProtocolRefused("Another kind of treatment has a protocol of this name: choose another name.", "name")


def _check_sessions(plan: SessionsPlan) -> None:
    if plan.region not in ("", *Region):
        raise ProtocolRefused("Choose a region from the list.", "region")
    if plan.anchor not in Protocol.Anchor.values:
        raise ProtocolRefused("Days count from the first or from the last session.", "anchor")
    if not 1 <= plan.series_length <= MOST_SESSIONS:
        raise ProtocolRefused(f"A series has from 1 to {MOST_SESSIONS} sessions.", "series_length")
    if plan.series_length == 1 and plan.series_interval_days is not None:
        raise ProtocolRefused("A single session has no days between sessions.", "series_interval_days")
    if plan.series_length > 1 and not 1 <= (plan.series_interval_days or 0) <= LONGEST_INTERVAL:
        raise ProtocolRefused(
            f"A series needs its days between sessions, from 1 to {LONGEST_INTERVAL}.", "series_interval_days"
        )
    if not set(plan.required_consents) <= set(ConsentKind.values):
        raise ProtocolRefused("Choose kinds of consent from the list.", "required_consents")
    if plan.needs_ind and ConsentKind.INVESTIGATIONAL_PRODUCT not in plan.required_consents:
        raise ProtocolRefused(
            "Under an IND the consent to an investigational product must be required.", "required_consents"
        )


def _check_timepoint(timepoint: TimepointPlan, where: str) -> None:
    named = planned_day(timepoint.name)
    if named is None:
        raise ProtocolRefused('Call it "baseline", or like "day 3", "week 6" or "month 12".', f"{where}.name")
    if not 0 <= timepoint.opens_day <= timepoint.target_day:
        raise ProtocolRefused(
            f"{timepoint.name}: it opens on day 0 or later, and not after its target day.", f"{where}.opens_day"
        )
    if not timepoint.target_day <= timepoint.closes_day <= LAST_DAY:
        raise ProtocolRefused(
            f"{timepoint.name}: it closes on its target day or later, up to day {LAST_DAY}.", f"{where}.closes_day"
        )
    if not timepoint.opens_day <= named <= timepoint.closes_day:
        raise ProtocolRefused(
            f"{timepoint.name} means day {named}, which its days {timepoint.opens_day} to {timepoint.closes_day} miss.",
            f"{where}.name",
        )


def _check_windows(timepoints: Iterable[tuple[int, TimepointPlan]]) -> None:
    ordered = sorted(timepoints, key=lambda one: (one[1].opens_day, one[1].closes_day))
    for (_, one), (index, other) in pairwise(ordered):
        if other.opens_day <= one.closes_day:
            raise WindowsOverlap(
                f"{one.name} (days {one.opens_day} to {one.closes_day}) and {other.name} (days {other.opens_day} to "
                f"{other.closes_day}) overlap: a day may belong to one window only.",
                f"timepoints.{index}.opens_day",
            )
