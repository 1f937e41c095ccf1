"""The sessions of a time line, with what was injected where."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, TextField
from django.db.models.functions import Cast, JSONObject
from django.urls import reverse

from outcomes.timelines.page import Happening
from outcomes.timelines.words import Line, line_of
from treatments.models import Injection, TreatmentSession
from treatments.records import KINDS, plain, preparation_of, words_of
from treatments.vocabulary import TARGETS, Side

_PLACES = Injection.objects.filter(session=OuterRef("pk")).order_by("id")
_PLACE = JSONObject(target="target", side="side", volume_ml=Cast("volume_ml", TextField()))
# With ``places``: what was injected, so that sessions of any number cost one query.
SESSIONS = TreatmentSession.objects.select_related("course__treatment_type", "performed_by", *KINDS).annotate(
    places=ArraySubquery(_PLACES.values(place=_PLACE))
)


def lines_of(happenings: Iterable[Happening], sessions: Iterable[TreatmentSession]) -> list[Line]:
    """Every entry in words. ``sessions``: at least those that happened, read like SESSIONS."""
    by_key = {session.pk: session for session in sessions}
    return [
        _session(by_key[happening.row]) if happening.kind == "session" else line_of(happening)
        for happening in happenings
    ]


def lines_of_sessions(sessions: Iterable[TreatmentSession]) -> list[Line]:
    """The same of sessions alone."""
    return [_session(session) for session in sessions]


def _place(place: dict[str, str]) -> str:
    where = f"{Side(place['side']).label} {TARGETS[place['target']].label.lower()}"
    return f"{where}, {plain(Decimal(place['volume_ml']))} mL"


def _session(session: Any) -> Line:
    course = session.course
    is_error = session.entered_in_error_at is not None
    return Line(
        at=session.performed_at,
        icon="syringe",
        title=f"{course.treatment_type}, {course.complaint}",
        detail=f"Entered in error: {session.entered_in_error_reason}"
        if is_error
        else " · ".join(map(_place, session.places)),
        who=str(session.performed_by),
        href=reverse("session", args=[session.public_id]),
        tone="" if is_error else "key",
        tags=[] if is_error else words_of(preparation_of(session)),
        is_struck=is_error,
    )
