"""The pages behind a patient's link go a shorter way than others, and lose nothing on it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from outcomes.models import Survey
from tests.check_in import invitation_link
from tests.days import NOON


@pytest.fixture
def link(baseline: Survey, monkeypatch) -> str:
    """The path in Ruth's invitation, opened at noon."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    return invitation_link(baseline, NOON)


def test_headers_are_the_same_on_both_ways(client, clinician, link):
    short = client.get(link)
    client.force_login(clinician)
    long = client.get(link)
    varies = {"Vary", "Set-Cookie"}
    assert short.status_code == long.status_code == 200
    assert {name: value for name, value in short.items() if name not in varies} == {
        name: value for name, value in long.items() if name not in varies
    }
    assert not short.cookies


def test_what_somebody_signed_in_does_with_a_link_is_theirs(client, clinician, link):
    client.post(link)
    client.force_login(clinician)
    client.post(f"{link}1/", {"score": "4"})
    client.post(f"{link}1/", {"score": "5"})
    said = [row.pgh_context for row in Survey.pgh_event_model.objects.order_by("pgh_id")]
    answer = Survey.objects.get().answers.model.pgh_event_model.objects.get()
    assert [one["user"] for one in said] == [None]
    assert answer.pgh_context["user"] == clinician.pk


def test_no_page_below_a_link_is_an_ordinary_page_not_found(client, link):
    answer = client.get(f"{link}nothing/")
    assert answer.status_code == 404
    assert reverse("login") not in answer.content.decode()
    assert answer.headers["X-Frame-Options"] == "DENY"
