"""With names hidden no page of the staff prints a patient's family name, but the form that corrects it."""

import html
import re

from patients.models import Patient
from tests.conftest import StaffClient
from tests.routes import PAGES, address, ids_of, routes

NOT_TEXT = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)
# It is there to be read: the form that corrects a name, the one that a patient signs with it, and who is in a file.
SAYS_NAMES = {"edit-patient", "consent-record", "patient-import", "patient-import-columns"}


def test_no_page_prints_a_family_name(worlds):
    world, browser = worlds[0], StaffClient()
    browser.force_login(world.staff)
    names = {name for name in Patient.objects.filter(clinic=world.clinic).values_list("family_name", flat=True) if name}
    paths = [
        (name, address(pattern, world, key))
        for name, pattern in routes()
        if name in PAGES and PAGES[name].see and name not in SAYS_NAMES
        for key in (ids_of(PAGES[name], world)[:2] if PAGES[name].row else [""])
    ]
    assert {"patient", "patients", "today", "audit", "alerts"} <= {name for name, _ in paths}
    shown = _pages_with(names, browser, paths)
    assert len(shown) > 20, "the names are there to be hidden"
    browser.post("/names/", {"hide": "1"})
    try:
        assert _pages_with(names, browser, paths) == []
    finally:
        browser.post("/names/", {"hide": "0"})


def _pages_with(names, browser, paths):
    found = []
    for name, path in paths:
        answer = browser.get(path)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            text = html.unescape(NOT_TEXT.sub(" ", answer.text))
            found += [name] if any(one in text for one in names) else []
    return found
