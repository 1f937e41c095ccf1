"""The short way to the pages behind a patient's link: past everything that is about people who sign in."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from clinic.middleware import AccessMiddleware, HistoryMiddleware

PREFIX = "/s/"


class PatientPagesMiddleware:
    """A page of a check-in asks for no session, no login and no second factor, and takes no CSRF cookie.

    Its middleware cost a third of such a page. What is changed and what was refused is recorded as everywhere. A browser
    in which somebody of the clinic has signed in goes the long way, so that it is known who that was.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.show = AccessMiddleware(HistoryMiddleware(_show))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX) or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self.get_response(request)
        try:
            request.resolver_match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        # For the page that says that something went wrong.
        request.user, request.clinic, request.memberships = AnonymousUser(), None, []
        return self.show(request)


def _show(request: HttpRequest) -> HttpResponse:
    found = request.resolver_match
    return found.func(request, *found.args, **found.kwargs)
