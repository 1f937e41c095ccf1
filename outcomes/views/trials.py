"""Test messages: a manager sends one, watches how it goes, and says by the link in it that it arrived."""

import datetime as dt
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from clinic import scope
from clinic.access import staff_page
from clinic.forms import attempted
from clinic.links import link_hashes
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes import actions
from outcomes.forms.clinics import TrialTextForm
from outcomes.models import TrialMessage
from outcomes.views.survey_door import PRIVATE, frame_of_clinic, unknown
from outcomes.views.survey_language import language_for

State = TrialMessage.State
SHOWN = 5
# Seconds until the list looks again: while one is on its way, and while somebody goes to the mailbox.
SOON, LATER = 2, 5
AWAITED = dt.timedelta(minutes=15)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CLINIC_EDIT)
def trials(request: HttpRequest) -> HttpResponse:
    """Sending one, by e-mail to oneself or as a text to a number, and the last few with how they went."""
    is_text = "number" in request.POST
    form = TrialTextForm(request.POST if is_text else None)
    if request.method == "POST":
        ask = partial(actions.ask_for_trial, clinic=request.clinic, at=timezone.now(), by=request.user)
        if _texted(form, ask) if is_text else _mailed(request, ask):
            return redirect("trials")
    context = {"section": "setup", "form": form, **_states(request)}
    return render(request, "outcomes/trials.html", context, status=422 if request.method == "POST" else 200)


def _texted(form: TrialTextForm, ask: partial[TrialMessage]) -> TrialMessage | None:
    return attempted(form, partial(ask, number=form.cleaned_data["number"])) if form.is_valid() else None


def _mailed(request: HttpRequest, ask: partial[TrialMessage]) -> TrialMessage | None:
    try:
        return ask(number=None)
    except RuleBroken as broken:
        messages.warning(request, broken.message)
        return None


@require_safe
@staff_page(Permission.CLINIC_EDIT)
def states(request: HttpRequest) -> HttpResponse:
    """How the last few stand, for the page that looks again by itself."""
    return render(request, "outcomes/_trial_states.html", _states(request))


def _states(request: HttpRequest) -> dict[str, object]:
    at = timezone.now()
    last = TrialMessage.objects.visible_to(request.user).filter(clinic=request.clinic).select_related("queued_by")
    shown = [(trial, trial.state_at(at)) for trial in last[:SHOWN]]
    is_moving = any(state in (State.WAITING, State.SENDING) for _trial, state in shown)
    is_awaited = any(state == State.TAKEN and at - trial.settled_at < AWAITED for trial, state in shown)
    return {
        "shown": shown,
        "is_moving": is_moving,
        "looks_again": SOON if is_moving else LATER if is_awaited else None,
        "is_slow": any(state == State.WAITING and at - one.queued_at > TrialMessage.SLOW_AFTER for one, state in shown),
        "sends_texts": bool(settings.SMS_URL),
    }


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def trial_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, because mail scanners open links first. The path holds the secret, so it needs no CSRF token."""
    with scope.of_link("mendline_enter_trial_link", link_hashes(token)):
        response = _opened(request, token)
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response


def _opened(request: HttpRequest, token: str) -> HttpResponse:
    trial = TrialMessage.objects.select_related("clinic").filter(token_hash__in=link_hashes(token)).first()
    if trial is None:
        return unknown()
    if request.method == "POST":
        trial = actions.note_arrival(trial=trial, at=timezone.now())
    with translation.override(language_for(request)):
        page = {"clinic": frame_of_clinic(trial.clinic, is_asking=False), "trial": trial}
        return HttpResponse(render_to_string("outcomes/trial_link.html", page))
