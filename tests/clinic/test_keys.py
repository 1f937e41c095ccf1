"""Secrets come from outside, are checked at start-up, and change while people work (F-71, ENC-1, ENC-2, TOK-2, SEC-1)."""

import base64
import hashlib
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.urls import reverse

from clinic import environment, field_keys
from clinic.actions import keys
from clinic.links import hash_link, link_hashes, new_token
from outcomes.models import SurveyLink
from patients import actions
from patients.models import ConsentRequest
from tests.check_in import invitation_link, open_survey
from tests.conftest import NOON
from tests.workers import ROOT

CHECKED = {
    "SECRET_KEY": environment.secret_key,
    "SECRET_KEY_FALLBACKS": environment.earlier_secret_keys,
    "TOKEN_PEPPERS": environment.token_peppers,
    "FIELD_KEYS": environment.field_keys,
}


def new_secret() -> str:
    return secrets.token_urlsafe(48)


# Links


@pytest.fixture
def survey_link(course, settings):
    """The path of Ruth's link, made with the pepper that the settings give."""
    survey = open_survey(course.follow_ups.get(), NOON)
    return invitation_link(survey, NOON)


@pytest.fixture
def consent_link(patient, clinician):
    def make() -> str:
        at = NOON.replace(year=2100)
        _request, token = actions.ask_for_consent(
            patient=patient, kinds=["outcome_registry"], way="link", at=at, by=clinician
        )
        return reverse("sign", args=[token])

    return make()


def is_open(client, link: str) -> bool:
    return client.get(link).status_code == 200


def test_what_is_stored_of_a_link_cannot_be_made_without_the_pepper(settings, survey_link):
    token = survey_link.split("/")[2]
    stored = bytes(SurveyLink.objects.get().token_hash)
    assert stored != hashlib.sha256(token.encode()).digest()
    settings.TOKEN_PEPPERS = [new_secret()]
    assert stored not in link_hashes(token)


def test_links_outlive_two_changes_of_the_pepper_and_end_with_it(client, settings, survey_link, consent_link):
    first = settings.TOKEN_PEPPERS[0]
    second, third = new_secret(), new_secret()
    for peppers in ([second, first], [third, second, first]):
        settings.TOKEN_PEPPERS = peppers
        assert is_open(client, consent_link)
        assert client.get(survey_link).status_code == 410, "found; the survey's window is over by now"
    settings.TOKEN_PEPPERS = [third, second]
    assert not is_open(client, consent_link)
    assert client.get(survey_link).status_code == 404


def test_new_links_are_made_with_the_current_pepper(settings):
    token, old = new_token(), settings.TOKEN_PEPPERS
    settings.TOKEN_PEPPERS = [new_secret(), *old]
    made = hash_link(token)
    settings.TOKEN_PEPPERS = settings.TOKEN_PEPPERS[:1]
    assert made == link_hashes(token)[0]


def test_links_from_before_there_were_peppers_still_open(client, survey_link, consent_link):
    for model, link in ((SurveyLink, survey_link), (ConsentRequest, consent_link)):
        plain = hashlib.sha256(link.split("/")[2].encode()).digest()
        model.objects.update(token_hash=plain if model is SurveyLink else plain.hex())
        assert client.get(link).status_code in (200, 410), "found; the survey's window is over by now"


# Sessions


def test_people_stay_signed_in_when_secret_key_changes(client, clinician, settings):
    client.force_login(clinician)
    page = reverse("patients")
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = new_secret(), [old]
    assert client.get(page).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    client.force_login(clinician)
    settings.SECRET_KEY = new_secret()
    assert client.get(page).status_code == 302, "without the old key nobody is"


# Sealed fields


def test_json_is_sealed_again_wherever_something_is_sealed(settings):
    """ENC-1: three generations; what is not sealed stays as it is."""
    generations = [secrets.token_bytes(32) for _ in range(3)]
    first, second, third = (base64.urlsafe_b64encode(key).decode() for key in generations)
    settings.FIELD_KEYS = [first]
    data = {"secret": field_keys.seal("seed"), "codes": [field_keys.seal("a"), 7], "type": "totp"}
    for newer, older in ((second, first), (third, second)):
        settings.FIELD_KEYS = [newer, older]
        data = keys.renewed(data)
        settings.FIELD_KEYS = [newer]
        assert field_keys.opened(data["secret"]) == "seed"
        assert field_keys.opened(data["codes"][0]) == "a"
    assert (data["codes"][1], data["type"]) == (7, "totp")


def test_the_command_says_what_it_did(db, capsys):
    call_command("rotate_keys")
    assert "The older keys can be taken away" in capsys.readouterr().out


# Start-up


@pytest.mark.parametrize("name", CHECKED)
def test_every_secret_may_lie_in_a_file(monkeypatch, tmp_path, name):
    value = field_key() if name == "FIELD_KEYS" else new_secret()
    (tmp_path / "secret").write_text(f"{value}\n")
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    assert CHECKED[name]() in (value, [value])


@pytest.mark.parametrize("name", CHECKED)
def test_a_weak_secret_stops_start_up_and_is_not_shown(monkeypatch, name):
    monkeypatch.setenv(name, "tiny-secret-77")
    with pytest.raises(ImproperlyConfigured) as refused:
        CHECKED[name]()
    assert name in str(refused.value) and "tiny-secret-77" not in str(refused.value)


@pytest.mark.parametrize("name", ["SECRET_KEY", "TOKEN_PEPPERS", "FIELD_KEYS"])
def test_a_missing_secret_stops_start_up_with_a_sentence(name):
    """ENC-2: as production starts, in a process of its own; nothing that it says shows another secret."""
    given = {**os.environ, name: "", f"{name}_FILE": ""}
    said = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=given, capture_output=True, text=True, timeout=120
    )
    assert said.returncode != 0
    assert f"Set {name}" in said.stderr
    others = [os.environ[other] for other in ("SECRET_KEY", "TOKEN_PEPPERS", "FIELD_KEYS") if other != name]
    assert not any(value in said.stdout + said.stderr for value in others)


def field_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def test_no_secret_has_a_value_in_the_repository():
    example = (ROOT / ".env.example").read_text()
    for name in ("SECRET_KEY", "TOKEN_PEPPERS", "FIELD_KEYS"):
        assert f"\n{name}=\n" in example
    assert not Path(ROOT / ".env").exists() or ".env" in (ROOT / ".gitignore").read_text()
