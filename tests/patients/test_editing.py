"""Two people correct one patient at once: what does not clash is merged, what does is chosen, nothing is lost."""

import re

import pytest
from django.urls import reverse

from clinic.change_context import changing
from clinic.models import FormDraft
from patients import actions
from patients.actions.patients import PatientChanged
from patients.forms.merging import details_of
from tests.treatments.session_pages import typed_on


@pytest.fixture
def page(patient):
    return reverse("edit-patient", args=[patient.public_id])


@pytest.fixture
def desk(client, front_desk):
    client.force_login(front_desk)
    return client


@pytest.fixture
def shown(desk, page):
    """The page as Maya opened it, before anybody else did anything."""
    return typed_on(desk.get(page).text)


def change(patient, by, **details):
    """Somebody else saves meanwhile."""
    with changing(user=by.pk):
        actions.update_patient(patient=patient, by=by, **details)


def test_what_does_not_clash_is_merged_without_a_question(desk, page, patient, manager, shown):
    change(patient, manager, phone="512-555-0199")
    assert desk.post(page, {**shown, "email": "new@example.org"}).status_code == 302
    patient.refresh_from_db()
    assert (patient.email, patient.phone) == ("new@example.org", "512-555-0199")


def test_the_same_change_twice_is_no_clash(desk, page, patient, manager, shown):
    change(patient, manager, phone="512-555-0199")
    assert desk.post(page, {**shown, "phone": "512-555-0199"}).status_code == 302


@pytest.mark.parametrize(("choice", "phone"), [("mine", "512-555-0111"), ("theirs", "512-555-0199")])
def test_what_clashes_is_chosen_field_by_field(desk, page, patient, manager, shown, choice, phone):
    change(patient, manager, phone="512-555-0199", chart_number="00418")
    asked = desk.post(page, {**shown, "phone": "512-555-0111", "given_name": "Ruthie"})
    text = re.sub(r"\s+", " ", asked.text)
    assert asked.status_code == 409
    for words in (f"Saved by {manager}", "512-555-0111", "512-555-0199", "1 differs", "1 other change did not clash"):
        assert words in text
    assert not re.findall(r'<input type="radio"[^>]* checked', text), "nothing is chosen already"
    patient.refresh_from_db()
    assert patient.phone == "512-555-0199"
    sent = typed_on(asked.text)
    undecided = desk.post(page, sent)
    assert (undecided.status_code, "Choose yours or theirs for: Phone" in undecided.text) == (409, True)
    assert desk.post(page, {**typed_on(undecided.text), "choice:phone": choice}).status_code == 302
    patient.refresh_from_db()
    assert (patient.phone, patient.given_name, patient.chart_number) == (phone, "Ruthie", "00418")


def test_a_third_change_while_choosing_is_seen_too(desk, page, patient, manager, shown):
    change(patient, manager, phone="512-555-0199")
    asked = desk.post(page, {**shown, "phone": "512-555-0111"})
    change(patient, manager, phone="512-555-0122")
    again = desk.post(page, {**typed_on(asked.text), "choice:phone": "mine"})
    assert (again.status_code, "512-555-0122" in again.text) == (409, True)


def test_a_draft_taken_up_later_meets_what_was_saved_meanwhile(desk, page, patient, manager, shown):
    assert desk.post(page, {**shown, "email": "new@example.org", "draft": "save"}).status_code == 200
    change(patient, manager, phone="512-555-0199")
    again = typed_on(desk.get(f"{page}?draft=1").text)
    assert again["email"] == "new@example.org"
    assert desk.post(page, again).status_code == 302
    patient.refresh_from_db()
    assert (patient.email, patient.phone) == ("new@example.org", "512-555-0199")
    assert not FormDraft.objects.exists()


def test_the_action_looks_under_the_lock(patient, front_desk, manager):
    seen = details_of(patient)
    change(patient, manager, phone="512-555-0199")
    with pytest.raises(PatientChanged) as changed:
        actions.update_patient(patient=patient, by=front_desk, seen=seen, email="new@example.org")
    assert changed.value.patient.phone == "512-555-0199"
    patient.refresh_from_db()
    assert patient.email == seen["email"]
