"""The first five steps of a clinic, from the rows there are, and where people begin meanwhile."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from clinic.actions import add_member, create_clinic, invite
from clinic.models import Clinic
from clinic.permissions import Role
from outcomes.actions import ask_for_trial
from outcomes.first_run import State, first_run_of
from outcomes.models import TrialMessage
from outcomes.starter import install_starter_set
from patients.actions import register_patient
from tests.conftest import NOON, PASSWORD, member
from tests.layers import layer
from treatments.models import Protocol


@layer
def bare() -> Clinic:
    """A clinic with nothing in it."""
    return create_clinic(
        name="Southside", sender_name="Knee Pain Center", phone="512-555-0134", time_zone="America/Chicago"
    )


@layer
def boss(bare):
    return member(bare, Role.MANAGER, "Ines Ferreira")


def states(clinic, user) -> list[State]:
    fresh = Clinic.objects.get(pk=clinic.pk)
    return [state for _number, _step, state in first_run_of(fresh, user=user, at=NOON).numbered()]


DONE, NEXT, LATER = State.DONE, State.NEXT, State.LATER


def test_every_step_is_done_by_its_rows(bare, boss, client):
    client.force_login(boss)
    assert states(bare, boss) == [NEXT, LATER, LATER, LATER, LATER]
    assert "Sender name says “Knee”, “Pain”." in client.get("/setup/").text
    Clinic.objects.filter(pk=bare.pk).update(sender_name="Dr. Lee's office")
    assert states(bare, boss) == [DONE, NEXT, LATER, LATER, LATER]
    trial = ask_for_trial(clinic=bare, number=None, at=NOON, by=boss)
    assert states(bare, boss)[1] == NEXT, "asked for is not arrived"
    TrialMessage.objects.filter(pk=trial.pk).update(claimed_at=NOON, token_hash=b"x" * 32, arrived_at=NOON)
    assert states(bare, boss) == [DONE, DONE, NEXT, LATER, LATER]
    page = client.get("/setup/").text
    assert "2 of 5 done" in page and page.count('class="btn"') == 1 and "Choose protocols" in page
    assert "Add the starter set" in client.get("/setup/protocols/").text
    client.post("/setup/protocols/")
    assert states(bare, boss) == [DONE, DONE, DONE, NEXT, LATER]
    invite(clinic=bare, email="ana@example.org", role=Role.CLINICIAN, by=boss, at=NOON)
    assert states(bare, boss) == [DONE, DONE, DONE, DONE, NEXT]
    assert first_run_of(bare, user=boss, at=NOON).steps[3].says == "1 person works here, 1 invited."
    register_patient(clinic=bare, by=boss, at=NOON, chart_number="1", family_name="Field")
    assert states(bare, boss) == [DONE] * 5
    folded = client.get("/setup/").text
    assert "This clinic is ready." in folded and '<details class="card">' in folded and 'class="btn"' not in folded


def test_whoever_works_alone_is_not_held_up(bare, boss, client):
    Clinic.objects.filter(pk=bare.pk).update(sender_name="Dr. Lee's office")
    trial = ask_for_trial(clinic=bare, number=None, at=NOON, by=boss)
    TrialMessage.objects.filter(pk=trial.pk).update(claimed_at=NOON, token_hash=b"x" * 32, arrived_at=NOON)
    install_starter_set(clinic=bare, by=boss, at=NOON)
    register_patient(clinic=bare, by=boss, at=NOON, chart_number="1", family_name="Field")
    assert states(bare, boss) == [DONE, DONE, DONE, NEXT, DONE]
    client.force_login(boss)
    page = client.get("/setup/").text
    assert "This clinic is ready." in page and "left: People" in page


def test_a_step_opens_again_when_its_rows_go(clinic, manager):
    assert states(clinic, manager)[2] == DONE
    Protocol.objects.filter(clinic=clinic).update(is_retired=True)
    assert states(clinic, manager)[2] == LATER


def test_what_other_clinics_have_counts_for_nothing(bare, boss, clinic, manager, patient, stranger):
    assert states(bare, boss) == [NEXT, LATER, LATER, LATER, LATER]


def test_a_manager_begins_with_setup_until_there_is_a_patient(client, clinic, manager, clinician):
    client.force_login(manager)
    assert client.get("/").url == "/setup/"
    assert "Go on with the setup" in client.get("/today/").text
    client.force_login(clinician)
    assert client.get("/").url == "/today/"
    assert "Go on with the setup" not in client.get("/today/").text
    register_patient(clinic=clinic, by=manager, at=NOON, chart_number="1", family_name="Field")
    client.force_login(manager)
    assert client.get("/").url == "/today/"
    assert "Go on with the setup" not in client.get("/today/").text


@pytest.mark.parametrize(
    ("who", "seen", "unseen"),
    [
        ("manager", ["Clinic and sender", "Sending schedule", "Is everything running?", "Audit trail"], []),
        ("clinician", ["Messages", "Red flags", "Protocols"], ["First steps", "Clinic and sender", "Audit trail"]),
        ("researcher", ["Protocols", "API tokens"], ["First steps", "Messages", "Is everything running?"]),
    ],
)
def test_setup_shows_what_somebody_may_open(client, request, who, seen, unseen):
    client.force_login(request.getfixturevalue(who))
    page = client.get("/setup/").text.partition("<main")[2]
    assert all(f">{title}</a>" in page for title in seen)
    assert not any(f">{title}<" in page for title in unseen)


def test_every_link_of_setup_opens(client, manager):
    client.force_login(manager)
    for _title, cards in client.get("/setup/").context["groups"]:
        for card in cards:
            assert client.get(reverse(card.route)).status_code == 200


def test_sites_are_the_clinics_one_manages(client, manager, clinic, other_clinic, stranger):
    client.force_login(manager)
    assert "Lakeview" not in client.get("/setup/sites/").text
    add_member(clinic=other_clinic, email=manager.email, full_name="", role=Role.CLINICIAN, password=PASSWORD)
    assert "Lakeview office" not in client.get("/setup/sites/").text, "works there, and does not manage it"
    other_clinic.memberships.filter(user=manager).update(role=Role.MANAGER)
    page = client.get("/setup/sites/").text
    assert "Lakeview office" in page and "2 people" in page and "Work there" in page and "create_clinic" in page


def test_the_setup_page_asks_the_database_little(client, manager, django_assert_max_num_queries):
    client.force_login(manager)
    client.get("/setup/")
    with django_assert_max_num_queries(14):
        client.get("/setup/")


def test_a_clinic_is_not_made_with_a_sender_that_tells(db):
    with pytest.raises(CommandError, match="says “Pain”"):
        call_command("create_clinic", "Eastside", sender_name="Eastside Pain", phone="512-555-0134")
    assert not Clinic.objects.exists()
