"""Sessions in the database that end: after 15 minutes without anybody, 12 hours after signing in, and at once when told.

A session says in columns whose it is, since when, and when somebody was last there, so that ending all sessions of a
person and asking whether one is over take no decoding. No parameter, header or method of a request has a say in it.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends import db
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from clinic.kept_forms import keep
from clinic.models import BrowserSession

SINCE = "signed_in_at"
# Often enough to notice that somebody is there, seldom enough not to write at every click.
NOTED_EVERY = dt.timedelta(minutes=1)


class SessionStore(db.SessionStore):
    """Django's own, with our row. Whoever signs in, by whatever way, has the time of it in the session."""

    seen_at: dt.datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        return BrowserSession

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()
        if row is None:
            return {}
        self.seen_at = row.seen_at
        return self.decode(row.session_data)

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        now = timezone.now()
        user_id = data.get(SESSION_KEY)
        if user_id:
            data.setdefault(SINCE, now.timestamp())
        row: BrowserSession = super().create_model_instance(data)
        row.user_id = user_id
        row.signed_in_at = dt.datetime.fromtimestamp(data[SINCE], dt.UTC) if user_id else None
        row.seen_at = self.seen_at = self.seen_at or now
        return row

    def cycle_key(self) -> None:
        self.seen_at = timezone.now()
        super().cycle_key()

    def is_over(self, now: dt.datetime) -> bool:
        """Whether this session of somebody who signed in has come to its end."""
        since = dt.datetime.fromtimestamp(self.get(SINCE, 0), dt.UTC)
        seen_at = self.seen_at or since
        return now - since >= settings.SESSION_LIFE or now - seen_at >= settings.SESSION_IDLE

    def note_presence(self, now: dt.datetime) -> None:
        """Somebody is there. Writes at most once a minute."""
        if self.seen_at is None or now - self.seen_at >= NOTED_EVERY:
            self.seen_at = now
            BrowserSession.objects.filter(session_key=self.session_key).update(seen_at=now)


class SessionLimitsMiddleware:
    """Ends what is over before anything else looks at who is there; the request then goes on as a stranger's.

    A form that was sent too late is kept for its sender, once it is certain that it came from a page of this site.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.get(SESSION_KEY):
            now = timezone.now()
            if request.session.is_over(now):
                request.was_of = request.session[SESSION_KEY]
                request.session.flush()
                request.user = AnonymousUser()
            elif not _polls(request):
                request.session.note_presence(now)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: object) -> HttpResponse | None:
        """Runs after the check against forged forms."""
        user_id = getattr(request, "was_of", None)
        is_page = not request.path_info.startswith("/api/")
        if user_id and is_page and keep(request, user_id):
            return redirect_to_login(reverse("kept-form"))
        return None


def _polls(request: HttpRequest) -> bool:
    """Whether a page asks by itself, which does not mean that somebody is there."""
    if not settings.SESSION_POLLING_VIEWS:
        return False
    try:
        return resolve(request.path_info).url_name in settings.SESSION_POLLING_VIEWS
    except Resolver404:
        return True
