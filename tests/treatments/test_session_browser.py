"""A session's page in a real browser: the scanner's Enter, the keyboard alone, with and without JavaScript."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.signing_in import walk_in
from tests.treatments import stock
from tests.workshop.chromium import find
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
}


def test_a_prp_session_by_keyboard_alone(page, lot):
    tab_to(page, "id_baseline_missing_reason")
    page.keyboard.type("came unplanned")
    tab_to(page, "id_injections-0-side_0")
    page.keyboard.press("ArrowRight")
    tab_to(page, "id_injections-0-guidance")
    page.keyboard.type("Ultra")
    tab_to(page, "id_injections-0-volume_ml")
    page.keyboard.type("6")
    tab_to(page, "scan")
    page.keyboard.type("L2406A")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="lot L2406A").wait_for()
    for name, value in PREPARATION.items():
        tab_to(page, f"id_preparation-{name}")
        page.keyboard.type(value)
    tab_to(page, "id_preparation-activation")
    page.keyboard.type("None")
    tab_to(page, "id_reaction_0")
    page.keyboard.press("Space")
    tab_to(page, "id_note")
    page.keyboard.type("All by keyboard.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Saved.").wait_for()
    session = TreatmentSession.objects.get()
    assert (session.injections.get().side, session.reaction) == ("right", "none")
    assert session.note == "All by keyboard."
    assert stock.left(lot) == 4


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
