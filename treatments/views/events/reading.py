"""One adverse event: to read, and to print."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import granted, row_page
from clinic.permissions import Permission
from treatments import regulatory
from treatments.due_reports import DueReport, shown
from treatments.event_changes import changes_of, was_corrected
from treatments.forms.events import EventReviewForm, EventVoidForm, ReportSentForm
from treatments.models import AdverseEvent

EVENTS = AdverseEvent.objects.select_related(
    *("patient", "course__treatment_type", "course__protocol", "session__performed_by", "lot__product"),
    *("recorded_by", "reviewed_by", "entered_in_error_by"),
)


@require_safe
@row_page(EVENTS)
def event(request: HttpRequest, event: AdverseEvent) -> HttpResponse:
    """What happened, the clocks that run, the causality review, and every earlier version."""
    return render_event(request, event)


def render_event(
    request: HttpRequest, event: AdverseEvent, *, forms: dict[str, BaseForm] | None = None, status: int = 200
) -> HttpResponse:
    """The event's page; ``forms``: those that came back with a problem, by their name in the template."""
    now = timezone.localtime()
    forms = forms or {}
    start = {"version": event.version}
    context = {
        "section": "safety",
        "event": event,
        "patient": event.patient,
        "reports": reports_of(event, now.date()),
        "days_since": days_since(event),
        "reasons": reasons_of(event),
        "changes": (changes := changes_of(event)),
        "was_corrected": was_corrected(changes, event.reviewed_at),
        "may_review": Permission.EVENT_REVIEW.name in granted(request.user, event.clinic),
        "review_form": forms.get("review") or EventReviewForm(initial=start, auto_id="review-%s"),
        "void_form": forms.get("void") or EventVoidForm(initial=start, auto_id="void-%s"),
        "sent_form": forms.get("sent") or ReportSentForm(initial={"sent_on": now.date()}, auto_id="sent-%s"),
        "problem_form": next(iter(forms.values()), None),
    }
    return render(request, "treatments/event.html", context, status=status)


def reports_of(event: AdverseEvent, today: Any) -> list[DueReport]:
    """The event's reports that are needed or were sent, the earliest first."""
    reports = [report for report in event.reports.select_related("sent_by") if report.is_needed or report.sent_on]
    return [shown(report, event, today) for report in reports]


def reasons_of(event: AdverseEvent) -> list[str]:
    """The criteria of seriousness in words."""
    return [str(AdverseEvent.Seriousness(criterion).label) for criterion in event.seriousness]


def days_since(event: AdverseEvent) -> int | None:
    """Days from the session to the event in the clinic's calendar, None without a session."""
    if event.session is None:
        return None
    treated, began = (timezone.localdate(at) for at in (event.session.performed_at, event.began_at))
    return regulatory.days_since(treated, began)


@require_safe
@row_page(EVENTS)
def event_print(request: HttpRequest, event: AdverseEvent) -> HttpResponse:
    """One page for whoever the report goes to; the patient by chart number, by name only when asked for."""
    uses = event.session.lot_uses.filter(reversed_at=None).select_related("lot__product") if event.session else []
    context = {
        "section": "safety",
        "event": event,
        "patient": event.patient,
        "reasons": reasons_of(event),
        "now": timezone.localtime(),
        "with_name": request.GET.get("name") == "1",
        "began_on": timezone.localdate(event.began_at),
        "days_since": days_since(event),
        "reports": reports_of(event, timezone.localdate()),
        "uses": uses,
    }
    return render(request, "treatments/event_print.html", context)
