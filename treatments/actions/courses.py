"""Opening a course; its baseline is due at once."""

import datetime as dt

from django.db import transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.models import Patient
from treatments import icd10
from treatments.actions.follow_ups import plan_baseline
from treatments.models import Course, Protocol
from treatments.vocabulary import TARGETS, Side, sides_of


class ProtocolOfAnotherClinic(RuleBroken):
    code = "unknown_protocol"


class DiagnosisRefused(RuleBroken):
    code = "diagnosis_refused"


class SideDoesNotFit(RuleBroken):
    code = "side_does_not_fit"


def check_side(target: str, side: str, *, field: str) -> None:
    """Raises SideDoesNotFit when the target has no such side, or the target itself is not known."""
    if target not in TARGETS:
        raise SideDoesNotFit("Choose a target from the list.", field.replace("side", "target"))
    allowed = sides_of(target)
    if side not in allowed:
        words = " or ".join(Side(one).label.lower() for one in allowed)
        raise SideDoesNotFit(f"{TARGETS[target].label} needs a side: {words}.", field)


def _checked_code(written: str) -> str:
    try:
        return icd10.checked(written)
    except icd10.CodeRefused as error:
        raise DiagnosisRefused(str(error), "icd10_code") from None


@transaction.atomic
def open_course(
    *,
    patient: Patient,
    protocol: Protocol,
    icd10_code: str,
    complaint: str,
    target: str,
    side: str,
    on: dt.date,
    by: User,
) -> Course:
    """A course from this day on (clinic calendar), with its baseline follow-up open.

    Raises PermissionDenied, ProtocolOfAnotherClinic, DiagnosisRefused, SideDoesNotFit.
    """
    require(by, patient.clinic, Permission.COURSE_OPEN)
    if protocol.clinic_id != patient.clinic_id:
        raise ProtocolOfAnotherClinic("Choose a protocol of this clinic.", "protocol")
    check_side(target, side, field="side")
    course = Course.objects.create(
        clinic_id=patient.clinic_id,
        patient=patient,
        protocol=protocol,
        treatment_type_id=protocol.treatment_type_id,
        icd10_code=_checked_code(icd10_code),
        complaint=complaint,
        target=target,
        side=side,
        region=TARGETS[target].region.value,
        opened_on=on,
        opened_by=by,
    )
    plan_baseline(course)
    return course
