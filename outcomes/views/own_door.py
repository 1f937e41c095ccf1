"""The way to the patient's own page: a link of one day, and then the date of birth, always."""

from collections.abc import Callable
from functools import partial, wraps
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clinic import scope
from clinic.change_context import tell
from clinic.links import link_hashes
from clinic.models import Clinic
from outcomes.views.birth_checks import ask, has_said, refuse, remember
from outcomes.views.survey_door import PRIVATE, Frame, SeeOther, frame_of_clinic
from outcomes.views.survey_language import language_for
from patients.models import BirthCheck, Patient, PatientLink

OwnView = Callable[[HttpRequest, Patient, str], HttpResponse]


def own_page(
    view: OwnView, *, methods: tuple[str, ...] = ("GET", "HEAD"), is_before_check: bool = False
) -> Callable[..., HttpResponse]:
    """A page behind the link to a patient's own page. The view gets the patient and the token.

    GET changes nothing, because mail scanners open links before the patient does. The path holds the secret, so these
    pages need no CSRF token. Times are the clinic's, words the patient's.
    """
    answer = require_http_methods(list(methods))(partial(_answer, view, is_before_check))

    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        response: HttpResponse = answer(request, token)
        for name, value in PRIVATE.items():
            response.headers[name] = value
        return response

    return csrf_exempt(page) if "POST" in methods else page


def _answer(view: OwnView, is_before_check: bool, request: HttpRequest, token: str) -> HttpResponse:
    with scope.of_link("mendline_enter_patient_link", link_hashes(token)):
        links = PatientLink.objects.select_related("patient__clinic").filter(token_hash__in=link_hashes(token))
        link = links.filter(expires_at__gt=timezone.now()).first()
        if link is None or link.patient.erased_at or link.patient.died_on or link.patient.merged_into_id:
            with translation.override(language_for(request)):
                return HttpResponse(render_to_string("outcomes/own_over.html"), status=404)
        patient = link.patient
        with translation.override(patient.language), timezone.override(ZoneInfo(patient.clinic.time_zone)):
            return _answer_in_words(view, is_before_check, request, patient, token)


def _answer_in_words(
    view: OwnView, is_before_check: bool, request: HttpRequest, patient: Patient, token: str
) -> HttpResponse:
    if has_said(request, token=token, patient=patient):
        tell(own_page=str(patient.public_id))
        shown = view(request, patient, token)
        return let_in(shown, patient, token) if request.method == "POST" else shown
    if BirthCheck.objects.filter(patient=patient, survey=None, paused_at__isnull=False).exists():
        return refuse({"clinic": frame_of(patient.clinic), "is_own": True}, is_paused=True)
    return view(request, patient, token) if is_before_check else go(token, "you")


def frame_of(clinic: Clinic) -> Frame:
    """What every page of the clinic shows around its content."""
    return frame_of_clinic(clinic, is_asking=False)


def go(token: str, page: str) -> SeeOther:
    """On to another page of the same link; "page" is the first."""
    return SeeOther(reverse(f"own-{page}", args=[token]))


def let_in(response: HttpResponse, patient: Patient, token: str) -> HttpResponse:
    """This browser has said when the patient was born: from here on it sees the page for an hour."""
    return remember(response, token=token, patient=patient, path=reverse("own-page", args=[token]))


@partial(own_page, methods=("GET", "HEAD", "POST"), is_before_check=True)
def you(request: HttpRequest, patient: Patient, token: str) -> HttpResponse:
    """Asks for the date of birth."""
    return ask(
        request,
        patient=patient,
        survey=None,
        kind="date",
        frame={"clinic": frame_of(patient.clinic), "is_own": True},
        go_on=lambda: let_in(go(token, "page"), patient, token),
    )
