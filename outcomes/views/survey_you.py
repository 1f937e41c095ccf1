"""The page between Start and the first question, where a clinic asks who opened the link."""

from functools import partial

from django.http import HttpRequest, HttpResponse

from outcomes.check_ins import CheckIn
from outcomes.views.birth_checks import ask
from outcomes.views.first_answers import proposed
from outcomes.views.survey_door import frame_of, go, let_in, survey_page
from outcomes.views.surveys import begin, questions_of


@partial(survey_page, is_before_check=True)
def you(request: HttpRequest, check_in: CheckIn, token: str) -> HttpResponse:
    """Asks for the year or date of birth. Only the right one begins the survey."""
    survey = check_in.survey
    if not check_in.asks:
        return go(token, "welcome")
    frame = {
        "clinic": frame_of(survey, is_asking=False),
        "part": check_in.part,
        "first": proposed(request.POST or request.GET, *questions_of(survey)[:1]),
    }

    def go_on() -> HttpResponse:
        on = go(token, "done") if survey.completed_at else begin(request, check_in, token)
        return let_in(on, check_in, token)

    patient = survey.follow_up.course.patient
    return ask(request, patient=patient, survey=survey.public_id, kind=check_in.asks, frame=frame, go_on=go_on)
