"""The environment that settings.py reads, and which parts of it are given from outside."""

import base64
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

NAMES = (
    "SECRET_KEY",
    "FIELD_KEYS",
    "TOKEN_PEPPERS",
    "SITE_URL",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "EMAIL_FROM",
    "EMAIL_PROVIDER",
    "EMAIL_PROVIDER_OPTIONS",
    "SMS_URL",
    "SMS_FROM",
    "SMS_WEBHOOK_SECRET",
    "PHONE_REGION",
    "DEMO",
    "DEMO_MAIL_DIR",
)
# Port 1 answers nobody: a test that forgets to replace the mail server fails instead of sending.
NO_MAIL_SERVER = "smtp://127.0.0.1:1"


def is_given(name: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the caller set ``name`` itself, or by a secret file."""
    return bool(environment.get(name) or environment.get(f"{name}_FILE"))


def value(name: str, environment: Mapping[str, str]) -> str:
    """The value of ``name``, read from its secret file when that is how it is given."""
    file = environment.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file and not environment.get(name) else environment.get(name, "")


def complete(environment: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """``environment`` with ``values`` for everything it does not give itself."""
    return {**environment, **{name: value for name, value in values.items() if not is_given(name, environment)}}


def new_field_key() -> str:
    """A key as FIELD_KEYS takes it: 32 random bytes."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def throw_away() -> dict[str, str]:
    """Values for a private run. What it has not is named too, so that a demo's var/local.env cannot leak into tests."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_KEYS": new_field_key(),
        "TOKEN_PEPPERS": secrets.token_urlsafe(48),
        "SITE_URL": "http://127.0.0.1:8000",
        "EMAIL_URL": NO_MAIL_SERVER,
        "EMAIL_FROM": "check-in@clinic.example.org",
        "EMAIL_PROVIDER": "",
        "SMS_URL": "",
        "PHONE_REGION": "US",
        "DEMO": "0",
    }


def with_programs(environment: Mapping[str, str]) -> dict[str, str]:
    """``environment`` in which ``python`` and its programs are this virtual environment's."""
    return {**environment, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', os.defpath)}"}


def lines(environment: Mapping[str, str]) -> str:
    """The contract as the text of var/local.env."""
    names = [*NAMES, *(f"{name}_FILE" for name in NAMES)]
    given = [f"{name}={environment[name]}" for name in names if name in environment]
    return "\n".join(["# Written by `make run`, for commands typed beside it.", *given, ""])
