"""When something breaks on our side, programs and people are each told in their own way."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.clinic.broken_urls")]


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


def test_a_program_gets_the_apis_own_shape(visitor):
    answer = visitor.get("/api/v1/broken/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/json")
    assert answer.json().keys() == {"code", "message", "field"}
    assert (answer.json()["code"], answer.json()["field"]) == ("server_error", None)
    assert "disk" not in answer.content.decode(), "nothing of the inside"


def test_a_person_gets_a_page(visitor):
    answer = visitor.get("/broken/")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/html")
