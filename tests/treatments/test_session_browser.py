"""A session's page in a real browser: the scanner's Enter, the keyboard alone, with and without JavaScript."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.signing_in import walk_in
from tests.treatments import stock
from tests.workshop.chromium import find
from treatments.actions import lots
from treatments.models import TreatmentSession

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
EXPECTED = "the server responded with a status of 4"

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


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def page(chromium, live_server, clinician, prp, lot, request):
    """The page for a new PRP session, opened by Hana."""
    context = chromium.new_context(
        viewport=DESKTOP if request.param else PHONE,
        java_script_enabled=request.param,
        base_url=live_server.url,
        timezone_id="America/Chicago",
    )
    page = context.new_page()
    page.console, page.runs_scripts = [], request.param
    page.on("console", lambda message: page.console.append(message.text))
    page.on("pageerror", lambda error: page.console.append(str(error)))
    walk_in(page, clinician.email)
    page.goto(f"/courses/{prp.public_id}/sessions/new/")
    yield page
    context.close()


def focused(page: Page) -> str:
    """The id of what has the focus."""
    return page.locator(":focus").get_attribute("id", timeout=2000) or ""


def tab_to(page: Page, name: str) -> None:
    """Tab forward until the input with this id has the focus, as somebody without a mouse would."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"[id='{name}']:focus").count():
            return
    raise AssertionError(f"Tab does not reach {name}")


def assert_sound(page: Page) -> None:
    assert [line for line in page.console if EXPECTED not in line] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # Axe is a script itself: where none runs, it would wait for ever.
    if page.runs_scripts:
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    page.console.clear()


def test_the_scanners_enter_adds_the_lot_and_does_not_save(page):
    page.get_by_label("Worth remembering").fill("walked in")
    page.locator("#scan").focus()
    page.keyboard.type(f"(01){stock.GTIN}(17)270930(10)L2406A")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="PRP kit, double spin, lot L2406A").wait_for()
    assert page.get_by_label("Worth remembering").input_value() == "walked in"
    assert page.locator("#scan").input_value() == ""
    assert focused(page) == "scan", "ready for the next lot"
    assert not TreatmentSession.objects.exists()


PREPARATION = {
    "blood_volume_ml": "60",
    "anticoagulant": "ACD",
    "blood_platelets": "250",
    "prp_platelets": "1500",
    "prp_volume_ml": "6",
    "prp_injected_ml": "6",
    "activation": "None",
}
# Seconds of the keystroke-level model (Card, Moran and Newell): a key, a scan, a look at what is next.
KEY, SCAN, LOOK = 0.2, 2.0, 1.35


class Hands:
    """Somebody without a mouse: what they press is counted. ``pace``: seconds to wait after each key."""

    def __init__(self, page: Page, pace: float = 0) -> None:
        self.page, self.pace = page, pace
        self.keys = self.scans = self.looks = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1
        self.page.wait_for_timeout(self.pace * 1000)

    def write(self, text: str) -> None:
        for letter in text:
            self.page.keyboard.type(letter)
            self.keys += 1
            self.page.wait_for_timeout(self.pace * 1000)

    def scan(self, code: str) -> None:
        """A scanner types a code in no time, and Enter after it."""
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")
        self.scans += 1

    def go_to(self, selector: str) -> None:
        """Tab forward until this has the focus: what comes next in the work comes next on the page."""
        self.looks += 1
        for _ in range(40):
            if self.page.locator(f"{selector}:focus").count():
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {selector}")

    @property
    def seconds(self) -> float:
        return self.keys * KEY + self.scans * SCAN + self.looks * LOOK


def log_a_knee(page: Page, hands: Hands, course) -> None:
    """From the patient's page to the saved session: a right knee, two lots, a whole PRP record, a note."""
    hands.press("Tab")
    hands.press("Enter")
    hands.go_to(f"main a[href='/courses/{course.public_id}/sessions/new/']")
    hands.press("Enter")
    page.get_by_role("heading", name="Log a session").wait_for()
    assert focused(page) == "scan", "the scanner's code goes where it belongs, whatever was pressed before"
    for code, number in ((f"(01){stock.GTIN}(17)270930(10)L2406A", "L2406A"), ("L2406B", "L2406B")):
        hands.scan(code)
        page.get_by_role("heading", name=f"lot {number}").wait_for()
    hands.go_to("[id='id_injections-0-side_0']")
    hands.press("ArrowRight")
    hands.go_to("[id='id_injections-0-guidance']")
    hands.write("Ult")
    hands.go_to("[id='id_injections-0-volume_ml']")
    hands.write("6")
    for name, value in PREPARATION.items():
        hands.go_to(f"[id='id_preparation-{name}']")
        hands.write(value)
    if page.locator("#id_baseline_missing_reason").count():
        hands.go_to("#id_baseline_missing_reason")
        hands.write("came unplanned")
    hands.go_to("#id_reaction_0")
    hands.press("Space")
    hands.go_to("#id_note")
    hands.write("All by keyboard.")
    hands.press("Tab")
    hands.press("Enter")
    page.get_by_text("Saved.").wait_for()


def test_a_whole_prp_session_takes_a_minute_at_most_by_keyboard_alone(page, prp, patient, lot, kit, manager):
    second = stock.receive(kit, manager, lot_number="L2406B", expires_on=lot.expires_on)
    lots.release_lot(lot=second, by=manager)
    page.goto(f"/patients/{patient.public_id}/")
    hands = Hands(page)
    log_a_knee(page, hands, prp)
    session = TreatmentSession.objects.get()
    assert (session.injections.get().side, session.reaction, session.note) == ("right", "none", "All by keyboard.")
    assert (stock.left(lot), stock.left(second)) == (4, 4)
    assert session.prp_preparation.prp_platelets == 1500
    print(f"{hands.keys} keys, {hands.scans} scans, {hands.looks} looks: {hands.seconds:.0f} s")
    assert hands.seconds <= 60, (hands.keys, hands.looks)
    assert session.entry_seconds is not None


def test_what_is_typed_is_kept_and_leaving_asks_only_before_that(page):
    if not page.runs_scripts:
        assert page.locator("[data-draft]").inner_text() == ""
        return
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    there = page.url
    page.goto("/today/")
    assert asked == [], "nothing was typed"
    page.goto(there)
    page.get_by_label("Worth remembering").press_sequentially("Half a")
    page.goto("/today/")
    assert asked == ["beforeunload"]
    page.goto(there)
    page.get_by_label("Worth remembering").press_sequentially("Half a sentence")
    page.get_by_text("Draft saved").wait_for()
    page.goto("/today/")
    assert asked == ["beforeunload"], "it is kept"
    page.goto(there)
    page.get_by_role("link", name="Continue").click()
    assert page.get_by_label("Worth remembering").input_value() == "Half a sentence"
    assert_sound(page)


def test_the_page_is_sound_with_errors_and_all_details_open(page):
    assert_sound(page)
    for summary in page.locator("summary:visible").all():
        summary.click()
    assert_sound(page)
    page.locator("footer").get_by_role("button", name="Save session").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert_sound(page)


def test_another_target_brings_its_levels(page):
    page.get_by_label("Target").select_option("lumbar_facet")
    if page.get_by_role("button", name="Show sides and levels").count():
        page.get_by_role("button", name="Show sides and levels").click()
    page.get_by_label("Level").select_option("L4/5")
    assert page.get_by_label("Level").input_value() == "L4/5"
    assert not TreatmentSession.objects.exists()
