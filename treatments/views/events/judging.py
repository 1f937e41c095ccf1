"""What is done on an event's own page: judging it, marking a report as sent, entered in error."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from clinic.access import row_page
from clinic.rules import RuleBroken
from treatments import actions
from treatments.actions.events import EventChanged
from treatments.forms.events import EventReviewForm, EventVoidForm, ReportSentForm
from treatments.models import AdverseEvent
from treatments.views.events.reading import EVENTS, render_event


@require_POST
@row_page(EVENTS)
def review(request: HttpRequest, event: AdverseEvent) -> HttpResponse:
    """Record the causality review."""
    form = EventReviewForm(request.POST, auto_id="review-%s")

    def save() -> str:
        actions.review_event(event=event, at=timezone.now(), by=request.user, **form.cleaned_data)
        return "The review is saved, and the reports follow it."

    return _done(request, event, "review", form, save)


@require_POST
@row_page(EVENTS)
def void(request: HttpRequest, event: AdverseEvent) -> HttpResponse:
    """Mark the event as entered in error."""
    form = EventVoidForm(request.POST, auto_id="void-%s")

    def save() -> str:
        actions.void_event(event=event, at=timezone.now(), by=request.user, **form.cleaned_data)
        return "Marked as entered in error. Nothing is lost; reports not yet sent are not asked for any more."

    return _done(request, event, "void", form, save)


@require_POST
@row_page(EVENTS)
def mark_sent(request: HttpRequest, event: AdverseEvent, kind: str) -> HttpResponse:
    """Mark one of the event's reports as sent."""
    report = get_object_or_404(event.reports.select_related("clinic"), kind=kind)
    form = ReportSentForm(request.POST, auto_id="sent-%s")

    def save() -> str:
        actions.mark_report_sent(report=report, at=timezone.now(), by=request.user, **form.cleaned_data)
        return "Marked as sent."

    return _done(request, event, "sent", form, save)


def _done(
    request: HttpRequest, event: AdverseEvent, name: str, form: BaseForm, save: Callable[[], str]
) -> HttpResponse:
    if form.is_valid():
        try:
            messages.success(request, save())
            return redirect("event", event.public_id)
        except EventChanged:
            messages.warning(
                request, "Somebody else changed this event meanwhile. Look at it again; nothing was saved."
            )
            return redirect("event", event.public_id)
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
    return render_event(request, event, forms={name: form}, status=422)
