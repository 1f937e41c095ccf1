"""The time-out before an injection: five ticks before a session's form, where the clinic asks for it."""

import datetime as dt

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from clinic.access import staff_page
from clinic.actions import set_time_out
from clinic.form_drafts import DRAFT
from clinic.permissions import Permission
from treatments.forms.time_outs import TimeOutForm, TimeOutSetupForm
from treatments.models import Course

# A hidden input of the session's form: who confirmed the five points for this course, and when, signed.
CONFIRMED = "time_out_confirmed"
# Sent by the page of ticks alone.
STEP = "step"
GOOD_FOR = dt.timedelta(hours=24)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.PROTOCOL_PUBLISH)
def time_out_setup(request: HttpRequest) -> HttpResponse:
    """Whether five points are confirmed before a session can be logged."""
    shown = {"needs": request.clinic.needs_time_out}
    form = TimeOutSetupForm(request.POST if request.method == "POST" else None, initial=shown)
    if form.is_valid():
        set_time_out(clinic=request.clinic, by=request.user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("time-out-setup")
    points = list(TimeOutForm())
    return render(request, "treatments/time_out_setup.html", {"section": "setup", "form": form, "points": points})


def confirmed_at(request: HttpRequest, course: Course) -> dt.datetime | None:
    """When this person confirmed the points: just now, or earlier, by the page, its address or the draft."""
    if TimeOutForm(request.POST).is_valid():
        return timezone.now()
    for data in (request.POST, request.GET, request.form_opened.taken or {}):
        try:
            instant = signing.loads(data.get(CONFIRMED, ""), salt=_salt(request, course), max_age=GOOD_FOR)
        except signing.BadSignature:
            continue
        return dt.datetime.fromisoformat(instant)
    return None


def sealed(request: HttpRequest, course: Course, at: dt.datetime) -> str:
    """Says for a day that this person confirmed the points for this course at this instant."""
    return signing.dumps(at.isoformat(), salt=_salt(request, course))


def ask_first(request: HttpRequest, course: Course) -> HttpResponse:
    """The ticks. What was typed into the session's form already, before the clinic asked for them, is carried along."""
    form = TimeOutForm(request.POST if STEP in request.POST else None)
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", STEP) and not name.startswith(TimeOutForm.prefix)
    ]
    context = {
        "section": "patients",
        "course": course,
        "patient": course.patient,
        "form": form,
        "carried": carried,
    }
    return render(request, "treatments/time_out.html", context, status=422 if request.method == "POST" else 200)


def go_on(request: HttpRequest, course: Course, at: dt.datetime) -> HttpResponse:
    """From the ticks to the session's form."""
    words = {CONFIRMED: sealed(request, course, at), **({DRAFT: "1"} if request.GET.get(DRAFT) else {})}
    return redirect(f"{request.path}?{urlencode(words)}")


def _salt(request: HttpRequest, course: Course) -> str:
    return f"time-out:{course.pk}:{request.user.pk}"
