"""The patient's pages in a real browser: touch, keyboard, narrow and wide, under the strict policy."""

import datetime as dt
import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import sync_playwright

from tests.check_in import invitation_link
from tests.conftest import NOON
from tests.workshop.chromium import find

DUE = NOON + dt.timedelta(days=42)
PHONE, DESKTOP = {"width": 360, "height": 640}, {"width": 1280, "height": 800}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL_TARGETS = """() => [...document.querySelectorAll('a,button,summary,.nrs div')].map(element => {
  const box = element.getBoundingClientRect();
  return {name: element.textContent.trim(), height: Math.round(box.height), width: box.width, right: box.right};
}).filter(box => box.right > 0 && box.width > 1 && box.height > 1 && box.height < 44)"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def chromium():
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(chromium, request):
    """A page of a fresh browser that noted whatever its console said."""
    context = chromium.new_context(viewport=request.param, has_touch=True, bypass_csp=False)
    page = context.new_page()
    page.console = []
    page.on("console", lambda message: page.console.append(message.text))
    page.on("pageerror", lambda error: page.console.append(str(error)))
    yield page
    context.close()


@pytest.fixture
def link(live_server, week_6, monkeypatch) -> str:
    """Ruth's link to the six-week survey, on a running server."""
    monkeypatch.setattr(timezone, "now", lambda: DUE)
    return live_server.url + invitation_link(week_6, DUE)


def violations(page) -> list:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found]


def assert_sound(page) -> None:
    """Accessible by axe, no sideways scrolling, every target tall enough, nothing on the console."""
    noted = list(page.console)
    assert noted == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate("document.scripts.length") == 0
    assert violations(page) == []
    # Axe itself is a script that the page's policy may complain about.
    page.console[:] = noted


def test_the_whole_way_is_sound(page, link, week_6):
    page.goto(link)
    assert_sound(page)
    page.get_by_role("button", name="Start").click()
    for number in range(1, 7):
        page.wait_for_url(f"{link}{number}/")
        assert_sound(page)
        page.get_by_role("radio").nth(4).check()
        page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{link}check/")
    assert_sound(page)
    page.get_by_role("link", name="Finish later").click()
    assert_sound(page)
    page.get_by_role("link", name="Keep going now").click()
    page.get_by_role("button", name="Check and send my answers").click()
    page.get_by_role("button", name="Send my answers").click()
    page.wait_for_url(f"{link}done/")
    page.locator("summary").click()
    assert_sound(page)
    assert page.get_by_text("Your pain was 7 before your visit. Today it is 4.").is_visible()
    assert week_6.answers.count() == 6


def test_other_pages_are_sound(page, link, live_server, week_6, monkeypatch):
    page.goto(f"{link}1/")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("alert").wait_for()
    page.console.clear()  # the browser itself notes the status 422
    assert_sound(page)
    page.goto(f"{live_server.url}/s/unknown/")
    page.console.clear()
    assert_sound(page)
    monkeypatch.setattr(timezone, "now", lambda: DUE + dt.timedelta(days=60))
    page.goto(link)
    page.console.clear()
    assert_sound(page)


def test_a_tap_anywhere_in_a_row_selects_it(page, link):
    page.goto(f"{link}1/")
    for value in range(11):
        row = page.locator(f"#score_{value}")
        for share in (0.05, 0.5, 0.95):
            page.locator(f"#score_{(value + 5) % 11}").check()
            row.scroll_into_view_if_needed()
            box = row.bounding_box()
            page.touchscreen.tap(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.5)
            assert page.evaluate("document.querySelector('[name=score]:checked').value") == str(value), share


def test_rows_are_equal_and_tall_enough(page, link):
    page.goto(f"{link}1/")
    boxes = [page.locator(f"#score_{value}").bounding_box() for value in range(11)]
    assert len({(round(box["width"]), round(box["height"])) for box in boxes}) == 1
    assert min(boxes[0]["width"], boxes[0]["height"]) >= 44
    is_phone = page.viewport_size["width"] == PHONE["width"]
    assert (len({box["y"] for box in boxes}) == 1) is not is_phone


def test_the_keyboard_is_enough(page, link, week_6):
    page.goto(f"{link}1/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.querySelector('[name=score]:checked').value") == "4"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{link}2/")
    assert dict(week_6.answers.values_list("item", "value")) == {"nrs_now.now": 4}


def test_an_error_takes_the_focus_without_a_script(chromium, link):
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{link}1/")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("alert").wait_for()
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.get_by_role("link", name="Choose a number").click()
    assert page.evaluate("document.activeElement.id") == "score_0"
    context.close()


def test_back_in_the_browser_shows_the_answer_and_changes_nothing(page, link, week_6):
    page.goto(f"{link}1/")
    page.locator("#score_7").check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{link}2/")
    page.go_back()
    assert page.evaluate("document.querySelector('[name=score]:checked').value") == "7"
    assert week_6.answers.count() == 1


def test_without_javascript_nothing_is_missing(chromium, link, week_6):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Start").click()
    for _ in range(6):
        page.get_by_role("button", name="Skip this question").click()
    assert page.get_by_text("You skipped 6 questions. You can send without them.").is_visible()
    page.get_by_role("button", name="Send my answers").click()
    assert page.get_by_role("heading", name="Thank you. Your answers are saved.").is_visible()
    context.close()


def test_pages_stay_light_in_a_dark_room(chromium, link):
    context = chromium.new_context(viewport=PHONE, color_scheme="dark")
    page = context.new_page()
    page.goto(link)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    context.close()


def test_large_text_and_wide_spacing_hide_nothing(chromium, link):
    context = chromium.new_context(viewport={"width": 320, "height": 568}, bypass_csp=True)
    page = context.new_page()
    for address in (link, f"{link}1/", f"{link}6/"):
        page.goto(address)
        page.add_style_tag(
            content="*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
        )
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()
