"""The washout flags of stored sessions: in words for one, as columns for a list. Both say the same (a test sees to it)."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, Greatest, Least
from django.db.models.lookups import GreaterThanOrEqual

from treatments.models import MedicationReview, TreatmentSession
from treatments.states import LocalDay
from treatments.vocabulary import Modality
from treatments.washout import (
    NSAID_DAYS,
    RECALL_DAYS,
    STEROID_DAYS,
    Around,
    Asked,
    Washout,
    nsaid_after,
    nsaid_before,
    overall,
    steroid_before,
)

WASHOUTS = [(state.value, state.value) for state in Washout]
KEPT, BROKEN, UNKNOWN = (Value(state.value) for state in Washout)


@dataclass(frozen=True)
class SessionWashout:
    """The flags of one session with what they rest on, for its page."""

    around: Around
    nsaid_before: Washout
    nsaid_after: Washout
    steroid_before: Washout
    washout: Washout


def washout_of(session: TreatmentSession) -> SessionWashout | None:
    """The flags of a PRP session, None for any other. One query, and one more for each part not selected with it."""
    if session.course.treatment_type.modality != Modality.PRP:
        return None
    around = _around(session)
    answered = session.course.patient.medication_reviews.filter(nsaid_days__isnull=False)
    asked = [Asked(on, days) for on, days in answered.values_list("asked_on", "nsaid_days")]
    parts = (nsaid_before(around, asked), nsaid_after(around, asked), steroid_before(around))
    return SessionWashout(around, *parts, overall(parts))


def _around(session: TreatmentSession) -> Around:
    holds, aftercare = _part(session, "holds"), _part(session, "aftercare")
    planned = session.course.protocol.technique.get("holds", {}) if session.course.protocol else {}
    return Around(
        session_on=session.performed_at.astimezone(ZoneInfo(session.clinic.time_zone)).date(),
        takes_no_nsaid=bool(holds and holds.takes_no_nsaid),
        nsaid_stopped_on=holds and holds.nsaid_stopped_on,
        last_steroid_on=holds and holds.last_steroid_on,
        avoid_nsaid_until=aftercare and aftercare.avoid_nsaid_until,
        nsaid_days=planned.get("nsaid_days", NSAID_DAYS),
        steroid_days=planned.get("steroid_days", STEROID_DAYS),
    )


def _part(session: TreatmentSession, name: str) -> Any:
    try:
        return getattr(session, name)
    except ObjectDoesNotExist:
        return None


class DaysBetween(Func):
    """The first date less the second, in whole days."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


class Later(Func):
    """A date so many days later."""

    template = "(%(expressions)s)"
    arg_joiner = " + "
    output_field = DateField()


def with_washout(sessions: QuerySet[TreatmentSession]) -> QuerySet[Any]:
    """Each PRP session with ``nsaid_before``, ``nsaid_after``, ``steroid_before`` and ``washout``; NULL for others."""
    return (
        sessions.annotate(
            session_on=LocalDay("clinic__time_zone", "performed_at"),
            nsaid_hold_days=_planned("nsaid_days", NSAID_DAYS),
            steroid_hold_days=_planned("steroid_days", STEROID_DAYS),
        )
        .annotate(
            held_from=Later(F("session_on"), Value(1) - F("nsaid_hold_days")),
            avoided_from=Later(F("session_on"), Value(1)),
        )
        .annotate(nsaid_before=_nsaid_before(), nsaid_after=_nsaid_after(), steroid_before=_steroid_before())
        .annotate(washout=_overall("nsaid_before", "nsaid_after", "steroid_before"))
    )


def _planned(name: str, usual: int) -> Coalesce:
    planned = KeyTextTransform(name, KeyTransform("holds", "course__protocol__technique"))
    return Coalesce(Cast(planned, IntegerField()), Value(usual))


def _for_prp(*whens: When) -> Case:
    others = When(~Q(course__treatment_type__modality=Modality.PRP.value), then=Value(None))
    return Case(others, *whens, default=UNKNOWN, output_field=CharField())


def _nsaid_before() -> Case:
    asked = _asked("held_from", "session_on")
    return _for_prp(
        When(Exists(_proving(asked)), then=BROKEN),
        When(holds__takes_no_nsaid=True, then=KEPT),
        *_enough("holds__nsaid_stopped_on", "nsaid_hold_days"),
    )


def _nsaid_after() -> Case:
    asked = _asked("avoided_from", "aftercare__avoid_nsaid_until").filter(overlap__gt=0)
    return _for_prp(
        When(aftercare__avoid_nsaid_until=None, then=UNKNOWN),
        When(Exists(_proving(asked)), then=BROKEN),
        When(Exists(asked) & ~Exists(asked.filter(nsaid_days__gt=0)), then=KEPT),
    )


def _steroid_before() -> Case:
    return _for_prp(*_enough("holds__last_steroid_on", "steroid_hold_days"))


def _enough(last_on: str, days: str) -> list[When]:
    passed = DaysBetween(F("session_on"), F(last_on))
    return [
        When(**{last_on: None}, then=UNKNOWN),
        When(GreaterThanOrEqual(passed, F(days)), then=KEPT),
        When(**{f"{last_on}__isnull": False}, then=BROKEN),
    ]


def _overall(*parts: str) -> Case:
    broken, kept = Q(), Q()
    for part in parts:
        broken |= Q(**{part: Washout.BROKEN.value})
        kept &= Q(**{part: Washout.KEPT.value})
    return _for_prp(When(broken, then=BROKEN), When(kept, then=KEPT))


def _asked(first: str, last: str) -> QuerySet[Any]:
    """The patient's answered reviews; ``overlap``: how many days of the recall lie within these, 0 or less for none."""
    until = Least(F("asked_on"), OuterRef(last))
    began = Greatest(Later(F("asked_on"), Value(1 - RECALL_DAYS)), OuterRef(first))
    answered = MedicationReview.objects.filter(patient=OuterRef("course__patient"), nsaid_days__isnull=False)
    return answered.annotate(overlap=DaysBetween(until, began) + Value(1))


def _proving(asked: QuerySet[Any]) -> QuerySet[Any]:
    return asked.filter(nsaid_days__gt=Value(RECALL_DAYS) - Greatest(F("overlap"), Value(0)))
