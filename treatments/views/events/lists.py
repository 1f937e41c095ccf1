"""The clinic's adverse events, and the reports that are due."""

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import staff_page
from clinic.permissions import Permission
from patients.pages import page_of
from treatments.due_reports import shown, waiting
from treatments.models import AdverseEvent, RegulatoryReport

Outcome = AdverseEvent.Outcome
FILTERS = {
    "serious": ("Serious", ~Q(seriousness=[]) | Q(grade__gte=AdverseEvent.Grade.LIFE_THREATENING)),
    "open": ("Not over", Q(outcome__in=[Outcome.RECOVERING, Outcome.NOT_RECOVERED, Outcome.UNKNOWN])),
    "unreviewed": ("Not reviewed", Q(reviewed_at=None)),
}
CHIPS = [(code, label) for code, (label, _) in FILTERS.items()]


@require_safe
@staff_page(Permission.EVENT_RECORD)
def events(request: HttpRequest) -> HttpResponse:
    """Events, the latest first; ``show`` narrows them to one kind."""
    show = request.GET.get("show", "")
    rows = _events(request)
    if show in FILTERS:
        rows = rows.filter(FILTERS[show][1], entered_in_error_at=None)
    context = {
        "section": "safety",
        "show": show if show in FILTERS else "",
        "chips": CHIPS,
        "page": page_of(rows, request.GET.get("page", "")),
        "today": timezone.localdate(),
    }
    return render(request, "treatments/events.html", context)


def _events(request: HttpRequest) -> QuerySet[AdverseEvent]:
    reports = RegulatoryReport.objects.filter(is_needed=True, sent_on=None)
    rows = AdverseEvent.objects.visible_to(request.user).filter(clinic=request.clinic)
    return rows.select_related("patient", "session").prefetch_related(Prefetch("reports", reports, to_attr="waiting"))


@require_safe
@staff_page(Permission.EVENT_RECORD)
def reports_due(request: HttpRequest) -> HttpResponse:
    """Every report that waits: overdue first, the day it ends, and what to do next."""
    today = timezone.localdate()
    page = page_of(waiting(request.user, request.clinic), request.GET.get("page", ""))
    context = {
        "section": "safety",
        "chips": CHIPS,
        "page": page,
        "reports": [shown(report, report.event, today) for report in page.rows],
    }
    return render(request, "treatments/reports_due.html", context)
