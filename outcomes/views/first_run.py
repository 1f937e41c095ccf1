"""Setting up a clinic: the first five steps, everything that can be set up, and one's other clinics."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import granted_by, staff_page
from clinic.models import Clinic
from clinic.permissions import Permission
from outcomes.first_run import first_run_of
from outcomes.setup_cards import groups_for
from treatments.entry_times import entry_time


@require_safe
@staff_page(Permission.API_USE)
def setup(request: HttpRequest) -> HttpResponse:
    """What the clinic works by, each page for those whose role opens it; for managers how far the beginning is."""
    may = granted_by(request.memberships, request.clinic)
    now = timezone.now()
    context: dict[str, object] = {"section": "setup", "groups": groups_for(may)}
    if Permission.PATIENT_VIEW.name in may:
        context["session_times"] = entry_time(request.clinic, at=now, user=request.user)
    if Permission.CLINIC_EDIT.name in may:
        context["first_run"] = first_run_of(request.clinic, user=request.user, at=now)
    return render(request, "clinic/setup.html", context)


@require_safe
@staff_page(Permission.CLINIC_EDIT)
def sites(request: HttpRequest) -> HttpResponse:
    """The clinics that one manages; each site is a clinic of its own."""
    mine = Clinic.objects.granting(request.user, Permission.CLINIC_EDIT).annotate(n_people=Count("memberships"))
    return render(request, "clinic/sites.html", {"section": "setup", "sites": mine.order_by("name")})
