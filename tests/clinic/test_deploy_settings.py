"""What the settings say once SITE_URL begins with https (reliability §4.1): each line of the checklist is one assertion."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "SITE_URL": "https://outcomes.example.org",
    "SECRET_KEY": "q9T2wYc7Lr4Zp8Vd1Xb6Hn3Km5Js0Fg-Ua_Ei.Oo~Qq^Ww*Ee(Rr)Tt",
    "DATABASE_URL": "postgres://mendline_app:secret@db/mendline",
    "DATABASE_OWNER_URL": "postgres://mendline_owner:secret@db/mendline",
    "TOKEN_PEPPERS": "q9T2wYc7Lr4Zp8Vd1Xb6Hn3Km5Js0Fg-Ua_Ei.Oo~Qq^Ww*Ee(Rr)Tt",
    "FIELD_KEYS": "bm90IGEgc2VjcmV0OiBvbmx5IHVzZWQgaW4gdGVzdHM=",
    "REDIS_URL": "redis://redis:6379/0",
    "EMAIL_URL": "smtp://mail:25",
    "EMAIL_FROM": "check-in@clinic.example.org",
}
SHOW = """
import json, sys
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""
CHECKLIST = {
    "DEBUG": False,
    "ALLOWED_HOSTS": ["outcomes.example.org"],
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SECURE_CONTENT_TYPE_NOSNIFF": True,
    "SECURE_REFERRER_POLICY": "same-origin",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
    "SECURE_PROXY_SSL_HEADER": None,
    "X_FRAME_OPTIONS": "DENY",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_NAME": "__Host-session",
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_DOMAIN": None,
    "SESSION_COOKIE_PATH": "/",
    "SESSION_COOKIE_AGE": 43_200,
    "SESSION_ENGINE": "clinic.sessions",
    "SESSION_SERIALIZER": "django.contrib.sessions.serializers.JSONSerializer",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "CSRF_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_DOMAIN": None,
    "CSRF_COOKIE_PATH": "/",
    "CSRF_TRUSTED_ORIGINS": ["https://outcomes.example.org"],
    "USE_X_FORWARDED_HOST": False,
    "USE_X_FORWARDED_PORT": False,
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 1_000_000,
    "DATA_UPLOAD_MAX_NUMBER_FIELDS": 1000,
    "DATA_UPLOAD_MAX_NUMBER_FILES": 5,
    "FILE_UPLOAD_PERMISSIONS": 0o640,
    "EMAIL_TIMEOUT": 15,
}


def said(code: str, *names: str, **changes: str) -> subprocess.CompletedProcess:
    """What a process with the environment of a deployment says."""
    environment = {**ENVIRONMENT, "DJANGO_SETTINGS_MODULE": "clinic.settings", **changes}
    command = [sys.executable, "-c", code, *names]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def deployed() -> dict:
    more = ("SECRET_KEY", "PASSWORD_HASHERS", "DATABASES", "CONTENT_SECURITY_POLICY", "PASSWORD_RESET_TIMEOUT")
    done = said(SHOW, *CHECKLIST, *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", CHECKLIST)
def test_each_line_of_the_checklist(deployed, name):
    assert deployed[name] == CHECKLIST[name]


def test_only_a_demo_answers_at_the_names_of_its_own_machine():
    """For passkeys, which browsers make for "localhost" and not for 127.0.0.1."""
    demo = {"SITE_URL": "http://127.0.0.1:8000", "DEMO": "1", "DEMO_MAIL_DIR": "/tmp"}
    shown = said(SHOW, "ALLOWED_HOSTS", **demo)
    assert json.loads(shown.stdout)["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]


def test_links_in_messages_that_reset_something_do_not_live_long(deployed):
    assert deployed["PASSWORD_RESET_TIMEOUT"] <= 3600


def test_passwords_are_costly_to_guess(deployed):
    assert deployed["PASSWORD_HASHERS"][0].endswith("Argon2PasswordHasher")


def test_no_statement_and_no_idle_transaction_holds_the_database_for_ever(deployed):
    default = deployed["DATABASES"]["default"]
    assert default["CONN_HEALTH_CHECKS"]
    for limit in ("statement_timeout=", "lock_timeout=", "idle_in_transaction_session_timeout="):
        assert limit in default["OPTIONS"]["options"]


def test_the_policy_lets_nothing_in(deployed):
    policy = deployed["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert not any("unsafe" in source or "*" in source for sources in policy.values() for source in sources)
    for directive in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert policy[directive] == ["'none'"]
    assert policy["form-action"] == ["'self'"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SITE_URL": "http://outcomes.example.org"}, "SITE_URL must begin with https://"),
        ({"SITE_URL": "https://outcomes.example.org/clinic"}, "without a path"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is too weak"),
        (
            {"SMS_URL": "http://AC1:secret@sms.example.org", "SMS_FROM": "+15125550100"},
            "SMS_URL must begin with https://",
        ),
        ({"SMS_URL": "https://sms.example.org", "SMS_FROM": "+15125550100"}, "SMS_URL must hold the account"),
        ({"SMS_URL": "https://AC1:secret@sms.example.org"}, "Set SMS_FROM"),
        (
            {"EMAIL_PROVIDER": "mailgun", "EMAIL_PROVIDER_OPTIONS": "key=1"},
            "EMAIL_PROVIDER_OPTIONS must be a JSON object",
        ),
    ],
)
def test_what_would_be_unsafe_does_not_start(changes, words):
    done = said(SHOW, "DEBUG", **changes)
    assert done.returncode != 0
    assert words in done.stderr


def test_the_proxys_word_on_https_counts_only_behind_a_proxy():
    done = said(SHOW, "SECURE_PROXY_SSL_HEADER", BEHIND_PROXY="1")
    assert json.loads(done.stdout)["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_text_messages_and_a_mail_provider_are_set_in_the_environment():
    given = {
        "EMAIL_URL": "",
        "EMAIL_PROVIDER": "mailgun",
        "EMAIL_PROVIDER_OPTIONS": '{"MAILGUN_API_KEY": "key"}',
        "SMS_URL": "https://AC1:se%2Fcret@sms.example.org",
        "SMS_FROM": "+15125550100",
    }
    names = ("EMAIL_BACKEND", "ANYMAIL", "SMS_URL", "SMS_ACCOUNT", "SMS_SECRET", "SMS_WEBHOOK_SECRET")
    assert list(json.loads(said(SHOW, *names, **given).stdout).values()) == [
        "anymail.backends.mailgun.EmailBackend",
        {"MAILGUN_API_KEY": "key", "SEND_DEFAULTS": {"track_clicks": False, "track_opens": False}},
        "https://sms.example.org",
        *("AC1", "se/cret", "se/cret"),
    ]
