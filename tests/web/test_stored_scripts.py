"""A script in every text column, and every page in a real browser (T-XSS-1, F-57): nothing runs, nothing even tries."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, sync_playwright

from tests.conftest import StaffClient
from tests.routes import PAGES, address, ids_of, routes
from tests.workshop.chromium import find
from tests.world import COLUMNS, Column, World, furnish, overwrite

pytestmark = pytest.mark.django_db(transaction=True)

# The longest that fits: each breaks out of an attribute, of a tag, of a script and of a template.
SCRIPTS = (
    "'\"></title></textarea><img src=x onerror=window.__xss=1><script>window.__xss=1</script>{{7*7}}",
    "\"'><img src=x onerror=__xss=1>",
    "<svg onload=__xss=1>",
    "<svg/onload=__xss=1",
)
BY_LABEL = {column.label: column for column in COLUMNS}
# The policy's own report of everything that it stopped, and what a script would leave behind.
LISTEN = """window.__stopped = [];
document.addEventListener('securitypolicyviolation', event =>
  window.__stopped.push(event.violatedDirective + ' ' + event.sourceFile + ' ' + event.sample));"""
FOUND = """() => [...(window.__stopped || []), ...(window.__xss ? ['a script ran'] : []),
  ...[...document.querySelectorAll('img[src=x], svg[onload], [onerror]')].map(one => one.outerHTML)]"""


def script(column: Column, key: object = "") -> str:
    """A script for this column; a short text where none fits."""
    if column.is_email:
        return f'"<svg/onload=__xss=1>{key}"@example.org'
    text = next((one for one in SCRIPTS if len(one) + len(str(key)) <= column.room), "<i>")
    return f"{text}{key}"[: column.room + 3]


@pytest.fixture
def world(db, tmp_path) -> World:
    made = furnish("Northside", tmp_path, lambda label: script(BY_LABEL[label]))
    overwrite(made, script)
    return made


@pytest.fixture
def context(world, live_server) -> Iterator[BrowserContext]:
    """A browser in which the manager is signed in."""
    client = StaffClient()
    client.force_login(world.staff)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key, "url": live_server.url}
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        opened = browser.new_context(base_url=live_server.url)
        opened.add_cookies([cookie])
        opened.add_init_script(LISTEN)
        yield opened
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def pages(world: World) -> Iterator[str]:
    """Every page that can be read, the patient's too, and what pages say of words that were typed into an address."""
    for name, pattern in routes():
        route = PAGES.get(name)
        if route and route.see and name not in DOWNLOADS:
            yield address(pattern, world, ids_of(route, world)[0] if route.row else "")
    yield from (world.survey_link, f"{world.survey_link}1/", f"{world.survey_link}later/", world.consent_link)
    for echoed in ("/patients/?q=", "/lots/?q=", "/lots/receive/?scan=", "/login/?next=", "/nothing-here/"):
        yield echoed + SCRIPTS[0]


# Not shown in the browser's window.
DOWNLOADS = {
    *("lot-ledger", "lot-storage", "file", "audit-export", "instrument-fhir", "export-file", "export-manifest"),
    "patient-import-findings",
}


def test_nothing_that_people_write_runs(world, context):
    page, wrong = context.new_page(), []
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    visited = 0
    for path in pages(world):
        answer = page.goto(path, wait_until="load")
        assert answer.status < 500, path
        visited += answer.status == 200
        wrong += [f"{path}: {found}" for found in page.evaluate(FOUND)]
    assert not wrong, "\n".join(wrong)
    assert visited > 50
