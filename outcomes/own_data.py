"""Everything a patient told the clinic and the clinic sent, as the patient may read it and take it along.

The shape is described in docs/data-protection.md; ``VERSION`` grows when it changes.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from outcomes.asking import instruments_of
from outcomes.instruments import LANGUAGES
from outcomes.models import Answer, Delivery, Score, Survey
from outcomes.survey_flow import Question, questions_of
from patients.consents import signatures, wording
from patients.models import Consent, Patient
from treatments.models import Course, FollowUp, TreatmentSession
from treatments.places import place_for_patient

VERSION = 1
# What was handed over, whether or not it then arrived.
SENT = [
    *(Delivery.Status.ACCEPTED, Delivery.Status.DELIVERED, Delivery.Status.BOUNCED_SOFT, Delivery.Status.BOUNCED_HARD),
    *(Delivery.Status.COMPLAINED, Delivery.Status.UNKNOWN),
]


@dataclass(frozen=True)
class OwnAnswer:
    """One answer in the words it was given in; ``said`` is empty when the question was skipped."""

    item: str
    asked: str
    said: str
    value: int | None
    at: dt.datetime


@dataclass(frozen=True)
class OwnCheckIn:
    """One check-in that was sent in, with its answers in the order asked and its scores."""

    follow_up: FollowUp
    survey: Survey
    answers: list[OwnAnswer]
    scores: list[Score]


@dataclass(frozen=True)
class OwnCourse:
    """One course of treatment, with the sessions that count and the check-ins that were answered, in order of time."""

    course: Course
    place: str
    sessions: list[TreatmentSession]
    check_ins: list[OwnCheckIn]
    scores: list[Score]


def courses_of(patient: Patient) -> list[OwnCourse]:
    """Every course of the patient, the newest first. Seven queries."""
    surveys = Survey.objects.filter(completed_at__isnull=False).prefetch_related("answers", "scores")
    follow_ups = FollowUp.objects.select_related("timepoint").order_by("due_on", "id")
    rows = Course.objects.filter(patient=patient).prefetch_related(
        Prefetch("follow_ups", follow_ups),
        Prefetch("follow_ups__survey", surveys),
        Prefetch("sessions", TreatmentSession.objects.counted().order_by("performed_at", "id")),
        Prefetch("scores", Score.objects.filter(excluded="").select_related("survey").order_by("taken_on", "id")),
    )
    return [_own(course, patient.language) for course in rows]


def _own(course: Course, language: str) -> OwnCourse:
    place = place_for_patient(course.target, course.side, language) if course.target else ""
    answered = [one for one in course.follow_ups.all() if _survey_of(one)]
    return OwnCourse(
        course,
        place,
        list(course.sessions.all()),
        [_check_in(follow_up, course, language) for follow_up in answered],
        [score for score in course.scores.all() if score.value is not None],
    )


def _survey_of(follow_up: FollowUp) -> Survey | None:
    survey: Survey | None = getattr(follow_up, "survey", None)
    return survey if survey and survey.completed_at else None


def _check_in(follow_up: FollowUp, course: Course, language: str) -> OwnCheckIn:
    survey: Any = _survey_of(follow_up)
    given = {answer.item: answer for answer in survey.answers.all()}
    spoken = survey.language or language
    answers = [
        _answer(question, given[question.key], course) for question in _asked(survey, spoken) if question.key in given
    ]
    scales = [scale.code for instrument in instruments_of(survey) for scale in instrument.scales]
    scores = sorted(survey.scores.all(), key=lambda score: scales.index(score.instrument))
    return OwnCheckIn(follow_up, survey, answers, scores)


def _asked(survey: Survey, language: str) -> list[Question]:
    """Every question of the survey once, in this language; what has no words in it, in one that has."""
    found: dict[str, Question] = {}
    for one in (language, *LANGUAGES):
        for question in questions_of(instruments_of(survey), one):
            found.setdefault(question.key, question)
    return list(found.values())


def _answer(question: Question, answer: Answer, course: Course) -> OwnAnswer:
    place = place_for_patient(course.target, course.side, question.language)
    said = "" if answer.value is None else question.say(answer.value)
    asked = question.wording.text.replace("{target}", place)
    return OwnAnswer(question.key, asked, said, answer.value, answer.answered_at)


def scale_names(own: OwnCourse) -> dict[str, str]:
    """What each scale of the course's check-ins is called, by the code that its scores have."""
    asked = (instrument for one in own.check_ins for instrument in instruments_of(one.survey))
    return {scale.code: scale.name for instrument in asked for scale in instrument.scales}


def next_check_in(patient: Patient, *, on: dt.date) -> FollowUp | None:
    """The next one that is asked or will be, by the clinic's calendar; None when none is planned."""
    waiting = FollowUp.objects.filter(
        course__patient=patient,
        answered_at=None,
        ended_on=None,
        closes_on__gte=on,
        timepoint__assigned_instruments__isnull=False,
    )
    return waiting.exclude(survey__cancelled_at__isnull=False).order_by("opens_on", "id").first()


def sent_messages(patient: Patient) -> list[Delivery]:
    """What went out to the patient about check-ins, the newest first."""
    return list(Delivery.objects.filter(patient=patient, status__in=SENT).order_by("-started_at", "-id"))


def as_json(patient: Patient, *, at: dt.datetime) -> dict[str, Any]:
    """Everything as plain values; times are in UTC, days as in the clinic's calendar."""
    return {
        "format": "mendline-own-data",
        "version": VERSION,
        "made_at": _time(at),
        "clinic": {"name": patient.clinic.name, "phone": patient.clinic.phone},
        "patient": _person(patient),
        "consents": [_consent(one) for one in signatures(patient)],
        "courses": [_course(one) for one in courses_of(patient)],
        "messages": [
            {"kind": one.kind, "channel": one.channel, "sent_at": _time(one.started_at), "state": one.status}
            for one in sent_messages(patient)
        ],
    }


def _person(patient: Patient) -> dict[str, Any]:
    names = ("chart_number", "given_name", "family_name", "sex", "email", "phone", "language", "preferred_channel")
    return {
        **{name: getattr(patient, name) for name in (*names, "allergy_status", "allergies")},
        "born_on": patient.born_on and patient.born_on.isoformat(),
        "email_stopped_at": _time(patient.email_stopped_at),
        "sms_stopped_at": _time(patient.sms_stopped_at),
    }


def _consent(consent: Consent) -> dict[str, Any]:
    return {
        "kind": consent.document.kind,
        "version": consent.document.version,
        "title": wording(consent.document, consent.language).title,
        "language": consent.language,
        "way": consent.way,
        "signed_name": consent.signed_name,
        "signed_at": _time(consent.signed_at),
        "withdrawn_at": _time(consent.withdrawn_at),
    }


def _course(own: OwnCourse) -> dict[str, Any]:
    course, names = own.course, scale_names(own)
    return {
        "complaint": course.complaint,
        "target": course.target,
        "side": course.side,
        "opened_on": course.opened_on.isoformat(),
        "sessions": [{"performed_at": _time(session.performed_at)} for session in own.sessions],
        "check_ins": [_as_plain(one, names) for one in own.check_ins],
        "scores": [_score(score, names) for score in own.scores if score.survey_id is None],
    }


def _as_plain(check_in: OwnCheckIn, names: dict[str, str]) -> dict[str, Any]:
    survey = check_in.survey
    return {
        "timepoint": check_in.follow_up.timepoint.name,
        "due_on": check_in.follow_up.due_on.isoformat(),
        "sent_at": _time(survey.completed_at),
        "answered_on": survey.answered_on and survey.answered_on.isoformat(),
        "mode": survey.mode,
        "language": survey.language,
        "answered_by": survey.answered_by,
        "remark": survey.remark,
        "answers": [
            {"item": one.item, "question": one.asked, "answer": one.said, "value": one.value, "given_at": _time(one.at)}
            for one in check_in.answers
        ],
        "scores": [_score(score, names) for score in check_in.scores],
    }


def _score(score: Score, names: dict[str, str]) -> dict[str, Any]:
    return {
        "scale": score.instrument,
        "name": names.get(score.instrument, score.instrument),
        "timepoint": score.timepoint,
        "taken_on": score.taken_on.isoformat(),
        "value": _number(score.value),
        "baseline": _number(score.baseline),
    }


def _number(value: Decimal | None) -> str | None:
    """A decimal number as text, so that nothing is lost in it."""
    return None if value is None else f"{value.normalize():f}"


def _time(at: dt.datetime | None) -> str | None:
    return None if at is None else at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
