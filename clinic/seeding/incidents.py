"""What does not go to plan at the demo clinic: a recalled lot that is being worked through, and a few adverse events."""

import datetime as dt
import random
from typing import Any

from django.db.models import Count

from clinic.seeding.places import Place
from treatments.actions.events import record_event, review_event
from treatments.actions.recalls import move_case, recall_lot
from treatments.models import AdverseEvent, Lot, Product, RecallCase, TreatmentSession

RECALLED_DAYS_AGO = 6
RECALL_REASON = "The maker reports particles in vials of this lot (invented for the demo)."
REVIEW_NOTE = "Common in the first days after an injection."
# Days ago, and what happened: the flare is old news, the others still wait for somebody.
EVENTS: tuple[tuple[int, dict[str, Any]], ...] = (
    (
        60,
        {
            "description": "Knee was swollen and sore for three days, then settled with ice.",
            "term": "Injection site reaction",
            "body_system": "injection_site",
            "grade": 1,
            "outcome": "recovered",
        },
    ),
    (
        8,
        {
            "description": "Very painful for a week, could not work; pain is going down now.",
            "term": "Pain flare",
            "body_system": "musculoskeletal",
            "grade": 2,
            "outcome": "recovering",
        },
    ),
    (
        3,
        {
            "description": "Hot, red, swollen joint with fever. In hospital since yesterday for washout and antibiotics.",
            "term": "Joint infection",
            "icd10_code": "M00.9",
            "body_system": "infection",
            "grade": 3,
            "seriousness": ["hospitalisation"],
            "is_communicable": True,
            "needed_intervention": True,
            "outcome": "not_recovered",
        },
    ),
)


def happen(place: Place, *, today: dt.date, rng: random.Random) -> None:
    """Report three events of sessions that took place, and recall the donor product's lot that most received."""
    for days, details in EVENTS:
        _report(place, details, today - dt.timedelta(days=days), rng)
    _recall(place, today - dt.timedelta(days=RECALLED_DAYS_AGO), rng)


def _report(place: Place, details: dict[str, Any], on: dt.date, rng: random.Random) -> None:
    known_at = place.at(on, 9, 30)
    earlier = TreatmentSession.objects.counted().filter(
        clinic=place.clinic, performed_at__lt=known_at - dt.timedelta(days=1)
    )
    others = earlier.filter(course__patient__adverse_events=None).select_related("course__patient__clinic")
    session = others.order_by("-performed_at").first()
    if session is None:
        return
    began_at = max(session.performed_at, known_at - dt.timedelta(days=4))
    resolved_on = on if details["outcome"] == "recovered" else None
    event = record_event(
        patient=session.course.patient,
        details={
            **details,
            "session": session,
            "began_at": began_at,
            "first_aware_at": known_at,
            "reporter": rng.choice(("The patient, by phone", "The patient's daughter")),
            "resolved_on": resolved_on,
        },
        at=known_at + dt.timedelta(hours=1),
        by=place.staff,
    )
    if resolved_on:
        _review(place, event, known_at + dt.timedelta(hours=6))


def _review(place: Place, event: AdverseEvent, at: dt.datetime) -> None:
    review_event(
        event=event,
        version=event.version,
        related_to_product="possible",
        related_to_procedure="probable",
        is_expected=True,
        note=REVIEW_NOTE,
        at=at,
        by=place.staff,
    )


def _recall(place: Place, on: dt.date, rng: random.Random) -> None:
    donors = [Product.Kind.EXOSOME_PRODUCT, Product.Kind.CELL_PRODUCT]
    lots = Lot.objects.filter(clinic=place.clinic, product__kind__in=donors, uses__used_at__lt=place.at(on, 0))
    lot = lots.annotate(used=Count("uses")).order_by("-used", "id").select_related("clinic").first()
    if lot is None:
        return
    at = place.at(on, 10)
    recall = recall_lot(lot=lot, severity="II", reason=RECALL_REASON, announced_on=on, at=at, by=place.staff)
    states = RecallCase.State
    for number, case in enumerate(recall.cases.select_related("clinic").order_by("id")):
        for state in (states.CONTACTED, states.SYMPTOMS, states.CLOSED)[: rng.randrange(3) if number % 3 else 3]:
            at += dt.timedelta(minutes=7)
            move_case(case=case, state=state, note="No complaints; told what to look for.", at=at, by=place.staff)
