"""A clinic that has nothing yet: every list says so under a heading, and leads on to what comes next."""

import re

import pytest
from django.urls import reverse

from clinic.actions import add_member, create_clinic
from clinic.permissions import Role
from tests.conftest import PASSWORD, StaffClient

LISTS = [
    *("patients", "alerts", "sending-outgoing", "sending-not-sent", "sending-pauses", "lots", "recalls", "products"),
    *("events", "reports-due", "reviews", "report-snapshots", "saved-views", "jobs"),
]
EMPTY = re.compile(
    r'<div class="empty">.*?<h2>.*?</h2>.*?<p[^>]*>.*?</p>\s*(?:<p[^>]*>)?<a [^>]*href="([^"]+)"', re.DOTALL
)


@pytest.fixture
def newcomer(db):
    clinic = create_clinic(name="Lakeview", sender_name="Lakeview", phone="512-555-0199", time_zone="America/Chicago")
    manager = add_member(
        clinic=clinic, email="new@example.org", full_name="Nora New", role=Role.MANAGER, password=PASSWORD
    )
    client = StaffClient()
    client.force_login(manager)
    return client


def test_every_empty_list_says_what_to_do_next(newcomer):
    dead_ends = []
    for name in LISTS:
        found = EMPTY.search(newcomer.get(reverse(name)).text)
        if (
            not found
            or newcomer.get(found[1] if found[1].startswith("/") else reverse(name) + found[1]).status_code != 200
        ):
            dead_ends.append(name)
    assert dead_ends == []
