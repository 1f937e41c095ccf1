"""What the clinic is called and when it sends: two pages for managers."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import staff_page
from clinic.forms import attempted
from clinic.models import Clinic
from clinic.permissions import Permission
from outcomes import actions
from outcomes.delivery_rules import SendingHours
from outcomes.forms.clinics import DetailsForm, HoursForm
from outcomes.sending_examples import examples
from outcomes.text_rules import problems, telling_parts
from outcomes.words import sample_of, words_of

HOURS = ("send_from_hour", "send_until_hour", "sends_on_weekends")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CLINIC_EDIT)
def details(request: HttpRequest) -> HttpResponse:
    """Name, sender, phone and time zone."""
    clinic, is_sent = request.clinic, request.method == "POST"
    form = DetailsForm(request.POST if is_sent else None, initial=_shown(clinic, DetailsForm))
    if is_sent and form.is_valid():
        saved = attempted(form, partial(actions.set_details, clinic=clinic, by=request.user, **form.cleaned_data))
        if saved:
            messages.success(request, "Saved. It counts for messages from now on.")
            _warn_of_texts(request, saved)
            return redirect("clinic-details")
    return _page(request, "clinic/details.html", form, {"telling": telling_parts(clinic.sender_name)})


def _warn_of_texts(request: HttpRequest, clinic: Clinic) -> None:
    """Another sender can make a text message too long."""
    sample = sample_of(clinic)
    broken = sum(bool(problems(*key, words, sample)) for key, words in words_of(clinic.pk).items())
    if broken:
        which = "1 text needs" if broken == 1 else f"{broken} texts need"
        messages.warning(request, f"With this name {which} a look: see Setup, Messages. They are sent as they are.")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CLINIC_EDIT)
def schedule(request: HttpRequest) -> HttpResponse:
    """When messages go out and how many; choosing shows what it means, saving makes it count."""
    clinic, is_sent = request.clinic, request.method == "POST"
    form = HoursForm(request.POST if is_sent else None, initial=_shown(clinic, HoursForm))
    is_preview = request.POST.get("do") == "preview"
    if is_sent and form.is_valid() and not is_preview:
        save = partial(actions.set_sending_hours, clinic=clinic, by=request.user, **form.cleaned_data)
        if attempted(form, save):
            messages.success(request, "Saved. It counts for every message that has not gone out yet.")
            return redirect("sending-schedule")
    return _page(request, "clinic/schedule.html", form, {"examples": _examples(form, clinic)}, is_preview=is_preview)


def _examples(form: forms.BaseForm, clinic: Clinic) -> object:
    """For what is chosen, right away; nothing when no hour is left between the two."""
    typed = getattr(form, "cleaned_data", {}) if form.is_bound else _shown(clinic, HoursForm)
    chosen = [typed.get(name) for name in HOURS]
    if None in chosen or chosen[0] >= chosen[1]:
        return None
    return examples(SendingHours(clinic.time_zone, *chosen), at=timezone.now())


def _shown(clinic: Clinic, form: type[forms.Form]) -> dict[str, Any]:
    return {name: getattr(clinic, name) for name in form.base_fields}


def _page(
    request: HttpRequest, template: str, form: forms.BaseForm, context: dict[str, Any], *, is_preview: bool = False
) -> HttpResponse:
    """With the clinic as it is now, so that whoever saves again has seen what is there."""
    request.clinic.refresh_from_db()
    refused = request.method == "POST" and not is_preview
    theirs = _theirs(form, request.clinic) if refused else []
    shown = {"section": "setup", "form": form, "theirs": theirs, **context}
    return render(request, template, shown, status=422 if refused else 200)


def _theirs(form: forms.BaseForm, clinic: Clinic) -> list[tuple[str, object]]:
    """What somebody else saved since this form was opened and the form says otherwise, by the fields' names."""
    if form.data.get("version") == str(clinic.version):
        return []
    visible = [(field, getattr(clinic, field.name)) for field in form.visible_fields()]
    return [(field.label, now) for field, now in visible if form.cleaned_data.get(field.name) != now]
