"""Who has seen one patient's record, and who changed what in it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.access import allow, row_page
from clinic.audit_filter import part_of
from clinic.audit_trail import entries
from clinic.models import AuditSeal
from clinic.permissions import Permission
from patients.models import Patient


@require_safe
@row_page(Patient.objects.all())
def seen(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Everything the audit trail holds about this patient, the newest first."""
    allow(request, patient.clinic, Permission.AUDIT_VIEW)
    seals = AuditSeal.objects.visible_to(request.user).filter(clinic=patient.clinic, patient_id=patient.pk)
    part = part_of(seals.order_by("-number"), request.GET.get("before", ""))
    context = {
        "section": "patients",
        "patient": patient,
        "entries": entries(part.seals),
        "older": part.older,
        "query": "",
    }
    context["is_first"] = "before" not in request.GET
    return render(request, "patients/seen.html", context)
