"""Correcting who a patient is and how to reach them; two people who do so at once are asked to choose."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import row_page
from clinic.form_drafts import keeps_draft, typed_into, unjudged
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients import actions
from patients.actions.patients import PatientChanged
from patients.forms import PatientForm
from patients.forms.merging import SEEN, Merge, chosen, details_seen, merge, seal_details, undecided
from patients.last_change import last_change_of
from patients.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Patient.objects.all())
@keeps_draft(Permission.PATIENT_EDIT)
def edit_patient(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Correct identity or contact details."""
    if request.method != "POST":
        return _form_page(request, patient, _form(patient, typed_into(request)))
    seen = details_seen(patient, request.POST)
    data, missing = chosen(request.POST, seen)
    if seen and missing:
        return _choices_page(request, patient, undecided(data, missing, seen=seen), missing)
    return _save(request, patient, data)


def _save(request: HttpRequest, patient: Patient, data: QueryDict) -> HttpResponse:
    """Saves, if need be together with what somebody else saved meanwhile."""
    form, seen = _form(patient, data), details_seen(patient, data)
    if form.is_valid():
        details = {name: form.cleaned_data[name] for name in PatientForm.Meta.fields}
        try:
            actions.update_patient(patient=patient, by=request.user, seen=seen, **details)
        except PatientChanged as changed:
            merged = merge(data, seen=seen or {}, patient=changed.patient)
            if merged.clashes:
                return _choices_page(request, changed.patient, merged, [])
            return _save(request, changed.patient, merged.data)
        except RuleBroken as broken:
            form.add_error(broken.field, broken.message)
        else:
            messages.success(request, "Saved.")
            return redirect("patient", patient.public_id)
    return _form_page(request, patient, form)


def _form(patient: Patient, data: QueryDict | None) -> PatientForm:
    # A row of its own: a form that is wrong leaves its values in it.
    shown = Patient.objects.get(pk=patient.pk)
    return PatientForm(data, instance=shown, today=timezone.localdate())


def _form_page(request: HttpRequest, patient: Patient, form: PatientForm) -> HttpResponse:
    context = {
        "section": "patients",
        "form": unjudged(form, request),
        "patient": patient,
        "seen": form.data.get(SEEN) or seal_details(patient),
    }
    return render(request, "patients/edit.html", context, status=422 if request.method == "POST" else 200)


def _choices_page(request: HttpRequest, patient: Patient, merged: Merge, missing: list[str]) -> HttpResponse:
    context = {
        "section": "patients",
        "patient": patient,
        "merged": merged,
        "missing": missing,
        "last": last_change_of(patient),
    }
    return render(request, "patients/changed.html", context, status=409)
