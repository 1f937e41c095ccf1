"""After a check-in is sent: thanks, and for the browser that sent it the patient's own numbers."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from clinic.prepared import Prepared
from outcomes import patient_words, trend
from outcomes.check_ins import CheckIn
from outcomes.models import Survey
from outcomes.views.survey_door import frame_of, go, show, survey_page
from treatments.models import Course

CURVE_OF = "nrs_now"
CURVE_COOKIE = "sent"
CURVE_LASTS = dt.timedelta(minutes=30)
# By hand, because Django compiles such joins for longer than PostgreSQL needs to answer them.
SCORES = """
SELECT score.survey_id, score.timepoint, score.taken_on, score.value, score.baseline, score.band,
  coalesce(survey.mode, ''), coalesce(survey.answered_by, '')
FROM outcomes_score score LEFT JOIN outcomes_survey survey ON survey.id = score.survey_id
WHERE score.course_id = $1 AND score.instrument = $2 AND score.excluded = '' ORDER BY score.taken_on, score.id
"""
VISITS = "SELECT performed_at FROM treatments_treatmentsession WHERE course_id = $1 AND entered_in_error_at IS NULL"
_SCORES = Prepared("read_curve", ["bigint", "text"], SCORES)
_VISITS = Prepared("read_visits", ["bigint"], VISITS)


def with_curve(response: HttpResponse, survey: Survey, token: str) -> HttpResponse:
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


def may_see_curve(request: HttpRequest, survey: Survey) -> bool:
    """Whether this browser sent the survey within the last half hour."""
    signed = request.get_signed_cookie(CURVE_COOKIE, default=None, salt=CURVE_COOKIE, max_age=CURVE_LASTS)
    return signed == str(survey.pk)


class _Point(NamedTuple):
    """One score of the curve, and how its survey was answered."""

    survey_id: int | None
    timepoint: str
    taken_on: dt.date
    value: Decimal | None
    baseline: Decimal | None
    band: int | None
    mode: str
    answered_by: str


def _curve(course: Course) -> tuple[list[_Point], list[dt.datetime]]:
    """What this course's curve is drawn of: its scores in the order they were given, and when treatment was."""
    with connection.cursor() as cursor:
        _SCORES.run(cursor, [course.pk, CURVE_OF])
        scores = [_Point(*row) for row in cursor.fetchall()]
        _VISITS.run(cursor, [course.pk])
        return scores, [at for (at,) in cursor.fetchall()]


def _words(score: _Point) -> trend.Comparison | None:
    return None if score.value is None else trend.compare(score.value, score.baseline, score.band)


def _readings(scores: Iterable[_Point]) -> list[trend.Reading]:
    """The numbers of the curve, of which the last is today's."""
    given = [(score, score.value) for score in scores if score.value is not None]
    names = [patient_words.spoken(score.timepoint) for score, _ in given[:-1]] + [gettext("Today")]
    return [
        trend.Reading(name, score.taken_on, value, patient_words.helped(score))
        for name, (score, value) in zip(names, given, strict=False)
    ]


@survey_page
def done(request: HttpRequest, check_in: CheckIn, token: str) -> HttpResponse:
    """Thank you: in words, then as a curve, to whoever just sent it; to everyone else only that it was answered."""
    survey = check_in.survey
    if survey.completed_at is None:
        return go(token, "welcome")
    if survey.is_on_tablet and not survey.clinic.shows_curve_on_tablet:
        return show("returned", {"clinic": frame_of(survey)})
    if not may_see_curve(request, survey):
        return show("answered", {"clinic": frame_of(survey), "part": check_in.part})
    scores, visits = _curve(survey.follow_up.course)
    zone = ZoneInfo(survey.clinic.time_zone)
    context = {
        "clinic": frame_of(survey),
        "part": check_in.part,
        "words": next((_words(score) for score in scores if score.survey_id == survey.pk), None),
        "trend": trend.draw(_readings(scores), [at.astimezone(zone).date() for at in visits], visit=gettext("Visit")),
    }
    return show("done", context)
