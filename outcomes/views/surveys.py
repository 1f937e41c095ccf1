"""A patient's check-in: pages behind a link, without JavaScript, a login or a session."""

import datetime as dt
from contextlib import suppress
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from outcomes import actions, survey_flow, trend
from outcomes.asking import instruments_of
from outcomes.check_ins import CheckIn
from outcomes.models import Score, Survey
from outcomes.survey_flow import Question
from outcomes.views.survey_door import Frame, SeeOther, frame_of, go, show, survey_page, unknown
from treatments.models import TreatmentSession
from treatments.places import place_for_patient

CURVE_OF = "nrs_now"
CURVE_COOKIE = "sent"
CURVE_LASTS = dt.timedelta(minutes=30)
# The answer to a double tap's second request is the one the browser shows.
DOUBLE_TAP = dt.timedelta(seconds=10)


def _questions(survey: Survey) -> tuple[Question, ...]:
    """Those of the survey, in the language it is answered in."""
    language = survey.language or survey.follow_up.course.patient.language
    return survey_flow.questions_of(instruments_of(survey), language)


def _go_on(token: str, question: Question | None) -> SeeOther:
    return go(token, "question", question.number) if question else go(token, "check")


def _require_open(survey: Survey) -> None:
    if survey.completed_at:
        raise actions.AlreadyCompleted("This check-in was already answered.")


def start(request: HttpRequest, survey: Survey) -> None:
    """Answering begins, and how is kept."""
    how = {"mode": Survey.Mode.TABLET, "device": Survey.Device.TABLET} if survey.is_on_tablet else {}
    actions.start_survey(survey=survey, at=timezone.now(), **how)


@survey_page
def welcome(request: HttpRequest, check_in: CheckIn, token: str) -> HttpResponse:
    survey = check_in.survey
    if survey.completed_at:
        return show("answered", {"clinic": frame_of(survey)})
    questions = _questions(survey)
    stopped_at = survey_flow.first_open(questions, check_in.answers)
    if request.method == "POST":
        start(request, survey)
        return _go_on(token, stopped_at)
    course = survey.follow_up.course
    context = {
        "clinic": frame_of(survey),
        "check_in": check_in,
        "place": place_for_patient(course.target, course.side),
        "name": course.patient.given_name,
        "questions": questions,
        "minutes": survey_flow.minutes_for(questions),
        "closes_on": survey.follow_up.closes_on,
        "is_resumed": bool(check_in.answers),
        "stopped_at": stopped_at,
    }
    return show("welcome", context)


@lru_cache(maxsize=4096)
def _question_html(
    frame: Frame, question: Question, place: str, picked: int | None, part: int, *, is_change: bool, has_error: bool
) -> str:
    """One question page. It holds nothing of the patient but the answer, so each is made once."""
    before, marker, after = question.wording.text.partition("{target}")
    context = {
        "clinic": frame,
        "question": question,
        "text": {"before": before, "place": place if marker else "", "after": after},
        "picked": picked,
        "part": part,
        "previous": question.number - 1,
        "is_change": is_change,
        "has_error": has_error,
    }
    return render_to_string("outcomes/survey_question.html", context)


def _picked(request: HttpRequest, asked: Question) -> int | None:
    """The one value chosen; None when nothing, several, or something that was not offered came."""
    chosen = request.POST.getlist("score")
    return asked.read(chosen[0]) if len(chosen) == 1 else None


def _show_question(check_in: CheckIn, asked: Question, *, is_change: bool, has_error: bool = False) -> HttpResponse:
    course = check_in.survey.follow_up.course
    html = _question_html(
        frame_of(check_in.survey),
        asked,
        place_for_patient(course.target, course.side),
        check_in.answers.get(asked.key),
        check_in.part,
        is_change=is_change,
        has_error=has_error,
    )
    return HttpResponse(html, status=422 if has_error else 200)


@survey_page
def question(request: HttpRequest, check_in: CheckIn, token: str, number: int) -> HttpResponse:
    """One question. Coming from the check page ("change"), it leads back there."""
    survey = check_in.survey
    _require_open(survey)
    questions = _questions(survey)
    if not 1 <= number <= len(questions):
        return unknown()
    asked, is_change = questions[number - 1], "change" in request.GET
    if request.method != "POST":
        return _show_question(check_in, asked, is_change=is_change)
    is_skipped = "skip" in request.POST and asked.item.is_skippable
    value = None if is_skipped else _picked(request, asked)
    if value is None and not is_skipped:
        return _show_question(check_in, asked, is_change=is_change, has_error=True)
    actions.answer_item(survey=survey, item=asked.key, value=value, at=timezone.now())
    return _go_on(token, None if is_change or asked.is_last else questions[number])


@survey_page
def check(request: HttpRequest, check_in: CheckIn, token: str) -> HttpResponse:
    """All answers before they are sent; with a question not yet reached, that question instead."""
    survey, reached = check_in.survey, check_in.answers
    if request.method == "POST" and _was_just_sent(survey):
        return _with_curve(go(token, "done"), survey, token)
    _require_open(survey)
    questions = _questions(survey)
    missed = survey_flow.first_open(questions, reached)
    if missed:
        return _go_on(token, missed)
    if request.method == "POST":
        with suppress(actions.AlreadyCompleted):
            actions.submit_survey(survey=survey, at=timezone.now())
        return _with_curve(go(token, "done"), survey, token)
    values = [(asked, reached[asked.key]) for asked in questions]
    context = {
        "clinic": frame_of(survey),
        "part": check_in.part,
        "rows": [(asked, None if value is None else asked.say(value)) for asked, value in values],
        "last": questions[-1],
        "n_skipped": sum(value is None for _, value in values),
    }
    return show("check", context)


@survey_page
def later(request: HttpRequest, check_in: CheckIn, token: str) -> HttpResponse:
    """What to do after stopping half-way. Every Continue has already stored its answer."""
    _require_open(check_in.survey)
    context = {"clinic": frame_of(check_in.survey), "closes_on": check_in.survey.follow_up.closes_on}
    return show("later", context)


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


def _words(score: Score) -> trend.Comparison | None:
    return None if score.value is None else trend.compare(score.value, score.baseline, score.band)


@survey_page
def done(request: HttpRequest, check_in: CheckIn, token: str) -> HttpResponse:
    """Thank you: in words, then as a curve, to whoever just sent it; to everyone else only that it was answered."""
    survey = check_in.survey
    if survey.completed_at is None:
        return go(token, "welcome")
    if survey.is_on_tablet and not survey.clinic.shows_curve_on_tablet:
        return show("returned", {"clinic": frame_of(survey)})
    if not _may_see_curve(request, survey):
        return show("answered", {"clinic": frame_of(survey)})
    course = survey.follow_up.course
    scores = Score.objects.filter(course=course, instrument=CURVE_OF, excluded="").order_by("taken_on", "id")
    readings = [
        trend.Reading(score.timepoint, score.taken_on, score.value) for score in scores if score.value is not None
    ]
    visits = TreatmentSession.objects.counted().filter(course=course).values_list("performed_at", flat=True)
    zone = ZoneInfo(survey.clinic.time_zone)
    context = {
        "clinic": frame_of(survey),
        "words": next((_words(score) for score in scores if score.survey_id == survey.pk), None),
        "trend": trend.draw(readings, [at.astimezone(zone).date() for at in visits]),
    }
    return show("done", context)
