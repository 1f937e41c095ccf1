"""Withdrawing a consent: a page that says what follows, with numbers, before it is done."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import row_page
from clinic.rules import RuleBroken
from outcomes.withdrawing import consequences
from patients.actions import withdraw_consent_kind
from patients.models import ConsentKind, Patient


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Patient.objects.all())
def withdraw(request: HttpRequest, patient: Patient, kind: str) -> HttpResponse:
    """Says what withdrawing this kind means for this patient, then does it."""
    if kind not in ConsentKind.values:
        raise Http404
    if request.method != "POST":
        context = {
            "section": "patients",
            "patient": patient,
            "kind": ConsentKind(kind),
            "counts": consequences(patient, at=timezone.now()),
        }
        return render(request, "patients/consent_withdraw.html", context)
    try:
        withdraw_consent_kind(patient=patient, kind=kind, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        messages.warning(request, broken.message)
    else:
        messages.success(request, f"Withdrawn: {ConsentKind(kind).label}.")
    return redirect("consents", patient.public_id)
