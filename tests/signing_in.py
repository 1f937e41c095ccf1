"""Somebody's phone: an authenticator app that is set up, and the codes it shows."""

import re
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.urls import reverse
from playwright.sync_api import Page

from clinic import field_keys
from clinic.models import User
from tests.conftest import PASSWORD

# Where staff begin: with today's work, and managers of a clinic without patients with setting it up.
BEGIN = re.compile(r"/(today|setup)/$")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def set_up_app(user: User) -> Authenticator:
    return TOTP.activate(user, SECRET).instance


def code_at(step: int, secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, step))


def step_now() -> int:
    return int(time.time()) // 30


def next_code(user: User) -> str:
    """A code that was not used yet. Somebody who signs in several times within a minute runs out of them."""
    app = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    last = app.data.get("last_step", 0)
    if last > step_now():
        app.data["last_step"] = last = step_now() - 2
        app.save()
    # Not an earlier one: it may be a step older by the time that it arrives.
    return code_at(max(last + 1, step_now()), field_keys.opened(app.data["secret"]))


def sign_in(client, email: str, password: str = PASSWORD, **more):
    """The first step: address and password."""
    return client.post(reverse("login"), {"username": email, "password": password, **more})


def walk_in(page: Page, email: str, *, to: str | re.Pattern[str] = BEGIN) -> None:
    """Sign in with a browser, as somebody whose authenticator app is set up."""
    user = User.objects.get(email=email)
    if not Authenticator.objects.filter(user=user).exists():
        set_up_app(user)
    page.goto("/login/")
    page.get_by_label("Work e-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill(next_code(user))
    page.get_by_role("button", name="Sign in").click()
    # Until the page has loaded, its scripts hear nothing that is typed.
    page.wait_for_url(to, wait_until="load")
