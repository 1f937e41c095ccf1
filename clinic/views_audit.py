"""The audit trail, for managers: who saw and changed what, one entry with both values, and all of it as a file."""

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import recently_authenticated, staff_page
from clinic.accesses import Kind, note
from clinic.audit_filter import AuditForm, in_parts, part_of
from clinic.audit_trail import Entry, entries
from clinic.csv_files import csv_file
from clinic.models import AuditSeal
from clinic.permissions import Permission

SEAL = AuditSeal._meta.label_lower


@require_safe
@staff_page(Permission.AUDIT_VIEW)
def audit(request: HttpRequest) -> HttpResponse:
    """The active clinic's trail, the newest first, narrowed by person, patient, kind and days."""
    form = AuditForm(request.GET or None, clinic=request.clinic)
    seals = _asked_for(request, form)
    part = part_of(seals, request.GET.get("before", ""))
    note(request, Kind.LISTED, clinic_id=request.clinic.pk, n_rows=len(part.seals), kind_of_row=SEAL)
    context = {
        "section": "setup",
        "form": form,
        "entries": entries(part.seals),
        "older": part.older,
        "query": _query(request),
        "patient": _patient(form),
        "is_first": "before" not in request.GET,
    }
    return render(request, "clinic/audit.html", context, status=422 if form.errors else 200)


@require_safe
@staff_page(Permission.AUDIT_VIEW)
def entry(request: HttpRequest) -> HttpResponse:
    """One entry, with what it changed from what to what."""
    number = request.GET.get("number", "")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise Http404
    seals = (
        AuditSeal.objects.visible_to(request.user)
        .filter(clinic=request.clinic, number=int(number))
        .select_related("user")
    )
    found = entries(seals, with_values=True)
    if not found:
        raise Http404
    [one] = found
    note(request, Kind.READ, clinic_id=request.clinic.pk, patient_id=one.seal.patient_id, kind_of_row=SEAL)
    return render(request, "clinic/audit_entry.html", {"section": "setup", "entry": one})


@require_safe
@staff_page(Permission.AUDIT_VIEW)
@recently_authenticated
def export(request: HttpRequest) -> HttpResponseBase:
    """Everything that the page would list with the same filter, as CSV."""
    form = AuditForm(request.GET or None, clinic=request.clinic)
    seals = _asked_for(request, form)
    if form.errors:
        raise Http404
    note(request, Kind.EXPORTED, clinic_id=request.clinic.pk, kind_of_row=SEAL)
    header = ("Entry", "When (UTC)", "Who", "What", "Chart number", "Page", "Reason", "Changed")
    lines = (_cells(one) for part in in_parts(seals) for one in entries(part, with_values=True))
    return csv_file(f"audit-{timezone.localdate():%Y-%m-%d}.csv", header, lines)


def _asked_for(request: HttpRequest, form: AuditForm) -> QuerySet[AuditSeal]:
    seals = AuditSeal.objects.visible_to(request.user).filter(clinic=request.clinic).order_by("-number")
    if not form.is_bound:
        return seals
    return form.narrowed(seals) if form.is_valid() else seals.none()


def _patient(form: AuditForm) -> object | None:
    is_asked = form.is_bound and form.is_valid() and form.cleaned_data["patient"]
    return form.patients().first() if is_asked else None


def _query(request: HttpRequest) -> str:
    """The filter as it stands in the address, to take along to the next page."""
    return urlencode([(name, value) for name, value in request.GET.items() if name != "before" and value])


def _cells(one: Entry) -> tuple[object, ...]:
    changed = "; ".join(f"{change.field}: {change.old} → {change.new}" for change in one.changes)
    chart_number = one.patient.chart_number if one.patient else ""
    return (
        one.number,
        one.at.isoformat(timespec="microseconds"),
        one.who,
        one.what,
        chart_number,
        one.route,
        one.reason,
        changed,
    )
