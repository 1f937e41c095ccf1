"""Who works here: said by managers, never about oneself, never without a manager left; leaving ends everything at once."""

import threading

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessLog
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from clinic.actions import change_role, create_api_token, end_membership, invite
from clinic.actions.letters import reset_link, send_letters
from clinic.actions.second_factors import LIFE, approve_factor_reset, ask_for_factor_reset
from clinic.models import BrowserSession, Invitation, Membership, SecondFactorReset, User
from clinic.permissions import Role
from clinic.rules import RuleBroken
from tests.conftest import PASSWORD, StaffClient, member
from tests.layers import layer
from tests.signing_in import set_up_app, sign_in

PAGE = "/setup/members/"
POSTS = ("invite", "invitation/withdraw", "role", "end", "second-factor", "second-factor/agree")


@layer
def second(clinic) -> User:
    """Another manager."""
    return member(clinic, Role.MANAGER, "Ada Marsh")


def of(user: User) -> Membership:
    return user.memberships.get()


def test_the_page_lists_people(client, clinic, manager, clinician, stranger):
    set_up_app(clinician)
    client.force_login(manager)
    page = client.get(PAGE).text
    assert "Hana Lee" in page
    assert "Otto Brandt" not in page
    assert (page.count('<span class="tag ok">Yes</span>'), page.count("Not yet")) == (1, 1)


def test_the_page_costs_the_same_with_many_people(client, clinic, manager, django_assert_max_num_queries):
    for number in range(30):
        member(clinic, Role.CLINICIAN, f"P{number} Test")
    client.force_login(manager)
    with django_assert_max_num_queries(12):
        client.get(PAGE)


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.CLINICIAN, Role.RESEARCHER])
def test_only_managers_manage(client, clinic, manager, role):
    """F-50: nobody else sees the page, or gets anywhere by sending its forms."""
    somebody = member(clinic, role, "Sly Person")
    client.force_login(somebody)
    assert client.get(PAGE).status_code == 403
    for post in POSTS:
        form = {"member": of(manager).pk, "role": "manager", "email": "x@example.org"}
        assert client.post(f"{PAGE}{post}/", form).status_code == 403
    assert not Invitation.objects.exists()
    assert {row.user: row.role for row in clinic.memberships.all()} == {manager: "manager", somebody: role}
    for attempt in (
        lambda: change_role(membership=of(manager), role=Role.CLINICIAN, by=somebody),
        lambda: end_membership(membership=of(manager), by=somebody, at=timezone.now()),
        lambda: invite(clinic=clinic, email="x@example.org", role=Role.MANAGER, by=somebody, at=timezone.now()),
        lambda: ask_for_factor_reset(membership=of(manager), by=somebody, at=timezone.now()),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_another_clinic_s_people_are_not_there(client, manager, stranger):
    client.force_login(manager)
    for post in ("role", "end", "second-factor"):
        assert client.post(f"{PAGE}{post}/", {"member": of(stranger).pk, "role": "manager"}).status_code == 404
    for bad in ("", "x", "-1", "٣", "9" * 30):
        assert client.post(f"{PAGE}end/", {"member": bad}).status_code == 404
        assert client.post(f"{PAGE}invitation/withdraw/", {"invitation": bad}).status_code == 404
        assert client.post(f"{PAGE}second-factor/agree/", {"reset": bad}).status_code == 404
    assert of(stranger).role == Role.CLINICIAN


def test_forms_are_posts(client, manager):
    client.force_login(manager)
    assert client.post(PAGE).status_code == 405
    for post in POSTS:
        assert client.get(f"{PAGE}{post}/").status_code == 405


def test_what_matters_asks_again_who_is_there(client, manager, clinician):
    """MFA-3: nothing is changed, and one comes back to the page."""
    client.force_login(manager)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 15 * 60
    session.save()
    assert client.get(PAGE).url == f"/account/confirm/?next={PAGE}"
    assert client.get("/setup/api-tokens/").url == "/account/confirm/?next=/setup/api-tokens/"
    form = {"member": of(clinician).pk, "role": "manager"}
    for referer in ("http://testserver/setup/members/", "http://evil.example.org/setup/members/", ""):
        refused = client.post(f"{PAGE}role/", form, headers={"Referer": referer})
        assert refused.status_code == 403
        assert "Nothing was changed." in refused.text
        back = "/setup/members/" if "testserver" in referer else "/"
        assert f'href="/account/confirm/?next={back}"' in refused.text
    assert of(clinician).role == Role.CLINICIAN
    client.post("/account/confirm/", {"password": PASSWORD, "next": PAGE})
    assert client.post(f"{PAGE}role/", form).url == PAGE
    assert of(clinician).role == Role.MANAGER


def test_a_new_role_counts_at_once(client, manager, clinician):
    """AUTH-7, F-51: also in a browser that was signed in before."""
    theirs = StaffClient()
    theirs.force_login(clinician)
    client.force_login(manager)
    answer = client.post(f"{PAGE}role/", {"member": of(clinician).pk, "role": "researcher"}, follow=True)
    assert "Hana Lee is researcher now, and signs in anew." in answer.text
    assert theirs.get("/patients/").status_code == 302
    theirs.force_login(clinician)
    assert theirs.get("/patients/").status_code == 403


@pytest.mark.parametrize("role", ["boss", "", "MANAGER"])
def test_a_role_that_is_none_changes_nothing(client, manager, clinician, role):
    client.force_login(manager)
    assert (
        "Role must be one of the list."
        in client.post(f"{PAGE}role/", {"member": of(clinician).pk, "role": role}, follow=True).text
    )
    assert of(clinician).role == Role.CLINICIAN


def test_nobody_changes_their_own_role(client, manager, second):
    client.force_login(manager)
    assert client.post(f"{PAGE}role/", {"member": of(manager).pk, "role": "clinician"}).status_code == 403
    assert client.post(f"{PAGE}end/", {"member": of(manager).pk}).status_code == 403
    assert of(manager).role == Role.MANAGER


def test_the_last_manager_stays(manager, second):
    """F-50: a manager who may not sign in any more does not count as one who is left."""
    User.objects.filter(pk=manager.pk).update(is_active=False)
    for attempt in (
        lambda: change_role(membership=of(second), role=Role.CLINICIAN, by=manager),
        lambda: end_membership(membership=of(second), by=manager, at=timezone.now()),
    ):
        with pytest.raises(RuleBroken, match="last manager"):
            attempt()
    assert of(second).role == Role.MANAGER


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["demote", "end"])
def test_two_managers_who_go_for_each_other(manager, second, clinic, how):
    """F-50: one wins, and the clinic keeps a manager."""
    start = threading.Barrier(2)

    def go_for(other: User, by: User) -> None:
        membership = of(other)
        start.wait()
        try:
            if how == "demote":
                change_role(membership=membership, role=Role.CLINICIAN, by=by)
            else:
                end_membership(membership=membership, by=by, at=timezone.now())
        except (PermissionDenied, RuleBroken):
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go_for, args=pair) for pair in ((manager, second), (second, manager))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clinic.memberships.filter(role=Role.MANAGER).count() == 1


def test_leaving_ends_everything_at_once(client, program, clinic, manager, clinician):
    """HIP-1: sessions, tokens, pending resets and invitations, second factor, familiar addresses."""
    set_up_app(clinician)
    theirs, their_program = StaffClient(), program(clinician)
    theirs.force_login(clinician)
    link = reset_link(clinician).removeprefix("http://127.0.0.1:8000")
    assert AccessLog.objects.filter(username=clinician.email).exists()

    client.force_login(manager)
    answer = client.post(f"{PAGE}end/", {"member": of(clinician).pk}, follow=True)
    assert "Hana Lee works here no longer." in answer.text

    assert theirs.get("/patients/").status_code == 302
    assert their_program.get("/api/v1/clinics/").status_code == 401
    assert "This link does not work" in StaffClient().get(link).text
    assert sign_in(StaffClient(), clinician.email).status_code == 422
    assert not Authenticator.objects.filter(user=clinician).exists()
    assert not AccessLog.objects.filter(username=clinician.email).exists()
    assert not BrowserSession.objects.filter(user=clinician).exists()
    clinician.refresh_from_db()
    assert not clinician.is_active
    assert not clinician.api_tokens.filter(revoked_at=None).exists()


def test_who_works_elsewhere_too_keeps_the_account(clinic, other_clinic, manager, clinician):
    Membership.objects.create(user=clinician, clinic=other_clinic, role=Role.RESEARCHER)
    set_up_app(clinician)
    here, there = (clinician.memberships.get(clinic=one) for one in (clinic, other_clinic))
    for membership in (here, there):
        create_api_token(membership=membership, name="Dashboard", at=timezone.now())
    end_membership(membership=here, by=manager, at=timezone.now())
    assert [token.membership for token in clinician.api_tokens.filter(revoked_at=None)] == [there]
    clinician.refresh_from_db()
    assert clinician.is_active
    assert clinician.check_password(PASSWORD)
    assert Authenticator.objects.filter(user=clinician).exists()
    assert [row.clinic for row in clinician.memberships.all()] == [other_clinic]


def test_who_left_may_be_invited_again(client, clinic, manager, clinician):
    end_membership(membership=of(clinician), by=manager, at=timezone.now())
    _, link = invite(clinic=clinic, email=clinician.email, role=Role.RESEARCHER, by=manager, at=timezone.now())
    phrase = "a-long-unusual-phrase-7"
    form = {"full_name": "Hana Lee", "password": phrase, "again": phrase}
    assert client.post(link.removeprefix("http://127.0.0.1:8000"), form).url == "/login/"
    clinician.refresh_from_db()
    assert (clinician.is_active, of(clinician).role) == (True, Role.RESEARCHER)
    assert sign_in(client, clinician.email, phrase).url == "/"
    assert client.get("/patients/").url == "/account/"


def test_an_invitation_of_somebody_who_left_is_void(clinic, manager, clinician):
    _, link = invite(clinic=clinic, email="late@example.org", role=Role.CLINICIAN, by=manager, at=timezone.now())
    Invitation.objects.update(email=clinician.email)
    end_membership(membership=of(clinician), by=manager, at=timezone.now())
    assert StaffClient().get(link.removeprefix("http://127.0.0.1:8000")).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_nobody_gets_through_after_having_left(clinic, manager, clinician):
    """T-SES-2, F-51: twenty browsers of theirs are busy while the membership ends."""
    ended, late = threading.Event(), []
    browsers = [StaffClient() for _ in range(20)]
    for browser in browsers:
        browser.force_login(clinician)
    stop = threading.Event()

    def hammer(browser: StaffClient) -> None:
        try:
            while not stop.is_set():
                after = ended.is_set()
                answer = browser.get("/setup/")
                if after and answer.status_code == 200:
                    late.append(answer)
                if after:
                    break
        finally:
            connections.close_all()

    threads = [threading.Thread(target=hammer, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    end_membership(membership=of(clinician), by=manager, at=timezone.now())
    ended.set()
    for thread in threads:
        thread.join(30)
    stop.set()
    assert late == []
    assert not BrowserSession.objects.filter(user=clinician).exists()


# The second factor of somebody whose phone is gone


def test_two_managers_reset_a_second_factor_together(client, clinic, manager, second, clinician):
    """MFA-4."""
    set_up_app(clinician)
    theirs = StaffClient()
    theirs.force_login(clinician)
    client.force_login(manager)
    client.post(f"{PAGE}second-factor/", {"member": of(clinician).pk})
    reset = SecondFactorReset.objects.get()
    assert Authenticator.objects.filter(user=clinician).exists(), "one alone changes nothing"
    assert client.post(f"{PAGE}second-factor/agree/", {"reset": reset.pk}).status_code == 403
    assert theirs.get("/patients/").status_code == 200

    client.force_login(second)
    assert "Make sure, in person or by phone" in client.get(PAGE).text
    assert client.post(f"{PAGE}second-factor/agree/", {"reset": reset.pk}).url == PAGE
    assert not Authenticator.objects.filter(user=clinician).exists()
    assert theirs.get("/patients/").status_code == 302
    send_letters(at=timezone.now())
    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([clinician.email], "Your second factor for Mendline was reset")
    ]
    sign_in(theirs, clinician.email)
    assert theirs.get("/patients/").url == "/account/"


def test_a_manager_does_not_reset_their_own(manager, second):
    with pytest.raises(PermissionDenied):
        ask_for_factor_reset(membership=of(manager), by=manager, at=timezone.now())
    reset = ask_for_factor_reset(membership=of(second), by=manager, at=timezone.now())
    for who in (manager, second):
        with pytest.raises(PermissionDenied):
            approve_factor_reset(reset=reset, by=who, at=timezone.now())


def test_a_wish_for_a_reset_lasts_a_day_and_counts_once(clinic, manager, second, clinician):
    at = timezone.now()
    reset = ask_for_factor_reset(membership=of(clinician), by=manager, at=at)
    with pytest.raises(RuleBroken, match="asked for already"):
        ask_for_factor_reset(membership=of(clinician), by=second, at=at)
    with pytest.raises(RuleBroken, match="more than a day ago"):
        approve_factor_reset(reset=reset, by=second, at=at + LIFE)
    anew = ask_for_factor_reset(membership=of(clinician), by=manager, at=at + LIFE)
    approve_factor_reset(reset=anew, by=second, at=at + LIFE)
    with pytest.raises(RuleBroken, match="settled"):
        approve_factor_reset(reset=anew, by=second, at=at + LIFE)


def test_another_clinic_s_reset_is_not_there(client, manager, other_clinic, clinician):
    theirs = member(other_clinic, Role.MANAGER, "Mona Reyes")
    somebody = member(other_clinic, Role.CLINICIAN, "Nils Berg")
    reset = ask_for_factor_reset(membership=of(somebody), by=theirs, at=timezone.now())
    client.force_login(manager)
    assert client.post(f"{PAGE}second-factor/agree/", {"reset": reset.pk}).status_code == 404


def test_the_api_token_page_works_right_after_signing_in(client, clinician):
    client.force_login(clinician)
    assert client.get("/setup/api-tokens/").status_code == 200


def test_the_operator_can_help_a_clinic_with_one_manager(client, manager, capsys):
    set_up_app(manager)
    client.force_login(manager)
    call_command("reset_second_factor", manager.email.upper())
    assert "sets up a new second factor" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    assert client.get("/patients/").status_code == 302
    send_letters(at=timezone.now())
    assert mail.outbox[0].to == [manager.email]
    with pytest.raises(CommandError, match="Nobody who may sign in"):
        call_command("reset_second_factor", "nobody@example.org")
