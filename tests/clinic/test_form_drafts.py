"""What staff type is kept while they type, for them alone, and offered again; also after a lost session."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.actions import forget_drafts, renew_sealed_values
from clinic.models import AccessEvent, FormDraft
from patients.actions import erase_identity
from patients.models import Patient
from tests.clinic.test_sessions import shift
from tests.conftest import PASSWORD, StaffClient
from tests.signing_in import next_code, set_up_app
from tests.treatments.session_pages import typed_on

NEW = "/patients/new/"
OTTO = {"family_name": "Otto", "given_name": "Kim", "chart_number": "00999", "language": "en"}
HX = {"HX-Request": "true"}


@pytest.fixture
def desk(client, front_desk):
    client.force_login(front_desk)
    return client


def typed(client, path: str = NEW, **changes: str) -> dict[str, str]:
    """What a browser sends from a page that was just opened."""
    return {**typed_on(client.get(path).text), **changes}


def keep(client, path: str = NEW, **changes: str):
    return client.post(path, {**typed(client, path), **changes, "draft": "save"}, headers=HX)


def test_what_is_typed_is_kept_offered_and_brought_back(desk, front_desk):
    said = keep(desk, **OTTO, consents="on")
    assert (said.status_code, said.text.strip()[:12]) == (200, "Draft saved ")
    page = desk.get(NEW)
    assert "You began this at" in page.text and "Otto" not in page.text, "offered, not forced on whoever opens it"
    again = typed(desk, f"{NEW}?draft=1")
    assert (again["family_name"], again["chart_number"], "consents" in again) == ("Otto", "00999", True)
    assert "There is a problem" not in desk.get(f"{NEW}?draft=1").text, "nobody has asked to save it"
    assert desk.post(NEW, again).status_code == 302
    assert Patient.objects.get(chart_number="00999").family_name == "Otto"
    assert not FormDraft.objects.exists(), "saved is saved"


def test_typing_on_goes_on_with_the_same_draft(desk):
    page = typed(desk)
    for name in ("Ott", "Otto"):
        assert desk.post(NEW, {**page, "family_name": name, "draft": "save"}, headers=HX).status_code == 200
    again = typed(desk, f"{NEW}?draft=1")
    assert again["family_name"] == "Otto"
    desk.post(NEW, {**again, "given_name": "Kim", "draft": "save"}, headers=HX)
    assert typed(desk, f"{NEW}?draft=1")["given_name"] == "Kim"
    assert FormDraft.objects.count() == 1


def test_another_page_does_not_write_over_a_draft_and_saving_there_leaves_it(desk):
    keep(desk, **OTTO)
    other = typed(desk, family_name="Reyes", given_name="Ana", chart_number="00500", language="en")
    refused = desk.post(NEW, {**other, "draft": "save"}, headers=HX)
    assert (refused.status_code, "an earlier draft waits" in refused.text) == (409, True)
    assert desk.post(NEW, other).status_code == 302
    assert typed(desk, f"{NEW}?draft=1")["family_name"] == "Otto"


def test_discarding_forgets_it_and_only_ones_own(desk, client, manager, front_desk):
    keep(desk, **OTTO)
    other = StaffClient()
    other.force_login(manager)
    assert "You began this" not in other.get(NEW).text
    other.post(NEW, {"draft": "discard"})
    assert FormDraft.objects.count() == 1
    assert desk.post(NEW, {"draft": "discard"}).url == NEW
    assert not FormDraft.objects.exists()


def test_nobody_else_reads_a_draft_and_nobody_reads_it_in_the_database(desk, front_desk, manager, stranger):
    keep(desk, **OTTO)
    draft = FormDraft.objects.get()
    assert "Otto" not in draft.sealed_fields
    assert [FormDraft.objects.visible_to(user).count() for user in (front_desk, manager, stranger)] == [1, 0, 0]
    front_desk.memberships.all().delete()
    assert not FormDraft.objects.visible_to(front_desk).exists(), "whoever works there no longer has nothing there"
    assert renew_sealed_values() == 1


def test_only_whoever_may_send_the_form_leaves_a_draft(client, desk, patient, researcher):
    page = reverse("edit-patient", args=[patient.public_id])
    fields = {**typed(desk, page), "draft": "save"}
    client.force_login(researcher)
    assert client.post(page, fields, headers=HX).status_code == 404
    assert client.post(NEW, {"draft": "save", "opened": "x"}, headers=HX).status_code == 403
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "WyJhIl0:1abcde:xyz"])
def test_a_page_that_was_not_opened_here_keeps_nothing(desk, token):
    assert keep(desk, opened=token).status_code == 409
    assert not FormDraft.objects.exists()


def test_a_token_is_good_for_one_form_of_one_person(desk, client, manager, patient):
    token = typed(desk)["opened"]
    page = reverse("edit-patient", args=[patient.public_id])
    assert keep(desk, page, opened=token).status_code == 409
    client.force_login(manager)
    assert keep(client, opened=token).status_code == 409


def test_too_much_is_not_kept(desk):
    said = keep(desk, family_name="x" * 100_001)
    assert (said.status_code, "Too long" in said.text) == (409, True)


def test_a_week_later_it_is_gone_also_before_the_night(desk):
    keep(desk, **OTTO)
    now = timezone.now()
    assert forget_drafts(at=now + dt.timedelta(days=7) - dt.timedelta(minutes=1)) == 0
    FormDraft.objects.update(saved_at=now - dt.timedelta(days=7, seconds=1))
    assert "You began this" not in desk.get(NEW).text
    assert keep(desk, family_name="Reyes").status_code == 200, "an old one is in nobody's way"
    FormDraft.objects.update(saved_at=now - dt.timedelta(days=7, seconds=1))
    assert forget_drafts(at=now) == 1


def test_nothing_typed_about_who_is_erased_is_left(desk, patient, course, manager):
    for page in (
        reverse("edit-patient", args=[patient.public_id]),
        reverse("log-session", args=[course.public_id]),
        NEW,
    ):
        assert keep(desk, page).status_code == 200
    erase_identity(patient=patient, reason="Asked for by a court", at=timezone.now(), by=manager)
    assert [draft.path for draft in FormDraft.objects.all()] == [NEW]


def test_typing_is_no_further_look_into_the_record(desk, patient):
    page = reverse("edit-patient", args=[patient.public_id])
    fields = typed(desk, page)
    before = AccessEvent.objects.count()
    assert desk.post(page, {**fields, "draft": "save"}, headers=HX).status_code == 200
    assert AccessEvent.objects.count() == before


def test_what_was_typed_as_the_session_ended_is_offered_where_it_was_typed(front_desk):
    set_up_app(front_desk)
    browser = StaffClient()
    browser.force_login(front_desk)
    page = typed(browser)
    browser.post(NEW, {**page, "family_name": "Ott", "draft": "save"}, headers=HX)
    shift(seen=dt.timedelta(minutes=16))
    late = browser.post(NEW, {**page, "family_name": "Otto", "draft": "save"}, headers=HX, follow=True)
    assert late.headers["HX-Refresh"] == "true", "the page goes to the sign-in page as a whole"
    step = browser.post("/login/", {"username": front_desk.email, "password": PASSWORD, "next": NEW})
    assert browser.post(step.url, {"code": next_code(front_desk)}).url == NEW
    assert browser.get("/account/typed/").url == f"{NEW}?draft=1", "it is to be gone on with, not to be sent"
    assert "You began this at" in browser.get(NEW).text
    again = typed(browser, f"{NEW}?draft=1", given_name="Kim", chart_number="00999")
    assert again["family_name"] == "Otto", "what was typed last, which no draft had yet"
    assert browser.post(NEW, again).status_code == 302
    assert "You began this" not in browser.get(NEW).text
    assert not FormDraft.objects.exists()
