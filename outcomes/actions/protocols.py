"""A protocol is published as a whole: what is done, when it is asked about, and which instruments ask."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import NamedTuple

from django.db import transaction

from clinic.models import User
from outcomes.asking import askable
from outcomes.instruments import MOST_AT_ONCE, Instrument
from outcomes.ladders import Step, default_ladder, problem_of
from outcomes.models import AssignedInstrument, LadderStep
from treatments.actions import ProtocolRefused, SessionsPlan, TimepointPlan, create_protocol
from treatments.models import Protocol, Timepoint, TreatmentType
from treatments.vocabulary import Region


class Asked(NamedTuple):
    """An instrument's code, and the region whose courses it is asked of; of all when empty."""

    instrument: str
    region: str = ""


class Moment(NamedTuple):
    """A timepoint, what is asked at it, in order, and how the patient is asked; None: as usual for such a window."""

    timepoint: TimepointPlan
    asks: Sequence[Asked]
    ladder: Sequence[Step] | None = None


@transaction.atomic
def publish_protocol(
    *,
    treatment_type: TreatmentType,
    name: str,
    moments: Sequence[Moment],
    plan: SessionsPlan,
    at: dt.datetime | None,
    by: User | None,
) -> Protocol:
    """The next version of a protocol with its timepoints and instruments, in one piece.

    ``by`` None: the clinic begins with it. Raises what treatments.actions.create_protocol raises; fields of
    instruments are like "timepoints.2.instruments".
    """
    timepoints = [moment.timepoint for moment in moments]
    protocol = create_protocol(treatment_type=treatment_type, name=name, timepoints=timepoints, plan=plan, at=at, by=by)
    known = askable(protocol.clinic_id)
    for index, moment in enumerate(moments):
        _check_asks(moment, known, plan.region, f"timepoints.{index}.instruments")
        _check_ladder(moment, f"timepoints.{index}.ladder")
    _assign(protocol, {moment.timepoint.name: moment for moment in moments})
    return protocol


def _assign(protocol: Protocol, moments: Mapping[str, Moment]) -> None:
    rows = {row.name: row for row in Timepoint.objects.filter(protocol=protocol)}
    AssignedInstrument.objects.bulk_create(
        AssignedInstrument(clinic_id=protocol.clinic_id, timepoint=rows[name], position=position, **asked._asdict())
        for name, moment in moments.items()
        for position, asked in enumerate(moment.asks)
    )
    LadderStep.objects.bulk_create(
        LadderStep(clinic_id=protocol.clinic_id, timepoint=rows[name], **asdict(step))
        for name, moment in moments.items()
        for step in _ladder_of(moment)
    )


def _ladder_of(moment: Moment) -> Sequence[Step]:
    if moment.ladder is not None:
        return moment.ladder
    return default_ladder(moment.timepoint.name, moment.timepoint.opens_day, moment.timepoint.closes_day)


def _check_ladder(moment: Moment, field: str) -> None:
    problem = problem_of(moment.ladder) if moment.ladder is not None else ""
    if problem:
        raise ProtocolRefused(f"{moment.timepoint.name}: {problem}", field)


def _check_asks(moment: Moment, known: Mapping[str, Instrument], region: str, field: str) -> None:
    name = moment.timepoint.name
    if not moment.asks:
        raise ProtocolRefused(f"{name}: choose at least one instrument.", field)
    for index, asked in enumerate(moment.asks):
        instrument = known.get(asked.instrument)
        if instrument is None:
            raise ProtocolRefused(f"There is no instrument {asked.instrument}.", field)
        if name == Timepoint.BASELINE and not instrument.is_asked_at_baseline:
            raise ProtocolRefused(f"{instrument.name} is asked after treatment only.", field)
        if asked.region not in ("", *Region):
            raise ProtocolRefused("Choose a region from the list.", field)
        if region and asked.region not in ("", region):
            raise ProtocolRefused("An instrument for another region than the protocol's is never asked.", field)
        _check_once(asked, moment.asks[:index], f"{name}: {instrument.name} is there twice.", field)
    _check_length(moment, known, field)


def _check_length(moment: Moment, known: Mapping[str, Instrument], field: str) -> None:
    """Nobody is asked more than MOST_AT_ONCE questions at once, whichever region is treated."""
    for region in {asked.region for asked in moment.asks}:
        asked = [one.instrument for one in moment.asks if one.region in ("", region)]
        items = sum(len(known[code].items) for code in asked)
        if items > MOST_AT_ONCE:
            words = f"{moment.timepoint.name}: these instruments ask {items} questions; {MOST_AT_ONCE} are the most."
            raise ProtocolRefused(words, field)


def _check_once(asked: Asked, earlier: Iterable[Asked], message: str, field: str) -> None:
    regions = {one.region for one in earlier if one.instrument == asked.instrument}
    if regions & {asked.region, ""} or (regions and not asked.region):
        raise ProtocolRefused(message, field)
