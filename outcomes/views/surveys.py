"""A patient's check-in: pages behind a link, without JavaScript, a login or a session."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache, partial

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from outcomes import actions, asking, patient_words, red_flags, survey_flow
from outcomes.actions.surveys import LONGEST_REMARK
from outcomes.check_ins import CheckIn
from outcomes.devices import device_of
from outcomes.instruments import LANGUAGES
from outcomes.models import Survey
from outcomes.survey_flow import Question
from outcomes.views.first_answers import proposed
from outcomes.views.survey_door import Frame, SeeOther, frame_of, go, show, survey_page, unknown
from outcomes.views.survey_language import CHOICE
from outcomes.views.survey_thanks import with_curve
from treatments.models import Course
from treatments.places import place_for_patient

# The answer to a double tap's second request is the one the browser shows.
DOUBLE_TAP = dt.timedelta(seconds=10)
# Enough to see one's own slip by.
TYPED_AT_MOST = 20


def _go_on(token: str, question: Question | None) -> SeeOther:
    return go(token, "question", question.number) if question else go(token, "check")


def _require_open(survey: Survey) -> None:
    if survey.completed_at:
        raise actions.AlreadyCompleted("This check-in was already answered.")


def questions_of(survey: Survey) -> tuple[Question, ...]:
    """What is asked in the language of the page; nothing where there are no words in it."""
    language = patient_words.language()
    questions = survey_flow.questions_of(asking.instruments_of(survey), language)
    return questions if questions and questions[0].language == language else ()


def _place(course: Course) -> str:
    return place_for_patient(course.target, course.side, patient_words.language())


def start(request: HttpRequest, survey: Survey) -> None:
    """Answering begins, and how is kept."""
    is_on_tablet = survey.is_on_tablet
    actions.start_survey(
        survey=survey,
        mode=Survey.Mode.TABLET if is_on_tablet else Survey.Mode.LINK,
        language=patient_words.language(),
        device=Survey.Device.TABLET if is_on_tablet else device_of(request.headers.get("User-Agent", "")),
        at=timezone.now(),
    )


def begin(request: HttpRequest, check_in: CheckIn, token: str) -> SeeOther:
    """Start was pressed: on to the first question that is open, with the answer that the message proposed for it."""
    start(request, check_in.survey)
    opened = survey_flow.first_open(questions_of(check_in.survey), check_in.answers)
    if opened is None:
        return go(token, "check")
    return go(token, "question", opened.number, first=proposed(request.POST, opened))


def _ask_who(request: HttpRequest, token: str, first: int | None) -> SeeOther:
    """To the check, in the language that is looked at; nothing is kept before it."""
    return go(token, "you", first=first, language=request.GET.get(CHOICE))


@partial(survey_page, is_before_check=True)
def welcome(request: HttpRequest, check_in: CheckIn, token: str) -> HttpResponse:
    survey = check_in.survey
    if survey.completed_at:
        return show("answered", {"clinic": frame_of(survey), "part": check_in.part})
    questions = questions_of(survey)
    stopped_at = survey_flow.first_open(questions, check_in.answers)
    first = proposed(request.POST or request.GET, *questions[:1])
    if request.method == "POST":
        return _ask_who(request, token, first) if check_in.asks else begin(request, check_in, token)
    course = survey.follow_up.course
    context = {
        "clinic": frame_of(survey, is_asking=not check_in.asks),
        "check_in": check_in,
        "place": "" if check_in.asks else _place(course),
        "name": "" if check_in.asks else course.patient.given_name,
        "first": first,
        "n_questions": len(questions),
        "minutes": survey_flow.minutes_for(questions),
        "closes_on": patient_words.day(survey.follow_up.closes_on),
        "is_resumed": bool(check_in.answers),
        "stopped_at": stopped_at,
    }
    return show("welcome", context)


def _make_question(
    frame: Frame, question: Question, place: str, shown: str, part: int, *, is_change: bool, has_error: bool
) -> str:
    """One question page; ``shown`` is the answer that is given or was typed."""
    before, marker, after = question.wording.text.partition("{target}")
    context = {
        "clinic": frame,
        "question": question,
        "text": {"before": before, "place": place if marker else "", "after": after},
        "shown": shown,
        "part": part,
        "previous": question.number - 1,
        "is_change": is_change,
        "has_error": has_error,
        "rule": patient_words.rule(question.item),
        "first_input": "score" if question.item.kind == "number" else f"score_{question.item.minimum}",
    }
    return render_to_string("outcomes/survey_question.html", context)


# Such a page holds nothing of the patient but the answer, so each is made once.
_question_html = lru_cache(maxsize=4096)(_make_question)


def _chosen(request: HttpRequest) -> str:
    """The one answer that came; empty when none or several did."""
    chosen = request.POST.getlist("score")
    return chosen[0] if len(chosen) == 1 else ""


def _show_question(
    request: HttpRequest,
    check_in: CheckIn,
    asked: Question,
    *,
    is_change: bool,
    has_error: bool = False,
    typed: str = "",
) -> HttpResponse:
    answers = check_in.answers
    value = answers[asked.key] if asked.key in answers else proposed(request.GET, asked)
    stored = "" if value is None else str(value)
    is_typed = has_error and asked.item.kind == "number"
    # What was typed can be anything: such a page is not kept.
    make = _make_question if is_typed else _question_html
    html = make(
        frame_of(check_in.survey),
        asked,
        _place(check_in.survey.follow_up.course),
        typed[:TYPED_AT_MOST] if is_typed else stored,
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
    questions = questions_of(survey)
    if not 1 <= number <= len(questions):
        return unknown()
    shown, is_change = questions[number - 1], "change" in request.GET
    if request.method != "POST":
        return _show_question(request, check_in, shown, is_change=is_change)
    asked = _answered(request, survey, shown)
    if asked is None:
        return go(token, "welcome")
    is_skipped = "skip" in request.POST and asked.item.is_skippable
    chosen = _chosen(request)
    value = None if is_skipped else asked.read(chosen)
    if value is None and not is_skipped:
        return _show_question(request, check_in, asked, is_change=is_change, has_error=True, typed=chosen)
    if actions.answer_item(survey=survey, item=asked.key, value=value, at=timezone.now()):
        return go(token, "help")
    if asked is not shown:
        return _go_on(token, survey_flow.first_open(questions, {*check_in.answers, asked.key}))
    return _go_on(token, None if is_change or asked.is_last else questions[number])


def _answered(request: HttpRequest, survey: Survey, shown: Question) -> Question | None:
    """What the page that was posted had asked: not what is shown under its number now, if the language was changed since."""
    key = request.POST.get("item", shown.key)
    if key == shown.key:
        return shown
    instruments = asking.instruments_of(survey)
    every = (one for language in LANGUAGES for one in survey_flow.questions_of(instruments, language))
    return next((one for one in every if one.key == key), None)


@survey_page
def check(request: HttpRequest, check_in: CheckIn, token: str) -> HttpResponse:
    """All answers before they are sent; with a question not yet reached, that question instead."""
    survey, reached = check_in.survey, check_in.answers
    if request.method == "POST" and _was_just_sent(survey):
        return _sent(request, survey, token)
    _require_open(survey)
    questions = questions_of(survey)
    missed = survey_flow.first_open(questions, reached)
    if missed or not questions:
        return _go_on(token, missed) if missed else go(token, "welcome")
    remark = _remark(request)
    if request.method == "POST" and len(remark) <= LONGEST_REMARK:
        with suppress(actions.AlreadyCompleted):
            actions.submit_survey(survey=survey, remark=remark, at=timezone.now())
        return _sent(request, survey, token)
    return _show_check(check_in, questions, remark)


def _show_check(check_in: CheckIn, questions: Sequence[Question], remark: str) -> HttpResponse:
    values = [(asked, check_in.answers[asked.key]) for asked in questions]
    rule = patient_words.too_long(LONGEST_REMARK) if len(remark) > LONGEST_REMARK else ""
    context = {
        "clinic": frame_of(check_in.survey),
        "part": check_in.part,
        "rows": [(asked, None if value is None else asked.say(value)) for asked, value in values],
        "last": questions[-1],
        "n_skipped": sum(value is None for _, value in values),
        "remark": remark,
        "most": LONGEST_REMARK,
        "rule": rule,
    }
    return show("check", context, status=422 if rule else 200)


def _remark(request: HttpRequest) -> str:
    """What was typed at the end; browsers send a line's end as two characters and count one."""
    return request.POST.get("remark", "").replace("\r\n", "\n").replace("\0", "").strip()


@survey_page
def later(request: HttpRequest, check_in: CheckIn, token: str) -> HttpResponse:
    """What to do after stopping half-way. Every Continue has already stored its answer."""
    _require_open(check_in.survey)
    context = {"clinic": frame_of(check_in.survey), "closes_on": patient_words.day(check_in.survey.follow_up.closes_on)}
    return show("later", context)


def _sent(request: HttpRequest, survey: Survey, token: str) -> HttpResponse:
    """Thank you; after words that cannot wait, first what to do now."""
    page = "help" if red_flags.judge_words(request.POST.get("remark", "")) else "done"
    return with_curve(go(token, page), survey, token)


def _was_just_sent(survey: Survey) -> bool:
    sent_at = survey.completed_at
    return sent_at is not None and timezone.now() - sent_at < DOUBLE_TAP
