"""Erasing who a patient is: a page that says what goes and what stays; and for how long a clinic keeps identities."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import allow, recently_authenticated, row_page, staff_page
from clinic.actions import set_retention
from clinic.forms import attempted
from clinic.permissions import Permission
from outcomes.actions import erase_patient
from outcomes.forms import EraseForm, RetentionForm
from outcomes.retention import expired_patients
from outcomes.withdrawing import consequences
from patients.models import Patient
from treatments.duties import duties_to

MOST_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Patient.objects.all())
@recently_authenticated
def erase(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Managers type the chart number and say why; then nobody can say any more who this was."""
    allow(request, patient.clinic, Permission.PATIENT_ERASE)
    if patient.erased_at:
        return redirect("patient", patient.public_id)
    now, duties = timezone.now(), duties_to(patient)
    form = EraseForm(request.POST if request.method == "POST" else None, has_duties=bool(duties))
    if form.is_valid() and attempted(form, lambda: _erased(patient, form, request)):
        messages.success(request, "Erased. Treatments and outcomes stay in reports, without a person.")
        return redirect("patient", patient.public_id)
    context = {"section": "patients", "patient": patient, "form": form, "duties": duties}
    context["counts"] = consequences(patient, at=now)
    return render(request, "patients/erase.html", context, status=422 if form.errors else 200)


def _erased(patient: Patient, form: EraseForm, request: HttpRequest) -> Patient:
    # Of its own: a refusal must leave nothing half done in the request's transaction.
    with transaction.atomic():
        return erase_patient(patient=patient, at=timezone.now(), by=request.user, **form.cleaned_data)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.PATIENT_ERASE)
def retention(request: HttpRequest) -> HttpResponse:
    """How long identities are kept, and whose time is over. Each is erased on a page of its own, or by a command."""
    form = RetentionForm(
        request.POST if request.method == "POST" else None, initial={"years": request.clinic.keeps_patients_years}
    )
    if form.is_valid():
        set_retention(clinic=request.clinic, years=form.cleaned_data["years"], by=request.user)
        messages.success(request, "Saved.")
        return redirect("retention")
    expired = expired_patients(request.clinic, at=timezone.now())
    context = {
        "section": "setup",
        "form": form,
        "total": expired.count(),
        "expired": expired[:MOST_SHOWN],
        "most": MOST_SHOWN,
    }
    return render(request, "clinic/retention.html", context, status=422 if form.errors else 200)
