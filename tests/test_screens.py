"""Every page of the site in a browser, on a phone and on a desk, light and dark: accessible, nothing sticking out.

The pictures stay in ``var/screens/`` to be looked at (``make screens``). Which pages there are is read from the routes.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import sync_playwright

from clinic.models import User
from tests.routes import PAGES, address, id_of, routes
from tests.signing_in import walk_in
from tests.test_browser import AXE, LOOKS, STICKS_OUT, WHAT_IS_WRONG
from tests.web.test_stored_scripts import DOWNLOADS
from tests.workshop.chromium import find
from tests.world import furnish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SCREENS = Path(settings.BASE_DIR) / "var" / "screens"
# Parts of pages, and answers that are no page.
NO_PAGE = (".pdf", ".svg", "/now/", "/metrics", "/healthz", "/hooks/", "/entry/")


@pytest.fixture(scope="module")
def chromium():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        yield browser
        browser.close()


def pages(world, user: User) -> list[tuple[str, str]]:
    """Name and address of every page that a manager reads."""
    found = []
    for name, pattern in routes():
        route = PAGES.get(name)
        if route and route.see and name not in DOWNLOADS and not any(part in pattern for part in NO_PAGE):
            found.append((name, address(pattern, world, id_of(route, world, user) if route.row else "")))
    return found


def test_every_page_is_sound_at_every_size(chromium, live_server, tmp_path):
    world = furnish("Northside", tmp_path)
    manager = world.staff
    SCREENS.mkdir(parents=True, exist_ok=True)
    wrong = []
    for look, (size, scheme) in LOOKS.items():
        context = chromium.new_context(
            viewport=size, color_scheme=scheme, base_url=live_server.url, timezone_id="America/Chicago", bypass_csp=True
        )
        page = context.new_page()
        walk_in(page, manager.email)
        for name, path in pages(world, manager):
            answer = page.goto(path)
            page.screenshot(path=SCREENS / f"{name}-{look}.png", full_page=True)
            page.evaluate(AXE)
            found = [("status", answer.status)] if answer.status != 200 else []
            found += [("sticks out", one) for one in page.evaluate(STICKS_OUT)] + page.evaluate(WHAT_IS_WRONG)
            wrong += [(look, path, *map(str, one)) for one in found]
        context.close()
    assert wrong == [], "\n".join(map(str, wrong))
