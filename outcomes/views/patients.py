"""The list of patients: finding one of them, or those that need something."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import staff_page
from clinic.accesses import Kind, note
from clinic.permissions import Permission
from outcomes.forms.patients import PatientFilterForm
from outcomes.patient_filters import Only, PatientFilter, everyone, narrowed
from outcomes.patient_rows import row_of, told_to
from patients import search
from patients.models import Patient
from patients.pages import page_of


@dataclass(frozen=True)
class Chip:
    """One kind of patients to look at alone, and the address that does so with everything else as it is."""

    code: str
    label: str
    query: str
    is_on: bool


@require_safe
@staff_page(Permission.PATIENT_VIEW)
def patients(request: HttpRequest) -> HttpResponse:
    """The clinic's patients whom ``q`` and the filter fit; an exact chart number alone leads straight to its patient."""
    asked, today = PatientFilter.read(request.GET), timezone.localdate()
    if asked.q and not asked.is_narrowed and "HX-Request" not in request.headers:
        # Of a record that was merged, the one that is kept.
        named = Patient.also_merged.filter(clinic=request.clinic, chart_number=asked.q)
        exact = Q(pk__in=named.values("pk")) | Q(pk__in=named.values("merged_into"))
        patient = everyone(request.clinic, user=request.user).filter(exact).first()
        if patient:
            return redirect("patient", patient.public_id)
    found = narrowed(asked, request.clinic, on=today, user=request.user)
    shown = told_to(request.user, on=today)
    page = page_of(search.matching(found, asked.q), request.GET.get("page", ""), shown=shown)
    alike = search.resembling(found, asked.q, shown=shown) if asked.q and not page.total else []
    many = len(page.rows) + len(alike)
    note(request, Kind.SEARCHED if asked.q else Kind.LISTED, n_rows=many, kind_of_row="patients.patient")
    context = {
        "section": "patients",
        "asked": asked,
        "q": asked.q,
        "kept": urlencode(asked.parameters()),
        "form": PatientFilterForm(asked, request.clinic),
        "chips": _chips(asked),
        "page": page,
        "rows": [row_of(patient, on=today) for patient in page.rows or alike],
        "alike": alike,
    }
    response = render(request, "patients/patients.html", context)
    # The form names every choice, the empty ones, too.
    response.headers["HX-Replace-Url"] = f"{request.path}?{context['kept']}" if context["kept"] else request.path
    return response


def _chips(asked: PatientFilter) -> list[Chip]:
    kinds = [("", "All"), *((only.value, only.label) for only in Only)]
    return [Chip(code, label, urlencode(asked.parameters(only=code)), asked.only == code) for code, label in kinds]
