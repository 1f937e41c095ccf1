"""API tokens: the page where a person makes and revokes them, and the command."""

import datetime as dt
import re
import uuid
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from clinic import environment
from clinic.actions import TokenRefused, add_member, create_api_token, hash_api_key, hash_token, note_use
from clinic.models import ApiToken, Membership
from clinic.permissions import GRANTS, Role, roles_within
from patients.models import Patient

PAGE = "/setup/api-tokens/"
CHOSEN = {"name": "Dashboard", "role": "clinician", "access": "write", "days": "90"}
PATIENTS = "/api/v1/patients/"


def revoke(token):
    return f"{PAGE}{token.public_id}/revoke/"


def answer_to(client, key):
    return client.get("/api/v1/clinics/", headers={"Authorization": f"Bearer {key}"})


def test_a_token_is_shown_once_and_works(client, clinician):
    client.force_login(clinician)
    made = client.post(PAGE, CHOSEN)
    key = re.search(r"mdl_[\w-]{43}", made.content.decode())[0]
    assert answer_to(client, key).status_code == 200
    token = ApiToken.objects.get()
    assert (token.name, token.user, token.role, token.may_write) == ("Dashboard", clinician, "clinician", True)
    assert (token.expires_at - token.created_at).days == 90
    assert hash_token(key) != token.token_hash, "a pepper is in it"
    assert made.headers["Cache-Control"] == "no-store, private"
    again = client.get(PAGE).content.decode()
    assert "Dashboard" in again
    assert key not in again
    assert token.token_hash not in again


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_token_needs_a_name(client, clinician, name):
    client.force_login(clinician)
    answer = client.post(PAGE, {**CHOSEN, "name": name})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_revoked_token_stops_at_once(client, clinician):
    token, key = create_api_token(membership=clinician.memberships.get(), name="Dashboard", at=timezone.now())
    client.force_login(clinician)
    answer = client.post(revoke(token), follow=True)
    assert "“Dashboard” is revoked" in answer.content.decode()
    client.logout()
    assert answer_to(client, key).status_code == 401


def test_nobody_sees_or_revokes_somebody_elses_token(client, clinician, manager):
    token, key = create_api_token(membership=clinician.memberships.get(), name="Dashboard", at=timezone.now())
    client.force_login(manager)
    assert "Dashboard" not in client.get(PAGE).content.decode().replace("like “Dashboard at reception”", "")
    assert client.post(revoke(token)).status_code == 404
    assert client.post(f"{PAGE}{uuid.uuid4()}/revoke/").status_code == 404
    assert answer_to(client, key).status_code == 200


def test_revoking_is_a_post(client, clinician):
    token, _ = create_api_token(membership=clinician.memberships.get(), name="Dashboard", at=timezone.now())
    client.force_login(clinician)
    assert client.get(revoke(token)).status_code == 405
    assert client.put(PAGE).status_code == 405


def test_the_page_needs_a_login_and_a_clinic(client, clinician):
    assert client.get(PAGE).headers["Location"] == f"/login/?next={PAGE}"
    clinician.memberships.all().delete()
    client.force_login(clinician)
    assert client.get(PAGE).status_code == 403


def test_the_command_prints_a_key_that_works(client, clinician, capsys):
    call_command("create_api_token", clinician.email.upper(), name="Nightly export")
    printed = capsys.readouterr()
    assert answer_to(client, printed.out.strip()).status_code == 200
    assert "Nightly export" in printed.err
    assert clinician.email in printed.err


@pytest.mark.parametrize(
    ("email", "name", "words"),
    [
        ("nobody@example.org", "Export", "Nobody who may sign in has the login nobody@example.org."),
        ("hana@northside.example.org", " ", "--name needs 1 to 80 characters."),
    ],
)
def test_the_command_says_what_is_wrong(clinician, email, name, words):
    with pytest.raises(CommandError, match=re.escape(words)):
        call_command("create_api_token", email, name=name)


def test_the_command_makes_no_token_that_could_see_nothing(clinician):
    clinician.memberships.all().delete()
    with pytest.raises(CommandError, match="no role at a clinic"):
        call_command("create_api_token", clinician.email, name="Export")


def test_the_command_makes_a_lesser_token(client, manager, capsys):
    call_command("create_api_token", manager.email, name="Study", role="researcher", read_only=True, days=30)
    assert "reads as researcher at Northside" in capsys.readouterr().err
    token = ApiToken.objects.get()
    assert (token.role, token.may_write, (token.expires_at - token.created_at).days) == ("researcher", False, 30)


def test_the_command_refuses_more_than_the_person_may(front_desk):
    with pytest.raises(CommandError, match="cannot do more than you"):
        call_command("create_api_token", front_desk.email, name="x", role="manager")


def test_the_command_asks_which_clinic(manager, other_clinic):
    both(manager, other_clinic)
    with pytest.raises(CommandError, match="Choose one with --clinic: "):
        call_command("create_api_token", manager.email, name="x")
    call_command("create_api_token", manager.email, name="x", clinic="Lakeview")
    assert ApiToken.objects.get().membership.clinic == other_clinic


# What a token may do: its clinic, its role, its verb (AUTH-8, T-TOK-3, F-47)


def both(person, other_clinic, role=Role.MANAGER):
    """``person`` at the other clinic, too."""
    add_member(clinic=other_clinic, email=person.email, full_name=person.full_name, role=role, password=None)
    return person.memberships.get(clinic=other_clinic)


def key_for(membership, **limits):
    _, key = create_api_token(membership=membership, name="tests", at=timezone.now(), **limits)
    return {"headers": {"Authorization": f"Bearer {key}"}}


def new_patient(clinic):
    body = {"clinic": str(clinic.public_id), "chart_number": "K-1", "family_name": "Moss"}
    return {"data": body, "content_type": "application/json"}


def test_a_token_sees_and_writes_at_its_own_clinic_only(client, manager, clinic, other_clinic, patient):
    theirs = both(manager, other_clinic)
    there = key_for(theirs)
    assert [row["name"] for row in client.get("/api/v1/clinics/", **there).json()["results"]] == ["Lakeview"]
    assert client.get(PATIENTS, **there).json()["results"] == []
    assert client.get(f"{PATIENTS}{patient.public_id}/", **there).status_code == 404
    assert client.post(PATIENTS, **new_patient(clinic), **there).json()["field"] == "clinic"
    assert client.post(PATIENTS, **new_patient(other_clinic), **there).status_code == 201
    here = key_for(manager.memberships.get(clinic=clinic))
    assert [row["id"] for row in client.get(PATIENTS, **here).json()["results"]] == [str(patient.public_id)]
    assert client.get("/api/v1/reports/completeness/", **here).json()["clinics"] == ["Northside"]


def test_a_token_in_a_lesser_role_does_what_that_role_does(client, manager, patient):
    as_researcher = key_for(manager.memberships.get(), role=Role.RESEARCHER)
    assert client.get("/api/v1/scores/", **as_researcher).status_code == 200
    assert client.get(PATIENTS, **as_researcher).status_code == 403
    assert client.get(f"{PATIENTS}{patient.public_id}/", **as_researcher).status_code == 403


def test_a_token_for_reading_reads_everything_and_writes_nothing(client, manager, clinic, patient):
    reading = key_for(manager.memberships.get(), may_write=False)
    assert client.get(PATIENTS, **reading).status_code == 200
    assert client.get("/api/v1/products/", **reading).status_code == 200
    answer = client.post(PATIENTS, **new_patient(clinic), **reading)
    assert (answer.status_code, answer.json()["message"]) == (403, "This token may only read.")
    assert Patient.objects.count() == 1


def test_a_token_is_never_worth_more_than_its_owners_role_is_now(client, manager, clinic, patient):
    before = key_for(manager.memberships.get())
    manager.memberships.update(role=Role.RESEARCHER)
    assert client.get(PATIENTS, **before).status_code == 403
    manager.memberships.update(role=Role.MANAGER)
    assert client.get(PATIENTS, **before).status_code == 200


def test_a_token_ends_with_the_membership_and_does_not_come_back_with_a_new_one(client, manager, clinic):
    before = key_for(manager.memberships.get())
    manager.memberships.all().delete()
    add_member(clinic=clinic, email=manager.email, full_name="x", role=Role.MANAGER, password=None)
    assert client.get(PATIENTS, **before).status_code == 401


def test_the_owner_with_a_browser_is_not_limited_by_a_token(client, manager, patient):
    key_for(manager.memberships.get(), role=Role.RESEARCHER)
    client.force_login(manager)
    assert client.get(PATIENTS).status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_a_token_can_be_made_in_every_role_within_ones_own_and_in_no_other(clinic, role):
    person = add_member(clinic=clinic, email="x@example.org", full_name="X", role=role, password=None)
    for wanted in Role:
        if wanted in roles_within(role):
            assert GRANTS[wanted] <= GRANTS[role]
            create_api_token(membership=person.memberships.get(), name="x", role=wanted, at=timezone.now())
        else:
            assert not GRANTS[wanted] <= GRANTS[role]
            with pytest.raises(TokenRefused):
                create_api_token(membership=person.memberships.get(), name="x", role=wanted, at=timezone.now())


def test_the_page_offers_no_role_beyond_ones_own(client, front_desk):
    client.force_login(front_desk)
    page = client.get(PAGE).content.decode()
    assert 'value="front_desk"' in page
    assert 'value="manager"' not in page
    for field, wrong in (("role", "manager"), ("access", "own"), ("days", "3650"), ("days", "")):
        assert client.post(PAGE, {**CHOSEN, "role": "front_desk", field: wrong}).status_code == 422
    assert not ApiToken.objects.exists()


# What is stored, and what the answers tell (T-TOK-1, T-TOK-2, F-42)


def test_wrong_expired_revoked_and_unowned_keys_get_the_same_answer(client, manager, clinician):
    now = timezone.now()
    membership = manager.memberships.get()
    _, expired = create_api_token(membership=membership, name="old", at=now - dt.timedelta(days=31), days=30)
    revoked, revoked_key = create_api_token(membership=membership, name="gone", at=now)
    client.force_login(manager)
    client.post(revoke(revoked))
    client.logout()
    _, unowned = create_api_token(membership=clinician.memberships.get(), name="x", at=now)
    type(clinician).objects.filter(pk=clinician.pk).update(is_active=False)
    _, good = create_api_token(membership=membership, name="x", at=now)
    assert answer_to(client, good).status_code == 200
    keys = (expired, revoked_key, unowned, "mdl_" + "A" * 43, good[:-1], good + "A", good.swapcase(), "", "\xff")
    answers = {(answer.status_code, answer.content) for answer in (answer_to(client, key) for key in keys)}
    assert len(answers) == 1
    assert answers.pop()[0] == 401


def test_keys_have_256_random_bits_and_can_be_recognised(clinician):
    keys = {create_api_token(membership=clinician.memberships.get(), name="x", at=timezone.now())[1] for _ in range(20)}
    assert len(keys) == 20
    assert all(re.fullmatch(r"mdl_[\w-]{43}", key) for key in keys)


def test_a_pepper_can_be_changed_while_tokens_work(client, clinician, settings):
    """SEC-1: the new one first, the old ones after it."""
    old, new = settings.TOKEN_PEPPERS[0], "n3w-" * 15
    token, key = create_api_token(membership=clinician.memberships.get(), name="x", at=timezone.now())
    assert token.token_hash == hash_api_key(key, old)
    settings.TOKEN_PEPPERS = [new, old]
    assert answer_to(client, key).status_code == 200
    later, later_key = create_api_token(membership=clinician.memberships.get(), name="x", at=timezone.now())
    assert later.token_hash == hash_api_key(later_key, new)
    settings.TOKEN_PEPPERS = [new]
    assert (answer_to(client, key).status_code, answer_to(client, later_key).status_code) == (401, 200)


@pytest.mark.parametrize("given", ["short", f"{'0123456789' * 6},short", "a" * 60])
def test_a_weak_pepper_stops_start_up(monkeypatch, given):
    monkeypatch.setenv("TOKEN_PEPPERS", given)
    with pytest.raises(ImproperlyConfigured, match="TOKEN_PEPPERS is too weak"):
        environment.token_peppers()


def test_peppers_may_come_from_a_file(monkeypatch, tmp_path):
    file = tmp_path / "peppers"
    file.write_text("0123456789" * 6 + "," + "9876543210" * 6 + "\n")
    monkeypatch.delenv("TOKEN_PEPPERS", raising=False)
    monkeypatch.setenv("TOKEN_PEPPERS_FILE", str(file))
    assert environment.token_peppers() == ["0123456789" * 6, "9876543210" * 6]


def test_a_token_says_when_it_was_last_used_to_the_minute(client, clinician):
    token, key = create_api_token(membership=clinician.memberships.get(), name="x", at=timezone.now())
    answer_to(client, key)
    token.refresh_from_db()
    first = token.last_used_at
    answer_to(client, key)
    token.refresh_from_db()
    assert token.last_used_at == first
    note_use(token=token, at=first + dt.timedelta(seconds=61))
    token.refresh_from_db()
    assert token.last_used_at == first + dt.timedelta(seconds=61)
    client.force_login(clinician)
    there = token.last_used_at.astimezone(ZoneInfo(clinician.memberships.get().clinic.time_zone))
    assert f"{there:%-d %b %Y}" in client.get(PAGE).content.decode()


@pytest.mark.django_db(transaction=True)
def test_noting_the_use_waits_for_nobody(clinician):
    token, _ = create_api_token(membership=clinician.memberships.get(), name="x", at=timezone.now())

    def note():
        note_use(token=token, at=timezone.now())
        connection.close()

    with transaction.atomic():
        ApiToken.objects.select_for_update().get(pk=token.pk)
        other = Thread(target=note)
        other.start()
        other.join(timeout=5)
        assert not other.is_alive(), "it went past the row that is held"
    token.refresh_from_db()
    assert token.last_used_at is None


def test_the_database_keeps_no_working_token_without_a_clinic(clinician):
    create_api_token(membership=clinician.memberships.get(), name="x", at=timezone.now())
    with pytest.raises(IntegrityError, match="api_token_works_at_a_clinic_or_is_revoked"), transaction.atomic():
        ApiToken.objects.update(membership=None)
    assert Membership.objects.filter(api_tokens__isnull=False).exists()
