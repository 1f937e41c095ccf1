"""Today's work of a clinic on one page: who needs a person, whom to call, who comes, what goes out."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import granted_by, staff_page
from clinic.permissions import Permission
from outcomes import outgoing
from outcomes.first_run import has_patients
from outcomes.outgoing import SHOWN, Span
from outcomes.today import also_waiting, day_of, recall_work
from outcomes.views.alerts import shortly
from treatments.due_reports import shown, waiting

# In the narrow column a list may not push the next one off the screen.
BESIDE = 5


@require_safe
@staff_page(Permission.PATIENT_VIEW)
def today(request: HttpRequest) -> HttpResponse:
    """The first of every kind of work; each list names the page that has all of it."""
    clinic, mine, at = request.clinic, {"user": request.user}, timezone.now()
    alerts, n_red = shortly(request)
    day = day_of(clinic, on=timezone.localdate(at), most=SHOWN, **mine)
    going = outgoing.count_going_out(clinic, span=Span.of_days(clinic, at, 1), **mine)
    context = {
        **alerts,
        "section": "today",
        "open_red_flags": n_red,
        "calls": _first(outgoing.calls_waiting(clinic, at=at, **mine), SHOWN),
        "unreachable": _first(outgoing.unreachable(clinic, **mine), BESIDE),
        "visits": day.visits,
        "unasked": day.unasked,
        "going": sorted(going.items()),
        "total_going": sum(going.values()),
        "also": also_waiting(clinic, at=at, **mine),
        **_regulated(request),
    }
    context["is_new"] = not (day.visits or going) and _may_begin(request)
    return render(request, "outcomes/today.html", context)


def _may_begin(request: HttpRequest) -> bool:
    """Nobody was registered here yet, and this person can set the clinic up."""
    is_manager = Permission.CLINIC_EDIT.name in granted_by(request.memberships, request.clinic)
    return is_manager and not has_patients(request.clinic, user=request.user)


def _regulated(request: HttpRequest) -> dict[str, object]:
    """Reports that are due and recalls under way, for those whose work it is."""
    may = granted_by(request.memberships, request.clinic)
    found: dict[str, object] = {}
    if Permission.EVENT_RECORD.name in may:
        reports = waiting(request.user, request.clinic)[:BESIDE]
        found["reports"] = [shown(report, report.event, timezone.localdate()) for report in reports]
    if Permission.STOCK_KEEP.name in may:
        found["recalls"] = recall_work(request.clinic, user=request.user)
    return found


def _first(rows: QuerySet[Any], most: int) -> dict[str, object]:
    """The first rows of a list, and whether there are more."""
    found = list(rows[: most + 1])
    return {"rows": found[:most], "is_cut": len(found) > most}
