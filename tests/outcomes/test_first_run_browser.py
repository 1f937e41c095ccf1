"""The first five steps of a new clinic in a real browser, with a real mail server, under the strict policy."""

import re

import pytest
from django.core.management import call_command

from clinic.models import Clinic
from clinic.permissions import Role
from outcomes import tasks
from tests.conftest import member
from tests.mail import MailSink
from tests.signing_in import walk_in
from tests.test_browser import assert_sound, chromium, new_page, sizes

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["chromium", "new_page", "sizes"]


@pytest.fixture
def sink(settings, live_server):
    sink = MailSink()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.SITE_URL = "127.0.0.1", sink.port, live_server.url
    yield sink
    sink.close()


def test_a_new_manager_is_led_through_five_steps(new_page, sink):
    call_command("create_clinic", "Northside", sender_name="Dr. Lee's office", phone="512-555-0134")
    boss = member(Clinic.objects.get(), Role.MANAGER, "Ines Ferreira")
    page, phone = new_page(), new_page(scripts=False)
    walk_in(page, boss.email, to="**/setup/")
    assert_sound(page)
    assert page.locator("ol .tag").all_inner_texts() == ["Done", "Next", "Done", "Later", "Later"]
    correct_the_sender(page)
    look_at_the_hours(page)
    try_a_message(page, phone, sink)
    invite_somebody(page)
    register_somebody(page)
    page.goto("/setup/")
    page.get_by_text("This clinic is ready.").click()
    assert page.locator("ol .tag").all_inner_texts() == ["Done"] * 5
    assert_sound(page)


def correct_the_sender(page):
    page.locator("ol a").first.click()
    page.get_by_label("Sender name").fill("Northside Pain Center")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Sender name says “Pain”").wait_for()
    assert_sound(page)
    page.get_by_label("Sender name").fill("The Lee office")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved. It counts for messages").wait_for()


def look_at_the_hours(page):
    page.goto("/setup/schedule/")
    page.get_by_label("Send until").select_option("7")
    page.get_by_text("Nothing could go out").wait_for()
    page.get_by_label("Send until").select_option("21")
    page.get_by_text("Ready on Saturday at 10:00").wait_for()
    assert_sound(page)


def try_a_message(page, phone, sink):
    page.goto("/setup/")
    page.get_by_role("link", name="Send a test message").click()
    page.get_by_role("button", name="Send me a test message").click()
    page.get_by_text("A worker takes it within some seconds.").wait_for()
    tasks.send_trials()
    page.get_by_text("Handed to the mail server at").wait_for()
    assert_sound(page)
    (mail,) = sink.accepted
    assert str(mail["From"]).startswith("The Lee office")
    phone.goto(re.search(r"http://\S+/t/\w+/", mail.get_body(("plain",)).get_content())[0])
    phone.get_by_role("button", name="It arrived").click()
    phone.get_by_text("Thank you.").wait_for()
    page.get_by_text("It arrived: confirmed on").wait_for()


def invite_somebody(page):
    page.goto("/setup/")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Work e-mail").fill("ana@example.org")
    page.get_by_label("Role").select_option("clinician")
    page.get_by_role("button", name="Invite").click()
    page.get_by_role("heading", name="ana@example.org is invited").wait_for()


def register_somebody(page):
    page.goto("/setup/")
    page.get_by_role("link", name="Add a patient").click()
    page.get_by_label("Family name").fill("Álvarez")
    page.get_by_label("Chart number").fill("00417")
    page.get_by_role("button", name="Save patient").click()
    page.wait_for_url("**/patients/*-*/**")
