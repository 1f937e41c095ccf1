"""How often programs may ask: fairness by token, no guessing of keys, and nobody refused because Redis is away."""

import uuid

import pytest
from django.core.cache import cache
from django.core.cache.backends.base import InvalidCacheBackendError
from django.test import override_settings
from django.utils import timezone

from clinic.actions import create_api_token, revoke_api_token
from clinic.throttles import address_of

CLINICS = "/api/v1/clinics/"


@pytest.fixture
def address():
    """An address of the documentation's network that no other test uses."""
    return f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"


def with_key(client, key, **environment):
    return client.get(CLINICS, headers={"Authorization": f"Bearer {key}"}, **environment)


def test_a_token_may_ask_so_often_a_minute_and_no_other_suffers(program, clinician, manager, settings):
    """API-5"""
    settings.API_REQUESTS_A_MINUTE = 3
    greedy, other = program(clinician), program(manager)
    statuses = [greedy.get(CLINICS).status_code for _ in range(8)]
    # A new minute may begin meanwhile.
    assert 2 <= statuses.count(429) <= 5, statuses
    settings.API_REQUESTS_A_MINUTE = 0
    refused = greedy.get(CLINICS)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.json().keys() == {"code", "message", "field"}
    assert (refused.json()["code"], refused.json()["field"]) == ("throttled", None)
    assert "Try again in" in refused.json()["message"]
    settings.API_REQUESTS_A_MINUTE = 3
    assert other.get(CLINICS).status_code == 200


def test_a_browser_is_not_counted(client, clinician, settings):
    settings.API_REQUESTS_A_MINUTE = 0
    client.force_login(clinician)
    assert client.get(CLINICS).status_code == 200


@pytest.mark.parametrize("proxies", [0, 1])
def test_guessing_stops_whatever_is_written_into_the_forwarded_header(client, clinician, settings, address, proxies):
    """F-45, F-46: behind a proxy, what it adds last is the address; without one, nothing of the header is."""
    settings.API_WRONG_KEYS_A_MINUTE = 3
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    _, good = create_api_token(membership=clinician.memberships.get(), name="x", at=timezone.now())

    def guess(number, key="mdl_wrong"):
        claimed = f"198.51.100.{number}"
        if proxies:
            return with_key(client, key, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"{claimed}, {address}")
        return with_key(client, key, REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=claimed)

    statuses = [guess(number).status_code for number in range(12)]
    assert 6 <= statuses.count(429) <= 9, "three a minute, and at most one minute ends meanwhile"
    assert set(statuses) == {401, 429}
    if guess(1).status_code == 429:
        assert guess(2, good).status_code in {200, 429}
    assert with_key(client, good, REMOTE_ADDR="192.0.2.1").status_code == 200, "others go on"


def test_a_key_that_once_worked_is_no_guess(client, clinician, settings, address):
    """A script somebody forgot must not shut out the programs beside it."""
    settings.API_WRONG_KEYS_A_MINUTE = 2
    membership = clinician.memberships.get()
    token, old = create_api_token(membership=membership, name="x", at=timezone.now())
    revoke_api_token(token=token, at=timezone.now())
    _, good = create_api_token(membership=membership, name="x", at=timezone.now())
    assert {with_key(client, old, REMOTE_ADDR=address).status_code for _ in range(5)} == {401}
    assert with_key(client, good, REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize(
    ("remote", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::", "2001:db8:1:2::"),
        ("", "unknown"),
        ("unix:\x00 \n", "unknown"),
    ],
)
def test_addresses_are_counted_as_they_are_given_out(rf, remote, counted):
    assert address_of(rf.get("/", REMOTE_ADDR=remote)) == counted


def test_without_redis_requests_go_on(program, clinician, client, settings):
    """F-07: nothing is counted then, and nobody waits long."""
    settings.API_REQUESTS_A_MINUTE = settings.API_WRONG_KEYS_A_MINUTE = 1
    away = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    token = program(clinician)
    with override_settings(CACHES=away):
        assert {token.get(CLINICS).status_code for _ in range(3)} == {200}
        assert {with_key(client, "mdl_wrong").status_code for _ in range(3)} == {401}
        assert cache.get("nothing", "else") == "else"
        assert cache.add("nothing", 1) is True
        assert cache.get_many(["nothing"]) == {}


def test_nothing_in_the_cache_can_become_code(settings):
    """Values are JSON, so a Redis that somebody else writes to runs nothing here."""
    cache.set("a-shape", {"times": [1.5, 2], "name": "Ruth"}, timeout=5)
    assert cache.get("a-shape") == {"times": [1.5, 2], "name": "Ruth"}
    with pytest.raises(TypeError):
        cache.set("an-object", InvalidCacheBackendError)
