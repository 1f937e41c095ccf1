"""Adverse events for tests, made through the actions."""

import datetime as dt
from decimal import Decimal

from django.db import transaction

from clinic.models import User
from patients.models import Patient
from tests.conftest import NOON
from tests.treatments.stock import receive, register, take
from treatments import actions
from treatments.actions import lots, products
from treatments.models import AdverseEvent, Course, Lot, Product, TreatmentSession

DAY = dt.timedelta(days=1)
# Five days after the session at NOON, a Saturday; known to the clinic on the Monday after.
BEGAN = NOON + 5 * DAY
AWARE = NOON + 7 * DAY
NOW = AWARE + dt.timedelta(hours=2)

SWELLING = {
    "began_at": BEGAN,
    "description": "My knee is hot and thick since Saturday.",
    "term": "Joint swelling",
    "body_system": "musculoskeletal",
    "grade": 2,
    "outcome": "recovering",
    "reporter": "the patient",
    "first_aware_at": AWARE,
}
ADMITTED = {**SWELLING, "term": "Septic arthritis", "grade": 3, "seriousness": ["hospitalisation"]}


def record(patient: Patient, by: User, at: dt.datetime = NOW, **changes) -> AdverseEvent:
    """A swollen knee five days after NOON, or what ``changes`` say."""
    return actions.record_event(patient=patient, details={**SWELLING, **changes}, at=at, by=by)


def review(event: AdverseEvent, by: User, at: dt.datetime = NOW, **changes) -> AdverseEvent:
    """Possibly related to the product, and not expected."""
    judged = {
        "related_to_product": "possible",
        "related_to_procedure": "unlikely",
        "is_expected": False,
        "note": "",
        **changes,
    }
    return actions.review_event(event=event, version=event.version, at=at, by=by, **judged)


def due(event: AdverseEvent) -> dict[str, dt.date]:
    """The reports that are needed and not sent, with the day each is due."""
    return dict(event.reports.filter(is_needed=True, sent_on=None).values_list("kind", "due_on"))


def lot_in(session: TreatmentSession, by: User, **details) -> Lot:
    """A released lot of a product, of which one went into the session."""
    lot = receive(register(session.clinic, by, **details), by)
    lots.release_lot(lot=lot, by=by)
    with transaction.atomic():
        take(session, lot, "1", by)
    return lot


def ind_lot_in(session: TreatmentSession, by: User) -> Lot:
    """The same of an exosome product that is investigational since January 2026."""
    lot = lot_in(session, by, name="EV vial", kind=Product.Kind.EXOSOME_PRODUCT, regulated_as="biologic")
    products.record_status(
        product=lot.product,
        jurisdiction="US",
        standing="ind",
        valid_from=dt.date(2026, 1, 1),
        reference="IND 12345",
        at=NOON,
        by=by,
    )
    return lot


def watch_over(course: Course, by: User) -> None:
    """An event that asks for a review, an asking for medicines, and a profile."""
    record(course.patient, by, **ADMITTED)
    actions.record_medication_review(
        patient=course.patient, source="phone", asked_on=NOON.date(), takes_opioids=False, at=NOON, by=by
    )
    actions.record_profile(
        course=course, details={"height_cm": Decimal(175), "tobacco": "never"}, version=0, at=NOON, by=by
    )
