"""Guessing is slow, tells nothing, and keeps nobody else out (AUTH-3, AUTH-5, AUTH-6, F-46, T-RL-1)."""

import datetime as dt
import re
import threading

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth import hashers
from django.db import connections
from django.test import RequestFactory
from django.utils import timezone

from clinic import lockout
from clinic.addresses import client_address
from tests.conftest import PASSWORD, StaffClient
from tests.layers import layer
from tests.signing_in import next_code, set_up_app, sign_in

CLINIC, HOME, ATTACKER = "192.0.2.10", "192.0.2.77", "198.51.100.1"


def at(address: str) -> StaffClient:
    return StaffClient(REMOTE_ADDR=address)


def is_refused(answer) -> bool:
    return answer.status_code == 422 and "do not belong together" in answer.text


def fail(address: str, email: str, times: int = lockout.LIMIT) -> None:
    for number in range(times):
        assert is_refused(sign_in(at(address), email, f"wrong-{number}"))


def sign_in_fully(address: str, user) -> None:
    client = at(address)
    step = sign_in(client, user.email)
    assert client.post(step.url, {"code": next_code(user)}).status_code == 302


@layer
def doctor(clinician):
    set_up_app(clinician)
    return clinician


@layer
def known(doctor):
    """She signed in from the clinic before."""
    sign_in_fully(CLINIC, doctor)
    return doctor


def test_after_five_wrong_tries_even_the_right_password_waits(doctor):
    """AUTH-5."""
    fail(HOME, doctor.email)
    assert is_refused(sign_in(at(HOME), doctor.email))


def test_a_right_password_ends_the_counting(doctor):
    for _ in range(2):
        fail(HOME, doctor.email, lockout.LIMIT - 1)
        sign_in_fully(HOME, doctor)


def test_an_attacker_cannot_keep_a_doctor_out(known):
    """AUTH-5, F-46: wrong tries from elsewhere count against elsewhere."""
    fail(ATTACKER, known.email)
    fail("198.51.100.2", known.email)
    assert is_refused(sign_in(at("198.51.100.3"), known.email)), "everywhere else the account is closed"
    sign_in_fully(CLINIC, known)


def test_addresses_in_turn_are_one_attacker(doctor):
    """F-46: rotating proxies."""
    for number in range(lockout.LIMIT):
        fail(f"198.51.100.{number}", doctor.email, 1)
    assert is_refused(sign_in(at("198.51.100.99"), doctor.email))


def test_knowing_the_password_alone_makes_no_address_known(doctor):
    """Only who also showed the second factor has signed in."""
    assert sign_in(at(ATTACKER), doctor.email).status_code == 302
    assert not AccessLog.objects.filter(ip_address=ATTACKER).exists()


def test_other_accounts_at_the_same_address_are_not_touched(doctor, manager):
    fail(CLINIC, doctor.email)
    assert sign_in(at(CLINIC), manager.email).status_code == 302


def test_unknown_accounts_close_like_real_ones(doctor):
    """AUTH-6: same text, same status, before and after."""
    fail(HOME, doctor.email)
    fail(HOME, "nobody@example.org")
    shown = [
        re.sub(r'value="\w{64}"', "", sign_in(at(HOME), email).text.replace(email, "somebody"))
        for email in (doctor.email, "nobody@example.org")
    ]
    assert "do not belong together" in shown[0]
    assert shown[0] == shown[1]


def test_an_unknown_account_costs_as_much_time_as_a_wrong_password(doctor, monkeypatch):
    """AUTH-6: one hash each."""
    counted = []
    encode = hashers.MD5PasswordHasher.encode

    def counting(self, password, salt):
        counted.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counting)
    for email in (doctor.email, "nobody@example.org"):
        counted.clear()
        sign_in(at(HOME), email, "wrong")
        assert len(counted) == 1, email


def later(wait: dt.timedelta) -> None:
    for model in (AccessAttempt, AccessFailureLog):
        for row in model.objects.all():
            row.attempt_time -= wait
            row.save()
    for row in AccessAttempt.objects.all():
        row.expiration.expires_at -= wait
        row.expiration.save()


def test_the_wait_grows(doctor):
    """AUTH-3: 15 minutes, then twice as long each time, up to four hours."""
    for minutes in (15, 30, 60, 120, 240, 240):
        fail(HOME, doctor.email)
        later(dt.timedelta(minutes=minutes - 1))
        assert is_refused(sign_in(at(HOME), doctor.email)), minutes
        assert AccessAttempt.objects.get().failures_since_start == lockout.LIMIT, "not looked at, not counted"
        later(dt.timedelta(minutes=1, seconds=1))
    assert sign_in(at(HOME), doctor.email).status_code == 302


def test_one_account_s_shorter_wait_does_not_end_another_s(doctor, manager):
    for _ in range(2):
        fail(HOME, doctor.email)
        later(dt.timedelta(minutes=15, seconds=1))
    fail(HOME, manager.email, 1)
    assert is_refused(sign_in(at(HOME), doctor.email)), "the second wait is 30 minutes"


def test_trying_while_closed_does_not_keep_it_closed(doctor):
    fail(HOME, doctor.email)
    later(dt.timedelta(minutes=14))
    fail(HOME, doctor.email, 3)
    later(dt.timedelta(minutes=1, seconds=1))
    assert sign_in(at(HOME), doctor.email).status_code == 302


def test_kinds_of_secrets_are_counted_apart(doctor):
    """T-RL-1: a right password clears no wrong codes, a right code no other account's passwords."""
    client = at(HOME)
    step = sign_in(client, doctor.email)
    for _ in range(3):
        client.post(step.url, {"code": "000000"})
    sign_in(at(HOME), doctor.email)
    doctor.refresh_from_db()
    assert doctor.code_tries.failures == 3
    fail(HOME, doctor.email, 2)
    client.post(step.url, {"code": "000000"})
    assert AccessAttempt.objects.get().failures_since_start == 2


def test_asking_again_for_the_password_counts_as_well(client, doctor):
    client.force_login(doctor)
    for _ in range(lockout.LIMIT):
        assert client.post("/account/confirm/", {"password": "wrong"}).status_code == 422
    assert client.post("/account/confirm/", {"password": PASSWORD}).status_code == 422


@pytest.mark.parametrize(
    ("behind_proxy", "header", "address"),
    [
        (False, "203.0.113.9", "192.0.2.10"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "10.0.0.1, evil, 203.0.113.9", "203.0.113.9"),
        (True, "203.0.113.9, not an address", "192.0.2.10"),
        (True, "", "192.0.2.10"),
    ],
)
def test_only_our_own_proxy_says_where_a_request_comes_from(settings, behind_proxy, header, address):
    settings.BEHIND_PROXY = behind_proxy
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.10", HTTP_X_FORWARDED_FOR=header)
    assert client_address(request) == address


def test_a_forged_header_makes_no_new_address(doctor):
    for number in range(lockout.LIMIT):
        client = at(ATTACKER)
        client.defaults["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{number}"
        sign_in(client, doctor.email, "wrong")
    assert {row.ip_address for row in AccessAttempt.objects.all()} == {ATTACKER}


@pytest.mark.django_db(transaction=True)
def test_two_hundred_tries_at_once_are_five(clinician, monkeypatch):
    """F-44's rule for passwords: tries that are counted together are made one after another."""
    looked_at = []
    check = type(clinician).check_password
    monkeypatch.setattr(type(clinician), "check_password", lambda self, raw: looked_at.append(raw) or check(self, raw))

    def guess(worker: int) -> None:
        for number in range(25):
            sign_in(at(f"198.51.100.{worker}"), clinician.email, f"wrong {worker} {number}")
        connections.close_all()

    threads = [threading.Thread(target=guess, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) == lockout.LIMIT
    assert timezone.now() - AccessFailureLog.objects.latest("attempt_time").attempt_time < dt.timedelta(minutes=5)


def test_what_was_typed_is_not_kept(doctor):
    fail(HOME, doctor.email, 1)
    assert "wrong-0" not in AccessAttempt.objects.get().post_data
