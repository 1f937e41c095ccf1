"""The clinics that seeding fills, and who works there."""

import datetime as dt

from clinic.actions import add_member, create_clinic
from clinic.demo import (
    DEMO_ACCOUNTS,
    DEMO_CLINIC_NAME,
    DEMO_PASSWORD,
    DEMO_PHONE,
    DEMO_SENDER_NAME,
    DEMO_TIME_ZONE,
)
from clinic.models import User
from clinic.permissions import Role
from clinic.seeding.places import Place, place
from outcomes.starter import install_starter_protocols, install_starter_set
from patients.starter import install_consent_documents

# Before the earliest story, so that nobody signs what is not published yet.
DOCUMENTS_SINCE = dt.datetime(2020, 1, 1, 12, tzinfo=dt.UTC)
BRANCHES = (("", DEMO_TIME_ZONE), (" East", "America/New_York"), (" West", "America/Los_Angeles"))


def make_clinics(count: int) -> list[Place]:
    """The first ``count`` demo clinics with starter protocols and demo accounts; messages go out at any hour."""
    return [_make_clinic(DEMO_CLINIC_NAME + branch, zone) for branch, zone in BRANCHES[:count]]


def _make_clinic(name: str, time_zone: str) -> Place:
    clinic = create_clinic(
        name=name,
        sender_name=DEMO_SENDER_NAME,
        phone=DEMO_PHONE,
        time_zone=time_zone,
        is_demo=True,
        send_from_hour=0,
        send_until_hour=24,
        sends_on_weekends=True,
    )
    install_starter_protocols(clinic=clinic)
    install_starter_set(clinic=clinic, at=DOCUMENTS_SINCE)
    install_consent_documents(clinic=clinic, at=DOCUMENTS_SINCE)
    members: dict[Role, User] = {
        role: add_member(clinic=clinic, email=email, full_name=full_name, role=role, password=DEMO_PASSWORD)
        for role, full_name, email in DEMO_ACCOUNTS
    }
    return place(clinic, members[Role.CLINICIAN])
