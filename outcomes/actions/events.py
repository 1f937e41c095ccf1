"""What a provider or a patient's phone reports is stored first, and then applied to the message and to the patient.

Reports come late, twice and in any order. A message's state only ever goes up in RANK, so the order does not matter.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from clinic import scope
from clinic.models import Clinic
from outcomes.actions.deciding import look_again
from outcomes.actions.deliveries import because
from outcomes.delivery_rules import MOVES, after_soft_bounce
from outcomes.models import Delivery, ProviderEvent
from outcomes.provider_reports import Report, is_same_address
from outcomes.reasons import Why
from outcomes.sms_gateway import in_words
from patients.actions import flag_address, resume_channel, stop_channel
from patients.models import EMAIL, SMS, Patient
from patients.phone_numbers import e164

logger = logging.getLogger(__name__)

Kind, Status = ProviderEvent.Kind, Delivery.Status
# What a message can be told by a report, the weaker first.
RANK = (Kind.ACCEPTED, Kind.BOUNCED_SOFT, Kind.DELIVERED, Kind.BOUNCED_HARD, Kind.COMPLAINED)
# A report of these says nothing that is not known, or is about an earlier attempt.
ONLY_FROM: dict[str, set[str]] = {
    Kind.ACCEPTED: {Status.SENDING, Status.UNKNOWN},
    Kind.BOUNCED_SOFT: {Status.SENDING, Status.ACCEPTED, Status.UNKNOWN},
}
AT_MOST = 1_000
LOST = (Status.BOUNCED_HARD, Status.COMPLAINED, Status.FAILED)


def note_report(report: Report, *, at: dt.datetime) -> ProviderEvent | None:
    """Keep what was reported about a message of the clinics in scope; None when there is no such message.

    The same report again is the row that is there already.
    """
    named = {"public_id": report.delivery} if report.delivery else {"provider_ref": report.provider_ref}
    delivery = Delivery.objects.filter(**named).first()
    if delivery is None:
        return None
    event, _is_new = ProviderEvent.objects.get_or_create(
        clinic_id=delivery.clinic_id,
        source=report.source,
        event_ref=report.event_ref,
        defaults={
            "kind": report.kind,
            "delivery": delivery,
            "received_at": at,
            "happened_at": report.happened_at,
            "facts": report.facts | {"provider_ref": report.provider_ref},
        },
    )
    return event


def note_wish(*, clinic: Clinic, kind: str, event_ref: str, number: str, at: dt.datetime) -> ProviderEvent:
    """Keep that whoever has this phone number wants no more text messages, or wants them again."""
    patients = sorted(patient.pk for patient in patients_with(number, clinic=clinic))
    event, _is_new = ProviderEvent.objects.get_or_create(
        clinic=clinic,
        source="sms-inbound",
        event_ref=event_ref,
        defaults={"kind": kind, "received_at": at, "facts": {"patients": patients}},
    )
    return event


def patients_with(number: str, *, clinic: Clinic) -> list[Patient]:
    """The patients of this clinic whose phone is this number (E.164), however it is written."""
    likely = Patient.objects.filter(clinic=clinic, search_text__contains=number[-7:]).exclude(phone="").order_by("pk")
    return [patient for patient in likely if e164(patient.phone) == number]


def apply_events(*, at: dt.datetime) -> int:
    """Apply what was stored and never applied, because the process ended in between; how many."""
    found = ProviderEvent.objects.filter(applied_at=None).order_by("pk").values_list("pk", "clinic_id")
    waiting = list(found[:AT_MOST])
    for event_id, clinic_id in waiting:
        with scope.of_clinic(clinic_id):
            apply_event(event_id, at=at)
    return len(waiting)


@transaction.atomic
def apply_event(event_id: int, *, at: dt.datetime) -> bool:
    """Let follow what this report says; False when it was applied already. Repeatable."""
    event = ProviderEvent.objects.select_for_update().filter(pk=event_id, applied_at=None).first()
    if event is None:
        return False
    if event.delivery_id is not None:
        delivery = Delivery.objects.select_for_update().get(pk=event.delivery_id)
        _move(delivery, event, at)
        _tell_the_patient_s_row(delivery, event, at)
    else:
        _follow_wish(event, event.facts["patients"], SMS, at)
    event.applied_at = at
    event.save(update_fields=["applied_at"])
    return True


def _move(delivery: Delivery, event: ProviderEvent, at: dt.datetime) -> None:
    if delivery.status == Status.CLAIMED and event.kind in RANK[2:]:
        # It waited for another try, and a worker has just taken it: it goes back first, and the worker finds nothing.
        _change(delivery, status=Status.PENDING, lease_until=None)
    may = event.kind in RANK and event.kind in MOVES[delivery.status]
    if not may or delivery.status not in ONLY_FROM.get(event.kind, {delivery.status}):
        return
    ref = delivery.provider_ref or event.facts.get("provider_ref", "")
    _change(delivery, lease_until=None, provider_ref=ref, **_told(delivery, event, at))
    if delivery.status in LOST:
        look_again(delivery.pk, at=at)


def _told(delivery: Delivery, event: ProviderEvent, at: dt.datetime) -> dict[str, Any]:
    """The columns that change with this report."""
    when = event.happened_at or event.received_at
    if event.kind in (Kind.ACCEPTED, Kind.DELIVERED):
        times = {"accepted_at": delivery.accepted_at or when}
        if event.kind == Kind.DELIVERED:
            times["delivered_at"] = when
        return {"status": event.kind, "reason_code": "", "reason": "", **times}
    if event.kind == Kind.BOUNCED_SOFT:
        bounces = delivery.soft_bounces + 1
        then = after_soft_bounce(bounces, at=at)
        why = because(then.why or Why.SOFT_BOUNCE, then.reason)
        return {
            "status": then.status,
            "soft_bounces": bounces,
            "not_before": then.not_before or delivery.not_before,
            **why,
        }
    if event.kind == Kind.COMPLAINED:
        return {"status": event.kind, **because(Why.COMPLAINED)}
    if event.facts.get("has_stopped"):
        return {"status": event.kind, **because(Why.STOPPED)}
    code = event.facts.get("code", "")
    return {"status": event.kind, **because(Why.BOUNCED, in_words(code) if delivery.channel == SMS and code else "")}


def _change(delivery: Delivery, **values: Any) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(**values)
    delivery.refresh_from_db()


def _tell_the_patient_s_row(delivery: Delivery, event: ProviderEvent, at: dt.datetime) -> None:
    """What follows for the patient, whatever state the message is in by now."""
    when = event.happened_at or event.received_at
    if event.kind == Kind.COMPLAINED or event.facts.get("has_stopped"):
        stop_channel(patient_id=delivery.patient_id, channel=delivery.channel, at=when)
    elif event.kind == Kind.BOUNCED_HARD and event.facts.get("is_bad"):
        _flag(delivery, event, when)
    else:
        _follow_wish(event, [delivery.patient_id], delivery.channel, at)


def _flag(delivery: Delivery, event: ProviderEvent, when: dt.datetime) -> None:
    """Only the address that the message went to takes none; the patient may have another one by now."""
    patient = Patient.objects.get(pk=delivery.patient_id)
    written = patient.email if delivery.channel == EMAIL else patient.phone
    address = written if delivery.channel == EMAIL else e164(written) or ""
    if is_same_address(event.facts.get("address_hash", ""), address):
        flag_address(patient_id=patient.pk, channel=delivery.channel, address=written, at=when)


def _follow_wish(event: ProviderEvent, patients: Iterable[int], channel: str, at: dt.datetime) -> None:
    for patient_id in patients:
        if event.kind == Kind.STOPPED:
            stop_channel(patient_id=patient_id, channel=channel, at=at)
        elif event.kind == Kind.RESUMED:
            resume_channel(patient_id=patient_id, channel=channel)
