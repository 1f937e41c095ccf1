"""The demo's e-mails: readable by everybody in a demo, and not there at all anywhere else."""

import os
from email.message import EmailMessage
from mailbox import Maildir

import pytest
from django.urls import NoReverseMatch, reverse

from clinic.links import hash_link
from outcomes import actions
from outcomes.models import SurveyLink
from tests.conftest import NOON

in_a_demo = pytest.mark.urls("tests.clinic.demo_urls")


@pytest.fixture
def mailbox(settings, tmp_path):
    """What the demo's mail server fills: the same Maildir, by the same library."""
    settings.DEMO, settings.DEMO_MAIL_DIR = True, str(tmp_path / "mail")
    return Maildir(settings.DEMO_MAIL_DIR)


def add(mailbox, subject="Hello", text="Nothing.", minute=0):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "clinic@example.org", "ruth@example.org", subject
    message["Date"] = f"Mon, 02 Mar 2026 18:{minute:02}:00 +0000"
    message.set_content(text)
    key = mailbox.add(message)
    os.utime(f"{mailbox._path}/new/{key}", (minute, minute))
    return key


@pytest.mark.parametrize("address", ["/demo/mail/", "/demo/mail/1.x/"])
def test_outside_a_demo_there_is_no_such_page(client, db, address):
    assert client.get(address).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("demo-mail")


@in_a_demo
def test_newest_comes_first(client, db, mailbox):
    for minute in (3, 1, 2):
        add(mailbox, subject=f"Subject {minute}", minute=minute)
    page = client.get("/demo/mail/").content.decode()
    assert page.index("Subject 3") < page.index("Subject 2") < page.index("Subject 1")
    assert "3 received" in page


@in_a_demo
def test_real_invitation_is_readable_and_its_link_can_be_pressed(client, mailbox, course):
    actions.open_due_surveys(at=NOON)
    (claim,) = actions.claim_deliveries(channel="email", at=NOON)
    key = mailbox.add(actions.start_delivery(claim, at=NOON).content)
    page = client.get(f"/demo/mail/{key}/").content.decode()
    token = page.partition('href="http://127.0.0.1:8000/s/')[2].partition('/"')[0]
    assert SurveyLink.objects.get().token_hash.tobytes() == hash_link(token)
    assert "Hi Ruth," in page
    assert "2 Mar 2026, 18:00 UTC" in page


@in_a_demo
def test_markup_in_a_message_is_shown_as_text(client, db, mailbox):
    key = add(mailbox, subject="<script>1</script>", text="<script>2</script>")
    for address in ("/demo/mail/", f"/demo/mail/{key}/"):
        assert b"<script>" not in client.get(address).content


@in_a_demo
def test_only_the_newest_hundred_are_listed(client, db, mailbox):
    for minute in range(60):
        add(mailbox, minute=minute)
        add(mailbox, minute=minute)
    page = client.get("/demo/mail/").content.decode()
    assert page.count("ruth@example.org") == 100
    assert "120 received" in page


@in_a_demo
@pytest.mark.parametrize("key", ["nothing", "..", "%2e%2e%2fmanage.py", "new"])
def test_unknown_message_is_404(client, db, mailbox, key):
    add(mailbox)
    assert client.get(f"/demo/mail/{key}/").status_code == 404


@in_a_demo
def test_empty_or_missing_mailbox_says_so(client, db, settings, tmp_path):
    settings.DEMO_MAIL_DIR = str(tmp_path / "nowhere")
    assert b"No e-mails yet" in client.get("/demo/mail/").content


@in_a_demo
def test_reading_is_all_one_can_do(client, db, mailbox):
    key = add(mailbox)
    assert client.post("/demo/mail/").status_code == client.post(f"/demo/mail/{key}/").status_code == 405
