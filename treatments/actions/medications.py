"""Asking which pain medicines a patient takes: at a visit, with a check-in, by phone."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.models import Patient
from treatments import mme
from treatments.models import Course, FollowUp, MedicationReview, OpioidUse, TreatmentSession

MAX_STRENGTH, MAX_UNITS, MAX_PATCHES, MAX_ACETAMINOPHEN = 1000, 60, 6, 20_000
RECALL_DAYS = 7


class MedicationRefused(RuleBroken):
    code = "medication_refused"


@transaction.atomic
def record_medication_review(
    *,
    patient: Patient,
    source: str,
    asked_on: dt.date,
    takes_opioids: bool,
    at: dt.datetime,
    by: User,
    opioids: Sequence[Mapping[str, Any]] = (),
    course: Course | None = None,
    session: TreatmentSession | None = None,
    follow_up: FollowUp | None = None,
    others: Mapping[str, Any] | None = None,
) -> MedicationReview:
    """What the patient took on average in the last seven days, with MME a day by the current factors.

    ``opioids``: fields of OpioidUse, empty exactly when none is taken (which is 0 MME, not "unknown"). ``others``: the
    other columns of MedicationReview. Recorded again for the same visit, check-in or call, the later one counts.
    Raises PermissionDenied, MedicationRefused.
    """
    require(by, patient.clinic, Permission.EVENT_RECORD)
    others = dict(others or {})
    _check_place(patient, source, course, session, follow_up)
    _check_day(patient, asked_on, at)
    _check_amounts(others)
    _check_opioids(takes_opioids, opioids)
    version = mme.current_version()
    day = mme.mme_per_day([mme.Use(row["drug"], row["strength"], row["units_per_day"]) for row in opioids], version)
    review = MedicationReview.objects.create(
        clinic_id=patient.clinic_id,
        patient=patient,
        course=course or (session.course if session else follow_up.course if follow_up else None),
        session=session,
        follow_up=follow_up,
        source=source,
        asked_on=asked_on,
        takes_opioids=takes_opioids,
        mme_per_day=day.total,
        factor_version=version,
        recorded_at=at,
        recorded_by=by,
        **others,
    )
    OpioidUse.objects.bulk_create(OpioidUse(clinic_id=patient.clinic_id, review=review, **row) for row in opioids)
    return review


def _check_place(
    patient: Patient,
    source: str,
    course: Course | None,
    session: TreatmentSession | None,
    follow_up: FollowUp | None,
) -> None:
    courses = {
        "course": course,
        "session": session.course if session else None,
        "follow_up": follow_up.course if follow_up else None,
    }
    for field, named in courses.items():
        if named is not None and named.patient_id != patient.pk:
            raise MedicationRefused("Choose one of this patient.", field)
    if len({named.pk for named in courses.values() if named is not None}) > 1:
        raise MedicationRefused("The course is another one than that of the visit or check-in.", "course")
    if session is not None and session.entered_in_error_at:
        raise MedicationRefused("This session was entered in error. Choose another.", "session")
    if (session is not None) and source != MedicationReview.Source.VISIT:
        raise MedicationRefused("Only medicines asked at a visit belong to a session.", "session")
    if (follow_up is not None) != (source == MedicationReview.Source.SURVEY):
        raise MedicationRefused("Name the check-in exactly when the medicines were asked with one.", "follow_up")


def _check_day(patient: Patient, asked_on: dt.date, at: dt.datetime) -> None:
    if asked_on > at.astimezone(ZoneInfo(patient.clinic.time_zone)).date():
        raise MedicationRefused("The day of asking cannot be in the future.", "asked_on")
    if patient.born_on and asked_on < patient.born_on:
        raise MedicationRefused("The day of asking cannot be before the patient was born.", "asked_on")


def _check_amounts(others: Mapping[str, Any]) -> None:
    days, dose = others.get("nsaid_days"), others.get("acetaminophen_mg")
    if days is not None and not 0 <= days <= RECALL_DAYS:
        raise MedicationRefused("NSAID days are days of the last seven: 0 to 7.", "nsaid_days")
    if dose is not None and not 0 <= dose <= MAX_ACETAMINOPHEN:
        words = f"Acetaminophen is in mg a day, at most {MAX_ACETAMINOPHEN:,}. Check the digits."
        raise MedicationRefused(words, "acetaminophen_mg")


def _check_opioids(takes_opioids: bool, opioids: Sequence[Mapping[str, Any]]) -> None:
    if takes_opioids and not opioids:
        raise MedicationRefused("Add each opioid, or say that the patient takes none.", "opioids")
    if opioids and not takes_opioids:
        raise MedicationRefused("It says that no opioid is taken, but one is listed.", "takes_opioids")
    seen: set[tuple[object, ...]] = set()
    for index, row in enumerate(opioids):
        place = f"opioids.{index}"
        _check_opioid(row, place)
        same = (row["drug"], row["strength"], row.get("is_as_needed", False), row.get("prescriber", ""))
        if same in seen:
            raise MedicationRefused("This drug and strength is listed twice: enter one row.", f"{place}.drug")
        seen.add(same)


def _check_opioid(row: Mapping[str, Any], place: str) -> None:
    drug, strength, units = row["drug"], row["strength"], row["units_per_day"]
    if drug not in mme.drugs():
        raise MedicationRefused("Choose a drug from the list.", f"{place}.drug")
    if not 0 < strength <= MAX_STRENGTH:
        words = f"The strength of one unit must be more than 0 and at most {MAX_STRENGTH:,} {mme.unit_of(drug)}."
        raise MedicationRefused(words, f"{place}.strength")
    if mme.is_patch(drug):
        _check_patches(units, f"{place}.units_per_day")
    elif not 0 < units <= MAX_UNITS:
        words = f"Units a day must be more than 0 and at most {MAX_UNITS}."
        raise MedicationRefused(words, f"{place}.units_per_day")


def _check_patches(units: Decimal, field: str) -> None:
    if units != int(units) or not 1 <= units <= MAX_PATCHES:
        words = "Enter how many patches are worn at once, like 1. How often they are changed does not matter."
        raise MedicationRefused(words, field)
