"""Every page in a browser: four widths, light and dark, full, empty, refused and overfull; accessible, and by keyboard.

The pictures stay in ``var/screens/``, with an ``index.html`` to look at them side by side (``make screens``). Which pages
there are is read from the routes.
"""

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from clinic import views_audit
from clinic.actions import add_member, create_clinic
from clinic.models import User
from clinic.permissions import Role
from patients.actions import register_patient
from tests.conftest import PASSWORD, StaffClient
from tests.routes import PAGES, Route, address, id_of, routes
from tests.test_browser import AXE, STICKS_OUT
from tests.web.test_stored_scripts import DOWNLOADS
from tests.workshop.chromium import find
from tests.world import Column, World, event_details, furnish, overwrite
from treatments.actions import amend_event
from treatments.models import AdverseEvent

Looks = tuple[tuple[int, str], ...]
Wrong = tuple[object, ...]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SCREENS = Path(settings.BASE_DIR) / "var" / "screens"
# By width: the narrowest that still counts (also 1280 at 400 %), a phone, a tablet, a desk.
HEIGHTS = {320: 568, 360: 740, 768: 1024, 1280: 900}
# Each width and both schemes go through axe, which takes most of the time; the others are pictures only.
CHECKED = ((320, "light"), (360, "dark"), (768, "light"), (1280, "dark"))
PICTURES = ((360, "light"), (1280, "light"))
AT_THE_ENDS = ((320, "dark"), (1280, "light"))
# Parts of pages, and answers that are no page.
NO_PAGE = (".pdf", ".svg", "/now/", "/states/", "/metrics", "/healthz", "/hooks/", "/entry/")
# Of the rules of axe the size of targets has to be asked for.
IS_WRONG = """() => axe.run({resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})
  .then(found => found.violations.map(rule => [rule.id, rule.nodes[0].html.slice(0, 200)]))"""
# What Tab leads to: not the other radio buttons of a group, nothing within what is folded.
STOPS = """() => { document.activeElement.blur(); scrollTo(0, 0);
  const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(one => !one.disabled && one.type != 'hidden' && one.checkVisibility({visibilityProperty: true}));
  stops.forEach((one, number) => one.dataset.stop = number);
  return stops.length }"""
# Where the focus is now, and what is wrong with it there.
FOCUS = """() => { const one = document.activeElement, box = one.getBoundingClientRect(), wrong = [];
  if (one == document.body) return {stop: null, wrong};
  const shown = [one, one.nextElementSibling, one.parentElement].some(part => part && (style =>
    style.outlineStyle != 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow != 'none')(getComputedStyle(part)));
  if (!shown) wrong.push('shows no focus');
  const points = [.02, .5, .98].flatMap(x => [.1, .5, .9].map(y => [box.left + box.width * x, box.top + box.height * y]));
  const met = points.map(at => document.elementFromPoint(...at)).filter(Boolean);
  if (!met.some(part => one.contains(part) || part.contains(one))) wrong.push('lies hidden');
  return {stop: one.dataset.stop ?? one.id, wrong, html: one.outerHTML.slice(0, 160),
    top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left, isFixed: !!one.closest('.strip, #said')} }"""
LONG = "Wolfeschlegelsteinhausenbergerdorffvoraltern"
# Pages whose form is sent in as it stands once everything in it has been taken out.
FORMS = [
    *("register-patient", "edit-patient", "consent-record", "open-course", "session-void", "event-new"),
    *("event-edit", "medication-new", "lot-receive", "lot-correct", "lot-discard", "recall-start", "recall-add"),
    *("product-new", "protocol-new", "alert", "call", "enter-answers", "message-text", "api-tokens", "members"),
]
EMPTY_OUT = """() => { const [form] = [...document.querySelectorAll('main form')].reverse()
    .filter(one => one.method == 'post').sort((one, other) => other.elements.length - one.elements.length);
  if (!form) return false;
  for (const field of form.elements) {
    if (['radio', 'checkbox'].includes(field.type)) field.checked = false;
    else if (field.type != 'hidden' && field.tagName != 'BUTTON') field.value = '' }
  form.noValidate = true; form.requestSubmit(); return true }"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    SCREENS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    write_index()


@pytest.fixture
def signed_in(chromium, live_server):
    """Opens a page of a browser of its own, in which this person is signed in."""
    opened = []

    def page_of(user: User) -> Page:
        client = StaffClient()
        client.force_login(user)
        context = chromium.new_context(base_url=live_server.url, timezone_id="America/Chicago", bypass_csp=True)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key, "url": live_server.url}]
        )
        opened.append(context)
        return context.new_page()

    yield page_of
    for context in opened:
        context.close()


def write_index() -> None:
    """All pictures on one page, a line for each page in each state."""
    shots: dict[str, list[Path]] = {}
    for shot in sorted(SCREENS.glob("*/*.jpg")):
        shots.setdefault(f"{shot.parent.name}: {shot.stem.rsplit('-', 2)[0]}", []).append(shot.relative_to(SCREENS))
    lines = [
        f"<h2>{name}</h2><p>"
        + "".join(
            f'<a href="{shot}"><img src="{shot}" height="420" loading="lazy" alt="{shot.stem}"></a> ' for shot in of
        )
        for name, of in shots.items()
    ]
    text = f'<!doctype html><html lang="en"><title>Screens</title><h1>{len(lines)} screens</h1>{"".join(lines)}'
    (SCREENS / "index.html").write_text(text, encoding="utf-8")


def page_routes() -> Iterator[tuple[str, str, Route]]:
    """Name, pattern and needs of every page that staff read."""
    for name, pattern in routes():
        route = PAGES.get(name)
        if route and route.see and name not in DOWNLOADS and not any(part in pattern for part in NO_PAGE):
            yield name, pattern, route


def pages(world: World) -> list[tuple[str, str]]:
    """Name and address of every page that a manager reads."""
    return [
        (name, address(pattern, world, id_of(route, world, world.staff) if route.row else ""))
        for name, pattern, route in page_routes()
    ]


def look(page: Page, state: str, name: str, looks: Looks = AT_THE_ENDS, pictures: Looks = ()) -> Iterator[Wrong]:
    """Take the pictures of what the browser shows now, and say what is wrong with it."""
    folder = SCREENS / state
    folder.mkdir(exist_ok=True)
    page.evaluate(AXE)
    for width, scheme in (*looks, *pictures):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=folder / f"{name}-{width}-{scheme}.jpg", type="jpeg", quality=70, full_page=True)
        found = [["sticks out", one] for one in page.evaluate(STICKS_OUT)]
        found += page.evaluate(IS_WRONG) if (width, scheme) in looks else []
        yield from ((state, name, str(width), scheme, *one) for one in found)


def look_at(page: Page, state: str, paths: Iterable[tuple[str, str]], *looks: Looks) -> list[Wrong]:
    wrong: list[Wrong] = []
    for name, path in paths:
        answer = page.goto(path)
        wrong += [(state, name, str(answer.status))] if answer.status != 200 else []
        wrong += look(page, state, name, *looks)
    return wrong


def report(wrong: list[Wrong]) -> None:
    assert wrong == [], "\n".join(map(str, wrong))


def test_every_page_is_sound_at_every_width(signed_in, tmp_path):
    world = furnish("Northside", tmp_path)
    report(look_at(signed_in(world.staff), "full", pages(world), CHECKED, PICTURES))


def test_every_page_can_be_walked_with_the_keyboard(signed_in, tmp_path):
    world = furnish("Northside", tmp_path)
    page, wrong = signed_in(world.staff), []
    for width, _ in AT_THE_ENDS:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        for name, path in pages(world):
            page.goto(path)
            wrong += [(name, width, *one) for one in walk(page)]
    report(wrong)


def walk(page: Page) -> Iterator[tuple[str, str]]:
    """Press Tab through the whole page: seen where it is, from top to bottom, and out again at the end."""
    before, times = None, 0
    for _ in range(min(3 * page.evaluate(STOPS), 150)):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUS)
        if now["stop"] is None or (now["stop"] == "0" and before):
            return
        yield from ((one, now["html"]) for one in now["wrong"])
        # A field of a date has a stop for each of its parts.
        times = times + 1 if before and before["stop"] == now["stop"] else 0
        if times > 7:
            yield "traps", now["html"]
            return
        if before and not before["isFixed"] and now["bottom"] <= before["top"] and now["left"] <= before["left"]:
            yield "goes back up", now["html"]
        before = now


def test_clinic_without_anything_is_sound(signed_in):
    clinic = create_clinic(name="Lakeview", sender_name="Lakeview", phone="512-555-0199", time_zone="America/Chicago")
    world = World(clinic, dt.datetime.now(dt.UTC), str)
    world.people[Role.MANAGER] = add_member(
        clinic=clinic, email="new@example.org", full_name="Nora New", role=Role.MANAGER, password=PASSWORD
    )
    paths = [
        (name, address(pattern, world))
        for name, pattern, route in page_routes()
        if not route.row and "<" not in pattern
    ]
    report(look_at(signed_in(world.staff), "empty", paths))


def test_what_is_refused_is_sound(signed_in, tmp_path, monkeypatch):
    world = furnish("Northside", tmp_path)
    page, wrong, seen = signed_in(world.staff), [], []
    by_name = dict(pages(world))
    for name in FORMS:
        page.goto(by_name[name])
        with page.expect_navigation() as sent:
            assert page.evaluate(EMPTY_OUT), name
        seen.append((name, sent.value.status))
        wrong += look(page, "refused", f"422-{name}")
    assert [one for one in seen if one[1] != 422] == []
    collide(page, world, by_name["event-edit"])
    wrong += look(page, "refused", "409")
    monkeypatch.setattr(views_audit, "AuditForm", None)
    for state, path in {"404": "/nowhere/", "500": "/audit/"}.items():
        assert page.goto(path).status == int(state)
        wrong += look(page, "refused", state)
    researcher = signed_in(world.people[Role.RESEARCHER])
    assert researcher.goto("/lots/").status == 403
    report(wrong + list(look(researcher, "refused", "403")))


def collide(page: Page, world: World, path: str) -> None:
    """Two people correct one event; this page is the second."""
    page.goto(path)
    event = AdverseEvent.objects.get(clinic=world.clinic)
    details = {**event_details(world, event.session), "term": "Redness"}
    amend_event(event=event, version=event.version, details=details, reason="Heard more", at=world.now, by=world.staff)
    page.get_by_label("In short").fill("Swelling")
    page.get_by_label("Why is it changed?").fill("Looked again")
    with page.expect_navigation() as sent:
        page.locator("main form button.btn").first.click()
    assert sent.value.status == 409


def long_words(column: Column, key: object = "") -> str:
    """As long as the column takes, and without a place to break it."""
    text = f"{key}{LONG * 4}"[: min(column.room, 120)]
    return f"{text[:50].lower()}@example.org" if column.is_email else text


def test_long_words_and_many_rows_stay_in_place(signed_in, tmp_path):
    world = furnish("Northside", tmp_path)
    for number in range(200):
        register_patient(
            clinic=world.clinic,
            by=world.staff,
            at=world.now,
            chart_number=f"9{number:04}",
            given_name="Ana",
            family_name=f"Pérez {number}",
            born_on=dt.date(1960, 1, 1 + number % 28),
        )
    overwrite(world, long_words)
    report(look_at(signed_in(world.staff), "overfull", pages(world)))
