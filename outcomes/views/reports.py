"""How check-ins go, as a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import staff_page
from clinic.permissions import Permission
from outcomes.reports.check_ins import check_in_report


@require_safe
@staff_page(Permission.REPORT_VIEW)
def report_check_ins(request: HttpRequest) -> HttpResponse:
    """How long patients take to answer, and at which question they stop."""
    report = check_in_report(request.clinic, at=timezone.now(), user=request.user)
    return render(request, "outcomes/report_check_ins.html", {"section": "reports", "report": report})
