"""How completely a clinic records its sessions, and which sessions lack an item."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.access import staff_page
from clinic.permissions import Permission
from treatments.forms.completeness import CompletenessForm
from treatments.reporting import completeness_report, sessions_lacking

LISTED = 50


@require_safe
@staff_page(Permission.REPORT_VIEW)
def completeness(request: HttpRequest) -> HttpResponse:
    """The share of sessions that record each item of their checklist, the least recorded first."""
    form = CompletenessForm(request.GET)
    is_valid = form.is_valid()
    days = {"first": form.cleaned_data.get("performed_from"), "last": form.cleaned_data.get("performed_to")}
    report = completeness_report(clinics=[request.clinic], **days) if is_valid else None
    asked = form.item() if is_valid else None
    context = {"section": "reports", "form": form, "report": report, "asked": asked, "days": request.GET.copy()}
    context["days"].pop("lacking", None)
    if asked:
        checklist, item = asked
        lacking = sessions_lacking(
            request.user, clinic=request.clinic, checklist=checklist.code, item=item.code, **days
        )
        context |= {"item": item, "lacking": lacking[:LISTED], "count": lacking.count(), "listed": LISTED}
    return render(request, "treatments/completeness.html", context, status=200 if is_valid else 422)
