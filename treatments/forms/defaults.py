"""What a session form is filled in with: from the plan, from the last session, or from the session that is changed."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from clinic.models import User
from treatments.forms.injections import InjectionForm
from treatments.models import Course, Injection, TreatmentSession
from treatments.technique import planned_aftercare

REPEATED_VISIT = ("assistant", "room", "skin_prep", "anaesthetic_route", "anaesthetic_agent", "anaesthetic_percent")


@dataclass(frozen=True)
class Defaults:
    """Initial values of each part, as the action takes them; ``planned``: by part, the fields the plan filled in."""

    visit: Mapping[str, Any]
    injections: list[dict[str, Any]]
    preparation: Mapping[str, Any]
    lots: list[dict[str, Any]] = field(default_factory=list)
    holds: Mapping[str, Any] = field(default_factory=dict)
    aftercare: Mapping[str, Any] = field(default_factory=dict)
    planned: Mapping[str, frozenset[str]] = field(default_factory=dict)


def new_session(
    course: Course,
    *,
    last: TreatmentSession | None,
    prepared: Mapping[str, Any],
    now: dt.datetime,
    by: User,
) -> Defaults:
    """For the next session of a course: the plan first, then how the last one was done (``prepared``: its settings).

    Never a side, a lot, a count, a volume that the plan does not give, a reaction or a note.
    """
    plan = course.protocol.technique if course.protocol else {}
    visit = {name: getattr(last, name) for name in REPEATED_VISIT} if last else {}
    visit |= {"performed_at": now, "performed_by": _performer(course, last, by), "idempotency_key": uuid.uuid4()}
    injections = [_repeated(injection) for injection in last.injections.all()] if last else [{"target": course.target}]
    planned = plan.get("preparation", {})
    return Defaults(
        visit=plain({**visit, **plan.get("session", {})}),
        injections=[plain({**injection, **plan.get("injection", {})}) for injection in injections],
        preparation=plain({**prepared, **planned}),
        aftercare=plain(planned_aftercare(plan, treated_on=now.date())),
        planned={
            "visit": frozenset(plan.get("session", {})),
            "injection": frozenset(plan.get("injection", {})),
            "preparation": frozenset(planned),
            "aftercare": frozenset(planned_aftercare(plan, treated_on=now.date())),
        },
    )


def of_parts(parts: Mapping[str, Any]) -> Defaults:
    """For changing a session: everything as it stands (``parts``: the keyword arguments that would log it).

    ``parts`` may also be a kept snapshot, in which people stand by their e-mail address and times as text.
    """
    performer = parts["performed_by"]
    if isinstance(performer, str):
        performer = User.objects.filter(email=performer).first()
    visit = dict(parts["visit"]) | {"note": parts["note"], "performed_by": performer.pk if performer else None}
    visit["performed_at"] = _minute(parts["performed_at"])
    return Defaults(
        visit=plain(visit),
        injections=[plain(injection) for injection in parts["injections"]],
        preparation=plain(parts["preparation"]),
        lots=[plain(use) | {"lot": str(getattr(use["lot"], "public_id", use["lot"]))} for use in parts["lots"]],
        holds=plain(parts["holds"] or {}),
        aftercare=plain(parts["aftercare"] or {}),
    )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as a person would type them: 6 for 6.00, also in lists of rows."""
    return {name: _plain(value) for name, value in values.items()}


def _repeated(injection: Injection) -> dict[str, Any]:
    return {name: getattr(injection, name) for name in InjectionForm.repeated}


def _plain(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [plain(row) for row in value]
    return Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value


def _minute(instant: dt.datetime | str) -> dt.datetime:
    """As a page can type it: without seconds."""
    instant = dt.datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return instant.replace(second=0, microsecond=0)


def _performer(course: Course, last: TreatmentSession | None, by: User) -> int | None:
    performers = [by.pk] if last is None else [by.pk, last.performed_by_id]
    clinicians = course.clinic.memberships.filter(user_id__in=performers, role="clinician")
    treating = set(clinicians.values_list("user_id", flat=True))
    return next((pk for pk in performers if pk in treating), None)
