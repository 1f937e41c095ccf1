"""What staff do about patients' links: send the own page, let a paused link work again, say what links ask."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import row_page, staff_page
from clinic.actions import set_recipient_check
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes.forms import RecipientCheckForm
from outcomes.standings import BY
from patients import actions
from patients.models import BirthCheck, Patient


@require_POST
@row_page(Patient.objects.all())
def send_own_page(request: HttpRequest, patient: Patient) -> HttpResponse:
    """A message with a link to the patient's own page."""
    try:
        letter = actions.send_own_page(patient=patient, at=timezone.now(), by=request.user)
    except RuleBroken as broken:
        messages.warning(request, broken.message)
    else:
        messages.success(request, f"The link goes out {BY[letter.channel]} within a minute. It works for 24 hours.")
    return redirect("patient", patient.public_id)


@require_POST
@row_page(BirthCheck.objects.select_related("patient"))
def lift(request: HttpRequest, check: BirthCheck) -> HttpResponse:
    """The patient called, or somebody called the patient: the link works again."""
    actions.lift_pause(check=check, at=timezone.now(), by=request.user)
    messages.success(request, "The link works again, with five tries.")
    return redirect("sending")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.MESSAGE_EDIT)
def recipient_check(request: HttpRequest) -> HttpResponse:
    """What whoever opens a survey's link has to know."""
    form = RecipientCheckForm(
        request.POST if request.method == "POST" else None, initial={"kind": request.clinic.recipient_check}
    )
    if form.is_valid():
        set_recipient_check(clinic=request.clinic, kind=form.cleaned_data["kind"], by=request.user)
        messages.success(request, "Saved.")
        return redirect("recipient-check")
    context = {"section": "setup", "form": form}
    return render(request, "outcomes/recipient_check.html", context, status=422 if form.errors else 200)
