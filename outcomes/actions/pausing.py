"""Sending is paused and goes on: to one patient, for one protocol, or to everybody."""

import datetime as dt

from django.db import IntegrityError, transaction

from clinic.actions import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes.models import Delivery, SendingPause
from outcomes.reasons import Why
from patients.models import Patient
from treatments.models import Protocol

# Whether a pause holds back what is about ``course`` of ``patient``, in statements that join both.
IS_PAUSED = """EXISTS (SELECT FROM outcomes_sendingpause pause
    WHERE pause.clinic_id = course.clinic_id AND pause.ended_at IS NULL
      AND (pause.patient_id IS NULL OR pause.patient_id = patient.id)
      AND (pause.protocol_id IS NULL OR pause.protocol_id = course.protocol_id))"""


class PauseRefused(RuleBroken):
    code = "pause_refused"


def pause_sending(
    *,
    clinic: Clinic,
    reason: str,
    at: dt.datetime,
    by: User,
    patient: Patient | None = None,
    protocol: Protocol | None = None,
) -> SendingPause:
    """Send nothing to this patient, or for this protocol, or with neither to anybody, until ``resume_sending``.

    Check-ins that fall due meanwhile are not opened; links that went out before go on working. Raises PauseRefused,
    PermissionDenied.
    """
    require(by, clinic, Permission.PATIENT_EDIT if patient else Permission.SENDING_PAUSE)
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= 200:
        raise PauseRefused("Say why, in at most 200 characters.", "reason")
    if patient and protocol:
        raise PauseRefused("Pause a patient or a protocol, not both at once.", "protocol")
    if any(one.clinic_id != clinic.pk for one in (patient, protocol) if one):
        raise PauseRefused("This is of another clinic.", "patient" if patient else "protocol")
    pause = SendingPause(clinic=clinic, patient=patient, protocol=protocol, reason=reason, began_at=at, began_by=by)
    try:
        with transaction.atomic():
            pause.save()
    except IntegrityError as error:
        if "pause_once" in str(error):
            raise PauseRefused("This is paused already.") from None
        raise
    return pause


@transaction.atomic
def resume_sending(*, pause: SendingPause, at: dt.datetime, by: User) -> SendingPause:
    """What waited goes on at once, within the clinic's hours and each patient's budget. Raises PauseRefused, PermissionDenied."""
    require(by, pause.clinic, Permission.PATIENT_EDIT if pause.patient_id else Permission.SENDING_PAUSE)
    if not SendingPause.objects.active().filter(pk=pause.pk).update(ended_at=at, ended_by=by):
        raise PauseRefused("This pause has ended already.")
    waiting = Delivery.objects.filter(
        clinic=pause.clinic_id, status=Delivery.Status.PENDING, reason_code=Why.PAUSED.value
    )
    if pause.patient_id:
        waiting = waiting.filter(patient=pause.patient_id)
    if pause.protocol_id:
        waiting = waiting.filter(survey__follow_up__course__protocol=pause.protocol_id)
    waiting.update(not_before=at, reason_code="", reason="")
    pause.refresh_from_db()
    return pause
