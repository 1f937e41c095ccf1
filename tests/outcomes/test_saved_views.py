"""Questions of reports under a name: whose they are, where they lead, and who may delete them."""

import re

import pytest
from django.urls import reverse

from clinic.permissions import Role
from outcomes.models import SavedView
from tests.conftest import member

LIST = "/reports/views/"


@pytest.fixture
def page(client, researcher):
    client.force_login(researcher)
    return client


def save(page, name="Knees", **asked: str):
    return page.post(LIST, {"kind": "responders", "query": "region=knee", "name": name, **asked})


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def delete(page, view: SavedView):
    return page.post(reverse("saved-view-delete", args=[view.public_id]))


def test_it_leads_back_to_the_same_question(page, clinic, researcher):
    assert save(page).url == LIST
    view = SavedView.objects.get()
    assert (view.clinic, view.saved_by, view.is_shared) == (clinic, researcher, False)
    for address in (LIST, "/reports/", reverse("report-responders")):
        shown = page.get(address).content.decode()
        (link,) = re.findall(r'href="([^"]*)">Knees<', shown)
        assert "region=knee" in link
    opened = page.get(link.replace("&amp;", "&"))
    assert opened.status_code == 200
    assert re.search(r'value="knee"[^>]*checked', opened.content.decode())
    assert "Knees" not in page.get(reverse("report-similar")).content.decode(), "of another report"


def test_the_page_of_a_report_sends_what_is_saved(page):
    shown = page.get(reverse("report-similar"), {"start": "7", "modality": "prp"}).content.decode()
    query = re.findall(r'name="query" value="([^"]*)"', shown)[-1].replace("&amp;", "&")
    assert save(page, kind="similar", query=query).status_code == 302
    assert {"start=7", "modality=prp"} <= set(SavedView.objects.get().parameters.split("&"))


def test_one_s_own_is_seen_by_oneself_and_a_shared_one_by_all_here(page, client, clinic, clinician, stranger):
    save(page, "Mine")
    save(page, "Ours", is_shared="on")
    page.get(LIST)  # What was said about saving is read.
    client.force_login(clinician)
    words = text_of(client.get(LIST))
    assert "Ours" in words and "for everybody here" in words
    assert "Mine" not in words
    mine, ours = SavedView.objects.get(name="Mine"), SavedView.objects.get(name="Ours")
    assert "Delete Ours" not in client.get(LIST).content.decode()
    assert delete(client, mine).status_code == 404
    assert delete(client, ours).status_code == 403
    client.force_login(stranger)
    assert "Ours" not in text_of(client.get(LIST))
    assert delete(client, ours).status_code == 404
    assert SavedView.objects.count() == 2


def test_managers_delete_what_is_for_everybody_and_each_their_own(page, client, clinic, manager):
    save(page, "Mine")
    save(page, "Ours", is_shared="on")
    assert delete(page, SavedView.objects.get(name="Mine")).url == LIST
    client.force_login(manager)
    assert "Delete Ours" in client.get(LIST).content.decode()
    assert delete(client, SavedView.objects.get(name="Ours")).url == LIST
    assert not SavedView.objects.exists()


def test_a_name_is_there_once_for_a_person_and_once_for_a_clinic(page, client, clinic, stranger):
    save(page)
    save(page, is_shared="on")
    for shared in ({}, {"is_shared": "on"}):
        answer = save(page, **shared)
        assert answer.status_code == 422
        assert "A view has this name already" in text_of(answer)
    client.force_login(member(clinic, Role.FRONT_DESK, "Ada Brown"))
    assert save(client).status_code == 302
    assert save(client, is_shared="on").status_code == 422
    client.force_login(stranger)
    assert save(client, is_shared="on").status_code == 302
    assert SavedView.objects.count() == 4


def test_bad_input_is_refused_in_words(page, stranger):
    theirs = stranger.memberships.get().clinic.public_id
    for asked, why in (
        ({"name": ""}, "Name is missing"),
        ({"name": "x" * 61}, "at most 60"),
        ({"kind": "abolished"}, "Select a valid choice"),
        ({"query": "region=tail"}, "region: Choose one of"),
        ({"query": f"clinic={theirs}"}, "clinic: Choose one of"),
    ):
        answer = save(page, **{"name": "Knees", **asked})
        assert (answer.status_code, why in text_of(answer)) == (422, True), (asked, text_of(answer))
    assert not SavedView.objects.exists()


def test_methods_and_strangers_are_refused(page):
    save(page)
    view = SavedView.objects.get()
    assert page.put(LIST).status_code == 405
    assert page.get(reverse("saved-view-delete", args=[view.public_id])).status_code == 405
    page.logout()
    assert page.get(LIST).status_code == 302
    assert delete(page, view).status_code == 302
    assert SavedView.objects.exists()
