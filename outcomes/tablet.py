"""The clinic's tablet while a patient holds it: one check-in can be answered on it, and nothing of the clinic's opens.

The link's secret is in a signed cookie that scripts cannot read, never in an address: where it would stand, ``TABLET`` does.
"""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

TABLET = "tablet"
COOKIE = "kiosk"
LASTS = dt.timedelta(minutes=60)
# Nobody sees from here that somebody is typing: the page with room for the patient's own words waits longer.
IDLE_SECONDS, WRITING_SECONDS, LAST_CALL_SECONDS = 120, 300, 60
# What a patient may reach; everything else of the site leads back to the lock.
REACHABLE = ("survey", "kiosk")


def cookie_name() -> str:
    """Over HTTPS one that only this host can set."""
    return f"__Host-{COOKIE}" if settings.SESSION_COOKIE_SECURE else COOKIE


def give(response: HttpResponse, secret: str) -> HttpResponse:
    """From here on this browser is the tablet of one check-in, for an hour at most."""
    response.set_signed_cookie(
        cookie_name(),
        secret,
        salt=COOKIE,
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def take_back(response: HttpResponse) -> HttpResponse:
    """The check-in can no longer be reached from this browser."""
    response.delete_cookie(cookie_name(), samesite="Strict")
    return response


def secret_of(request: HttpRequest) -> str | None:
    """The secret of the link that this tablet was handed over with; None when it was not, or is locked."""
    secret: str | None = request.get_signed_cookie(cookie_name(), default=None, salt=COOKIE, max_age=LASTS)
    return secret


def lock() -> HttpResponse:
    """To the page that says so, from where only staff go on."""
    response = HttpResponseRedirect(reverse("kiosk-locked"))
    response.status_code = 303
    return take_back(response)


def after(response: HttpResponse, seconds: int, page: str) -> HttpResponse:
    """When nobody touches the tablet for so long it goes on by itself, without scripts."""
    response.headers["Refresh"] = f"{seconds}; url={reverse(page)}"
    return response


def framed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A survey's page on the tablet: it asks whether anybody is there, and whoever has finished gives the tablet back."""
    page = request.resolver_match.url_name if request.resolver_match else ""
    if page == "survey-later":
        return lock()
    if page == "kiosk-pause":
        return after(response, LAST_CALL_SECONDS, "kiosk-locked")
    is_end = page == "survey-done" and response.status_code == 200
    if is_end:
        take_back(response)
    if is_end or response.status_code in (404, 410):
        return after(response, LAST_CALL_SECONDS, "kiosk-locked")
    if response.status_code == 303:
        return response
    return after(response, WRITING_SECONDS if page == "survey-check" else IDLE_SECONDS, "kiosk-pause")


class TabletMiddleware:
    """While a patient holds the tablet, an address of the clinic leads to the lock, signing in too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: object) -> HttpResponse | None:
        if not request.COOKIES.get(cookie_name()) or request.resolver_match is None:
            return None
        name = request.resolver_match.url_name or ""
        return None if name.partition("-")[0] in REACHABLE else lock()
