"""After a check-in is sent: thanks, and for the browser that sent it the patient's own numbers."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from outcomes import patient_words, trend
from outcomes.check_ins import CheckIn
from outcomes.models import Score, Survey
from outcomes.views.survey_door import frame_of, go, show, survey_page
from treatments.models import TreatmentSession

CURVE_OF = "nrs_now"
CURVE_COOKIE = "sent"
CURVE_LASTS = dt.timedelta(minutes=30)


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


def _words(score: Score) -> trend.Comparison | None:
    return None if score.value is None else trend.compare(score.value, score.baseline, score.band)


def _readings(scores: Iterable[Score]) -> list[trend.Reading]:
    """The numbers of the curve, of which the last is today's."""
    given = [(score, score.value) for score in scores if score.value is not None]
    names = [patient_words.spoken(score.timepoint) for score, _ in given[:-1]] + [gettext("Today")]
    return [
        trend.Reading(name, score.taken_on, value, patient_words.helped(score.survey))
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
    course = survey.follow_up.course
    scores = Score.objects.filter(course=course, instrument=CURVE_OF, excluded="").select_related("survey")
    scores = scores.order_by("taken_on", "id")
    visits = TreatmentSession.objects.counted().filter(course=course).values_list("performed_at", flat=True)
    zone = ZoneInfo(survey.clinic.time_zone)
    context = {
        "clinic": frame_of(survey),
        "part": check_in.part,
        "words": next((_words(score) for score in scores if score.survey_id == survey.pk), None),
        "trend": trend.draw(_readings(scores), [at.astimezone(zone).date() for at in visits], visit=gettext("Visit")),
    }
    return show("done", context)
