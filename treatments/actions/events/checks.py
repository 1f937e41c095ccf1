"""What an adverse event must be like, whichever door it comes through."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from clinic.models import Clinic
from patients.models import Patient
from treatments import icd10
from treatments.actions.events.refusals import EventRefused
from treatments.models import AdverseEvent, LotUse

Outcome, Seriousness = AdverseEvent.Outcome, AdverseEvent.Seriousness
STILL_ILL = {Outcome.RECOVERING, Outcome.NOT_RECOVERED}


def local_day(clinic: Clinic, instant: dt.datetime) -> dt.date:
    """The day of this instant in the clinic's calendar."""
    return instant.astimezone(ZoneInfo(clinic.time_zone)).date()


def checked(
    patient: Patient, details: Mapping[str, Any], *, at: dt.datetime, was: AdverseEvent | None
) -> dict[str, Any]:
    """The whole new state of an event, made tidy. ``was``: the event before the change, None for a new one.

    Raises EventRefused, naming the field.
    """
    tidy = {**details, "icd10_code": _code(details["icd10_code"]), "seriousness": _criteria(details["seriousness"])}
    tidy |= {name: details[name].strip() for name in ("description", "term", "reporter", "action_taken", "treatment")}
    _check_words(tidy)
    _check_times(patient, tidy, at=at, recorded_at=was.recorded_at if was else at)
    tidy["course"] = _check_links(patient, tidy, was)
    _check_death(tidy)
    _check_resolution(patient.clinic, tidy, at)
    return tidy


def _code(written: str) -> str:
    if not written.strip():
        return ""
    try:
        return icd10.checked(written)
    except icd10.CodeRefused as error:
        raise EventRefused(str(error), "icd10_code") from None


def _criteria(chosen: list[str]) -> list[str]:
    unknown = set(chosen) - set(Seriousness.values)
    if unknown:
        raise EventRefused("Choose the criteria of seriousness from the list.", "seriousness")
    return [criterion for criterion in Seriousness.values if criterion in chosen]


def _check_words(tidy: Mapping[str, Any]) -> None:
    for field, message in (
        ("description", "Say in the reporter's own words what happened."),
        ("term", "Give the event a short name, like “septic arthritis”."),
        ("reporter", "Say who told the clinic: the patient, a relative, a hospital."),
    ):
        if not tidy[field]:
            raise EventRefused(message, field)
    for field, known, message in (
        ("grade", AdverseEvent.Grade.values, "Choose a grade from 1 to 5."),
        ("body_system", AdverseEvent.BodySystem.values, "Choose a body system from the list."),
        ("outcome", Outcome.values, "Choose an outcome from the list."),
    ):
        if tidy[field] not in known:
            raise EventRefused(message, field)


def _check_times(patient: Patient, tidy: Mapping[str, Any], *, at: dt.datetime, recorded_at: dt.datetime) -> None:
    began_at, aware_at = tidy["began_at"], tidy["first_aware_at"]
    if began_at > at:
        raise EventRefused("The event cannot have begun in the future.", "began_at")
    if aware_at > at:
        raise EventRefused("The clinic cannot have learned of it in the future.", "first_aware_at")
    if aware_at < began_at:
        raise EventRefused("The clinic cannot have known before the event began.", "first_aware_at")
    if aware_at > recorded_at:
        raise EventRefused("The clinic knew when it was recorded: that is the latest it can be.", "first_aware_at")
    if patient.born_on and local_day(patient.clinic, began_at) < patient.born_on:
        raise EventRefused("The event cannot have begun before the patient was born.", "began_at")


def _check_links(patient: Patient, tidy: Mapping[str, Any], was: AdverseEvent | None) -> Any:
    """The course the event belongs to; that of its session where there is one."""
    session, course, lot = tidy["session"], tidy["course"], tidy["lot"]
    is_new_session = was is None or was.session_id != (session and session.pk)
    if session is not None:
        if session.course.patient_id != patient.pk:
            raise EventRefused("Choose a session of this patient.", "session")
        if is_new_session and session.entered_in_error_at:
            raise EventRefused("This session was entered in error. Choose another.", "session")
        _check_after_session(patient.clinic, tidy["began_at"], session.performed_at)
        if course is not None and course.pk != session.course_id:
            raise EventRefused("The session belongs to another course.", "course")
        course = session.course
    if course is not None and course.patient_id != patient.pk:
        raise EventRefused("Choose a course of this patient.", "course")
    if lot is not None and (is_new_session or was is None or was.lot_id != lot.pk):
        _check_lot(patient, lot, session)
    return course


def _check_after_session(clinic: Clinic, began_at: dt.datetime, performed_at: dt.datetime) -> None:
    treated_on = local_day(clinic, performed_at)
    if local_day(clinic, began_at) < treated_on:
        words = f"The event began before this session of {treated_on:%-d %b %Y}. Choose an earlier session, or none."
        raise EventRefused(words, "session")


def _check_lot(patient: Patient, lot: Any, session: Any) -> None:
    uses = LotUse.objects.filter(patient=patient, lot=lot, reversed_at=None)
    if not uses.exists():
        raise EventRefused("This patient never received that lot.", "lot")
    if session is not None and not uses.filter(session=session).exists():
        raise EventRefused("That lot was not used in the session you chose.", "lot")


def _check_death(tidy: Mapping[str, Any]) -> None:
    said = {
        "grade": tidy["grade"] == AdverseEvent.Grade.DEATH,
        "seriousness": Seriousness.DEATH.value in tidy["seriousness"],
        "outcome": tidy["outcome"] == Outcome.FATAL,
    }
    if any(said.values()) and not all(said.values()):
        words = "Death is grade 5, the criterion “Death” and the outcome “Fatal”: all three or none."
        raise EventRefused(words, next(field for field, is_death in said.items() if not is_death))


def _check_resolution(clinic: Clinic, tidy: Mapping[str, Any], at: dt.datetime) -> None:
    resolved_on, outcome = tidy["resolved_on"], tidy["outcome"]
    if resolved_on is None:
        if outcome == Outcome.RECOVERED:
            raise EventRefused("Give the day on which the patient had recovered.", "resolved_on")
        return
    if outcome in STILL_ILL:
        raise EventRefused("Leave the day empty until the event is over, or change the outcome.", "resolved_on")
    if resolved_on < local_day(clinic, tidy["began_at"]):
        raise EventRefused("The event cannot be over before it began.", "resolved_on")
    if resolved_on > local_day(clinic, at):
        raise EventRefused("The event cannot be over in the future.", "resolved_on")
