"""What the process environment says, read once, with a sentence for everything that is missing or unsafe."""

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
    if len(value) < 50 or len(set(value)) < 5:
        raise ImproperlyConfigured("SECRET_KEY is too weak: set 50 random characters or more.")
    return value


def site_url() -> SplitResult:
    """SITE_URL, the one address all links use. Plain http is accepted on this machine's own addresses only."""
    url = urlsplit(required("SITE_URL", "https://outcomes.example.org"))
    if url.scheme not in {"http", "https"} or not url.hostname or url.path.strip("/"):
        raise ImproperlyConfigured("SITE_URL must look like https://outcomes.example.org, without a path.")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise ImproperlyConfigured("SITE_URL must begin with https://: patients' answers travel over it.")
    return url


def number(name: str, default: int) -> int:
    """A whole number, or ``default``; anything else stops start-up."""
    value = optional(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)
