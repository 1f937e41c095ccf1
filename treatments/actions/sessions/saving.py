"""What logging and amending share: the rules, then the rows, the lots, what is derived, and the plan."""

import datetime as dt
from zoneinfo import ZoneInfo

from clinic.models import User
from treatments.actions.completeness import rate_session
from treatments.actions.follow_ups import replan
from treatments.actions.retreatments import record_reinjection
from treatments.actions.sessions import checks, lots, reasons
from treatments.actions.sessions.derived import derive_values
from treatments.actions.sessions.parts import VISIT, SessionParts
from treatments.actions.sessions.preparation_checks import check_preparation
from treatments.actions.sessions.rows import SessionRows, replace, unsaved
from treatments.models import Course, TreatmentSession


def locked(course: Course) -> Course:
    """The course, held until the transaction ends, with what the rules ask of it.

    "no_key": a survey being sent refers to the course and must not wait for this, while this waits for its baseline.
    Where the patient was merged into another record while this waited, the second look finds that one.
    """
    rows = Course.objects.select_for_update(of=("self",), no_key=True).filter(pk=course.pk)
    rows = rows.select_related("clinic", "patient", "protocol", "treatment_type")
    held: Course = rows.first() or rows.get()
    return held


def local_day(course: Course, instant: dt.datetime) -> dt.date:
    """The day of this instant in the clinic's calendar."""
    return instant.astimezone(ZoneInfo(course.clinic.time_zone)).date()


def prepare(session: TreatmentSession, parts: SessionParts, *, at: dt.datetime) -> SessionRows:
    """Write the parts into the session's own fields and into unsaved rows. Raises the first rule that is broken."""
    course, day = session.course, local_day(session.course, parts.performed_at)
    checks.check_time(course, parts.performed_at, day=day, latest=session.logged_at)
    checks.check_performer(course, parts)
    session.performed_at, session.performed_by, session.note = parts.performed_at, parts.performed_by, parts.note
    for name, empty in VISIT.items():
        setattr(session, name, parts.visit.get(name, empty))
    checks.check_visit(session)
    rows = unsaved(course, parts)
    checks.check_injections(rows)
    check_preparation(course, parts, rows, day=day, at=at, today=local_day(course, at))
    checks.check_files(course, rows)
    checks.check_holds(rows, day=day)
    checks.check_aftercare(rows, day=day)
    lots.check_lots(parts, rows.preparation)
    reason = checks.check_baseline(course, session, parts.baseline_missing_reason)
    if reason:
        Course.objects.filter(pk=course.pk).update(baseline_missing_reason=reason)
    return rows


def store(
    session: TreatmentSession, parts: SessionParts, rows: SessionRows, *, is_new: bool, at: dt.datetime, by: User
) -> None:
    """Store the rows of a session whose own row is saved, and move its lots.

    Raises ReasonsNeeded, and what the lots refuse. Part of log_session and amend_session, course locked.
    """
    course = session.course
    change = lots.rebalance(session, parts, rows)
    lots.give_back(change, at=at, by=by)
    findings = [
        *reasons.side_findings(course, rows),
        *reasons.consent_findings(course, lots.lots_of(change.new), with_protocol=is_new),
        *lots.findings_of(change, day=local_day(course, session.performed_at)),
    ]
    findings = reasons.not_yet_reviewed(session, findings)
    reasons.check_reasons(findings, parts.overrides, course=course, by=by)
    derive_values(rows)
    replace(session, rows)
    lots.take(session, change, rows, at=at, by=by)
    reasons.raise_review_items(session, findings, parts.overrides, at=at, by=by)
    rate_session(session)
    follow(session, at=at, by=by)


def follow(session: TreatmentSession, *, at: dt.datetime, by: User) -> None:
    """What comes after every change of a session: the follow-ups, and the marks of re-treatment."""
    replan(session.course, today=local_day(session.course, at))
    record_reinjection(session.course, session, at=at, by=by)
