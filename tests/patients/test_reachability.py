"""Whether messages reach a patient, as staff say: addresses tried again, channels stopped, the preferred one; deaths."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from patients import actions
from patients.models import Patient
from tests.conftest import NOON

TODAY, DAY = NOON.date(), dt.timedelta(days=1)


class TestDeaths:
    """UNS: nothing is ever sent to somebody who has died."""

    def test_is_recorded_once_and_can_be_taken_back(self, patient, front_desk):
        actions.record_death(patient=patient, died_on=TODAY, at=NOON, by=front_desk)
        row = Patient.objects.get()
        assert (row.died_on, row.died_recorded_at, row.died_recorded_by) == (TODAY, NOON, front_desk)
        with pytest.raises(actions.DeathRefused):
            actions.record_death(patient=patient, died_on=TODAY, at=NOON, by=front_desk)
        actions.take_back_death(patient=patient, by=front_desk)
        row = Patient.objects.get()
        assert (row.died_on, row.died_recorded_at, row.died_recorded_by) == (None, None, None)
        with pytest.raises(actions.DeathRefused):
            actions.take_back_death(patient=patient, by=front_desk)

    @pytest.mark.parametrize("died_on", [TODAY + DAY, dt.date(1958, 3, 2)])
    def test_not_in_the_future_and_not_before_birth(self, patient, front_desk, died_on):
        with pytest.raises(actions.DeathRefused) as refused:
            actions.record_death(patient=patient, died_on=died_on, at=NOON, by=front_desk)
        assert refused.value.field == "died_on"

    def test_is_not_for_everybody(self, patient, researcher, stranger):
        for person in (researcher, stranger):
            with pytest.raises(PermissionDenied):
                actions.record_death(patient=patient, died_on=TODAY, at=NOON, by=person)
            with pytest.raises(PermissionDenied):
                actions.take_back_death(patient=patient, by=person)

    def test_of_somebody_erased_is_refused(self, patient, manager):
        Patient.objects.update(
            family_name="Erased patient", email="", phone="", born_on=None, erased_at=NOON, erasure_reason="Asked"
        )
        with pytest.raises(actions.PatientErased):
            actions.record_death(patient=patient, died_on=TODAY, at=NOON, by=manager)

    def test_has_a_page_of_its_own(self, client, front_desk, patient, stranger):
        client.force_login(front_desk)
        page = f"/patients/{patient.public_id}/died/"
        assert "nothing is sent any more" in client.get(page).text
        for sent in ({}, {"died_on": "2999-01-01"}, {"died_on": "no day"}):
            assert client.post(page, sent).status_code == 422, sent
        assert "The patient has died" in client.post(page, {"died_on": "2026-03-01"}, follow=True).text
        assert "Taken back" in client.post(f"{page}undo/", follow=True).text
        assert "not recorded that" in client.post(f"{page}undo/", follow=True).text
        client.force_login(stranger)
        assert client.get(page).status_code == client.post(page).status_code == client.post(f"{page}undo/").status_code


class TestChannels:
    def test_an_address_that_failed_is_tried_again(self, patient, front_desk):
        Patient.objects.update(email_bounced_at=NOON)
        actions.try_address_again(patient=patient, channel="email", by=front_desk)
        assert Patient.objects.get().email_bounced_at is None
        with pytest.raises(actions.ChannelUnchanged):
            actions.try_address_again(patient=patient, channel="email", by=front_desk)

    def test_a_channel_is_stopped_and_wanted_again(self, patient, front_desk):
        actions.wants_no_messages(patient=patient, channel="sms", at=NOON, by=front_desk)
        assert Patient.objects.get().sms_stopped_at == NOON
        with pytest.raises(actions.ChannelUnchanged):
            actions.wants_no_messages(patient=patient, channel="sms", at=NOON, by=front_desk)
        actions.wants_messages_again(patient=patient, channel="sms", by=front_desk)
        assert Patient.objects.get().sms_stopped_at is None

    def test_is_not_for_everybody(self, patient, researcher, stranger):
        for person in (researcher, stranger):
            with pytest.raises(PermissionDenied):
                actions.wants_no_messages(patient=patient, channel="email", at=NOON, by=person)

    def test_buttons_on_the_patients_page(self, client, front_desk, patient):
        client.force_login(front_desk)
        page = f"/patients/{patient.public_id}/channel/"
        Patient.objects.update(email_bounced_at=NOON)
        told = {
            "try_again": "tried again",
            "stop": "no more messages this way",
            "resume": "messages may come again",
        }
        for change, words in told.items():
            answer = client.post(page, {"do": change, "channel": "email"}, follow=True)
            assert words in answer.text, change
        assert "Nothing stands against" in client.post(page, {"do": "try_again", "channel": "email"}, follow=True).text
        for sent in ({}, {"do": "sing", "channel": "email"}, {"do": "stop", "channel": "pigeon"}):
            assert "Choose what to change" in client.post(page, sent, follow=True).text


def test_the_preferred_channel_is_chosen_on_the_form_and_through_the_api(client, program, front_desk, patient, clinic):
    client.force_login(front_desk)
    given = {"family_name": "Álvarez", "given_name": "Ruth", "chart_number": "00417", "language": "en"}
    page = f"/patients/{patient.public_id}/edit/"
    client.post(page, {**given, "preferred_channel": "sms"})
    assert Patient.objects.get().preferred_channel == "sms"
    client.post(page, given)
    assert Patient.objects.get().preferred_channel == "sms"
    assert client.post(page, {**given, "preferred_channel": "pigeon"}).status_code == 422
    body = {"clinic": str(clinic.public_id), "chart_number": "2", "family_name": "Moss", "preferred_channel": "sms"}
    made = program(front_desk).post("/api/v1/patients/", body).json()
    assert (made["preferred_channel"], made["died_on"]) == ("sms", None)
