"""The audit trail in a real browser, on a phone and on a desk."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.actions import seal_audit
from clinic.change_context import changing
from clinic.models import AuditSeal
from patients.models import Patient
from tests.signing_in import walk_in
from tests.test_browser import assert_sound, chromium, new_page, sizes

__all__ = ["chromium", "new_page", "sizes"]

pytestmark = pytest.mark.django_db(transaction=True)


def look(page, name: str) -> None:
    """Nothing sticks out and all is accessible; with SCREENSHOTS a picture for whoever wants to look."""
    assert_sound(page)
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_managers_read_the_trail(new_page, patient, front_desk, manager):
    with changing(user=front_desk.pk, route="edit-patient"):
        Patient.objects.filter(pk=patient.pk).update(email="a.rather.long.address.of.ruth@example.org")
    seal_audit(at=timezone.now())
    page = new_page()
    walk_in(page, manager.email)
    page.goto(reverse("audit"))
    page.get_by_role("heading", name="Audit trail").wait_for()
    look(page, "audit")
    seal = AuditSeal.objects.get(source="patients_patienthistory", user=front_desk)
    page.get_by_role("link", name=str(seal.number), exact=True).click()
    page.get_by_text("a.rather.long.address.of.ruth@example.org").wait_for()
    look(page, "entry")
    page.goto(reverse("patient-seen", args=[patient.public_id]))
    page.get_by_role("heading", name="Who has seen this").wait_for()
    look(page, "seen")
