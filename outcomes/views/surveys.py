"""A patient's check-in: pages behind a link, without JavaScript, a login or a session.

GET changes nothing, because mail scanners open links before the patient does. The path holds the secret, so these
views need no CSRF token (a page left open for a day still posts) and pages link to each other relatively: a page in
memory belongs to nobody.
"""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial, wraps
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from outcomes import actions, survey_flow, trend
from outcomes.models import Answer, Score, Survey
from outcomes.survey_flow import Question
from treatments.models import TreatmentSession
from treatments.vocabulary import place_for_patient

PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
CURVE_OF = "nrs_now"
CURVE_COOKIE = "sent"
CURVE_LASTS = dt.timedelta(minutes=30)
# The answer to a double tap's second request is the one the browser shows.
DOUBLE_TAP = dt.timedelta(seconds=10)

SurveyView = Callable[..., HttpResponse]


class SeeOther(HttpResponseRedirect):
    """After a POST: fetch the next page with GET."""

    status_code = 303


class Frame(NamedTuple):
    """What every page of one clinic shows around its content."""

    sender_name: str
    phone: str
    is_demo: bool


def _frame(survey: Survey) -> Frame:
    return Frame(survey.clinic.sender_name, survey.clinic.phone, survey.clinic.is_demo)


def _page(name: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    return HttpResponse(render_to_string(f"outcomes/survey_{name}.html", context), status=status)


def _go(token: str, page: str, *args: object) -> SeeOther:
    return SeeOther(reverse(f"survey-{page}", args=[token, *args]))


def _unknown() -> HttpResponse:
    return _page("unknown", {}, status=404)


def _closed(survey: Survey) -> HttpResponse:
    ended_on, closes_on = survey.follow_up.ended_on, survey.follow_up.closes_on
    closed_on = min(ended_on or closes_on, closes_on)
    return _page("closed", {"clinic": _frame(survey), "closed_on": closed_on}, status=410)


def _answer(view: SurveyView, request: HttpRequest, token: str, **rest: int) -> HttpResponse:
    """The page, or the one that says why there is none."""
    survey = Survey.objects.behind(token).first()
    if survey is None:
        return _unknown()
    if survey.completed_at is None and actions.is_closed(survey, timezone.now()):
        return _closed(survey)
    try:
        return view(request, survey, token, **rest)
    except actions.AlreadyCompleted:
        return _go(token, "done")
    except actions.SurveyClosed:
        return _closed(Survey.objects.behind(token).get())


def survey_page(view: SurveyView) -> SurveyView:
    """A page of the survey that the link opens; an unknown or closed one answers for itself."""
    answer = require_http_methods(["GET", "HEAD", "POST"])(partial(_answer, view))

    @csrf_exempt
    @csp_replace({"script-src": [NONE]})
    @wraps(view)
    def page(request: HttpRequest, token: str, **rest: int) -> HttpResponse:
        response = answer(request, token, **rest)
        for name, value in PRIVATE.items():
            response.headers[name] = value
        return response

    return page


def _reached(survey: Survey) -> dict[str, int | None]:
    """Every item that was answered, or skipped (None), so far."""
    return dict(Answer.objects.filter(survey=survey).values_list("item", "value"))


def _go_on(token: str, question: Question | None) -> SeeOther:
    return _go(token, "question", question.number) if question else _go(token, "check")


def _require_open(survey: Survey) -> None:
    if survey.completed_at:
        raise actions.AlreadyCompleted("This check-in was already answered.")


@survey_page
def welcome(request: HttpRequest, survey: Survey, token: str) -> HttpResponse:
    if survey.completed_at:
        return _page("answered", {"clinic": _frame(survey)})
    questions = survey_flow.questions_of(survey.instruments)
    if request.method == "POST":
        survey = actions.start_survey(survey=survey, at=timezone.now())
        return _go_on(token, survey_flow.first_open(questions, _reached(survey)))
    context = {
        "clinic": _frame(survey),
        "name": survey.follow_up.course.patient.given_name,
        "questions": questions,
        "minutes": survey_flow.minutes_for(questions),
        "closes_on": survey.follow_up.closes_on,
        "is_resumed": survey.started_at is not None,
        "stopped_at": survey.started_at and survey_flow.first_open(questions, _reached(survey)),
    }
    return _page("welcome", context)


@lru_cache(maxsize=4096)
def _question_html(
    frame: Frame, question: Question, place: str, picked: int | None, *, is_change: bool, has_error: bool
) -> str:
    """One question page. It holds nothing of the patient but the answer, so each is made once."""
    before, marker, after = question.wording.text.partition("{target}")
    context = {
        "clinic": frame,
        "question": question,
        "text": {"before": before, "place": place if marker else "", "after": after},
        "picked": picked,
        "previous": question.number - 1,
        "is_change": is_change,
        "has_error": has_error,
    }
    return render_to_string("outcomes/survey_question.html", context)


def _picked(request: HttpRequest, asked: Question) -> int | None:
    """The one value chosen; None when nothing, several, or something that was not offered came."""
    chosen = request.POST.getlist("score")
    return asked.read(chosen[0]) if len(chosen) == 1 else None


def _show_question(survey: Survey, asked: Question, *, is_change: bool, has_error: bool = False) -> HttpResponse:
    course = survey.follow_up.course
    html = _question_html(
        _frame(survey),
        asked,
        place_for_patient(course.target, course.side),
        _reached(survey).get(asked.key),
        is_change=is_change,
        has_error=has_error,
    )
    return HttpResponse(html, status=422 if has_error else 200)


@survey_page
def question(request: HttpRequest, survey: Survey, token: str, number: int) -> HttpResponse:
    """One question. Coming from the check page ("change"), it leads back there."""
    _require_open(survey)
    questions = survey_flow.questions_of(survey.instruments)
    if not 1 <= number <= len(questions):
        return _unknown()
    asked, is_change = questions[number - 1], "change" in request.GET
    if request.method != "POST":
        return _show_question(survey, asked, is_change=is_change)
    is_skipped = "skip" in request.POST
    value = None if is_skipped else _picked(request, asked)
    if value is None and not is_skipped:
        return _show_question(survey, asked, is_change=is_change, has_error=True)
    actions.answer_item(survey=survey, item=asked.key, value=value, at=timezone.now())
    return _go_on(token, None if is_change or asked.is_last else questions[number])


@survey_page
def check(request: HttpRequest, survey: Survey, token: str) -> HttpResponse:
    """All answers before they are sent; with a question not yet reached, that question instead."""
    if request.method == "POST" and _was_just_sent(survey):
        return _with_curve(_go(token, "done"), survey, token)
    _require_open(survey)
    questions = survey_flow.questions_of(survey.instruments)
    reached = _reached(survey)
    missed = survey_flow.first_open(questions, reached)
    if missed:
        return _go_on(token, missed)
    if request.method == "POST":
        with suppress(actions.AlreadyCompleted):
            actions.submit_survey(survey=survey, at=timezone.now())
        return _with_curve(_go(token, "done"), survey, token)
    values = [(asked, reached[asked.key]) for asked in questions]
    context = {
        "clinic": _frame(survey),
        "rows": [(asked, None if value is None else asked.say(value)) for asked, value in values],
        "last": questions[-1],
        "n_skipped": sum(value is None for _, value in values),
    }
    return _page("check", context)


@survey_page
def later(request: HttpRequest, survey: Survey, token: str) -> HttpResponse:
    """What to do after stopping half-way. Every Continue has already stored its answer."""
    _require_open(survey)
    return _page("later", {"clinic": _frame(survey), "closes_on": survey.follow_up.closes_on})


def _was_just_sent(survey: Survey) -> bool:
    sent_at = survey.completed_at
    return sent_at is not None and timezone.now() - sent_at < DOUBLE_TAP


def _with_curve(response: HttpResponse, survey: Survey, token: str) -> HttpResponse:
    """Let this browser, and no other, show the curve for half an hour."""
    response.set_signed_cookie(
        CURVE_COOKIE,
        str(survey.pk),
        salt=CURVE_COOKIE,
        max_age=CURVE_LASTS,
        path=reverse("survey-welcome", args=[token]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _may_see_curve(request: HttpRequest, survey: Survey) -> bool:
    signed = request.get_signed_cookie(CURVE_COOKIE, default=None, salt=CURVE_COOKIE, max_age=CURVE_LASTS)
    return signed == str(survey.pk)


def _words(score: Score) -> dict[str, object]:
    """The sentence of the thank-you page in its parts; the band is judged by the instrument's MCID."""
    if score.baseline is None:
        return {"now": trend.plain(score.value)}
    return {
        "before": trend.plain(score.baseline),
        "now": trend.plain(score.value),
        "points": trend.plain(abs(score.value - score.baseline)),
        "band": score.band,
    }


@survey_page
def done(request: HttpRequest, survey: Survey, token: str) -> HttpResponse:
    """Thank you: in words, then as a curve, to whoever just sent it; to everyone else only that it was answered."""
    if survey.completed_at is None:
        return _go(token, "welcome")
    if not _may_see_curve(request, survey):
        return _page("answered", {"clinic": _frame(survey)})
    course = survey.follow_up.course
    scores = list(Score.objects.filter(course=course, instrument=CURVE_OF, value__isnull=False, excluded=""))
    visits = TreatmentSession.objects.filter(course=course).values_list("performed_at", flat=True)
    zone = ZoneInfo(survey.clinic.time_zone)
    readings = [trend.Reading(score.timepoint, score.taken_on, score.value) for score in scores]
    context = {
        "clinic": _frame(survey),
        "words": next((_words(score) for score in scores if score.survey_id == survey.pk), None),
        "trend": trend.draw(sorted(readings, key=attrgetter("on")), [at.astimezone(zone).date() for at in visits]),
    }
    return _page("done", context)
