"""A check-in handed to the patient in the clinic: as a QR code for the own phone, on this tablet, or as a sheet of paper."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import allow, row_page, staff_page
from clinic.actions import set_curve_on_tablet
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes import actions, paper_form, tablet
from outcomes.forms.entering import TabletForm
from outcomes.how_answered import code_of
from outcomes.models import Survey
from outcomes.qr import qr_of

SURVEYS = Survey.objects.select_related("follow_up__course__patient", "follow_up__timepoint")
PHONE = "phone"


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(SURVEYS)
def hand_over(request: HttpRequest, survey: Survey) -> HttpResponse:
    """The patient's own phone first, because fewer hands and no eyes are between; else this tablet."""
    allow(request, survey.clinic, Permission.PATIENT_EDIT)
    if request.method != "POST":
        return _show(request, survey)
    way = request.POST.get("way", "")
    if way not in (PHONE, tablet.TABLET):
        return _show(request, survey, problem="Choose the patient's own phone or this tablet.", status=422)
    try:
        secret = actions.hand_over(survey=survey, at=timezone.now(), by=request.user)
    except RuleBroken as broken:
        return _show(request, survey, problem=broken.message, status=409)
    if way == tablet.TABLET:
        return _to_tablet(request, secret)
    link = link_of(secret)
    return _show(request, survey, link=link, qr=qr_of(link))


def link_of(secret: str) -> str:
    """The address that a patient opens."""
    return settings.SITE_URL + reverse("survey-welcome", args=[secret])


def _to_tablet(request: HttpRequest, secret: str) -> HttpResponse:
    """Whoever holds the tablet now is the patient: nothing of the clinic's may be open behind this page."""
    for _ in messages.get_messages(request):
        # Read here, what was said to staff is not said on the next page.
        pass
    logout(request)
    return tablet.give(redirect("kiosk"), secret)


def _show(request: HttpRequest, survey: Survey, *, status: int = 200, **more: object) -> HttpResponse:
    now = timezone.now()
    is_open = survey.completed_at is None and not actions.is_stopped(survey) and not actions.is_closed(survey, now)
    patient = survey.follow_up.course.patient
    context = {"section": "patients", "patient": patient, "survey": survey, "is_open": is_open, **more}
    return render(request, "outcomes/hand_over.html", context, status=status)


@require_POST
@row_page(SURVEYS)
def paper(request: HttpRequest, survey: Survey) -> HttpResponse:
    """The check-in as a sheet to fill in, with a link of its own to go on online."""
    allow(request, survey.clinic, Permission.PATIENT_EDIT)
    try:
        secret = actions.hand_over(survey=survey, at=timezone.now(), by=request.user)
    except RuleBroken as broken:
        messages.warning(request, broken.message)
        return redirect("check-in", survey.public_id)
    content = paper_form.of_survey(survey, link=link_of(secret))
    name = content_disposition_header(False, f"check-in-{code_of(survey)}.pdf")
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.MESSAGE_EDIT)
def tablet_setup(request: HttpRequest) -> HttpResponse:
    """What patients see at the end of a check-in on the clinic's tablet."""
    shown = {"shows": request.clinic.shows_curve_on_tablet}
    form = TabletForm(request.POST if request.method == "POST" else None, initial=shown)
    if form.is_valid():
        set_curve_on_tablet(clinic=request.clinic, by=request.user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("tablet-setup")
    return render(request, "outcomes/tablet_setup.html", {"section": "setup", "form": form})
