"""Messages at a glance: who needs a person, what goes out next, what does not and why, and what is paused."""

import datetime as dt
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import allow, row_page, staff_page
from clinic.forms import attempted
from clinic.heartbeats import SILENT_AFTER
from clinic.models import Heartbeat
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes import actions, outgoing
from outcomes.forms.sending import PauseForm
from outcomes.models import Delivery, SendingPause
from outcomes.outgoing import SHOWN, Span
from treatments.models import Protocol

DAYS = {"today": 1, "week": 7}


@require_safe
@staff_page(Permission.PATIENT_VIEW)
def sending(request: HttpRequest) -> HttpResponse:
    """Messages and links that need a decision, and how much goes out today."""
    at, mine = timezone.now(), {"user": request.user}
    unknown = list(outgoing.unconfirmed(request.clinic, at=at, **mine)[: SHOWN + 1])
    today = outgoing.count_going_out(request.clinic, span=Span.of_days(request.clinic, at, 1), **mine)
    context = {
        "paused_links": list(outgoing.paused_links(request.clinic, **mine)[:SHOWN]),
        "unknown": unknown[:SHOWN],
        "more_unknown": len(unknown) > SHOWN,
        "today_counts": sorted(today.items()),
        "total_today": sum(today.values()),
        "pauses": list(outgoing.active_pauses(request.clinic, **mine)),
    }
    return _page(request, "sending", context)


@require_safe
@staff_page(Permission.PATIENT_VIEW)
def going_out(request: HttpRequest) -> HttpResponse:
    """What goes out today or within seven days, in order of time."""
    show = request.GET.get("show", "")
    show = show if show in DAYS else "today"
    span = Span.of_days(request.clinic, timezone.now(), DAYS[show])
    page = outgoing.going_out(request.clinic, span=span, user=request.user, page=request.GET.get("page", ""))
    pauses = list(outgoing.active_pauses(request.clinic, user=request.user))
    return _page(request, "sending_outgoing", {"page": page, "show": show, "pauses": pauses})


@require_safe
@staff_page(Permission.PATIENT_VIEW)
def not_sent(request: HttpRequest) -> HttpResponse:
    """What is not sent, counted by reason; with ``show``, the check-ins that have this reason."""
    at, show = timezone.now(), request.GET.get("show", "")
    why = outgoing.known(show)
    page = (
        outgoing.not_sent(request.clinic, why, at=at, user=request.user, page=request.GET.get("page", ""))
        if why
        else None
    )
    found = outgoing.reasons(request.clinic, at=at, user=request.user)
    return _page(request, "sending_not_sent", {"page": page, "why": why, "show": show if why else "", "reasons": found})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.PATIENT_VIEW)
def pauses(request: HttpRequest) -> HttpResponse:
    """What is paused, and pausing all messages or those of a protocol."""
    is_sent = request.method == "POST"
    if is_sent:
        allow(request, request.clinic, Permission.SENDING_PAUSE)
    offered = Protocol.objects.visible_to(request.user).filter(clinic=request.clinic, courses__isnull=False)
    form = PauseForm(request.POST if is_sent else None, protocols=offered.distinct().order_by("name", "version"))
    if is_sent and form.is_valid():
        pause = partial(
            actions.pause_sending, clinic=request.clinic, at=timezone.now(), by=request.user, **form.cleaned_data
        )
        if paused := attempted(form, pause):
            undo = reverse("pause-resume", args=[paused.public_id])
            messages.success(request, "Paused. Nothing of it is sent until somebody ends the pause.", extra_tags=undo)
            return redirect("sending-pauses")
    active = list(outgoing.active_pauses(request.clinic, user=request.user))
    return _page(request, "sending_pauses", {"pauses": active, "form": form}, status=422 if is_sent else 200)


@require_POST
@row_page(SendingPause.objects.select_related("patient"))
def resume(request: HttpRequest, pause: SendingPause) -> HttpResponse:
    """End a pause; what waited goes out within the clinic's hours and each patient's budget."""
    try:
        actions.resume_sending(pause=pause, at=timezone.now(), by=request.user)
        messages.success(request, "The pause has ended. What waited goes out within the clinic’s hours.")
    except RuleBroken as broken:
        messages.warning(request, broken.message)
    if pause.patient and "patient" in (request.POST.get("back"), request.GET.get("back")):
        return redirect("patient", pause.patient.public_id)
    return redirect("sending-pauses")


@require_safe
@staff_page(Permission.PATIENT_VIEW)
def health(request: HttpRequest) -> HttpResponse:
    """Whether everything that sends is alive, and how messages stand."""
    at = timezone.now()
    by_state = Delivery.objects.visible_to(request.user).filter(clinic=request.clinic).order_by()
    counts = dict(by_state.values_list("status").annotate(number=outgoing.Count("pk")))
    beats = [(beat, at - beat.at > SILENT_AFTER, _ago(at - beat.at)) for beat in Heartbeat.objects.all()]
    context = {
        "beats": beats,
        "is_without_beat": not any(beat.name == "beat" for beat, _, _ in beats),
        "counts": [(state.label, counts[state]) for state in Delivery.Status if state in counts],
    }
    return _page(request, "sending_health", context)


def _ago(age: dt.timedelta) -> str:
    seconds = max(0, round(age.total_seconds()))
    if seconds < 120:
        return f"{seconds} seconds ago"
    return f"{seconds // 60} minutes ago" if seconds < 7200 else f"{seconds // 3600} hours ago"


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context |= {"section": "messages", "tab": name}
    return render(request, f"outcomes/{name}.html", context, status=status)
