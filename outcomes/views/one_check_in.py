"""One check-in on one page: where it stands, how it was answered, and every answer in the words it was given in."""

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import row_page
from outcomes import actions
from outcomes.given_answers import answers_of, given_to, scores_of
from outcomes.how_answered import code_of, how_answered
from outcomes.models import Delivery, Score, Survey
from outcomes.standings import check_in as standing_of

MESSAGES: QuerySet[Delivery] = Delivery.objects.select_related("requested_by").prefetch_related(
    "changes", "attempt_rows"
)
RELATED = ("follow_up__course__patient", "follow_up__timepoint", "follow_up__contact_decision", "entered_by", "call")
SURVEYS = Survey.objects.select_related(*RELATED).prefetch_related(Prefetch("deliveries", MESSAGES))


@require_safe
@row_page(SURVEYS)
def check_in(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Answers are shown once they are sent: until then the patient may still change them."""
    follow_up, now = survey.follow_up, timezone.now()
    patient = follow_up.course.patient
    # Known in both directions, so that nothing of it is read twice.
    follow_up.survey = survey
    context = {
        "section": "patients",
        "patient": patient,
        "survey": survey,
        "follow_up": follow_up,
        "check_in": standing_of(follow_up, patient, None, timezone.localdate()),
        "code": code_of(survey),
        "how": how_answered(survey),
        "minutes": _minutes(survey),
        "is_open": survey.completed_at is None
        and not actions.is_stopped(survey)
        and not actions.is_closed(survey, now),
        "may_enter": _may_enter(survey),
    }
    if survey.completed_at:
        stored = Score.objects.visible_to(request.user).filter(survey=survey)
        given = given_to(survey)
        context |= {"answers": answers_of(survey, given), "scores": scores_of(survey, given, stored)}
    return render(request, "outcomes/check_in.html", context)


def _minutes(survey: Survey) -> int | None:
    """From the first page to Send, rounded up; nothing where somebody typed in what was answered elsewhere."""
    if survey.entered_by_id or survey.started_at is None or survey.completed_at is None:
        return None
    return -(-int((survey.completed_at - survey.started_at).total_seconds()) // 60)


def _may_enter(survey: Survey) -> bool:
    if survey.completed_at or survey.cancelled_at or actions.is_stopped(survey):
        return False
    return timezone.localdate() <= actions.last_day_to_enter(survey.follow_up, Survey.Mode.PAPER)
