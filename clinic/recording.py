"""Who saw what: one record a request, written after its transaction has ended, so that what was refused is kept too.

Pages and resources say what they showed (``clinic.accesses``); the rest is seen from the answer. Ids only, never an address or
what somebody searched for.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from clinic import scope
from clinic.history import route_of, user_of
from clinic.models import AccessEvent, Membership

Kind = AccessEvent.Kind
SIGN_IN = {"login", "account_login", "mfa_authenticate"}
# Pages behind a patient's link: what happens there is told by the survey or consent itself.
BEHIND_A_LINK = {"survey", "sign", "unsubscribe", "join", "own", "kiosk"}
UNRECORDED = {"health"}
REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
# Answers that show the record that was asked for though the request itself was turned down, or say that it is as it was.
SHOWN = {HTTPStatus.NOT_MODIFIED, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.UNPROCESSABLE_ENTITY}
# What must not be shown when it cannot be recorded.
GUARDED = {Kind.READ, Kind.LISTED, Kind.SEARCHED, Kind.EXPORTED}


def event_of(request: HttpRequest, response: HttpResponseBase, came_as: int | None) -> dict[str, Any] | None:
    """What is to be recorded of this request, or None. ``came_as`` is who was signed in when it came."""
    route = route_of(request)
    if not route or route in UNRECORDED:
        return None
    if route.partition("-")[0] in BEHIND_A_LINK:
        if response.status_code == HTTPStatus.NOT_FOUND:
            return {"kind": Kind.LINK_REFUSED}
        # What patients take along says so itself.
        return getattr(request, "accessed", None)
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return {"kind": Kind.LIMITED}
    return _coming_and_going(request, response, came_as) or _shown(request, response)


def _coming_and_going(request: HttpRequest, response: HttpResponseBase, came_as: int | None) -> dict[str, Any] | None:
    now = user_of(request)
    if came_as and now is None and request.method == "POST":
        return {"kind": Kind.SIGNED_OUT, "user_id": came_as}
    if route_of(request) in SIGN_IN and request.method == "POST" and came_as is None:
        if now:
            return {"kind": Kind.SIGNED_IN}
        if response.status_code != HTTPStatus.FOUND:
            return {"kind": Kind.SIGN_IN_FAILED, "user_id": _account(request)}
    return None


def _account(request: HttpRequest) -> int | None:
    """The account that somebody tried, if there is one; never what was typed."""
    typed = request.POST.get("username") or request.POST.get("login") or ""
    # What cannot be an address cannot be asked for either.
    if "\0" in typed:
        return None
    return get_user_model().objects.filter(email=typed.lower()[:254]).values_list("pk", flat=True).first()


def _shown(request: HttpRequest, response: HttpResponseBase) -> dict[str, Any] | None:
    if response.status_code in REFUSED:
        return {"kind": Kind.DENIED}
    accessed = getattr(request, "accessed", None)
    is_shown = response.status_code < HTTPStatus.MULTIPLE_CHOICES or response.status_code in SHOWN
    if hasattr(response, "counted"):
        return {**(accessed or {}), "kind": Kind.EXPORTED}
    return accessed if is_shown else None


def record(request: HttpRequest, event: dict[str, Any], status: int) -> None:
    """Write one event, with what every event has. Outside any transaction of the request. Raises DatabaseError."""
    token = getattr(request, "auth", None)
    whole = {
        "user_id": user_of(request),
        "token": str(token.public_id) if token is not None else None,
        "route": route_of(request)[:80],
        "method": (request.method or "")[:10],
        "status": status,
        "address": request.META.get("REMOTE_ADDR") or None,
        "request_id": str(getattr(request, "id", uuid.uuid4())),
        **event,
    }
    if "clinic_id" not in whole:
        whole["clinic_id"] = _clinic_of(request, whole["user_id"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT mendline_record_access(%s)", [json.dumps(whole)])


def _clinic_of(request: HttpRequest, user: int | None) -> int | None:
    """Where the person works right now, for what was no row of any clinic."""
    if user is None:
        return None
    with scope.of_user(user):
        works_at = Membership.objects.filter(user_id=user).order_by("clinic__name").values_list("clinic_id", flat=True)
        clinics = list(works_at)
    chosen = request.session.get("clinic_id")
    return chosen if chosen in clinics else next(iter(clinics), None)


def counted(request: HttpRequest, response: Any, parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts of an export; when they end, however they end, how many rows went out is recorded."""
    event = {**getattr(request, "accessed", {}), "kind": Kind.EXPORT_ENDED}
    try:
        yield from parts
    finally:
        record(request, {**event, "n_rows": response.counted.n}, response.status_code)
