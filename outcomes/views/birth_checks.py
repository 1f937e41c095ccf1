"""Asking whoever opens a patient's link when the patient was born, and remembering that they knew.

It is asked before anything of the patient is shown: it tells that a message reached somebody else. See
``patients.actions.birth_checks`` for how often it may be tried.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from clinic.addresses import client_network
from patients import birthdays
from patients.actions import Checked, Verdict, check_birthday
from patients.models import Patient

COOKIE = "you"
LASTS = dt.timedelta(minutes=60)


def has_said(request: HttpRequest, *, token: str, patient: Patient) -> bool:
    """Whether this browser said it behind this link, at most an hour ago."""
    signed = request.get_signed_cookie(COOKIE, default=None, salt=_salt(token), max_age=LASTS)
    return signed == str(patient.pk)


def remember(response: HttpResponse, *, token: str, patient: Patient, path: str) -> HttpResponse:
    """Let this browser go on for an hour, on pages below ``path``, which the link leads to, and on no others."""
    response.set_signed_cookie(
        COOKIE,
        str(patient.pk),
        salt=_salt(token),
        max_age=LASTS,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _salt(token: str) -> str:
    return f"{COOKIE}:{token}"


def ask(
    request: HttpRequest,
    *,
    patient: Patient,
    survey: uuid.UUID | None,
    kind: str,
    frame: Mapping[str, object],
    go_on: Callable[[], HttpResponse],
) -> HttpResponse:
    """The page that asks for the "year" or the "date" of birth; what ``go_on`` answers once it was said.

    ``survey`` as in ``check_birthday``; ``frame`` is shown around the form, and kept in it where it is called "first".
    """
    first_input = "month" if kind == "date" else "year"
    page = {**frame, "kind": kind, "first_input": first_input, "months": _months(), "typed": request.POST}
    if request.method != "POST":
        return _form(page)
    said = birthdays.read(kind, request.POST)
    if said is None:
        return _form({**page, "problem": _unreadable(kind)})
    checked = check_birthday(
        patient=patient, survey=survey, said=said, address=client_network(request), at=timezone.now()
    )
    if checked.verdict is Verdict.RIGHT:
        return go_on()
    if checked.verdict is Verdict.WRONG:
        return _form({**page, "problem": _wrong(kind, checked)})
    return refuse(frame, is_paused=checked.verdict is Verdict.PAUSED)


def refuse(frame: Mapping[str, object], *, is_paused: bool) -> HttpResponse:
    """The neutral page of a link that was tried too often: until somebody of the clinic says so, or within the hour."""
    html = render_to_string("outcomes/birth_paused.html", {**frame, "is_paused": is_paused})
    return HttpResponse(html, status=403 if is_paused else 429)


def _form(page: Mapping[str, object]) -> HttpResponse:
    return HttpResponse(
        render_to_string("outcomes/birth_check.html", dict(page)), status=422 if "problem" in page else 200
    )


def _months() -> list[tuple[str, str]]:
    """Number and name of each, in the language of the page."""
    return [(str(number), date_format(dt.date(2000, number, 1), "F")) for number in range(1, 13)]


def _unreadable(kind: str) -> str:
    if kind == "year":
        return gettext("Type the year of birth with four digits, like 1958")
    return gettext("Type the date of birth, like March 3, 1958")


def _wrong(kind: str, checked: Checked) -> str:
    said = gettext("This is not the year we have.") if kind == "year" else gettext("This is not the date we have.")
    left = ngettext("You can try %(count)d more time.", "You can try %(count)d more times.", checked.left)
    return f"{said} {left % {'count': checked.left}}"
