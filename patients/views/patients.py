"""Registering and changing patients, and their consent to be contacted."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import row_page, staff_page
from clinic.form_drafts import keeps_draft, typed_into, unjudged
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients import actions, search
from patients.forms import PatientForm, RegistrationForm
from patients.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.PATIENT_EDIT)
@keeps_draft(Permission.PATIENT_EDIT)
def register(request: HttpRequest) -> HttpResponse:
    """A new patient of the active clinic, with or without consent to be contacted. ``name``: what was searched in vain."""
    is_sent = request.method == "POST"
    form = RegistrationForm(
        typed_into(request),
        initial=search.details(request.GET.get("name", "")),
        today=timezone.localdate(),
        others=Patient.objects.visible_to(request.user).filter(clinic=request.clinic),
    )
    if is_sent and form.is_valid() and (patient := _registered(request, form)):
        messages.success(request, "Saved. The next step is a course of treatment.")
        return redirect("patient", patient.public_id)
    context = {"section": "patients", "form": unjudged(form, request)}
    return render(request, "patients/register.html", context, status=422 if is_sent else 200)


def _registered(request: HttpRequest, form: RegistrationForm) -> Patient | None:
    details = {name: form.cleaned_data[name] for name in PatientForm.Meta.fields}
    now = timezone.now()
    try:
        with transaction.atomic():
            patient = actions.register_patient(clinic=request.clinic, by=request.user, at=now, **details)
            if form.cleaned_data["consents"]:
                actions.record_consent(patient=patient, by=request.user, at=now)
    except RuleBroken as broken:
        form.add_error(broken.field, broken.message)
        return None
    return patient


@require_POST
@row_page(Patient.objects.all())
def record_consent(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The patient agrees to be contacted."""
    actions.record_consent(patient=patient, by=request.user, at=timezone.now())
    messages.success(request, "Consent to contact is recorded.")
    return redirect("patient", patient.public_id)
