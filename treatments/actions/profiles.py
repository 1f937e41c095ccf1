"""The clinical profile that a course begins with."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from patients.models import Patient
from treatments.actions.completeness import rate_sessions
from treatments.models import ClinicalProfile, Course
from treatments.profiles import ProfileChanged, ProfileRefused, check_body, check_counts, check_grade

DETAILS = (
    *("height_cm", "weight_kg", "tobacco", "diabetes", "symptom_months", "severity_scale", "severity_grade"),
    *("prior_steroid_injections", "prior_hyaluronate_injections", "prior_biologic_injections", "prior_surgery"),
    *("conventional", "sport", "sport_level"),
)


@transaction.atomic
def record_profile(
    *, course: Course, details: Mapping[str, Any], version: int, at: dt.datetime, by: User
) -> ClinicalProfile:
    """The course's profile, with what ``details`` says changed; what it does not name stays as it was.

    One row per course, overwritten: it says who recorded it last, and when. ``version``: of the profile that was seen,
    0 when there was none. The completeness of the course's sessions, which counts some of this, follows.
    Raises PermissionDenied, ProfileChanged, ProfileRefused.
    """
    require(by, course.clinic, Permission.EVENT_RECORD)
    locked = Course.objects.select_for_update(of=("self",), no_key=True).select_related("patient", "clinic")
    course = locked.get(pk=course.pk)
    profile = ClinicalProfile.objects.filter(course=course).first() or ClinicalProfile(
        clinic=course.clinic, course=course, version=0
    )
    if profile.version != version:
        raise ProfileChanged("Somebody else has recorded this profile meanwhile.")
    profile.version += 1
    for name, value in details.items():
        setattr(profile, name, value)
    _check(profile, course, at)
    profile.recorded_at, profile.recorded_by = at, by
    profile.save()
    rate_sessions(course)
    return profile


def _check(profile: ClinicalProfile, course: Course, at: dt.datetime) -> None:
    check_body(profile.height_cm, profile.weight_kg)
    check_grade(profile.severity_scale, profile.severity_grade, course.region)
    state = {name: getattr(profile, name) for name in DETAILS}
    check_counts(state, _age_months(course.patient, at.astimezone(ZoneInfo(course.clinic.time_zone)).date()))
    unknown = set(profile.conventional) - set(ClinicalProfile.Conventional.values)
    if unknown:
        raise ProfileRefused("Choose the treatments tried from the list.", "conventional")
    profile.conventional = [one for one in ClinicalProfile.Conventional.values if one in profile.conventional]
    if profile.sport_level == ClinicalProfile.SportLevel.NONE and profile.sport.strip():
        raise ProfileRefused("It says “no sport”, but a sport is named.", "sport")


def _age_months(patient: Patient, today: dt.date) -> int | None:
    born_on = patient.born_on
    return (today.year - born_on.year) * 12 + today.month - born_on.month if born_on else None
