"""Whether messages reach a patient: what stands against a channel, and that somebody has died."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import allow, row_page
from clinic.forms import attempted
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients import actions
from patients.forms import DeathForm
from patients.models import Patient


@require_POST
@row_page(Patient.objects.all())
def channel(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Try an address again, or record that the patient wants messages or wants none; ``do`` says which."""
    allow(request, patient.clinic, Permission.PATIENT_EDIT)
    change, channel = request.POST.get("do", ""), request.POST.get("channel", "")
    about = {"patient": patient, "by": request.user, "channel": channel}
    changes = {
        "try_again": (partial(actions.try_address_again, **about), "This address is tried again."),
        "resume": (partial(actions.wants_messages_again, **about), "Recorded: messages may come again."),
        "stop": (
            partial(actions.wants_no_messages, at=timezone.now(), **about),
            "Recorded: no more messages this way.",
        ),
    }
    if change not in changes or channel not in Patient.Channel.values:
        messages.warning(request, "Choose what to change, and for which channel.")
        return redirect("patient", patient.public_id)
    work, done = changes[change]
    try:
        work()
        messages.success(request, done)
    except RuleBroken as broken:
        messages.warning(request, broken.message)
    return redirect("patient", patient.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Patient.objects.all())
def died(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Says what follows from it, then records that the patient has died."""
    allow(request, patient.clinic, Permission.PATIENT_EDIT)
    is_sent = request.method == "POST"
    form = DeathForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        record = partial(actions.record_death, patient=patient, at=timezone.now(), by=request.user)
        if attempted(form, partial(record, **form.cleaned_data)):
            undo = reverse("patient-died-undo", args=[patient.public_id])
            messages.success(request, "Recorded. Nothing is sent to this patient any more.", extra_tags=undo)
            return redirect("patient", patient.public_id)
    context = {"section": "patients", "patient": patient, "form": form}
    return render(request, "patients/died.html", context, status=422 if is_sent else 200)


@require_POST
@row_page(Patient.objects.all())
def died_undo(request: HttpRequest, patient: Patient) -> HttpResponse:
    """It was entered in error."""
    try:
        actions.take_back_death(patient=patient, by=request.user)
        messages.success(request, "Taken back: it was entered in error. Messages go on as before.")
    except RuleBroken as broken:
        messages.warning(request, broken.message)
    return redirect("patient", patient.public_id)
