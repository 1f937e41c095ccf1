"""What the process environment says, read once, with a sentence for everything that is missing or unsafe."""

import base64
import binascii
import json
import os
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def load_local(path: Path) -> None:
    """Add the KEY=VALUE lines of ``path`` to the environment; what is already set there wins."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, found, value = line.partition("=")
        if found and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def optional(name: str, default: str = "") -> str:
    """The value of ``name``, or the content of the file named by ``name``_FILE, or ``default``."""
    secret_file = os.environ.get(f"{name}_FILE")
    if secret_file and name not in os.environ:
        try:
            return Path(secret_file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {secret_file}, which cannot be read: {error}.") from None
    return os.environ.get(name, default).strip()


def required(name: str, example: str) -> str:
    """The value of ``name``; start-up stops with a sentence when there is none."""
    value = optional(name)
    if not value:
        raise ImproperlyConfigured(
            f"Set {name} (or {name}_FILE), for example {example}. `make run` sets it for a demo; see README, 'Configuring'."
        )
    return value


def secret_key() -> str:
    """SECRET_KEY, refused when it is short enough to guess."""
    value = required("SECRET_KEY", "the output of `openssl rand -base64 48`")
    _refuse_weak("SECRET_KEY", value)
    return value


def earlier_secret_keys() -> list[str]:
    """SECRET_KEY_FALLBACKS: what was signed with one of these still counts, so nobody is signed out by a new key."""
    keys = [key.strip() for key in optional("SECRET_KEY_FALLBACKS").split(",") if key.strip()]
    _refuse_weak("SECRET_KEY_FALLBACKS", *keys)
    return keys


def field_keys() -> list[str]:
    """FIELD_KEYS, the current key first; start-up stops without one, so that nothing is ever stored unsealed."""
    keys = [key.strip() for key in required("FIELD_KEYS", "the output of `openssl rand -base64 32`").split(",")]
    for key in keys:
        try:
            content = base64.urlsafe_b64decode(key)
        except (binascii.Error, ValueError):
            content = b""
        if len(content) != 32 or len(set(content)) < 5:
            raise ImproperlyConfigured(
                "Each of FIELD_KEYS, separated by commas, must be 32 random bytes: the output of `openssl rand -base64 32`."
            )
    return keys


def demo(site: SplitResult) -> bool:
    """DEMO=1, refused where others could reach it: its accounts have known passwords and need no second factor."""
    is_demo = optional("DEMO") == "1"
    if is_demo and (site.scheme == "https" or site.hostname not in LOOPBACK):
        raise ImproperlyConfigured(
            "DEMO=1 opens accounts whose passwords everybody knows, without a second factor. It runs on this machine's own "
            "addresses only: set SITE_URL to http://127.0.0.1:8000, or leave DEMO away."
        )
    if is_demo and not optional("DEMO_MAIL_DIR"):
        raise ImproperlyConfigured(
            "DEMO=1 needs DEMO_MAIL_DIR, the folder where the demo's mail server keeps messages."
        )
    return is_demo


def token_peppers() -> list[str]:
    """TOKEN_PEPPERS, the one in use first; refused when one is short enough to guess."""
    given = required("TOKEN_PEPPERS", "the output of `openssl rand -base64 48`")
    peppers = [pepper.strip() for pepper in given.split(",") if pepper.strip()]
    _refuse_weak("TOKEN_PEPPERS", *(peppers or [""]))
    return peppers


def _refuse_weak(name: str, *secrets: str) -> None:
    """The message names the setting and never its value."""
    if any(len(secret) < 50 or len(set(secret)) < 5 for secret in secrets):
        raise ImproperlyConfigured(f"{name} is too weak: set 50 random characters or more.")


def site_url() -> SplitResult:
    """SITE_URL, the one address all links use. Plain http is accepted on this machine's own addresses only."""
    url = urlsplit(required("SITE_URL", "https://outcomes.example.org"))
    if url.scheme not in {"http", "https"} or not url.hostname or url.path.strip("/"):
        raise ImproperlyConfigured("SITE_URL must look like https://outcomes.example.org, without a path.")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise ImproperlyConfigured("SITE_URL must begin with https://: patients' answers travel over it.")
    return url


def email_provider() -> tuple[str, dict[str, object]]:
    """EMAIL_PROVIDER, a name that django-anymail knows, and EMAIL_PROVIDER_OPTIONS; two empty ones for a mail server."""
    name, written = optional("EMAIL_PROVIDER"), optional("EMAIL_PROVIDER_OPTIONS")
    if name and not name.isidentifier():
        raise ImproperlyConfigured("EMAIL_PROVIDER must be a name that django-anymail knows, for example mailgun.")
    try:
        options = json.loads(written or "{}")
    except ValueError:
        options = None
    if not isinstance(options, dict):
        raise ImproperlyConfigured(
            'EMAIL_PROVIDER_OPTIONS must be a JSON object of django-anymail\'s settings, for example {"MAILGUN_API_KEY": "…"}.'
        )
    return name, options


def sms_url() -> SplitResult | None:
    """SMS_URL with its account and secret; None when no text messages are sent. The messages never show its value."""
    url = urlsplit(optional("SMS_URL"))
    if not url.geturl():
        return None
    if url.scheme not in {"http", "https"} or not url.hostname or url.path.strip("/"):
        raise ImproperlyConfigured(
            "SMS_URL must look like https://ACCOUNT:SECRET@api.provider.example, without a path."
        )
    if not url.username or not url.password:
        raise ImproperlyConfigured("SMS_URL must hold the account and its secret: https://ACCOUNT:SECRET@….")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise ImproperlyConfigured("SMS_URL must begin with https://: patients' phone numbers travel over it.")
    return url


def number(name: str, default: int) -> int:
    """A whole number, or ``default``; anything else stops start-up."""
    value = optional(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


# Before any module of settings asks for a value.
load_local(Path(__file__).resolve().parent.parent / "var" / "local.env")
