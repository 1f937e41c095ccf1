"""The doors to erasing: page, API, the list of those whose time is over, the command, and the nightly tidying."""

import datetime as dt
import time
from io import StringIO

import pytest
from axes.models import AccessFailureLog
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from clinic.actions import set_retention
from clinic.actions.letters import queue_letter
from clinic.models import BrowserSession, StaffLetter
from clinic.tasks import tidy
from outcomes.models import SurveyLink
from outcomes.retention import expired_patients
from patients import actions
from patients.models import ConsentRequest, Patient
from tests.check_in import invitation_link, open_survey
from tests.conftest import NOON, prove
from tests.layers import layer

pytestmark = pytest.mark.django_db
RIGHT = {"chart_number": "00417", "reason": "Asked for it by letter"}


@pytest.fixture
def boss(client, manager):
    client.force_login(manager)
    return client


@layer
def address(patient):
    return reverse("erase-patient", args=[patient.public_id])


def test_a_manager_reads_what_follows_and_erases(boss, patient, address):
    assert "This cannot be taken back." in boss.get(address).text
    assert Patient.objects.get().erased_at is None, "GET changes nothing"
    page = boss.post(address, RIGHT, follow=True)
    assert "Who this was is erased" in page.text and "Asked for it by letter" in page.text
    assert "Álvarez" not in page.text and "00417" not in page.text
    assert boss.get(address).status_code == 302, "once is enough"
    assert "Álvarez" not in boss.get(reverse("patients")).text


@pytest.mark.parametrize("changes", [{"chart_number": "1"}, {"reason": ""}, {"reason": "Álvarez asked"}])
def test_wrong_input_erases_nothing(boss, patient, address, changes):
    assert boss.post(address, {**RIGHT, **changes}).status_code == 422
    assert Patient.objects.get().family_name == "Álvarez"


def test_others_may_not(client, clinician, stranger, patient, address):
    client.force_login(clinician)
    assert client.post(address, RIGHT).status_code == 403
    assert "Erase who this is" not in client.get(reverse("patient", args=[patient.public_id])).text
    client.force_login(stranger)
    assert client.post(address, RIGHT).status_code == 404
    assert client.put(address).status_code in (404, 405)
    assert Patient.objects.get().erased_at is None


def test_a_program_of_a_manager_erases(program, patient, manager, clinician, stranger):
    path = f"/api/v1/patients/{patient.public_id}/erasure/"
    assert program(clinician).post(path, RIGHT).status_code == 403
    assert program(stranger).post(path, RIGHT).status_code == 404
    wrong = program(manager).post(path, {**RIGHT, "chart_number": "1"})
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (
        400,
        "wrong_chart_number",
        "chart_number",
    )
    answer = program(manager).post(path, RIGHT)
    assert (answer.status_code, answer.json()["patient"]) == (201, str(patient.public_id))
    assert answer.json()["erased_by"] == "Ines Ferreira"
    again = program(manager).post(path, {**RIGHT, "chart_number": Patient.objects.get().chart_number})
    assert (again.status_code, again.json()["code"]) == (400, "patient_erased")


def test_whose_time_is_over_is_listed_and_erased_by_command(
    boss, clinic, manager, clinician, patient, treated_long_ago
):
    assert "identities are kept for good" in boss.get(reverse("retention")).text
    assert boss.post(reverse("retention"), {"years": "0"}).status_code == 422
    assert boss.post(reverse("retention"), {"years": "10"}).status_code == 302
    page = boss.get(reverse("retention")).text
    assert "Okonkwo" in page and "Álvarez" not in page
    assert said("erase_expired", "--dry-run") == "Northside: 1 to erase.\n"
    assert said("erase_expired") == "Northside: 1 erased, 0 left because somebody may still have to reach them.\n"
    erased = Patient.objects.exclude(erased_at=None).get()
    assert (erased.pk, erased.erased_by) == (treated_long_ago.pk, None)


@layer
def treated_long_ago(clinic, clinician, patient):
    """Ada Okonkwo, of whom nobody has heard for eleven years; Ruth was as long ago registered, and signed since."""
    long_ago = timezone.now() - dt.timedelta(days=11 * 366)
    Patient.objects.filter(pk=patient.pk).update(registered_at=long_ago)
    patient.consents.update(signed_at=timezone.now() - dt.timedelta(days=300))
    return actions.register_patient(
        clinic=clinic, by=clinician, at=long_ago, chart_number="7", family_name="Okonkwo", given_name="Ada"
    )


def test_retention_is_the_managers_business(client, clinician, clinic):
    client.force_login(clinician)
    assert client.get(reverse("retention")).status_code == 403
    assert client.post(reverse("retention"), {"years": "1"}).status_code == 403


def test_without_a_limit_nobody_is_over(clinic, treated_long_ago, manager):
    assert not expired_patients(clinic, at=timezone.now())
    set_retention(clinic=clinic, years=12, by=manager)
    assert not expired_patients(clinic, at=timezone.now())


def test_the_night_forgets_old_sign_ins_and_letters(db, client):
    now = timezone.now()
    client.post(reverse("login"), {"username": "nobody@example.org", "password": "wrong-wrong-wrong"})
    queue_letter(kind=StaffLetter.Kind.PASSWORD_CHANGED, email="ana@example.org", at=now)
    tidy()
    assert (AccessFailureLog.objects.count(), StaffLetter.objects.count()) == (1, 1)
    AccessFailureLog.objects.update(attempt_time=now - dt.timedelta(days=366))
    StaffLetter.objects.update(queued_at=now - dt.timedelta(days=91))
    tidy()
    assert (AccessFailureLog.objects.count(), StaffLetter.objects.count()) == (0, 0)


def test_a_form_that_was_confirmed_long_ago_asks_again(client, manager, address):
    """AUTH-7, MFA-3: erasing asks who is there, unless that was answered within 15 minutes."""
    client.force_login(manager)
    prove(client, manager, at=time.time() - 16 * 60)
    assert client.post(address, RIGHT).status_code == 403
    assert reverse("account_reauthenticate") in client.get(address).url
    assert Patient.objects.get().erased_at is None


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_the_night_deletes_technical_rows_that_are_over(client, course, patient, clinician):
    client.force_login(clinician)
    survey = open_survey(course.follow_ups.get(), NOON - dt.timedelta(days=7))
    invitation_link(survey, NOON - dt.timedelta(days=6))
    actions.ask_for_consent(patient=patient, kinds=["contact"], way="link", at=timezone.now(), by=clinician)
    old, _token = actions.ask_for_consent(patient=patient, kinds=["contact"], way="link", at=NOON, by=clinician)
    ConsentRequest.objects.filter(pk=old.pk).update(expires_at=NOON + dt.timedelta(days=14))
    course.follow_ups.update(closes_on=timezone.now().date())
    tidy()
    assert (ConsentRequest.objects.count(), SurveyLink.objects.count(), BrowserSession.objects.count()) == (1, 1, 1)
    course.follow_ups.update(opens_on="2026-01-01", due_on="2026-01-02", closes_on="2026-01-03")
    BrowserSession.objects.update(expire_date=NOON)
    tidy()
    assert (ConsentRequest.objects.count(), SurveyLink.objects.count(), BrowserSession.objects.count()) == (1, 0, 0)
