"""Bringing an instrument: a file or typed words are shown as they would be asked; only the attestation stores them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import staff_page
from clinic.forms import attempted
from clinic.permissions import Permission
from outcomes import actions
from outcomes.bringing import Brought, checked, version_of
from outcomes.bringing.checking import in_words_of
from outcomes.catalogue import Version, entry_of
from outcomes.forms.instruments import AttestForm, FileForm, WordsForm, sealed, unsealed
from outcomes.instruments import instrument_of
from outcomes.licensed import known, known_definitions
from outcomes.open_alerts import may_ask_self_harm
from outcomes.self_harm import refusal_of
from outcomes.views.instruments import described

TYPED = "Typed in from the official form"
TOO_OLD = "What was shown is too old or was changed. Bring it again."


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.INSTRUMENT_BRING)
def instrument_bring(request: HttpRequest) -> HttpResponse:
    """A file is read and shown; nothing is stored."""
    is_sent = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if is_sent else FileForm()
    brought = form.brought() if is_sent and form.is_valid() else None
    if brought and not brought.problems:
        return _shown(request, brought, form.source)
    context = {"section": "setup", "form": form, "brought": brought}
    return render(request, "outcomes/instrument_bring.html", context, status=422 if is_sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.INSTRUMENT_BRING)
def instrument_words(request: HttpRequest, code: str) -> HttpResponse:
    """The official words of a known instrument are typed and shown; nothing is stored."""
    entry = entry_of(request.clinic, code, on=timezone.localdate()) if code in known() else None
    if entry is None:
        raise Http404
    is_sent = request.method == "POST"
    form = WordsForm(request.POST if is_sent else None, known=known()[code], worded=entry.now.instrument)
    brought = None
    if is_sent and form.is_valid():
        brought = checked(in_words_of(code, form.items(known_definitions()[code])))
        if not brought.problems:
            return _shown(request, brought, TYPED)
    context = {"section": "setup", "entry": entry, "form": form, "brought": brought}
    return render(request, "outcomes/instrument_typed.html", context, status=422 if is_sent else 200)


@require_POST
@staff_page(Permission.INSTRUMENT_BRING)
def instrument_attest(request: HttpRequest) -> HttpResponse:
    """What was shown is taken into use."""
    found = unsealed(request.POST.get("shown", ""))
    if found is None:
        messages.error(request, TOO_OLD)
        return redirect("instrument-bring")
    brought, source = found
    form = AttestForm(request.POST, clinic=request.clinic.name)
    if form.is_valid():
        loaded = attempted(form, lambda: _loaded(request, brought, source, form))
        if loaded:
            messages.success(request, f"{brought.definition['name']} is on, as version {loaded.version}.")
            return redirect("instrument", loaded.code)
    return _shown(request, brought, source, form)


def _loaded(request: HttpRequest, brought: Brought, source: str, form: AttestForm) -> Any:
    return actions.load_instrument(
        clinic=request.clinic,
        definition=brought.definition,
        source=source,
        licence=form.licence(),
        is_attested=form.cleaned_data["attests"],
        at=timezone.now(),
        by=request.user,
    )


def _shown(request: HttpRequest, brought: Brought, source: str, form: AttestForm | None = None) -> HttpResponse:
    """What would be asked and how it would be scored, with the attestation below. 422 where that does not fit."""
    definition = brought.definition
    entry = entry_of(request.clinic, definition["code"], on=timezone.localdate())
    version = Version(instrument_of(definition), definition)
    context = {
        "section": "setup",
        "form": form or AttestForm(clinic=request.clinic.name, initial={"shown": sealed(brought, source)}),
        "brought": brought,
        "source": source,
        "entry": entry,
        "version": version_of(definition),
        "refusal": refusal_of(definition, is_watched=may_ask_self_harm(request.clinic)),
        **described(version),
    }
    return render(request, "outcomes/instrument_shown.html", context, status=422 if form else 200)
