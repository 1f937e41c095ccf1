"""Setting up a real clinic from the command line."""

import io
import sys
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from clinic.actions import create_clinic
from clinic.models import Clinic, Membership, User
from clinic.permissions import Role
from clinic.rules import RuleBroken
from treatments.models import Protocol

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-unusual-phrase-7"


def run(*words, **options):
    said = StringIO()
    call_command(*words, stdout=said, **options)
    return said.getvalue()


def create(name="Westgate", **options):
    return run("create_clinic", name, **({"sender_name": "Dr. Ito's office", "phone": "512-555-0150"} | options))


def test_clinic_is_made_with_starter_protocols():
    said = create(time_zone="America/New_York")
    clinic = Clinic.objects.get(name="Westgate")
    assert (clinic.sender_name, clinic.time_zone, clinic.is_demo) == ("Dr. Ito's office", "America/New_York", False)
    assert Protocol.objects.filter(clinic=clinic).count() == 12
    assert str(clinic.public_id) in said


def test_clinic_name_is_taken_once():
    create()
    with pytest.raises(CommandError, match="name: Clinic with this Name already exists"):
        create()
    assert Clinic.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"time_zone": "Chicago"}, "There is no time zone 'Chicago'"),
        ({"sender_name": ""}, "sender_name: This field cannot be blank"),
        ({"name": "x" * 121}, "name: Ensure this value has at most 120 characters"),
    ],
)
def test_wrong_details_are_named(options, reason):
    with pytest.raises(CommandError, match=reason):
        create(**options)
    assert not Clinic.objects.exists()


@pytest.fixture
def typed(monkeypatch):
    """Standard input that is no terminal, holding one line."""

    def type_line(line):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{line}\n"))

    monkeypatch.delenv("MEMBER_PASSWORD", raising=False)
    return type_line


def add(clinic, **options):
    return run("add_member", clinic.name, "Ana@Example.org", **({"role": "manager", "name": "Ana Ruiz"} | options))


def test_new_member_may_log_in_with_the_password_from_standard_input(clinic, typed):
    typed(PASSWORD)
    said = add(clinic)
    user = User.objects.get(email="ana@example.org")
    assert user.check_password(PASSWORD)
    assert Membership.objects.get(user=user).role == Role.MANAGER
    assert said == "ana@example.org is now manager at Northside (a new account).\n"


def test_password_from_the_environment_or_a_file(clinic, typed, monkeypatch, tmp_path):
    monkeypatch.setenv("MEMBER_PASSWORD", PASSWORD)
    add(clinic)
    assert User.objects.get(email="ana@example.org").check_password(PASSWORD)
    (tmp_path / "secret").write_text(PASSWORD + "\n")
    monkeypatch.delenv("MEMBER_PASSWORD")
    monkeypatch.setenv("MEMBER_PASSWORD_FILE", str(tmp_path / "secret"))
    run("add_member", clinic.name, "bo@example.org", role="clinician", name="Bo Chen")
    assert User.objects.get(email="bo@example.org").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "too short"),
        ("tiny-one", "too short"),
        ("qwerty123456", "too common"),
        ("ana@example.org", "too similar"),
    ],
)
def test_weak_password_is_refused_and_not_shown(clinic, typed, password, reason):
    typed(password)
    with pytest.raises(CommandError, match=reason) as refusal:
        add(clinic)
    assert not password or password not in str(refusal.value)
    assert not User.objects.filter(email="ana@example.org").exists()


def test_existing_account_gets_a_role_and_keeps_its_password(clinic, other_clinic, typed):
    typed(PASSWORD)
    add(clinic)
    said = add(other_clinic, role="researcher", name="")
    user = User.objects.get(email="ana@example.org")
    assert user.check_password(PASSWORD)
    assert set(user.memberships.values_list("clinic__name", "role")) == {
        ("Northside", "manager"),
        ("Lakeview", "researcher"),
    }
    assert "researcher at Lakeview (an account that was there" in said


def test_new_account_needs_a_name_and_an_address(clinic, typed):
    typed(PASSWORD)
    with pytest.raises(CommandError, match="Say who it is"):
        add(clinic, name=" ")
    with pytest.raises(CommandError, match="is not an e-mail address"):
        run("add_member", clinic.name, "ana", role="manager", name="Ana Ruiz")
    assert not User.objects.exists()


def test_unknown_clinic_and_role_are_refused(clinic, typed):
    typed(PASSWORD)
    with pytest.raises(CommandError, match="There is no clinic 'Nowhere'"):
        run("add_member", "Nowhere", "ana@example.org", role="manager", name="Ana Ruiz")
    with pytest.raises(CommandError, match="--role"):
        run("add_member", clinic.name, "ana@example.org", "--role", "boss")


def test_a_clinic_lives_in_a_time_zone_that_exists(db):
    with pytest.raises(RuleBroken) as refused:
        create_clinic(name="Nowhere", sender_name="Office", phone="512-555-0100", time_zone="Mars/Olympus")
    assert refused.value.field == "time_zone"
