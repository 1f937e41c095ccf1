"""The documented sessions, made ready to be sent for Ruth."""

import copy
from typing import Any

from clinic.models import User
from patients.models import Patient
from tests.conftest import NOON
from tests.treatments import stock
from treatments import actions
from treatments.actions import lots
from treatments.models import Course, Lot, Product, Protocol

SESSIONS = "/api/v1/sessions/"
NO_BASELINE = {"baseline_missing_reason": "treated on the day of the first visit"}


def course_of(kind: str, patient: Patient, clinician: User, *, target: str = "knee_joint") -> Course:
    """A course of Ruth's with this modality, on the right."""
    return actions.open_course(
        patient=patient,
        protocol=Protocol.objects.get(clinic=patient.clinic, treatment_type__code=kind),
        icd10_code="M17.11",
        complaint="Pain",
        target=target,
        side="right",
        on=NOON.date().replace(month=2, day=23),
        by=clinician,
    )


def vesicles(clinician: User, patient: Patient, *, quantity: str = "5", **details: Any) -> Lot:
    """A released lot of an exosome product."""
    product = stock.register(
        patient.clinic,
        clinician,
        name="Example EV",
        manufacturer="Example Biologics",
        kind=Product.Kind.EXOSOME_PRODUCT,
        regulated_as=Product.RegulatedAs.BIOLOGIC,
        **details,
    )
    lot = stock.receive(product, clinician, quantity=quantity, lot_number="EV-2026-014")
    return lots.release_lot(lot=lot, by=clinician)


def body(example: dict[str, Any], course: Course, *, lot: Lot | None = None, **changes: Any) -> dict[str, Any]:
    """The documented example for this course, with the lot it names."""
    sent = {**copy.deepcopy(example), "course": str(course.public_id), **NO_BASELINE, **changes}
    for use in sent.get("lots", ()):
        use["lot"] = str(lot.public_id) if lot else use["lot"]
    return sent


def change(sent: Any, path: str, value: Any) -> None:
    """Set one place of ``sent``; None takes it away."""
    *way, last = path.split(".")
    for step in way:
        sent = sent[int(step) if step.isdigit() else step]
    if value is None:
        del sent[last]
    else:
        sent[last] = value
