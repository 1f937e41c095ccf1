"""Logging a session: one door for the page and the API, one transaction."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from clinic.actions import require
from clinic.models import Membership, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from treatments.actions.courses import check_side
from treatments.actions.follow_ups import replan
from treatments.models import (
    CellPreparation,
    Course,
    ExosomePreparation,
    Injection,
    Preparation,
    PrpPreparation,
    Timepoint,
    TreatmentSession,
)

PREPARATIONS: dict[str, type[Preparation]] = {
    model.modality.value: model for model in (PrpPreparation, CellPreparation, ExosomePreparation)
}


KEY_IS_TAKEN = "This idempotency key belongs to a session of another course."


class SessionInFuture(RuleBroken):
    code = "session_in_future"


class SessionBeforeCourse(RuleBroken):
    code = "session_before_course"


class BaselineMissing(RuleBroken):
    code = "baseline_missing"


class InjectionsMissing(RuleBroken):
    code = "injections_missing"


class InjectionTwice(RuleBroken):
    code = "injection_twice"


class PerformerUnknown(RuleBroken):
    code = "performer_unknown"


class PreparationRefused(RuleBroken):
    code = "preparation_refused"


class KeyUsedElsewhere(RuleBroken):
    code = "idempotency_key_used"


@transaction.atomic
def log_session(
    *,
    course: Course,
    performed_at: dt.datetime,
    performed_by: User,
    injections: Sequence[Mapping[str, Any]],
    preparation: Mapping[str, Any],
    at: dt.datetime,
    by: User,
    note: str = "",
    baseline_missing_reason: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> TreatmentSession:
    """Record one session with its injections and its preparation, and plan (or move) the follow-ups.

    ``injections``: fields of Injection. ``preparation``: fields of the course's kind of preparation. The same
    ``idempotency_key`` again returns the first session and changes nothing. Raises PermissionDenied and the
    RuleBroken exceptions of this module.
    """
    require(by, course.clinic, Permission.SESSION_LOG)
    # "no_key": a survey being sent refers to the course and must not wait for this, while this waits for its baseline.
    locked = Course.objects.select_for_update(of=("self",), no_key=True)
    course = locked.select_related("clinic", "treatment_type").get(pk=course.pk)
    earlier = _logged_with(idempotency_key, course)
    if earlier:
        return earlier
    _check_time(course, performed_at, at)
    _check_performer(course, performed_by)
    _check_injections(injections)
    model = _preparation_model(course)
    _check_baseline(course, performed_at, baseline_missing_reason)
    session = _create(
        TreatmentSession(
            clinic_id=course.clinic_id,
            course=course,
            performed_at=performed_at,
            performed_by=performed_by,
            note=note,
            logged_at=at,
            logged_by=by,
            idempotency_key=idempotency_key,
        )
    )
    Injection.objects.bulk_create(
        Injection(clinic_id=course.clinic_id, session=session, **injection) for injection in injections
    )
    _record_preparation(model, session, preparation)
    replan(course, today=_local_day(course, at))
    return session


def _logged_with(key: uuid.UUID | None, course: Course) -> TreatmentSession | None:
    if key is None:
        return None
    session = TreatmentSession.objects.filter(clinic_id=course.clinic_id, idempotency_key=key).first()
    if session and session.course_id != course.pk:
        raise KeyUsedElsewhere(KEY_IS_TAKEN, "idempotency_key")
    return session


def _create(session: TreatmentSession) -> TreatmentSession:
    """The saved row. The course's lock does not keep the same key from being used for two courses at once."""
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError as error:
        if "session_once_per_idempotency_key" in str(error):
            raise KeyUsedElsewhere(KEY_IS_TAKEN, "idempotency_key") from None
        raise
    return session


def _check_time(course: Course, performed_at: dt.datetime, at: dt.datetime) -> None:
    if performed_at > at:
        raise SessionInFuture("The session cannot be in the future.", "performed_at")
    if _local_day(course, performed_at) < course.opened_on:
        raise SessionBeforeCourse(
            f"The session cannot be before the course was opened, on {course.opened_on:%-d %b %Y}.", "performed_at"
        )


def _check_performer(course: Course, performed_by: User) -> None:
    if not Membership.objects.filter(user=performed_by, clinic_id=course.clinic_id).exists():
        raise PerformerUnknown("Choose somebody who works at this clinic.", "performed_by")


def _check_injections(injections: Sequence[Mapping[str, Any]]) -> None:
    if not injections:
        raise InjectionsMissing("Enter at least one injection.", "injections")
    seen: set[tuple[str, str]] = set()
    for index, injection in enumerate(injections):
        place = (injection["target"], injection["side"])
        check_side(*place, field=f"injections.{index}.side")
        if place in seen:
            raise InjectionTwice(
                "This target and side is listed twice: enter one row with the whole volume.",
                f"injections.{index}.target",
            )
        seen.add(place)


def _preparation_model(course: Course) -> type[Preparation]:
    if course.protocol_id is None:
        raise PreparationRefused("An imported course is history: open a new course to log a session.", "course")
    try:
        return PREPARATIONS[course.treatment_type.modality]
    except KeyError:
        raise PreparationRefused("This kind of treatment has no preparation record.", "preparation") from None


def _check_baseline(course: Course, performed_at: dt.datetime, reason: str) -> None:
    """A baseline answered after treatment is no baseline; a first session without one needs a reason."""
    if course.sessions.exists():
        return
    baseline = course.follow_ups.filter(timepoint__name=Timepoint.BASELINE, answered_at__lte=performed_at)
    if baseline.exists():
        return
    if not reason.strip():
        raise BaselineMissing(
            "No baseline was answered before this session. Say why, so reports can tell.", "baseline_missing_reason"
        )
    Course.objects.filter(pk=course.pk).update(baseline_missing_reason=reason.strip())


def _record_preparation(model: type[Preparation], session: TreatmentSession, details: Mapping[str, Any]) -> None:
    record = model(**{"clinic_id": session.clinic_id, "session": session, **details})
    for message, field, is_broken in (
        ("More PRP is injected than was made.", "prp_injected_ml", _injects_more_than_made),
        ("Cells of a donor need the donor's reference.", "donor_ref", _donor_is_untraceable),
        ("The patient must be told that no exosome product is FDA-approved.", "is_notice_acknowledged", _is_untold),
    ):
        if is_broken(record, session):
            raise PreparationRefused(message, f"preparation.{field}")
    record.save()


def _injects_more_than_made(record: Preparation, session: TreatmentSession) -> bool:
    return isinstance(record, PrpPreparation) and record.prp_injected_ml > record.prp_volume_ml


def _donor_is_untraceable(record: Preparation, session: TreatmentSession) -> bool:
    return (
        isinstance(record, CellPreparation)
        and record.donor == CellPreparation.Donor.ALLOGENEIC
        and not record.donor_ref.strip()
    )


def _is_untold(record: Preparation, session: TreatmentSession) -> bool:
    return isinstance(record, ExosomePreparation) and not record.is_notice_acknowledged


def _local_day(course: Course, instant: dt.datetime) -> dt.date:
    return instant.astimezone(ZoneInfo(course.clinic.time_zone)).date()
