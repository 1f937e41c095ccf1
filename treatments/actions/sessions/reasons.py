"""What a session does against the plan, the consent or a lot, and the written reasons for going on all the same."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from patients.consents import unsigned
from patients.models import ConsentKind
from treatments.actions.sessions.rows import SessionRows
from treatments.actions.sessions.rules import OverrideUnknown
from treatments.findings import Finding, ReasonsNeeded, without_reason
from treatments.models import Course, Lot, ReviewItem, TreatmentSession
from treatments.vocabulary import TARGETS, Side


def side_findings(course: Course, rows: SessionRows) -> list[Finding]:
    """Injections on the other side than the course was opened for. The midline is on no side."""
    return [
        Finding(
            ReviewItem.Kind.SIDE_NOT_PLANNED.value,
            f"The plan says {Side(course.side).label.lower()}; {TARGETS[injection.target].label.lower()}, "
            f"{Side(injection.side).label.lower()}, is entered.",
            f"injections.{index}.side",
        )
        for index, injection in enumerate(rows.injections)
        if injection.side != course.side and Side.MIDLINE not in (injection.side, course.side)
    ]


def consent_findings(course: Course, lots: Iterable[Lot], *, with_protocol: bool) -> list[Finding]:
    """Kinds of consent that the lots (and the protocol) need and the patient has not signed, one finding each."""
    needed = {kind: "lots" for lot in lots for kind in lot.product.required_consents}
    if with_protocol and course.protocol is not None:
        needed |= dict.fromkeys(course.protocol.required_consents, "course")
    if not needed:
        return []
    return [
        Finding(
            ReviewItem.Kind.CONSENT_MISSING.value,
            f"The patient has not signed the consent that is needed: {ConsentKind(kind).label}.",
            needed[kind],
        )
        for kind in unsigned(course.patient, needed)
    ]


def check_reasons(findings: Sequence[Finding], overrides: Mapping[str, str], *, course: Course, by: User) -> None:
    """Each finding has a reason, from somebody who may give it. Raises ReasonsNeeded, PermissionDenied."""
    unknown = set(overrides) - set(ReviewItem.Kind.values)
    if unknown:
        raise OverrideUnknown("There is no such rule to go on against.", f"overrides.{min(unknown)}")
    missing = without_reason(findings, overrides)
    if missing:
        raise ReasonsNeeded(missing)
    if any(finding.needs_override for finding in findings):
        require(by, course.clinic, Permission.RULE_OVERRIDE)


def not_yet_reviewed(session: TreatmentSession, findings: Iterable[Finding]) -> list[Finding]:
    """The findings for which this session has no review item yet: a reason given once need not be given again."""
    known = set(session.review_items.values_list("kind", "finding"))
    return [finding for finding in findings if (finding.kind, finding.message) not in known]


def raise_review_items(
    session: TreatmentSession, findings: Iterable[Finding], overrides: Mapping[str, str], *, at: dt.datetime, by: User
) -> None:
    """One review item for each finding that was passed with a reason."""
    ReviewItem.objects.bulk_create(
        ReviewItem(
            clinic_id=session.clinic_id,
            session=session,
            kind=finding.kind,
            finding=finding.message,
            reason=overrides[finding.kind].strip(),
            raised_at=at,
            raised_by=by,
        )
        for finding in findings
    )
