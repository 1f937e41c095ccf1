"""API tokens: the page where a person makes and revokes them, and the command."""

import re
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clinic.actions import create_api_token, hash_token
from clinic.models import ApiToken

PAGE = "/setup/api-tokens/"


def revoke(token):
    return f"{PAGE}{token.public_id}/revoke/"


def answer_to(client, key):
    return client.get("/api/v1/clinics/", headers={"Authorization": f"Bearer {key}"})


def test_a_token_is_shown_once_and_works(client, clinician):
    client.force_login(clinician)
    made = client.post(PAGE, {"name": "Dashboard"})
    key = re.search(r"mdl_[\w-]{43}", made.content.decode())[0]
    assert answer_to(client, key).status_code == 200
    token = ApiToken.objects.get()
    assert (token.name, token.user, token.token_hash) == ("Dashboard", clinician, hash_token(key))
    assert made.headers["Cache-Control"] == "no-store, private"
    again = client.get(PAGE).content.decode()
    assert "Dashboard" in again
    assert key not in again
    assert token.token_hash not in again


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_token_needs_a_name(client, clinician, name):
    client.force_login(clinician)
    answer = client.post(PAGE, {"name": name})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_revoked_token_stops_at_once(client, clinician):
    token, key = create_api_token(user=clinician, name="Dashboard", at=timezone.now())
    client.force_login(clinician)
    answer = client.post(revoke(token), follow=True)
    assert "“Dashboard” is revoked" in answer.content.decode()
    client.logout()
    assert answer_to(client, key).status_code == 401


def test_nobody_sees_or_revokes_somebody_elses_token(client, clinician, manager):
    token, key = create_api_token(user=clinician, name="Dashboard", at=timezone.now())
    client.force_login(manager)
    assert "Dashboard" not in client.get(PAGE).content.decode().replace("like “Dashboard at reception”", "")
    assert client.post(revoke(token)).status_code == 404
    assert client.post(f"{PAGE}{uuid.uuid4()}/revoke/").status_code == 404
    assert answer_to(client, key).status_code == 200


def test_revoking_is_a_post(client, clinician):
    token, _ = create_api_token(user=clinician, name="Dashboard", at=timezone.now())
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
