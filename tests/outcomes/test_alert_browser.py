"""A red flag in a real browser, on a phone: the patient is told what to do, a nurse takes it on."""

import os

import pytest
from django.utils import timezone
from playwright.sync_api import sync_playwright

from clinic.adapters import BACKEND
from outcomes.models import Alert
from tests.check_in import invitation_link
from tests.conftest import StaffClient
from tests.outcomes.safety import DUE, say
from tests.outcomes.test_survey_browser import PHONE, SMALL, STICKS_OUT, violations
from tests.workshop.chromium import find

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone():
    """A fresh browser that notes whatever its console says."""
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        page = browser.new_page(viewport=PHONE, has_touch=True)
        page.console = []
        page.on("console", lambda message: page.console.append(message.text))
        yield page
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def test_from_the_answer_to_the_call(phone, live_server, safety_week, front_desk, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: DUE)
    link = live_server.url + invitation_link(safety_week, DUE)
    say(safety_week, fever=0, worse=0)
    phone.goto(f"{link}3/")
    phone.get_by_role("radio", name="Yes").check()
    phone.get_by_role("button", name="Continue").tap()
    phone.wait_for_url(f"{link}help/")
    assert phone.get_by_role("link", name="Call our clinic").get_attribute("href") == "tel:512-555-0134"
    assert phone.evaluate(STICKS_OUT) <= 0
    assert phone.evaluate(SMALL) == [] and phone.console == [] and violations(phone) == []
    phone.get_by_role("link", name="Continue").tap()
    phone.wait_for_url(f"{link}4/")

    staff = StaffClient()
    staff.force_login(front_desk, BACKEND)
    name, cookie = next(iter(staff.cookies.items()))
    phone.context.add_cookies([{"name": name, "value": cookie.value, "url": live_server.url}])
    for path in ("/today/", "/alerts/", f"/alerts/{Alert.objects.get().public_id}/"):
        phone.goto(live_server.url + path)
        assert phone.get_by_role("link", name="1 red flag").is_visible()
        assert phone.evaluate(STICKS_OUT) <= 0, path
        assert violations(phone) == [], path
    phone.get_by_role("radio", name="By phone").check()
    phone.get_by_role("textbox", name="What was said").fill("Comes in at eleven.")
    phone.get_by_role("radio", name="To be seen by us").check()
    phone.get_by_role("button", name="Close").tap()
    phone.wait_for_url(f"{live_server.url}/alerts/")
    assert phone.get_by_text("No answer waits for a person").is_visible()
