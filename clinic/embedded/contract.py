"""The environment that settings.py reads, and which parts of it are given from outside."""

import os
import secrets
from collections.abc import Mapping

# Port 1 answers nobody: a test that forgets to replace the mail server fails instead of sending.
NO_MAIL_SERVER = "smtp://127.0.0.1:1"


def is_given(name: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the caller set ``name`` itself, or by a secret file."""
    return bool(environment.get(name) or environment.get(f"{name}_FILE"))


def complete(environment: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """``environment`` with ``values`` for everything it does not give itself."""
    return {**environment, **{name: value for name, value in values.items() if not is_given(name, environment)}}


def throw_away() -> dict[str, str]:
    """Values for a private run. DEMO is named, so that a demo's var/local.env cannot leak into tests."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SITE_URL": "http://127.0.0.1:8000",
        "EMAIL_URL": NO_MAIL_SERVER,
        "EMAIL_FROM": "check-in@clinic.example.org",
        "DEMO": "0",
    }
