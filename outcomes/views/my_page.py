"""The button on the last page of a check-in that asks for a link to one's own page."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from outcomes.check_ins import CheckIn
from outcomes.views.survey_door import frame_of, go, show, survey_page
from patients.actions import OwnPageRefused, PatientErased, send_own_page


@partial(survey_page, is_before_check=True)
def my_page(request: HttpRequest, check_in: CheckIn, token: str) -> HttpResponse:
    """Sends the link to the address on record, and shows neither. Only once the check-in was answered."""
    survey = check_in.survey
    if survey.completed_at is None:
        return go(token, "welcome")
    page = {"clinic": frame_of(survey), "state": "ask", "part": check_in.part}
    if request.method == "POST":
        page["state"] = _sent(check_in)
    return show("my_page", page)


def _sent(check_in: CheckIn) -> str:
    try:
        letter = send_own_page(patient=check_in.survey.follow_up.course.patient, at=timezone.now(), by=None)
    except (OwnPageRefused, PatientErased):
        return "refused"
    return letter.channel
