"""The patient's pages in a real browser: both languages, touch, keyboard, narrow and wide, under the strict policy."""

import datetime as dt
import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect, sync_playwright

from clinic.actions import set_recipient_check
from patients.actions import issue_own_link
from patients.models import BirthCheck, Patient
from tests.check_in import ask, invitation_link
from tests.conftest import NOON
from tests.workshop.chromium import find

DUE = NOON + dt.timedelta(days=42)
PHONE, DESKTOP = {"width": 360, "height": 640}, {"width": 1280, "height": 800}
# The narrowest phone, a usual one, a desktop at 200 %, a desktop.
SIZES = ({"width": 320, "height": 568}, PHONE, {"width": 640, "height": 400}, DESKTOP)
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
# Each kind of question once, one of them without a way to skip it.
ASKED = ["nrs_now", "pgic", "sane", "safety_spine"]
SMALL = """() => [...document.querySelectorAll('a,button,summary,textarea,input:not([type=hidden])')].map(element => {
  const box = element.getBoundingClientRect();
  return {name: element.textContent.trim() || element.id, height: box.height, width: box.width, right: box.right};
}).filter(box => box.right > 0 && (box.height < 43.9 || box.width < 43.9))"""
STICKS_OUT = "document.documentElement.scrollWidth - innerWidth"
CLIPPED = """() => [...document.querySelectorAll('main *')].filter(element =>
  element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1 && !element.closest('svg')
  && getComputedStyle(element).display !== 'inline').map(element => element.outerHTML.slice(0, 120))"""
# What WCAG 1.4.12 lets readers set, put where the page's policy does not look.
SPACED = """on => { const sheet = new CSSStyleSheet();
  if (on) sheet.replaceSync('*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}'
    + 'p{margin-bottom:2em!important}');
  document.adoptedStyleSheets = [sheet]; }"""
WORDS = {
    "en": {
        "other": "Español", "start": "Start", "go on": "Continue", "skip": "Skip this question", "back": "Back",
        "rule": "Choose a number from 0 to 10, or skip this question", "later": "Finish later", "keep on": "Keep going now",
        "resume": "Check and send my answers", "send": "Send my answers", "numbers": "See the numbers",
        "result": "Your pain was 7 before your visit. Today it is 4. That is 3 points lower.",
    },
    "es": {
        "other": "English", "start": "Empezar", "go on": "Continuar", "skip": "Saltar esta pregunta", "back": "Atrás",
        "rule": "Elija un número del 0 al 10, o salte esta pregunta", "later": "Terminar después", "keep on": "Seguir ahora",
        "resume": "Revisar y enviar mis respuestas", "send": "Enviar mis respuestas", "numbers": "Ver los números",
        "result": "Su dolor era 7 antes de su visita. Hoy es 4. Son 3 puntos menos.",
    },
}  # fmt: skip

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


@pytest.fixture
def new_page(chromium):
    """Opens a page of a fresh browser that notes what its console says and what it fetches."""
    contexts = []

    def opened(size=PHONE, *, scripts: bool = True) -> Page:
        context = chromium.new_context(viewport=size, has_touch=True, java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        page.console, page.fetched = [], []
        page.on("console", lambda message: page.console.append(message.text))
        page.on("pageerror", lambda error: page.console.append(str(error)))
        page.on("request", lambda request: page.fetched.append(request))
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def link(live_server, week_6, monkeypatch) -> str:
    """Ruth's link to a six-week survey that asks each kind of question once, on a running server."""
    monkeypatch.setattr(timezone, "now", lambda: DUE)
    ask(week_6, ASKED)
    return live_server.url + invitation_link(week_6, DUE)


def violations(page) -> list:
    found = Axe().run(page, options=RULES).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found]


def fetched_for(page) -> list[str]:
    """What the page that is shown was made of: itself, and what was fetched since."""
    urls = [
        (request.resource_type == "document", request.url) for request in page.fetched if "data:" not in request.url
    ]
    start = max(place for place, (is_page, _) in enumerate(urls) if is_page)
    return [url for _, url in urls[start:]]


def assert_sound(page, *, expected: str = "") -> None:
    """At every width: nothing sticks out, also with wide spacing, and every control is large enough. Accessible by axe.
    Nothing on the console but what is ``expected``, no script, and no request besides the page and its one style.
    """
    assert [line for line in page.console if not expected or expected not in line] == []
    fetched = fetched_for(page)
    assert len(fetched) <= 2, fetched
    assert page.evaluate("document.scripts.length") == 0
    before = page.viewport_size
    for size in SIZES:
        page.set_viewport_size(size)
        for spaced in (False, True):
            page.evaluate(SPACED, spaced)
            assert page.evaluate(STICKS_OUT) <= 0, (size, spaced)
            assert page.evaluate(CLIPPED) == [], (size, spaced)
        page.evaluate(SPACED, False)
        assert page.evaluate(SMALL) == [], size
        if size == PHONE or (size == DESKTOP and page.locator(".nrs").count()):
            assert violations(page) == [], size
    page.set_viewport_size(before)
    # Axe itself is a script that the page's policy may complain about.
    page.console.clear()


def press(page, name: str) -> None:
    """A button or link, and the page behind it is there."""
    found = page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True))
    with page.expect_navigation():
        found.click()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_whole_way_is_sound(new_page, link, week_6, language):
    says, page = WORDS[language], new_page()
    page.goto(link)
    if language == "es":
        press(page, "Español")
    assert page.locator("html").get_attribute("lang") == language
    assert_sound(page)
    press(page, says["start"])
    assert_sound(page)
    press(page, says["go on"])
    page.get_by_role("alert").wait_for()
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert_sound(page, expected="422")
    page.get_by_role("link", name=says["rule"]).click()
    assert page.evaluate("document.activeElement.id") == "score_0"
    page.emulate_media(forced_colors="active")
    page.locator("#score_4").check()
    outlined = "getComputedStyle(document.querySelector(':checked + label')).outlineStyle"
    assert page.evaluate(outlined) == "solid"
    page.emulate_media(forced_colors="none")
    press(page, says["go on"])
    assert_sound(page)
    page.locator("#score_2").check()
    press(page, says["go on"])
    page.locator("#score").fill("75")
    assert_sound(page)
    press(page, says["go on"])
    for answer in (0, 1):
        assert page.get_by_role("button", name=says["skip"]).count() == 0
        page.locator(f"#score_{answer}").check()
        press(page, says["go on"])
    assert page.get_by_role("link", name="911").is_visible()
    assert_sound(page)
    press(page, says["go on"])
    page.wait_for_url(f"{link}check/")
    assert_sound(page)
    press(page, says["later"])
    assert_sound(page)
    press(page, says["keep on"])
    assert_sound(page)
    press(page, says["resume"])
    page.locator("#remark").fill("¡Gracias!")
    press(page, says["send"])
    page.wait_for_url(f"{link}done/")
    page.get_by_text(says["numbers"]).click()
    assert says["result"] in page.inner_text("main")
    assert_sound(page)
    week_6.refresh_from_db()
    assert (week_6.language, week_6.remark, week_6.mode) == (language, "¡Gracias!", "link")
    assert dict(week_6.answers.values_list("item", "value")) == {
        "nrs_now.now": 4, "pgic.change": 2, "sane.today": 75, "safety_spine.saddle": 0, "safety_spine.gait": 1,
    }  # fmt: skip


def test_pages_that_take_no_answers_are_sound(new_page, link, live_server, monkeypatch):
    page = new_page()
    page.goto(f"{live_server.url}/s/unknown/")
    assert_sound(page, expected="404")
    monkeypatch.setattr(timezone, "now", lambda: DUE + dt.timedelta(days=60))
    page.goto(link)
    assert_sound(page, expected="410")
    press(page, "Español")
    assert page.get_by_role("heading", name="Este cuestionario cerró el 27 de abril").is_visible()
    assert_sound(page, expected="410")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_tap_anywhere_in_a_row_selects_it(new_page, link, size):
    page = new_page(size)
    page.goto(f"{link}1/")
    boxes = [page.locator(f"#score_{value}").bounding_box() for value in range(11)]
    assert len({(round(box["width"]), round(box["height"])) for box in boxes}) == 1
    assert (len({box["y"] for box in boxes}) == 1) is (size == DESKTOP)
    for value in range(11):
        row = page.locator(f"#score_{value}")
        for share in (0.05, 0.5, 0.95):
            page.locator(f"#score_{(value + 5) % 11}").check()
            row.scroll_into_view_if_needed()
            box = row.bounding_box()
            page.touchscreen.tap(box["x"] + box["width"] * share, box["y"] + box["height"] * share)
            assert page.evaluate("document.querySelector('[name=score]:checked').value") == str(value), share


def stops(page) -> list[str]:
    """What Tab stops at, from the top of the page round to it again; of radio buttons, the group is one stop."""
    named = "(document.activeElement.labels?.[0] ?? document.activeElement).innerText.split('\\n')[0]"
    found: list[str] = []
    while True:
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body") or len(found) > 20:
            return found
        found.append(page.evaluate(named))


def tab_to(page, name: str) -> None:
    """Tab until what has this name has the focus."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == name:
            return
    raise AssertionError(name)


def test_the_keyboard_is_enough_for_all_of_it(new_page, link, week_6):
    page, says = new_page(DESKTOP), WORDS["es"]
    page.goto(link)
    assert stops(page) == [
        "Skip to main content", "Español", "Start", "Call 512-555-0134", "Not Ruth?",
    ]  # fmt: skip
    tab_to(page, "Español")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=says["start"]).wait_for()
    tab_to(page, says["start"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{link}1/")
    assert stops(page) == [
        "Ir al contenido principal", "English", "0", "Continuar", "Saltar esta pregunta", "Atrás", "Terminar después",
    ]  # fmt: skip
    for number, keys in enumerate(["Space", "Space", "7", "Space", "Space"], start=1):
        page.wait_for_url(f"{link}{number}/")
        for key in ("Tab", "Tab", "Tab", keys, "Enter"):
            page.keyboard.press(key)
    page.wait_for_url(f"{link}check/")
    tab_to(page, says["send"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{link}done/")
    week_6.refresh_from_db()
    assert week_6.completed_at == DUE
    assert week_6.answers.get(item="sane.today").value == 7


def test_without_javascript_nothing_is_missing(new_page, link, week_6):
    page, says = new_page(scripts=False), WORDS["es"]
    page.goto(link)
    press(page, "Start")
    press(page, "Continue")
    assert page.get_by_role("link", name=WORDS["en"]["rule"]).is_visible()
    page.locator("#score_3").check()
    press(page, "Continue")
    press(page, "Español")
    assert page.url == f"{link}2/"
    press(page, says["back"])
    assert page.locator("#score_3").is_checked()
    for _ in range(3):
        press(page, says["skip"])
    for _ in range(2):
        page.get_by_role("radio").last.check()
        press(page, says["go on"])
    assert "Saltó 3 preguntas. Puede enviar sin ellas." in page.inner_text("main")
    press(page, says["send"])
    assert page.get_by_role("heading", name="Gracias. Sus respuestas están guardadas.").is_visible()
    assert week_6.answers.filter(value=None).count() == 3


def test_impatient_fingers_and_the_back_button_lose_and_double_nothing(new_page, link, week_6):
    """The second press aborts the navigation of the first, so addresses are read, not waited for as an event."""
    page = new_page()
    page.goto(f"{link}1/")
    page.locator("#score_7").check()
    page.get_by_role("button", name="Continue").dblclick()
    expect(page).to_have_url(f"{link}2/")
    page.wait_for_load_state()
    page.go_back()
    assert page.locator("#score_7").is_checked()
    assert dict(week_6.answers.values_list("item", "value")) == {"nrs_now.now": 7}
    for number in range(2, 6):
        page.goto(f"{link}{number}/")
        skip = page.get_by_role("button", name="Skip this question")
        if skip.count():
            skip.click()
        else:
            page.get_by_role("radio").last.check()
            page.get_by_role("button", name="Continue").click()
        page.wait_for_url(f"{link}{number + 1}/" if number < 5 else f"{link}check/")
    page.get_by_role("button", name="Send my answers").dblclick()
    expect(page).to_have_url(f"{link}done/")
    page.wait_for_load_state()
    assert "That is about the same." in page.inner_text("main")
    page.go_back()
    page.wait_for_url(f"{link}done/")
    week_6.refresh_from_db()
    assert (week_6.completed_at, week_6.scores.filter(instrument="nrs_now").count()) == (DUE, 1)


def test_pages_stay_light_in_a_dark_room(chromium, link):
    context = chromium.new_context(viewport=PHONE, color_scheme="dark")
    page = context.new_page()
    page.goto(link)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    context.close()


def go_on(page) -> None:
    """The page's one green button, whatever it is called."""
    page.fetched.clear()
    with page.expect_navigation():
        page.locator("button.btn").click()


def test_the_check_and_the_own_page_are_sound(new_page, link, week_6, clinician):
    """A program that runs scripts and presses nothing changes nothing; then Ruth goes her way from the message."""
    patient = week_6.follow_up.course.patient
    set_recipient_check(clinic=week_6.clinic, kind="date", by=clinician)
    Patient.objects.update(language="es")
    page = new_page()
    page.goto(f"{link}you/?first=7")
    page.fetched.clear()
    page.goto(f"{link}?first=7")
    page.wait_for_timeout(300)
    assert_sound(page)
    week_6.refresh_from_db()
    assert (week_6.started_at, BirthCheck.objects.count()) == (None, 0)
    go_on(page)
    page.locator("#day").fill("3")
    assert_sound(page)
    go_on(page)
    assert_sound(page, expected="422")
    assert page.locator("#day").input_value() == "3"
    page.locator("#month").select_option("3")
    page.locator("#year").fill("1958")
    go_on(page)
    assert page.locator("#score_7").is_checked()
    assert page.evaluate("document.scripts.length") == 0

    own = link.partition("/s/")[0] + f"/my/{issue_own_link(patient=patient, at=DUE)}/"
    page.goto(own)
    page.locator("#month").select_option("3")
    page.locator("#day").fill("3")
    page.locator("#year").fill("1958")
    go_on(page)
    for path in ("", "details/"):
        page.goto(own + path)
        for summary in page.locator("summary").all():
            summary.click()
        assert_sound(page)
