"""The clinic's tablet in a patient's hands: who is it, is anybody still there, and the lock that only staff open."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from outcomes import tablet
from outcomes.check_ins import CheckIn
from outcomes.instruments import LANGUAGES
from outcomes.views.survey_door import PRIVATE, SurveyView, frame_of, go, show, survey_page
from outcomes.views.surveys import start


def tablet_page(view: SurveyView) -> Callable[[HttpRequest], HttpResponse]:
    """A page of the check-in that this tablet was handed over with; without one, the lock.

    No CSRF token is asked for: no other site's form brings the cookie.
    """
    page = survey_page(view)

    @csrf_exempt
    @wraps(view)
    def on_tablet(request: HttpRequest) -> HttpResponse:
        return page(request, tablet.TABLET)

    return on_tablet


@tablet_page
def confirm(request: HttpRequest, check_in: CheckIn, token: str) -> HttpResponse:
    """Is it the right person? Yes begins the check-in, no locks the tablet."""
    survey, answer = check_in.survey, request.POST.get("answer", "")
    if survey.completed_at:
        return go(token, "done")
    if answer == "yes":
        start(request, survey)
        # It leads to the first question that is open.
        return go(token, "check")
    if answer == "no":
        return tablet.lock()
    patient = survey.follow_up.course.patient
    context = {
        "clinic": frame_of(survey),
        "part": check_in.part,
        "name": patient.given_name,
        "born_on": patient.born_on,
    }
    return show("tablet_confirm", context, status=422 if request.method == "POST" else 200)


@tablet_page
def pause(request: HttpRequest, check_in: CheckIn, token: str) -> HttpResponse:
    """Nobody touched the tablet for a while. It locks itself in a minute unless somebody does."""
    if request.method == "POST":
        return go(token, "check")
    return show("tablet_pause", {"clinic": frame_of(check_in.survey), "part": check_in.part})


@require_safe
def locked(request: HttpRequest) -> HttpResponse:
    """The answers are saved. Whose they are is not known here any more, so it is said in both languages."""
    response = show("tablet_locked", {"codes": LANGUAGES, "is_on_tablet": True})
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return tablet.take_back(response)
