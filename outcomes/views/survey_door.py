"""The way into a patient's pages: a link opens its survey, and says so when there is none to open."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import NamedTuple
from urllib.parse import urlencode

from csp.constants import HEADER, NONE
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clinic import scope
from clinic.change_context import tell
from clinic.links import link_hashes
from clinic.models import Clinic
from outcomes import actions, patient_words, tablet
from outcomes.check_ins import CheckIn, check_in_behind
from outcomes.models import Survey
from outcomes.views.birth_checks import has_said, refuse, remember
from outcomes.views.survey_language import CHOICE, language_for, same_question

PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    HEADER: build_policy(replace={"script-src": [NONE]}),
}

SurveyView = Callable[..., HttpResponse]


class SeeOther(HttpResponseRedirect):
    """After a POST: fetch the next page with GET."""

    status_code = 303


class Other(NamedTuple):
    """The language that a page is not in, named in itself."""

    code: str
    name: str


OTHERS = {"en": Other("es", "Español"), "es": Other("en", "English")}


class Frame(NamedTuple):
    """What every page of one clinic shows around its content.

    ``is_asking`` says that answers are still taken: then the language that is chosen there is kept with them.
    """

    sender_name: str
    phone: str
    is_demo: bool
    language: str
    is_asking: bool
    emergency_number: str = ""
    crisis_line: str = ""
    is_on_tablet: bool = False

    @property
    def other(self) -> Other:
        return OTHERS[self.language]


def frame_of(survey: Survey, *, is_asking: bool | None = None) -> Frame:
    """The frame in the active language; without ``is_asking`` that of a survey whose window is open."""
    is_open = survey.completed_at is None if is_asking is None else is_asking
    return frame_of_clinic(survey.clinic, is_asking=is_open, is_on_tablet=survey.is_on_tablet)


def frame_of_clinic(clinic: Clinic, *, is_asking: bool, is_on_tablet: bool = False) -> Frame:
    """The same for pages that are about no survey."""
    numbers = (clinic.emergency_number, clinic.crisis_line)
    language = patient_words.language()
    return Frame(clinic.sender_name, clinic.phone, clinic.is_demo, language, is_asking, *numbers, is_on_tablet)


def show(name: str, context: Mapping[str, object], status: int = 200) -> HttpResponse:
    """One of the ``survey_*`` templates, without the context processors of staff pages."""
    return HttpResponse(render_to_string(f"outcomes/survey_{name}.html", dict(context)), status=status)


def go(token: str, page: str, *args: object, **query: object) -> SeeOther:
    """On to another page of the same link; of ``query`` what is not None is in its address."""
    given = urlencode({name: value for name, value in query.items() if value is not None})
    return SeeOther(reverse(f"survey-{page}", args=[token, *args]) + (given and f"?{given}"))


def unknown() -> HttpResponse:
    """The same words for every link that opens nothing."""
    return show("unknown", {"clinic": Frame("", "", False, patient_words.language(), False)}, status=404)


def _closed(survey: Survey) -> HttpResponse:
    ended_on, closes_on = survey.follow_up.ended_on, survey.follow_up.closes_on
    closed_on = patient_words.day(min(ended_on or closes_on, closes_on))
    return show("closed", {"clinic": frame_of(survey, is_asking=False), "closed_on": closed_on}, status=410)


def _stopped(survey: Survey) -> HttpResponse:
    return show("stopped", {"clinic": frame_of(survey, is_asking=False)}, status=410)


def _answer(view: SurveyView, is_before_check: bool, request: HttpRequest, token: str, **rest: int) -> HttpResponse:
    """The page, or the one that says why there is none. All of it in the scope that the link brings."""
    if token != tablet.TABLET:
        return _answer_to(view, is_before_check, request, token, token, **rest)
    secret = tablet.secret_of(request)
    if secret is None:
        return tablet.lock()
    return tablet.framed(request, _answer_to(view, is_before_check, request, token, secret, **rest))


def _answer_to(
    view: SurveyView, is_before_check: bool, request: HttpRequest, token: str, secret: str, **rest: int
) -> HttpResponse:
    with scope.entered_by_reading("mendline_enter_survey_link", link_hashes(secret)):
        check_in = check_in_behind(secret, at=timezone.now())
        known = _languages_of(check_in) if check_in else ()
        with translation.override(language_for(request, *known)):
            if check_in is None:
                return unknown()
            shown = _on_tablet(check_in) if token == tablet.TABLET else check_in
            return _answer_found(view, is_before_check, request, shown, token, **rest)


def _on_tablet(check_in: CheckIn) -> CheckIn:
    """Staff gave it to the patient, and its first page asks who they are: that is all there is to ask."""
    check_in.survey.is_on_tablet = True
    return check_in._replace(asks="", is_paused=False)


def _languages_of(check_in: CheckIn) -> tuple[str, ...]:
    return check_in.survey.language, check_in.language, check_in.survey.follow_up.course.patient.language


def _answer_found(
    view: SurveyView, is_before_check: bool, request: HttpRequest, check_in: CheckIn, token: str, **rest: int
) -> HttpResponse:
    if request.method == "POST" and request.POST.get("part", "1") != str(check_in.part):
        # A page of another part of the visit, left open: what it asks is not what would be answered.
        return go(token, "welcome")
    survey = check_in.survey
    tell(survey=survey.pk)
    if survey.completed_at is None and actions.is_stopped(survey):
        return _stopped(survey)
    if survey.completed_at is None and actions.is_closed(survey, timezone.now()):
        return _closed(survey)
    if not check_in.asks:
        return _show_page(view, request, check_in, token, **rest)
    if has_said(request, token=token, patient=survey.follow_up.course.patient):
        shown = _show_page(view, request, check_in._replace(asks="", is_paused=False), token, **rest)
        return let_in(shown, check_in, token) if request.method == "POST" else shown
    if check_in.is_paused:
        return refuse({"clinic": frame_of(survey, is_asking=False)}, is_paused=True)
    return _show_page(view, request, check_in, token, **rest) if is_before_check else go(token, "you")


def let_in(response: HttpResponse, check_in: CheckIn, token: str) -> HttpResponse:
    """This browser has said when the patient was born: from here on it sees the pages of this link for an hour."""
    patient = check_in.survey.follow_up.course.patient
    return remember(response, token=token, patient=patient, path=reverse("survey-welcome", args=[token]))


def _show_page(view: SurveyView, request: HttpRequest, check_in: CheckIn, token: str, **rest: int) -> HttpResponse:
    survey = check_in.survey
    try:
        # Before the check a language is only looked at.
        is_choice = request.method == "POST" and CHOICE in request.POST and not check_in.asks
        if is_choice and survey.completed_at is None:
            return _choose_language(request, check_in, token, **rest)
        return view(request, check_in, token, **rest)
    except actions.AlreadyCompleted:
        return go(token, "done")
    except actions.AnswersStopped:
        return _stopped(survey)
    except actions.SurveyClosed:
        survey.follow_up.refresh_from_db(fields=["ended_on"])
        return _closed(survey)


def _choose_language(request: HttpRequest, check_in: CheckIn, token: str, number: int = 0) -> HttpResponse:
    """Keep the language that was chosen, and nothing else; then the same page in it."""
    chosen = request.POST[CHOICE]
    try:
        actions.choose_language(survey=check_in.survey, language=chosen, at=timezone.now())
    except actions.UnknownLanguage as unknown_language:
        return HttpResponse(f"{CHOICE}: {unknown_language}", status=422, content_type="text/plain")
    if number:
        return _to_question(request, token, same_question(check_in, number, chosen))
    return SeeOther(request.path)


def _to_question(request: HttpRequest, token: str, number: int | None) -> SeeOther:
    if number is None:
        return go(token, "welcome")
    response = go(token, "question", number)
    if "change" in request.GET:
        response["Location"] += "?change=1"
    return response


def survey_page(view: SurveyView, *, is_before_check: bool = False) -> SurveyView:
    """A page of the survey that the link opens. The view gets the check-in and the token; it may raise what actions raise.

    While ``check_in.asks`` something, only pages before the check are shown: they show nothing of the patient and
    change nothing.

    GET changes nothing, because mail scanners open links before the patient does. The path holds the secret, so these
    pages need no CSRF token, and one that was left open for a day still posts. On the clinic's tablet a cookie holds it,
    which no other site's form brings.
    """
    answer = require_http_methods(["GET", "HEAD", "POST"])(partial(_answer, view, is_before_check))

    @csrf_exempt
    @wraps(view)
    def page(request: HttpRequest, token: str, **rest: int) -> HttpResponse:
        response: HttpResponse = answer(request, token, **rest)
        for name, value in PRIVATE.items():
            response.headers[name] = value
        return response

    return page
