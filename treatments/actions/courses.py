"""Opening a course; its baseline is due at once."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.actions import check_not_erased
from patients.models import Patient
from treatments import icd10
from treatments.actions.follow_ups import plan_baseline
from treatments.actions.retreatments import earlier_courses
from treatments.models import Course, Protocol
from treatments.vocabulary import TARGETS, Region, Side, sides_of


class ProtocolOfAnotherClinic(RuleBroken):
    code = "unknown_protocol"


class ProtocolDoesNotFit(RuleBroken):
    code = "protocol_does_not_fit"


class CourseInFuture(RuleBroken):
    code = "course_in_future"


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


def _check_protocol(protocol: Protocol, target: str) -> None:
    if protocol.is_retired:
        raise ProtocolDoesNotFit(f"{protocol} is retired: choose one that is offered.", "protocol")
    region = TARGETS[target].region
    if protocol.region not in ("", region):
        raise ProtocolDoesNotFit(
            f"{protocol.name} is for {Region(protocol.region).label.lower()}, and {TARGETS[target].label.lower()} "
            f"belongs to {region.label.lower()}: choose another protocol or another target.",
            "protocol",
        )


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
    at: dt.datetime | None = None,
) -> Course:
    """A course from this day on (clinic calendar), with its baseline follow-up open.

    A day after that of ``at`` is refused; without ``at`` the caller answers for the day. A course of the patient at the
    same target and side that was treated before is the one it follows. Raises PermissionDenied and the RuleBroken
    exceptions of this module.
    """
    require(by, patient.clinic, Permission.COURSE_OPEN)
    check_not_erased(patient)
    if protocol.clinic_id != patient.clinic_id:
        raise ProtocolOfAnotherClinic("Choose a protocol of this clinic.", "protocol")
    check_side(target, side, field="side")
    _check_protocol(protocol, target)
    if at and on > at.astimezone(ZoneInfo(patient.clinic.time_zone)).date():
        raise CourseInFuture("The course cannot be opened in the future.", "opened_on")
    course = Course(
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
    course.follows = next(iter(earlier_courses(course)), None)
    course.save(force_insert=True)
    plan_baseline(course)
    return course
