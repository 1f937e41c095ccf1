"""The clinic's way and the patient's, in a real browser: phone and desktop, light and dark, under the strict policy."""

import datetime as dt
import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, sync_playwright

from clinic.models import Clinic, User
from tests.check_in import invitation_link, open_survey
from tests.signing_in import walk_in
from tests.treatments import stock
from tests.workshop.chromium import find
from treatments.actions import lots
from treatments.models import Course, Lot, Product, TreatmentSession

# By size: how large the window is, and the colours that its owner prefers.
LOOKS = {
    "phone": ({"width": 360, "height": 740}, "light"),
    "desktop": ({"width": 1280, "height": 900}, "dark"),
}
STICKS_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > innerWidth)
    .map(one => one.outerHTML.slice(0, 200))"""
AXE = Axe().axe_script
# What axe says of all that is right takes longer to hand over than to find.
WHAT_IS_WRONG = """() => axe.run({resultTypes: ['violations']})
  .then(found => found.violations.map(rule => [rule.id, rule.nodes[0].html]))"""
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


@pytest.fixture
def sizes() -> list[str]:
    """How pages are looked at. One walks in the first."""
    return ["phone", "desktop"]


@pytest.fixture
def new_page(chromium, sizes, live_server):
    """Opens a page of a fresh browser that notes what its console says; with or without JavaScript."""
    contexts = []
    size, scheme = LOOKS[sizes[0]]

    def opened(*, scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport=size,
            color_scheme=scheme,
            java_script_enabled=scripts,
            base_url=live_server.url,
            timezone_id="America/Chicago",
        )
        contexts.append(context)
        page = context.new_page()
        page.console, page.sizes = [], sizes
        page.on("console", lambda message: page.console.append(message.text))
        page.on("pageerror", lambda error: page.console.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()


def assert_sound(page: Page) -> None:
    """Nothing on the console; at every size no sideways scrolling, and accessible by axe. Leaves the console empty."""
    assert [line for line in page.console if EXPECTED not in line] == []
    page.evaluate(AXE)
    for name in reversed(page.sizes):
        if len(page.sizes) > 1:
            size, scheme = LOOKS[name]
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
        assert page.evaluate(STICKS_OUT) == [], name
        assert page.evaluate(WHAT_IS_WRONG) == [], name
    # Axe itself is a script that the page's policy may complain about.
    page.console.clear()


def choose(page: Page, label: str, *, within: str = "body") -> None:
    page.locator(within).get_by_label(label, exact=True).check(force=True)


def open_course(page: Page, protocol: str) -> None:
    page.get_by_role("link", name="Open a course").click()
    page.get_by_label("Protocol").select_option(label=f"{protocol}, standard follow-up, version 1")
    page.get_by_label("ICD-10 code").fill("M17.11")
    page.get_by_label("Target").select_option("knee_joint")
    choose(page, "Right")
    assert_sound(page)
    page.get_by_role("button", name="Open course").click()


FILLED_IN = {
    "PRP": {
        "blood_volume_ml": "60",
        "anticoagulant": "acd_a",
        "blood_platelets": "250",
        "prp_platelets": "1500",
        "prp_volume_ml": "6",
        "prp_injected_ml": "6",
        "activation": "none",
    },
    "Stem cell": {
        "product_type": "bmac",
        "manipulation": "minimal",
        "final_volume_ml": "6",
        "viability_percent": "40",
    },
    "Exosome": {
        "source_tissue": "umbilical cord",
        "volume_ml": "6",
        "ind_number": "IND 00000",
    },
}


def fill_in(page: Page, kind: str) -> None:
    page.locator("#id_injections-0-side_1").check(force=True)
    page.locator("#id_injections-0-guidance").select_option("ultrasound")
    page.locator("#id_injections-0-volume_ml").fill("6")
    page.locator("#id_reaction_0").check(force=True)
    for name, value in FILLED_IN[kind].items():
        field = page.locator(f"#id_preparation-{name}")
        field.wait_for(state="attached")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def answer_baseline(page: Page, live_server, course: Course) -> None:
    """The patient's way, from the link of the invitation through every part to the thank-you page."""
    now = timezone.now()
    link = invitation_link(open_survey(course.follow_ups.get(timepoint__name="baseline"), now), now)
    page.goto(link)
    while not page.url.endswith("/done/"):
        assert_sound(page)
        page.get_by_role("button", name="Start").click()
        # How questions look is outcomes/test_survey_browser.py's.
        while page.get_by_role("radio").count():
            page.get_by_role("radio").nth(7).check(force=True)
            page.get_by_role("button", name="Continue").click()
        assert_sound(page)
        page.get_by_role("button", name="Send my answers").click()
        page.wait_for_url(lambda url: not url.endswith("/check/"))
    assert_sound(page)


def save(page: Page) -> None:
    page.locator("footer").get_by_role("button", name="Save session").click()


def vials(clinic: Clinic, by: User) -> Lot:
    """Lot EV-7 of a vesicle product, released and in date."""
    biologic = {"kind": Product.Kind.EXOSOME_PRODUCT, "regulated_as": Product.RegulatedAs.BIOLOGIC, "unit": "vial"}
    product = stock.register(clinic, by, name="Vesica", **biologic)
    expiry = timezone.now().date() + dt.timedelta(days=90)
    return lots.release_lot(lot=stock.receive(product, by, lot_number="EV-7", expires_on=expiry), by=by)


def register(page: Page) -> None:
    """Ruth, after a first try without her name."""
    page.get_by_role("link", name="Add a patient").first.click()
    page.get_by_role("button", name="Save patient").click()
    assert page.get_by_role("alert").get_by_text("Family name is missing.").is_visible()
    assert_sound(page)
    page.get_by_label("Family name").fill("Álvarez")
    page.get_by_label("Chart number").fill("00417")
    page.get_by_role("textbox", name="E-mail").fill("ruth@example.org")
    page.get_by_label("The patient agreed").check()
    page.get_by_role("button", name="Save patient").click()
    assert_sound(page)


def log_session(page: Page, kind: str, *, done_by: str) -> None:
    """A session of this kind of treatment, with what such a form asks back."""
    course = Course.objects.get(treatment_type__label=kind)
    page.goto(f"/courses/{course.public_id}/sessions/new/")
    assert_sound(page)
    if kind == "Exosome":
        page.locator("#scan").fill("EV-7")
        page.locator("#scan").press("Enter")
        page.locator("#lots h3").get_by_text("EV-7").wait_for()
    fill_in(page, kind)
    page.get_by_label("Done by").select_option(label=done_by)
    if kind == "Exosome":
        page.get_by_label("The patient was told").check()
    save(page)
    if kind == "Stem cell":
        assert page.get_by_text("Viability: 40 is outside the usual 70 to 100 %.").is_visible()
        assert_sound(page)
        page.get_by_label("I have checked: save anyway").check()
        save(page)
    page.get_by_text("Saved.").wait_for()
    assert page.get_by_text("Month 12", exact=True).is_visible()
    assert_sound(page)


def test_from_signing_in_to_the_reports(new_page, live_server, manager):
    Clinic.objects.update(send_from_hour=0, send_until_hour=24, sends_on_weekends=True)
    page = new_page()
    page.goto("/login/")
    assert_sound(page)
    walk_in(page, manager.email)
    assert_sound(page)

    vials(manager.memberships.get().clinic, manager)
    register(page)
    for kind in FILLED_IN:
        open_course(page, kind)
    assert_sound(page)
    prp = Course.objects.get(treatment_type__code="prp")
    answer_baseline(new_page(scripts=True), live_server, prp)

    overview = page.url
    for kind in FILLED_IN:
        log_session(page, kind, done_by=manager.full_name)
    page.goto(overview)
    assert page.get_by_text("9.0 × 10⁹ platelets").is_visible()
    assert_sound(page)

    messages = ("/today/", "/messages/", "/messages/outgoing/?show=week", "/messages/pauses/")
    for address in ("/reports/", "/reports/outcomes/", "/setup/api-tokens/", "/nothing-here/", *messages):
        page.goto(address)
        assert_sound(page)


def test_the_list_narrows_while_one_types(new_page, patient, clinician):
    page = new_page()
    walk_in(page, clinician.email)
    page.goto("/patients/")
    page.locator("#q").fill("nobody")
    page.get_by_text("No patient matches “nobody”").wait_for()
    page.locator("#q").fill("alvar")
    page.get_by_role("link", name="Álvarez, Ruth").wait_for()
    assert page.get_by_role("status").inner_text() == "1 patient found"
    assert page.url.endswith("?q=alvar")
    assert_sound(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_injections_are_added_and_removed_in_place(new_page, course, clinician, scripts):
    page = new_page(scripts=scripts)
    walk_in(page, clinician.email)
    page.goto(f"/courses/{course.public_id}/sessions/new/")
    page.locator("#id_injections-0-volume_ml").fill("4")
    page.get_by_role("button", name="Add another injection").click()
    page.get_by_role("heading", name="Injection 2").wait_for()
    page.locator("#id_injections-1-volume_ml").fill("2")
    page.get_by_role("button", name="Remove injection 1").click()
    page.get_by_role("heading", name="Injection 2").wait_for(state="detached")
    assert page.locator("#id_injections-0-volume_ml").input_value() == "2"
    assert page.console == []


def test_enter_saves_and_never_adds_a_row(new_page, course, clinician):
    page = new_page()
    walk_in(page, clinician.email)
    page.goto(f"/courses/{course.public_id}/sessions/new/")
    fill_in(page, "PRP")
    page.get_by_label("Why is there no baseline?").fill("came unplanned")
    page.locator("#id_injections-0-volume_ml").press("Enter")
    page.get_by_text("Saved.").wait_for()
    assert TreatmentSession.objects.get().injections.count() == 1
