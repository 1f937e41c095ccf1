"""Set-up of instruments: which are on and why others are not, and each with its versions, questions and scoring."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic.access import row_page, staff_page
from clinic.permissions import Permission
from outcomes import actions
from outcomes.bringing import questionnaire_of
from outcomes.catalogue import Entry, Version, catalogue, entry_of
from outcomes.instrument_words import questions, scoring_words
from outcomes.models import LoadedInstrument


@require_safe
@staff_page(Permission.REPORT_VIEW)
def instruments(request: HttpRequest) -> HttpResponse:
    """Every instrument the clinic asks or could bring."""
    context = {"section": "setup", "entries": catalogue(request.clinic, on=timezone.localdate())}
    return render(request, "outcomes/instruments.html", context)


@require_safe
@staff_page(Permission.REPORT_VIEW)
def instrument(request: HttpRequest, code: str) -> HttpResponse:
    """One of them, with every version and its questions in each language."""
    entry = _entry(request, code)
    context = {
        "section": "setup",
        "entry": entry,
        "versions": [{"version": one, **described(one)} for one in entry.versions],
    }
    return render(request, "outcomes/instrument.html", context)


@require_safe
@staff_page(Permission.REPORT_VIEW)
def instrument_fhir(request: HttpRequest, code: str) -> HttpResponse:
    """The version that is asked, else the newest, as a FHIR R4 Questionnaire."""
    entry = _entry(request, code)
    answer = JsonResponse(
        questionnaire_of(entry.now.definition),
        content_type="application/fhir+json",
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    answer["Content-Disposition"] = f'attachment; filename="{entry.code}.fhir.json"'
    return answer


@require_POST
@row_page(LoadedInstrument.objects.all())
def instrument_retire(request: HttpRequest, loaded: LoadedInstrument) -> HttpResponse:
    """Ask this version no more."""
    actions.retire_instrument(loaded=loaded, at=timezone.now(), by=request.user)
    messages.success(request, "Retired: it is not asked in new surveys. Answers and scores stay.")
    return redirect("instrument", loaded.code)


def described(version: Version) -> dict[str, object]:
    """What a version asks and how it is scored, in words."""
    one = version.instrument
    return {"questions": list(questions(one)), "scoring": [(s.name, scoring_words(s, one)) for s in one.scales]}


def _entry(request: HttpRequest, code: str) -> Entry:
    entry = entry_of(request.clinic, code, on=timezone.localdate())
    if entry is None:
        raise Http404
    return entry
