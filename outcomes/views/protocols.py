"""The clinic's protocols: the list, one version, and whether it is offered."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import row_page, staff_page
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes.asking import askable
from outcomes.catalogue import why_not_asked
from outcomes.instruments import Instrument
from outcomes.ladders import words_of
from outcomes.models import AssignedInstrument, LadderStep
from outcomes.starter import install_starter_set, starter_set
from treatments import actions
from treatments.models import Protocol
from treatments.technique_words import technique_rows
from treatments.vocabulary import Region

USED = Count("courses")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.REPORT_VIEW)
def protocols(request: HttpRequest) -> HttpResponse:
    """Each protocol with its newest version; POST adds what is missing of the starter set."""
    if request.method == "POST":
        added = install_starter_set(clinic=request.clinic, at=timezone.now(), by=request.user)
        messages.success(request, f"{added} protocols were added." if added else "All of them are here already.")
        return redirect("protocols")
    rows = Protocol.objects.filter(clinic=request.clinic).select_related("treatment_type").annotate(n_courses=USED)
    by_name: dict[str, list[Protocol]] = {}
    for row in rows.order_by("name", "-version"):
        by_name.setdefault(row.name, []).append(row)
    context = {
        "section": "setup",
        "protocols": list(by_name.values()),
        "missing": [one["name"] for one in starter_set()["protocols"] if one["name"] not in by_name],
    }
    return render(request, "outcomes/protocols.html", context)


@require_safe
@row_page(Protocol.objects.select_related("treatment_type", "published_by").annotate(n_courses=USED))
def protocol(request: HttpRequest, protocol: Protocol) -> HttpResponse:
    """One version: what is done, what is asked when, and the other versions."""
    versions = Protocol.objects.filter(clinic=request.clinic, name=protocol.name).annotate(n_courses=USED)
    context = {
        "section": "setup",
        "protocol": protocol,
        "timepoints": timepoints_of(protocol),
        "technique": technique_rows(protocol),
        "consents": [dict(_consent_choices()).get(kind, kind) for kind in protocol.required_consents],
        "versions": versions.order_by("-version"),
    }
    return render(request, "outcomes/protocol.html", context)


@require_POST
@row_page(Protocol.objects.all())
def retire(request: HttpRequest, protocol: Protocol) -> HttpResponse:
    """Offer it for no new course."""
    actions.retire_protocol(protocol=protocol, by=request.user)
    undo = reverse("protocol-offer", args=[protocol.public_id])
    messages.success(
        request, "Retired: it is offered for no new course. Courses that follow it go on.", extra_tags=undo
    )
    return redirect("protocol", protocol.public_id)


@require_POST
@row_page(Protocol.objects.all())
def offer(request: HttpRequest, protocol: Protocol) -> HttpResponse:
    """Offer a retired version again."""
    try:
        actions.offer_protocol(protocol=protocol, by=request.user)
        undo = reverse("protocol-retire", args=[protocol.public_id])
        messages.success(request, "Offered: new courses can follow it.", extra_tags=undo)
    except RuleBroken as broken:
        messages.error(request, broken.message)
    return redirect("protocol", protocol.public_id)


def _name_of(code: str, known: Mapping[str, Instrument], why_not: Mapping[str, str]) -> str:
    """With the reason where it is not asked now. An instrument that was taken back keeps its code for a name."""
    name = known[code].name if code in known else code
    return f"{name} ({why_not[code][0].lower()}{why_not[code][1:]})" if code in why_not else name


def timepoints_of(protocol: Protocol) -> list[dict[str, Any]]:
    """Every timepoint with what it asks, and how the patient is asked, in words."""
    asked: dict[int, list[str]] = {}
    known, why_not = askable(protocol.clinic_id), why_not_asked(protocol.clinic, on=timezone.localdate())
    for row in AssignedInstrument.objects.filter(timepoint__protocol=protocol).order_by("position"):
        where = f" ({Region(row.region).label.lower()} only)" if row.region else ""
        asked.setdefault(row.timepoint_id, []).append(f"{_name_of(row.instrument, known, why_not)}{where}")
    ladders: dict[int, list[str]] = {}
    for step in LadderStep.objects.filter(timepoint__protocol=protocol).order_by("timepoint", "sequence"):
        ladders.setdefault(step.timepoint_id, []).append(words_of(step.as_step()))
    return [
        {"row": row, "asks": asked.get(row.pk, []), "ladder": ladders.get(row.pk, [])}
        for row in protocol.timepoints.order_by("opens_day", "pk")
    ]


def _consent_choices() -> list[tuple[str, str]]:
    return list(Protocol._meta.get_field("required_consents").base_field.choices or [])
