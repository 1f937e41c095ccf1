"""Answers that need a person: which wait, each one, and that somebody took it on."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import allow, row_page, staff_page
from clinic.actions import set_alerting
from clinic.forms import attempted
from clinic.permissions import Permission
from outcomes import actions, open_alerts
from outcomes.forms.alerts import AlertForm, AlertingForm
from outcomes.models import Alert
from outcomes.outgoing import SHOWN
from patients.pages import page_of

ALERTS = Alert.objects.select_related("patient", "survey__clinic", "survey__follow_up__timepoint", "acknowledged_by")


@require_safe
@staff_page(Permission.PATIENT_VIEW)
def alerts(request: HttpRequest) -> HttpResponse:
    """What waits for a person, or what was closed, the latest first."""
    is_closed = request.GET.get("show") == "closed"
    mine = open_alerts.of_clinic(request.clinic, user=request.user)
    closed = mine.filter(acknowledged_at__isnull=False).order_by("-acknowledged_at", "-id")
    rows = closed if is_closed else open_alerts.waiting(request.clinic, user=request.user)
    page = page_of(rows, request.GET.get("page", ""))
    context = {"section": "alerts", "page": page, "is_closed": is_closed, "show": "closed" if is_closed else ""}
    return render(request, "outcomes/alerts.html", context)


@require_safe
@staff_page(Permission.PATIENT_VIEW)
def alerts_now(request: HttpRequest) -> HttpResponse:
    """What waits, for pages that ask by themselves every minute."""
    return render(request, "outcomes/_needs_a_person.html", shortly(request)[0])


def shortly(request: HttpRequest) -> tuple[dict[str, object], int]:
    """The first of what waits, for the work list, and how many red flags are open."""
    found, n_red = open_alerts.first_waiting(request.clinic, user=request.user, most=SHOWN + 1)
    return {"alerts": found[:SHOWN], "more_alerts": len(found) > SHOWN, "looked_at": timezone.now()}, n_red


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(ALERTS)
def alert(request: HttpRequest, alert: Alert) -> HttpResponse:
    """One answer: what was said, whom to call, and closing it with what came of it."""
    is_sent = request.method == "POST"
    if is_sent:
        allow(request, alert.clinic, Permission.PATIENT_EDIT)
    others = list(alert.survey.alerts.open().urgent_first().exclude(pk=alert.pk))
    form = AlertForm(request.POST if is_sent else None, others=len(others))
    if is_sent and form.is_valid():
        close = partial(actions.acknowledge_alert, alert=alert, at=timezone.now(), by=request.user)
        if closed := attempted(form, partial(close, **form.cleaned_data)):
            more = f" So are {len(closed) - 1} more of this check-in." if len(closed) > 1 else ""
            messages.success(request, f"Closed: {alert.patient}.{more}")
            return redirect("alerts")
    context = {
        "section": "alerts",
        "alert": alert,
        "patient": alert.patient,
        "others": others,
        "lots": open_alerts.lots_to_check(alert, user=request.user),
        "safety": open_alerts.safety_answers(alert.survey),
        "form": form,
    }
    return render(request, "outcomes/alert.html", context, status=422 if is_sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.MESSAGE_EDIT)
def alerting(request: HttpRequest) -> HttpResponse:
    """Who is told of answers that need a person, and which numbers patients read."""
    clinic, is_sent = request.clinic, request.method == "POST"
    asked = {"confirms_queue": clinic.queue_confirmed_at is not None}
    form = AlertingForm(request.POST if is_sent else None, instance=clinic, initial=asked)
    if is_sent and form.is_valid():
        keep = partial(set_alerting, clinic=clinic, at=timezone.now(), by=request.user, **form.cleaned_data)
        if attempted(form, keep):
            messages.success(request, "Saved. It counts for answers from now on.")
            return redirect("alerting")
    context = {"section": "setup", "form": form, "confirmed_by": clinic.queue_confirmed_by}
    return render(request, "outcomes/alerting.html", context, status=422 if is_sent else 200)
