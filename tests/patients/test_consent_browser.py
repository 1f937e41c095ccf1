"""Consents in a real browser: the tablet that is handed over, the words on it, and the staff's pages."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from patients.actions import ask_for_consent
from patients.models import Consent
from tests.signing_in import walk_in
from tests.test_browser import assert_sound, chromium, new_page, sizes

__all__ = ["chromium", "new_page", "sizes"]

pytestmark = pytest.mark.django_db(transaction=True)


def seen(page, name: str) -> None:
    """The page is sound."""
    assert_sound(page)


def test_tablet_is_handed_over_signed_and_given_back(new_page, patient, clinician):
    page = new_page(scripts=False)
    walk_in(page, clinician.email)
    page.goto(reverse("consents", args=[patient.public_id]))
    page.get_by_role("link", name="Ask to read and sign").click()
    page.get_by_label("On this device", exact=True).check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Our outcome registry").wait_for()
    page.get_by_role("link", name="Español").click()
    page.get_by_role("heading", name="Nuestro registro de resultados").wait_for()
    page.get_by_role("button", name="Firmar").click()
    assert page.get_by_role("alert").get_by_text("Escriba su nombre completo").is_visible()
    page.get_by_label("He leído esto").check()
    page.get_by_label("Su nombre completo").fill("Ruth Álvarez")
    page.get_by_role("button", name="Firmar").click()
    page.get_by_role("heading", name="Gracias.").wait_for()
    page.goto(reverse("patient", args=[patient.public_id]))
    assert page.url.split("?")[0].endswith("/login/"), "the clinic's pages stay shut on the tablet"
    assert Consent.objects.get(way="tablet").language == "es"


def test_patient_pages_are_sound(new_page, patient, clinician):
    _request, token = ask_for_consent(
        patient=patient, kinds=["outcome_registry", "research_sharing"], way="link", at=timezone.now(), by=clinician
    )
    page = new_page()
    page.goto(reverse("sign", args=[token]))
    seen(page, "sign")
    small = [
        box
        for box in map(_height, page.locator("main a, main button, main input:visible, label.tap").all())
        if box < 44
    ]
    assert not [height for height in small if height != 20], (
        "everything to be tapped is 44 px high, but for the box in its label"
    )
    page.get_by_role("button", name="Sign").click()
    seen(page, "sign-error")
    page.get_by_label("I have read this").check()
    page.get_by_label("Your full name").fill("Ruth Álvarez")
    page.get_by_role("button", name="Sign").click()
    page.get_by_role("link", name="Do not sign this one now").click()
    seen(page, "sign-done")
    page.goto(reverse("sign", args=["wrong"]))
    seen(page, "sign-over")


def _height(locator) -> float:
    return round(locator.bounding_box()["height"])


def test_staff_pages_are_sound(new_page, patient, manager):
    page = new_page()
    walk_in(page, manager.email)
    one = Consent.objects.get()
    document = one.document
    for name, address in {
        "consents": reverse("consents", args=[patient.public_id]),
        "consent": reverse("consent", args=[one.public_id]),
        "record": reverse("consent-record", args=[patient.public_id]) + "?kind=research_sharing",
        "ask": reverse("consent-ask", args=[patient.public_id]),
        "withdraw": reverse("consent-withdraw", args=[patient.public_id, "outcome_registry"]),
        "documents": reverse("consent-documents"),
        "document": reverse("consent-document", args=[document.public_id]),
        "new": reverse("consent-document-new", args=["contact"]),
    }.items():
        page.goto(address)
        seen(page, name)
    page.get_by_role("button", name="Publish").click()
    assert page.get_by_role("alert").get_by_text("Nothing has changed").is_visible()
    page.get_by_label("English text").fill("We write to you once a year.\n\nYou decide.")
    page.get_by_label("Whoever agreed to an earlier version").check()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Contact by e-mail and phone, version 2 is published.").wait_for()
    page.goto(reverse("consents", args=[patient.public_id]))
    assert page.get_by_text("To sign again").is_visible()
    seen(page, "consents-again")
    page.goto(reverse("consent-ask", args=[patient.public_id]))
    page.get_by_label("Link to hand over").check()
    page.get_by_role("button", name="Go on").click()
    assert "/consent/" in page.locator("#link").inner_text()
    seen(page, "link")
    assert one.signed_at < timezone.now() - dt.timedelta(days=1)
