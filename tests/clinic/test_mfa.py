"""The second factor: nobody gets past it, no code works twice, no seed can be read from the database (MFA-1, MFA-2)."""

import datetime as dt
import re
import threading

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.apps import apps
from django.core import mail
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic import field_keys
from clinic.actions import codes
from clinic.actions.codes import accept_code
from clinic.actions.letters import send_letters
from clinic.models import CodeTries
from clinic.permissions import Role
from tests.conftest import PASSWORD, StaffClient, member
from tests.signing_in import SECRET, code_at, next_code, set_up_app, sign_in, step_now
from tests.test_house_rules import ADDRESSES, OPEN_TO_ALL

SECOND_STEP = "/login/code/"
CONFIRM = "/account/confirm/"


@pytest.fixture
def half_in(client, clinician):
    """A browser of somebody who gave the right password and has no second factor yet."""
    assert sign_in(client, clinician.email).url == "/"
    return client


def secret_on(page) -> str:
    return re.search(r'id="key">(\w+)<', page.text)[1]


def test_without_a_second_factor_there_is_only_setting_one_up(half_in):
    """MFA-1: every address there is, tried as somebody who is signed in by password alone."""
    free = {
        *("/account/", "/account/authenticator/", "/account/passkeys/add/", "/account/confirm/"),
        *("/logout/", "/healthz"),
    }
    for name, address in ADDRESSES:
        answer = half_in.get(re.sub(r"[\^$?]", "", address))
        if address in free:
            assert answer.status_code in (200, 405), name
        elif address.startswith("/api/"):
            assert answer.status_code == 403, name
            assert answer.json()["code"] == "second_factor_missing"
        elif answer.status_code != 404 or name.partition("-")[0] not in OPEN_TO_ALL:
            assert (answer.status_code, answer.url) == (302, "/account/"), name
    assert "set up a second factor" in half_in.get("/account/").text


def test_posts_are_stopped_as_well(half_in, clinician):
    assert half_in.post("/setup/api-tokens/", {"name": "Sneaky"}).url == "/account/"
    assert not clinician.api_tokens.exists()


def test_a_program_with_a_token_needs_no_second_factor(clinician, program):
    assert program(clinician).get("/api/v1/clinics/").status_code == 200


def test_setting_up_an_authenticator_app(half_in, clinician):
    page = half_in.get("/account/authenticator/")
    secret = secret_on(page)
    assert "data:image/svg+xml;base64," in page.text
    refused = half_in.post("/account/authenticator/", {"code": "000000"})
    assert refused.status_code == 422
    assert secret_on(refused) == secret
    code = code_at(step_now(), secret)
    assert half_in.post("/account/authenticator/", {"code": code}).url == "/account/recovery-codes/"
    assert half_in.get("/patients/").status_code == 200
    shown = re.findall(r"<code class=\"strong\">(\d{8})</code>", half_in.get("/account/recovery-codes/").text)
    assert len(set(shown)) == 10
    again = half_in.get("/account/recovery-codes/").text
    assert not [one for one in shown if one in again]

    other = StaffClient()
    assert sign_in(other, clinician.email).url == SECOND_STEP
    assert other.get("/patients/").url.startswith("/login/")
    used = other.post(SECOND_STEP, {"code": code})
    assert used.status_code == 422, "the code that set the app up is used up"
    assert other.post(SECOND_STEP, {"code": shown[3]}).url == "/"
    assert other.get("/patients/").status_code == 200


def test_the_person_is_told_of_every_change(client, clinician, django_capture_on_commit_callbacks):
    client.force_login(clinician)
    with django_capture_on_commit_callbacks(execute=True):
        secret = secret_on(client.get("/account/authenticator/"))
        client.post("/account/authenticator/", {"code": code_at(step_now(), secret)})
        client.post("/account/recovery-codes/new/")
    send_letters(at=timezone.now())
    assert {message.subject for message in mail.outbox} == {"How you sign in to Mendline was changed"}
    said = "".join(message.body for message in mail.outbox)
    assert "An authenticator app was added" in said
    assert "new recovery codes" in said


def test_seeds_cannot_be_read_from_the_database(client, clinician):
    app = set_up_app(clinician)
    recovery = RecoveryCodes.activate(clinician)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        stored = cursor.fetchone()[0]
    assert SECRET not in stored
    assert not [code for code in recovery.generate_codes() if code in stored]
    assert field_keys.opened(app.data["secret"]) == SECRET


def test_a_code_is_good_once_and_within_one_step(clinician):
    """MFA-2."""
    set_up_app(clinician)
    now = timezone.now()
    step = int(now.timestamp()) // 30
    for early_or_late in (-2, 2):
        assert not accept_code(user=clinician, code=code_at(step + early_or_late), at=now)
    assert accept_code(user=clinician, code=code_at(step - 1), at=now)
    assert not accept_code(user=clinician, code=code_at(step - 1), at=now)
    assert accept_code(user=clinician, code=code_at(step + 1), at=now)
    assert not accept_code(user=clinician, code=code_at(step), at=now), "older than one that was used"


def test_a_recovery_code_is_good_once(clinician):
    set_up_app(clinician)
    one = RecoveryCodes.activate(clinician).generate_codes()[0]
    assert accept_code(user=clinician, code=one, at=timezone.now())
    assert not accept_code(user=clinician, code=one, at=timezone.now())


def test_codes_cannot_be_guessed_quickly(clinician):
    """AUTH-3: five wrong ones, then a wait that doubles; a right one clears it."""
    set_up_app(clinician)
    at = timezone.now()
    for _ in range(codes.LIMIT):
        assert not accept_code(user=clinician, code="000000", at=at)
    right = code_at(int(at.timestamp()) // 30)
    assert not accept_code(user=clinician, code=right, at=at)
    later = at + codes.FIRST_WAIT
    assert not accept_code(user=clinician, code="000000", at=later)
    assert not accept_code(user=clinician, code=right, at=later + codes.FIRST_WAIT)
    much_later = later + 2 * codes.FIRST_WAIT
    assert accept_code(user=clinician, code=code_at(int(much_later.timestamp()) // 30), at=much_later)
    assert not CodeTries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_codes_at_once_are_no_more_than_one_after_another(clinician, monkeypatch):
    set_up_app(clinician)
    at, looked_at, look = timezone.now(), [], codes.step_of
    monkeypatch.setattr(codes, "step_of", lambda *given: looked_at.append(given) or look(*given))

    def guess() -> None:
        for _ in range(10):
            accept_code(user=clinician, code="000000", at=at)
        connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert CodeTries.objects.get().failures == len(looked_at) == codes.LIMIT


def test_a_password_from_before_the_factor_does_not_open_what_it_protects(half_in, clinician):
    """Another browser set the factor up meanwhile: this one has to show it, and cannot add one of its own."""
    set_up_app(clinician)
    assert half_in.get("/patients/").url == f"{CONFIRM}code/"
    for page in ("/account/authenticator/", "/account/passkeys/add/", "/account/recovery-codes/", "/account/"):
        assert half_in.get(page).url == f"{CONFIRM}code/"
    assert half_in.post(f"{CONFIRM}code/", {"code": next_code(clinician)}).status_code == 302
    assert half_in.get("/patients/").status_code == 200


def test_the_last_second_factor_stays(client, clinician):
    app = set_up_app(clinician)
    client.force_login(clinician)
    page = client.get("/account/authenticator/remove/")
    assert "your last second factor" in page.text
    assert client.post("/account/authenticator/remove/").status_code == 422
    key = Authenticator.objects.create(user=clinician, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    assert client.post("/account/authenticator/remove/").url == "/account/"
    assert list(Authenticator.objects.filter(user=clinician)) == [key]
    client.post("/account/passkeys/remove/", {"passkey": key.pk})
    assert Authenticator.objects.filter(pk=key.pk).exists()
    assert not Authenticator.objects.filter(pk=app.pk).exists()


@pytest.mark.parametrize("asked", ["", "x", "-1", "0", "٣", "99999999999999999999999"])
def test_nobody_removes_somebody_elses_passkey(client, clinician, manager, asked):
    key = Authenticator.objects.create(user=manager, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    client.force_login(clinician)
    for passkey in (asked, key.pk):
        assert client.post("/account/passkeys/remove/", {"passkey": passkey}).status_code == 404
    assert client.get("/account/passkeys/remove/").status_code == 405
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_changes_of_the_second_factor_ask_again(client, clinician):
    """MFA-3: everything about it, when the last proof is 15 minutes old."""
    set_up_app(clinician)
    client.force_login(clinician)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 15 * 60
    session.save()
    for page in ("authenticator/remove/", "passkeys/add/", "recovery-codes/new/"):
        assert client.get(f"/account/{page}").url == f"{CONFIRM}?next=%2Faccount%2F{page.replace('/', '%2F')}"
    assert client.post("/account/passkeys/remove/", {"passkey": "1"}).status_code == 403
    before = client.session.session_key
    wrong = client.post(CONFIRM, {"password": "wrong", "next": "/account/"})
    assert wrong.status_code == 422
    assert (
        client.post(CONFIRM, {"password": PASSWORD, "next": "/account/passkeys/add/"}).url == "/account/passkeys/add/"
    )
    assert client.session.session_key != before, "AUTH-7"
    assert client.get("/account/passkeys/add/").status_code == 200
    assert client.post("/account/recovery-codes/new/").url == "/account/recovery-codes/"


def test_the_way_back_from_confirming_stays_here(client, clinician):
    client.force_login(clinician)
    for wanted in ("https://evil.example.org/", "//evil.example.org", "/\\evil.example.org", "javascript:alert(1)"):
        assert client.post(CONFIRM, {"password": PASSWORD, "next": wanted}).url == "/"


def test_the_demo_may_go_without(half_in, settings, clinician):
    settings.MFA_OPTIONAL = True
    assert half_in.get("/patients/").status_code == 200


def test_there_is_no_admin_site_beside_this():
    """ADM-1: a second way in would need a second lock."""
    assert not apps.is_installed("django.contrib.admin")
    assert not [address for _, address in ADDRESSES if "admin" in address]


def test_the_proof_costs_no_query(client, clinician):
    client.force_login(clinician)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/patients/").status_code == 200
    assert not [query for query in asked.captured_queries if "mfa_authenticator" in query["sql"]]


def test_an_account_made_on_the_command_line_sets_one_up_too(client, clinic):
    somebody = member(clinic, Role.MANAGER, "Ana Ruiz")
    sign_in(client, somebody.email)
    assert client.get("/patients/").url == "/account/"


def test_a_half_finished_sign_in_opens_nothing(client, clinician):
    """F-52: neither the preset cookie nor the one from before the second step is worth anything later."""
    set_up_app(clinician)
    client.get("/login/")
    sign_in(client, clinician.email)
    halfway = client.session.session_key
    assert client.get("/account/").url.startswith("/login/")
    client.post(SECOND_STEP, {"code": next_code(clinician)})
    assert client.session.session_key != halfway
    other = StaffClient()
    other.cookies["session"] = halfway
    assert other.get("/patients/").url.startswith("/login/")
    assert other.get(SECOND_STEP).url == "/login/"


def test_a_second_step_that_takes_too_long_begins_anew(client, clinician):
    set_up_app(clinician)
    sign_in(client, clinician.email)
    session = client.session
    session["account_login"]["initiated_at"] -= dt.timedelta(minutes=16).total_seconds()
    session.save()
    assert client.post(SECOND_STEP, {"code": next_code(clinician)}).url == "/login/"
