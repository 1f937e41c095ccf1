"""Signing in with a real browser: an authenticator app, a passkey of a virtual device, under the strict policy."""

import re

import pytest
from allauth.mfa.models import Authenticator

from tests.conftest import PASSWORD
from tests.signing_in import BEGIN, code_at, step_now, walk_in
from tests.test_browser import assert_sound, chromium, new_page, sizes

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["chromium", "new_page", "sizes"]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def first_step(page, email: str, look=assert_sound) -> None:
    page.goto("/login/")
    look(page)
    page.get_by_label("Work e-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def set_up_app(page, look=assert_sound) -> None:
    """From the page that stops everybody without a second factor to the recovery codes."""
    page.get_by_text("Before you go on, set up a second factor").wait_for()
    look(page)
    page.get_by_role("link", name="Set up an authenticator app").click()
    secret = page.locator("#key").inner_text()
    assert page.locator("main img").is_visible()
    look(page)
    page.get_by_label("Code").fill(code_at(step_now(), secret))
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert page.locator("#codes li").count() == 10
    look(page)
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url(BEGIN)


def test_an_app_and_a_passkey_are_set_up_and_used(new_page, manager):
    page = new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    first_step(page, manager.email)
    set_up_app(page)

    page.goto("/account/passkeys/add/")
    assert_sound(page)
    page.get_by_label("Name of this passkey").fill("Reception computer")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("The passkey is added.").wait_for()
    assert page.locator("main strong", has_text="Reception computer").is_visible()
    assert_sound(page)

    page.goto("/setup/members/")
    page.get_by_role("heading", name="People", exact=True).first.wait_for()
    assert_sound(page)
    page.goto("/account/password/")
    assert_sound(page)
    page.goto("/account/confirm/")
    page.get_by_role("link", name="Use a passkey instead").click()
    assert_sound(page)
    page.get_by_role("button", name="Continue with a passkey").click()
    page.wait_for_url(BEGIN)

    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
    first_step(page, manager.email)
    page.get_by_role("heading", name="Second step").wait_for()
    assert_sound(page)
    page.get_by_role("button", name="Continue with a passkey").click()
    page.wait_for_url(BEGIN)
    used = Authenticator.objects.get(user=manager, type=Authenticator.Type.WEBAUTHN)
    assert used.last_used_at is not None


def test_without_javascript_the_app_is_enough(new_page, clinician):
    page = new_page(scripts=False)
    # What looks at a page is a script itself.
    first_step(page, clinician.email, look=lambda _page: None)
    set_up_app(page, look=lambda _page: None)


def test_the_managers_pages_fit_every_screen(new_page, manager, clinician):
    page = new_page()
    walk_in(page, manager.email)
    page.goto("/setup/members/")
    page.locator("tbody summary").first.click()
    assert_sound(page)
    page.get_by_label("Work e-mail").fill("ana@example.org")
    page.locator("form", has=page.get_by_role("button", name="Invite")).get_by_label("Role").select_option("clinician")
    page.get_by_role("button", name="Invite").click()
    link = page.locator("#link").inner_text()
    assert_sound(page)
    page.goto(re.sub(r"^https?://[^/]+", "", link))
    assert_sound(page)
    page.goto("/login/forgot/")
    assert_sound(page)
    page.goto("/login/reset/MQ/set-password/")
    assert_sound(page)
