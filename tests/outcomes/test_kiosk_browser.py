"""The clinic's tablet and typing for a patient, in a real browser: handed over, locked by itself, keyboard only."""

from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from clinic.models import BrowserSession
from outcomes import tablet
from outcomes.models import Answer, Survey
from tests.check_in import ask, open_survey
from tests.layers import layer
from tests.signing_in import walk_in
from tests.test_browser import assert_sound, chromium, new_page
from treatments import actions as treatment_actions

__all__ = ["chromium", "new_page"]

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (360, 1280)


@pytest.fixture
def sizes() -> list[str]:
    """One browser; its window is made narrow and wide where that matters."""
    return ["desktop"]


@layer
def due_now(patient, protocol, clinician) -> Survey:
    """A check-in of Ruth's that is open on the day of the test: two scales, a choice, and one that cannot be skipped."""
    now = timezone.now()
    course = treatment_actions.open_course(
        patient=patient,
        protocol=protocol,
        icd10_code="M17.11",
        complaint="Osteoarthritis of the right knee",
        target="knee_joint",
        side="right",
        on=now.astimezone(ZoneInfo(patient.clinic.time_zone)).date(),
        by=clinician,
    )
    survey = open_survey(course.follow_ups.get(timepoint__name="baseline"), now)
    ask(survey, ["nrs_now", "nrs_average", "pgic", "safety_donor"])
    return survey


def assert_sound_at_every_width(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert_sound(page)


def test_the_tablet_from_hand_over_to_lock(new_page, due_now, clinician, monkeypatch):
    page = new_page()
    walk_in(page, clinician.email)
    hand_over = reverse("hand-over", args=[due_now.public_id])
    page.goto(reverse("check-in", args=[due_now.public_id]))
    assert_sound_at_every_width(page)
    page.get_by_role("link", name="Hand over").first.click()
    page.get_by_role("button", name="Show a QR code").click()
    page.get_by_role("img", name="QR code").wait_for()
    assert_sound_at_every_width(page)
    page.goto(hand_over)
    page.get_by_role("button", name="Answer on this tablet").click()
    page.get_by_role("heading", name="Are you Ruth, born in 1958?").wait_for()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "20px"
    assert_sound_at_every_width(page)
    assert not BrowserSession.objects.filter(user__isnull=False).exists(), "staff are signed out"

    page.get_by_role("button", name="Yes, start").click()
    page.get_by_role("radio", name="4", exact=True).check(force=True)
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("Question 2 of 4").wait_for()
    assert "tablet" in page.url and Answer.objects.get(survey=due_now).value == 4
    monkeypatch.setattr(tablet, "IDLE_SECONDS", 1)
    page.reload()
    page.get_by_role("heading", name="Still there?").wait_for()
    assert_sound(page)
    page.get_by_role("button", name="Keep going").click()
    page.get_by_text("Question 2 of 4").wait_for()
    monkeypatch.setattr(tablet, "LAST_CALL_SECONDS", 1)
    page.get_by_role("heading", name="The tablet is locked").wait_for()
    monkeypatch.undo()
    assert_sound_at_every_width(page)
    # Back through everything to where staff handed it over.
    while "/login/" not in page.url:
        page.go_back()
        assert page.url.split("?")[0].endswith(("/kiosk/locked/", "/login/")), page.url

    walk_in(page, clinician.email)
    page.goto(hand_over)
    page.get_by_role("button", name="Answer on this tablet").click()
    page.get_by_role("button", name="Yes, start").click()
    for _ in range(3):
        page.get_by_role("radio").first.check(force=True)
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you. Please give the tablet back.").wait_for()
    assert_sound(page)
    page.go_back()
    page.get_by_role("heading", name="The tablet is locked").wait_for()
    assert Survey.objects.get(pk=due_now.pk).mode == "tablet"


def test_a_call_is_typed_in_with_the_keyboard_alone(new_page, due_now, clinician):
    page = new_page()
    walk_in(page, clinician.email)
    page.goto(reverse("enter-answers", args=[due_now.public_id]) + "?how=phone")
    assert_sound_at_every_width(page)
    page.locator("#id_mode_0").focus()
    press = page.keyboard.press
    press("Tab")
    press("Space")  # the patient alone
    # Through the parts of the date, which is filled in.
    for _ in range(8):
        press("Tab")
        if page.evaluate("document.activeElement.name") == "answers.nrs_now.now":
            break
    page.keyboard.type("10")
    press("Tab")
    page.keyboard.type("7")
    press("Tab")
    page.keyboard.type("2")
    press("Tab")
    press("Tab")
    press("Enter")
    page.get_by_role("alert").get_by_text("“New rash or infection”").wait_for()
    assert_sound(page)
    assert not Answer.objects.filter(survey=due_now).exists()
    page.get_by_role("alert").get_by_role("link").first.focus()
    press("Enter")
    page.keyboard.type("0")
    press("Tab")
    press("Enter")
    page.get_by_text("Saved: on the phone.").wait_for()
    assert page.url.split("#")[0].endswith(reverse("check-in", args=[due_now.public_id]))
    given = dict(Answer.objects.filter(survey=due_now).values_list("item", "value"))
    assert given == {"nrs_now.now": 10, "nrs_average.average": 7, "pgic.change": 2, "safety_donor.rash": 0}
    assert_sound_at_every_width(page)
