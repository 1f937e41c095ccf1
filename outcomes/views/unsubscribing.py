"""One click in a mail program ends the e-mail to a patient (RFC 8058). Their survey link's secret is the key."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clinic import scope
from clinic.change_context import tell
from clinic.links import link_hashes
from outcomes.models import SurveyLink
from outcomes.views.survey_door import PRIVATE, frame_of, show, unknown
from outcomes.views.survey_language import language_for
from patients.actions import resume_channel, stop_channel
from patients.models import EMAIL


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, because programs fetch every address in a message. POST needs no cookie and goes nowhere else."""
    with scope.of_link("mendline_enter_survey_link", link_hashes(token)):
        response = _answer(request, token)
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    links = SurveyLink.objects.select_related("survey__clinic", "survey__follow_up__course__patient")
    link = links.filter(token_hash__in=link_hashes(token)).first()
    if link is None:
        return unknown()
    patient = link.survey.follow_up.course.patient
    tell(survey=link.survey_id)
    if request.method == "POST" and request.POST.get("again"):
        resume_channel(patient_id=patient.pk, channel=EMAIL)
    elif request.method == "POST":
        stop_channel(patient_id=patient.pk, channel=EMAIL, at=timezone.now())
    patient.refresh_from_db(fields=["email_stopped_at"])
    with translation.override(language_for(request, link.survey.language, patient.language)):
        page = {"clinic": frame_of(link.survey, is_asking=False), "is_stopped": patient.email_stopped_at}
        return show("unsubscribe", page)
