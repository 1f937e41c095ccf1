"""Coming to a clinic: one link, one address, once, within a week; and passwords chosen anew behind a link."""

import datetime as dt
import re
import threading

import pytest
from django.core import mail
from django.db import connection, connections
from django.utils import timezone

from clinic.actions import invite, join_as_new
from clinic.actions.letters import ask_for_password_reset, reset_link, send_letters
from clinic.models import BrowserSession, Invitation, Membership, StaffLetter, User
from clinic.permissions import Role
from clinic.rules import RuleBroken
from tests.conftest import PASSWORD, StaffClient
from tests.layers import layer
from tests.signing_in import next_code, set_up_app, sign_in

NEW = {"full_name": "Ana Ruiz", "password": "a-long-unusual-phrase-7", "again": "a-long-unusual-phrase-7"}
ANA = "ana@example.org"


@layer
def link(clinic, manager) -> str:
    """The path of Ana's invitation, as a clinician."""
    _, link = invite(clinic=clinic, email=ANA, role=Role.CLINICIAN, by=manager, at=timezone.now())
    assert link.startswith("http://127.0.0.1:8000/join/")
    return link.removeprefix("http://127.0.0.1:8000")


def path_in(message) -> str:
    return re.search(r"http://127\.0\.0\.1:8000(/\S+)", message.body)[1]


def test_from_the_managers_page_to_the_first_sign_in(client, clinic, manager):
    client.force_login(manager)
    page = client.post("/setup/members/invite/", {"email": "Ana@Example.org", "role": "clinician"})
    shown = re.search(r'id="link">http://127\.0\.0\.1:8000(/join/[\w-]{43}/)<', page.text)[1]
    assert shown not in client.get("/setup/members/").text
    assert ANA in client.get("/setup/members/").text
    assert send_letters(at=timezone.now()) == 1
    assert path_in(mail.outbox[0]) == shown
    assert (mail.outbox[0].to, mail.outbox[0].subject) == ([ANA], "You are invited to Mendline")
    assert StaffLetter.objects.get().sealed_link == ""

    ana = StaffClient()
    assert "Join Northside" in ana.get(shown).text
    assert ana.get(shown).headers["Cache-Control"].startswith("max-age=0")
    assert ana.post(shown, NEW).url == "/login/"
    user = User.objects.get(email=ANA)
    assert user.memberships.get().role == Role.CLINICIAN
    sign_in(ana, ANA, NEW["password"])
    assert ana.get("/patients/").url == "/account/", "the second factor comes first"
    assert StaffClient().get(shown).status_code == 404


def test_only_hashes_are_kept(link):
    token = link.split("/")[2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT string_agg(i::text, '') FROM clinic_invitation i)")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(l::text, '') FROM clinic_staffletter l")
        stored += cursor.fetchone()[0]
    assert token not in stored


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"full_name": ""}, "Your name is missing."),
        ({"full_name": "x" * 121}, "at most 120 characters"),
        ({"again": "something-else-9"}, "The two passwords are not the same."),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "qwerty123456", "again": "qwerty123456"}, "too common"),
        ({"password": "ana@example.org", "again": "ana@example.org"}, "too similar"),
    ],
)
def test_what_is_wrong_is_said(client, link, changed, words):
    answer = client.post(link, NEW | changed)
    assert answer.status_code == 422
    assert words in answer.text
    assert not User.objects.filter(email=ANA).exists()


def test_opening_the_link_changes_nothing(client, link):
    for _ in range(3):
        for method in (client.get, client.head):
            assert method(link).status_code == 200
    assert client.put(link).status_code == 405
    assert Invitation.objects.get().accepted_at is None


def forged(link: str) -> str:
    return link[:-2] + ("A" if link[-2] != "A" else "B") + "/"


def test_links_that_do_not_count_look_all_the_same(client, link, manager):
    """T-TOK-2, F-42: expired, used, withdrawn, forged, cut off, in other case."""
    swapped = link.swapcase().replace("/JOIN/", "/join/")
    pages = [client.get(address) for address in (forged(link), link[:-3] + "/", swapped)]
    Invitation.objects.update(expires_at=timezone.now())
    pages.append(client.get(link))
    assert client.post(link, NEW).status_code == 404
    Invitation.objects.update(expires_at=timezone.now() + dt.timedelta(days=1))
    client.force_login(manager)
    client.post("/setup/members/invitation/withdraw/", {"invitation": Invitation.objects.get().pk})
    client.logout()
    pages.append(client.get(link))
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1


def test_an_invitation_lasts_a_week(clinic, manager):
    invitation, _ = invite(clinic=clinic, email=ANA, role=Role.CLINICIAN, by=manager, at=timezone.now())
    assert invitation.expires_at - invitation.invited_at == dt.timedelta(days=7)
    late = invitation.expires_at
    with pytest.raises(RuleBroken, match="older than a week"):
        join_as_new(invitation=invitation, full_name="Ana", password=PASSWORD, at=late)


@pytest.mark.django_db(transaction=True)
def test_twenty_who_accept_at_once_are_one(clinic, manager):
    invitation, _ = invite(clinic=clinic, email=ANA, role=Role.MANAGER, by=manager, at=timezone.now())
    done = []

    def accept() -> None:
        try:
            done.append(join_as_new(invitation=invitation, full_name="Ana", password=PASSWORD, at=timezone.now()))
        except RuleBroken:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    assert Membership.objects.filter(user__email=ANA).count() == 1


def test_a_newer_invitation_takes_the_place_of_an_older(client, clinic, manager, link):
    _, newer = invite(clinic=clinic, email=ANA.upper(), role=Role.RESEARCHER, by=manager, at=timezone.now())
    assert client.get(link).status_code == 404
    client.post(newer.removeprefix("http://127.0.0.1:8000"), NEW)
    assert Membership.objects.get(user__email=ANA).role == Role.RESEARCHER


def test_who_works_here_already_is_not_invited(client, clinic, manager, clinician):
    client.force_login(manager)
    answer = client.post("/setup/members/invite/", {"email": clinician.email, "role": "manager"})
    assert answer.status_code == 422
    assert "This person works here already." in answer.text


@pytest.mark.parametrize("form", [{}, {"email": "ana", "role": "clinician"}, {"email": ANA, "role": "boss"}])
def test_an_invitation_needs_an_address_and_a_role(client, manager, form):
    client.force_login(manager)
    assert client.post("/setup/members/invite/", form).status_code == 422
    assert not Invitation.objects.exists()


def test_an_account_that_works_elsewhere_joins_by_signing_in(client, clinic, manager, stranger):
    """The link alone must not set the password of an account that is somebody's already."""
    _, link = invite(clinic=clinic, email=stranger.email, role=Role.RESEARCHER, by=manager, at=timezone.now())
    path = link.removeprefix("http://127.0.0.1:8000")
    page = client.get(path)
    assert "You have an account" in page.text
    assert "password" not in page.text.split("<main")[1].replace("a password", "")
    assert client.post(path, NEW).status_code == 422
    stranger.refresh_from_db()
    assert stranger.check_password(PASSWORD)
    client.force_login(manager)
    assert client.post(path).status_code == 422, "another person's session"
    client.force_login(stranger)
    assert client.post(path).url == "/"
    assert set(stranger.memberships.values_list("clinic__name", "role")) == {
        ("Lakeview", "clinician"),
        ("Northside", "researcher"),
    }


def test_a_forged_host_reaches_no_letter(client, clinician, settings):
    """T-HOST-1, F-55."""
    for headers in ({"Host": "evil.example.org"}, {"X-Forwarded-Host": "evil.example.org"}):
        client.post("/login/forgot/", {"email": clinician.email}, headers=headers)
    send_letters(at=timezone.now())
    assert "evil" not in "".join(message.body for message in mail.outbox)
    assert len(mail.outbox) == 1


# Passwords chosen anew


def test_a_forgotten_password(client, clinician):
    set_up_app(clinician)
    elsewhere = StaffClient()
    elsewhere.force_login(clinician)
    assert client.post("/login/forgot/", {"email": clinician.email.upper()}).url == "/login/forgot/sent/"
    assert client.get("/login/forgot/sent/").status_code == 200
    assert send_letters(at=timezone.now()) == 1
    link = path_in(mail.outbox[0])
    form = client.get(link).url
    assert link.split("/")[4] not in form, "the secret is no longer in the address"
    weak = client.post(form, {"new_password1": "short", "new_password2": "short"})
    assert weak.status_code == 422
    assert client.post(form, {"new_password1": NEW["password"], "new_password2": NEW["password"]}).url == "/login/"
    assert elsewhere.get("/patients/").status_code == 302, "F-54: other sessions have ended"
    assert not BrowserSession.objects.filter(user=clinician).exists()
    assert sign_in(client, clinician.email).status_code == 422
    step = sign_in(client, clinician.email, NEW["password"])
    assert step.url == "/login/code/", "the mailbox alone opens nothing"
    assert client.post(step.url, {"code": next_code(clinician)}).url == "/"
    assert "This link does not work" in StaffClient().get(link).text
    send_letters(at=timezone.now())
    assert mail.outbox[-1].subject == "Your Mendline password was changed"


def test_unknown_and_closed_accounts_get_the_same_answer(client, clinician, django_assert_num_queries):
    """AUTH-6: the same page after the same work; only a worker knows the difference."""
    closed = User.objects.create(email="gone@example.org", full_name="Gone", is_active=False)
    answers = set()
    for email in (clinician.email, "nobody@example.org", closed.email):
        with django_assert_num_queries(2):
            answers.add(client.post("/login/forgot/", {"email": email}).url)
    assert answers == {"/login/forgot/sent/"}
    assert send_letters(at=timezone.now()) == 1
    assert [message.to for message in mail.outbox] == [[clinician.email]]


def test_nobody_s_mailbox_is_filled(clinician):
    at = timezone.now()
    for _ in range(10):
        ask_for_password_reset(email=clinician.email, at=at)
    assert send_letters(at=at) == 1
    ask_for_password_reset(email=clinician.email, at=at + dt.timedelta(minutes=5))
    assert StaffLetter.objects.count() == 2


def test_a_reset_link_works_for_an_hour(client, clinician, settings):
    assert settings.PASSWORD_RESET_TIMEOUT == 3600
    link = reset_link(clinician).removeprefix("http://127.0.0.1:8000")
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "This link does not work" in client.get(link).text
    assert client.get("/login/reset/MQ/nonsense/").status_code == 200
    assert client.get("/login/reset/x/nonsense/").status_code == 200


def test_changing_the_password_ends_the_other_sessions(client, clinician):
    """F-54."""
    elsewhere = StaffClient()
    elsewhere.force_login(clinician)
    client.force_login(clinician)
    before = client.session.session_key
    form = {"old_password": PASSWORD, "new_password1": NEW["password"], "new_password2": NEW["password"]}
    assert client.post("/account/password/", form | {"old_password": "wrong"}).status_code == 422
    assert client.post("/account/password/", form).url == "/account/"
    assert client.session.session_key != before
    assert client.get("/patients/").status_code == 200
    assert elsewhere.get("/patients/").status_code == 302


def test_a_letter_that_is_not_taken_is_tried_again(clinician, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    at = timezone.now()
    ask_for_password_reset(email=clinician.email, at=at)
    assert send_letters(at=at) == 0
    letter = StaffLetter.objects.get()
    assert (letter.attempts, letter.sent_at, letter.problem) == (1, None, "ConnectionRefusedError")
    assert send_letters(at=at + dt.timedelta(minutes=1)) == 0
    assert StaffLetter.objects.get().attempts == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_letters(at=at + dt.timedelta(minutes=2)) == 1
