"""Around every request: its headers, the second factor, the rows it may reach, the clinic somebody is working at."""

import logging
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from http import HTTPStatus

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY as USER
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from clinic import history, names, recording, scope
from clinic.access import memberships_of
from clinic.adapters import SecondFactorAdapter
from clinic.api_errors import unavailable
from clinic.models import Clinic
from clinic.proofs import has_second_factor

logger = logging.getLogger(__name__)
SESSION_KEY = "clinic_id"
NAMES_KEY = "hides_names"
SAFE = {"GET", "HEAD", "OPTIONS"}


# On every answer: pages, files, redirects, errors, and what stops a request before a page is found.
HEADERS = {
    "Cache-Control": "no-store, private",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation"),
            *("gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment", "serial", "usb"),
            *("screen-wake-lock", "xr-spatial-tracking"),
        )
    ),
    "X-Frame-Options": "DENY",
}


class PolicyMiddleware(CSPMiddleware):
    """The outermost: strict headers, unless a page or a static file brings its own.

    The content security policy is not built for a response that brings a stricter one.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response if HEADER in response else super().process_response(request, response)


class SecondFactorMiddleware:
    """Without a second factor a signed-in person gets to one only. Costs no query once the session holds the proof."""

    ALWAYS = frozenset({"logout", "health"})
    TO_SET_ONE_UP = ALWAYS | {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"}
    TO_SHOW_IT = ALWAYS | {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: object) -> HttpResponse | None:
        """None lets the page be shown."""
        is_free = settings.MFA_OPTIONAL or USER not in request.session or not request.user.is_authenticated
        if is_free or has_second_factor(request):
            return None
        methods = SecondFactorAdapter.methods_of(request.user)
        reachable = self.TO_SHOW_IT if methods else self.TO_SET_ONE_UP
        if request.resolver_match and request.resolver_match.url_name in reachable:
            return None
        if request.path.startswith("/api/"):
            problem = {"code": "second_factor_missing", "message": "Sign in with your second factor.", "field": None}
            return JsonResponse(problem, status=403)
        if not methods:
            messages.warning(request, "Before you go on, set up a second factor: it takes a minute.")
        return redirect(methods[0] if methods else "mfa_index")


def active_clinic(request: HttpRequest) -> Clinic | None:
    """The clinic chosen in this session, else the first this person belongs to, else None."""
    clinics = [membership.clinic for membership in request.memberships]
    chosen = request.session.get(SESSION_KEY)
    return next((clinic for clinic in clinics if clinic.pk == chosen), clinics[0] if clinics else None)


class AccessMiddleware:
    """Who saw what is recorded once the request's transaction has ended. What cannot be recorded is not shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        event = recording.event_of(request, response, getattr(request, "came_as", None))
        if event is None:
            return response
        try:
            recording.record(request, event, response.status_code)
        except DatabaseError:
            logger.exception("an access could not be recorded")
            return unavailable(request) if event["kind"] in recording.GUARDED else response
        if hasattr(response, "counted"):
            response.streaming_content = recording.counted(request, response, response.streaming_content)
        return response

    def process_view(self, request: HttpRequest, *view: object) -> None:
        """Who came, before signing in or out changes it. Only forms do that."""
        if request.method == "POST" and settings.SESSION_COOKIE_NAME in request.COOKIES:
            request.came_as = history.user_of(request)


class HistoryMiddleware:
    """What a request changes is recorded with who did it and where."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE:
            # Changes nothing, so nothing is to be told; patients' pages are read without the cost.
            request.id = uuid.uuid4()
            return self.get_response(request)
        with history.of_request(request) as context:
            request.id = context.id
            return self.get_response(request)


class ScopeMiddleware:
    """One transaction around the request of a person or program, in which only its clinics' rows exist.

    A request that fails on our side leaves nothing behind. One without a session or a key has no scope: the pages behind
    a patient's link enter their own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            return self._answer(request, scope.of_user(request.user.pk))
        if "Authorization" in request.headers:
            return self._answer(request, scope.nobody())
        return self.get_response(request)

    def _answer(self, request: HttpRequest, entering: AbstractContextManager[None]) -> HttpResponse:
        with entering:
            response = self.get_response(request)
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                transaction.set_rollback(True)
        return response


class NamesMiddleware:
    """Patients' names are hidden on every page of a session that asked for it, on a screen where others look on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_staff = settings.SESSION_COOKIE_NAME in request.COOKIES
        with names.hidden(is_staff and bool(request.session.get(NAMES_KEY))):
            return self.get_response(request)


class ActiveClinicMiddleware:
    """Sets ``request.clinic`` and ``request.memberships``; together one query, only on pages that look at them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.memberships = SimpleLazyObject(lambda: list(memberships_of(request.user)))
        request.clinic = SimpleLazyObject(lambda: active_clinic(request))
        return self.get_response(request)
