"""What a browser sends from a session's page, complete and correct, for each kind of preparation."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.conftest import NOON
from treatments import actions
from treatments.models import Course, Lot, Protocol, TreatmentSession

PREPARATIONS = {
    "prp": {
        "blood_volume_ml": "60",
        "anticoagulant": "acd_a",
        "blood_platelets": "250",
        "prp_platelets": "1500",
        "blood_leukocytes": "6",
        "prp_leukocytes": "20",
        "prp_volume_ml": "6",
        "prp_injected_ml": "6",
        "activation": "none",
    },
    "cell": {
        "product_type": "bmac",
        "donor": "autologous",
        "manipulation": "minimal",
        "final_volume_ml": "6",
        "nucleated_cells": "480",
        "viability_percent": "95",
    },
    "exosome": {
        "source_tissue": "umbilical cord",
        "particles_per_ml": "100",
        "volume_ml": "6",
        "ind_number": "IND 12345",
        "is_notice_acknowledged": "on",
    },
}


def ago(**time: float) -> str:
    """So long ago by the clinic's clock, as the date field of a browser writes it."""
    return (timezone.localtime(timezone=NOON.tzinfo) - dt.timedelta(**time)).strftime("%Y-%m-%dT%H:%M")


def course_of(protocol: Protocol, patient, by, *, target: str = "knee_joint", side: str = "right") -> Course:
    """A course opened three days ago, so that a session can be logged on it now."""
    return actions.open_course(
        patient=patient,
        protocol=protocol,
        icd10_code="M17.11",
        complaint="Osteoarthritis of the right knee",
        target=target,
        side=side,
        on=timezone.localdate(timezone=NOON.tzinfo) - dt.timedelta(days=3),
        by=by,
    )


def visit(course: Course, *, lots: Iterable[Lot] = (), **changes: object) -> dict[str, object]:
    """A complete page for this course; None as a value leaves the field out."""
    kind = course.treatment_type.modality
    typed = {
        "performed_at": ago(hours=1),
        "performed_by": course.opened_by_id,
        "reaction": "none",
        "baseline_missing_reason": "came unplanned",
        "idempotency_key": str(uuid.uuid4()),
        "injections-TOTAL_FORMS": "1",
        "injections-INITIAL_FORMS": "1",
        "injections-0-target": "knee_joint",
        "injections-0-side": "right",
        "injections-0-guidance": "ultrasound",
        "injections-0-volume_ml": "6",
        "lots-TOTAL_FORMS": "0",
        "lots-INITIAL_FORMS": "0",
    }
    for rows in ("spins", "harvests", "release_tests"):
        typed |= {f"{rows}-TOTAL_FORMS": "0", f"{rows}-INITIAL_FORMS": "0"}
    typed |= {f"preparation-{name}": value for name, value in PREPARATIONS[kind].items()}
    for index, lot in enumerate(lots):
        typed |= {f"lots-{index}-lot": str(lot.public_id), f"lots-{index}-quantity": "1"}
        typed["lots-TOTAL_FORMS"] = str(index + 1)
    return {name: value for name, value in {**typed, **changes}.items() if value is not None}


def page_of(course: Course) -> str:
    return reverse("log-session", args=[course.public_id])


def logged(client: Client, course: Course, **changes: object) -> TreatmentSession:
    """The session that this page logs."""
    answer = client.post(page_of(course), visit(course, **changes))
    assert answer.status_code == 302, re.sub(r"\s+", " ", answer.text)[:3000]
    return TreatmentSession.objects.get(public_id=answer.url.split("/")[2])


def typed_on(text: str) -> dict[str, str]:
    """What a browser would send from the form of this page, as it is filled in."""
    typed = {}
    main = text[text.index("<main") :]
    for tag in re.findall(r"<input[^>]*>", main):
        name, kind = _attribute(tag, "name"), _attribute(tag, "type")
        if name and (kind not in ("radio", "checkbox") or " checked" in tag):
            typed[name] = _attribute(tag, "value")
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', main, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        typed[name] = chosen[1] if chosen else ""
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', main, re.DOTALL):
        typed[name] = inner.strip()
    return typed


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""
