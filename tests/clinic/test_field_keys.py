"""Keys outside the database: what they seal, how they are changed, and what start-up refuses (ENC-1, ENC-2)."""

import base64
import secrets

import pytest
from django.core.exceptions import ImproperlyConfigured

from clinic import environment, field_keys


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def test_a_sealed_value_shows_nothing_and_opens_again(settings):
    settings.FIELD_KEYS = [new_key()]
    sealed = field_keys.seal("JBSWY3DPEHPK3PXP é")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert field_keys.opened(sealed) == "JBSWY3DPEHPK3PXP é"
    assert field_keys.seal("JBSWY3DPEHPK3PXP é") != sealed


def test_three_generations_of_keys(settings):
    """ENC-1: the new key seals, the old one opens, and is not needed once everything is renewed."""
    first, second, third = new_key(), new_key(), new_key()
    settings.FIELD_KEYS = [first]
    sealed = field_keys.seal("seed")
    for newer, older in ((second, first), (third, second)):
        settings.FIELD_KEYS = [newer, older]
        assert field_keys.opened(sealed) == "seed"
        sealed = field_keys.renewed(sealed)
        settings.FIELD_KEYS = [newer]
        assert field_keys.opened(sealed) == "seed"
    settings.FIELD_KEYS = [first]
    for use in (field_keys.opened, field_keys.renewed):
        with pytest.raises(field_keys.KeyMissing, match="not among FIELD_KEYS"):
            use(sealed)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "Set FIELD_KEYS"),
        ("short", "must be 32 random bytes"),
        (base64.b64encode(b"\0" * 32).decode(), "must be 32 random bytes"),
        ("{good},short", "must be 32 random bytes"),
    ],
)
def test_start_up_stops_without_good_keys(monkeypatch, given, words):
    """ENC-2: nothing is ever stored unsealed."""
    monkeypatch.setenv("FIELD_KEYS", given.format(good=new_key()) if "{" in given else given)
    with pytest.raises(ImproperlyConfigured, match=words):
        environment.field_keys()


def test_keys_may_lie_in_a_file(monkeypatch, tmp_path):
    keys = [new_key(), new_key()]
    (tmp_path / "keys").write_text(", ".join(keys) + "\n")
    monkeypatch.delenv("FIELD_KEYS")
    monkeypatch.setenv("FIELD_KEYS_FILE", str(tmp_path / "keys"))
    assert environment.field_keys() == keys


@pytest.mark.parametrize("site", ["https://outcomes.example.org", "https://127.0.0.1"])
def test_the_demo_does_not_start_where_others_reach_it(monkeypatch, site):
    """Its passwords are known and it needs no second factor."""
    monkeypatch.setenv("SITE_URL", site)
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.setenv("DEMO_MAIL_DIR", "mail")
    with pytest.raises(ImproperlyConfigured, match="without a second factor"):
        environment.demo(environment.site_url())


def test_the_demo_starts_on_this_machine(monkeypatch):
    monkeypatch.setenv("SITE_URL", "http://127.0.0.1:8000")
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.setenv("DEMO_MAIL_DIR", "mail")
    assert environment.demo(environment.site_url()) is True
    monkeypatch.delenv("DEMO_MAIL_DIR")
    with pytest.raises(ImproperlyConfigured, match="DEMO_MAIL_DIR"):
        environment.demo(environment.site_url())
    monkeypatch.setenv("DEMO", "0")
    assert environment.demo(environment.site_url()) is False
