"""The pages of merging: candidates, comparing, merging, what stands at the address of the record that went, undoing."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from clinic.models import AccessEvent
from outcomes import actions as outcome_actions
from outcomes.models import Delivery
from patients import actions
from patients.models import KeptApart, Patient, PatientMerge
from tests.check_in import invitation_link, open_survey
from tests.patients.test_merging import merge, twin, twin_of  # noqa: F401 a layer


def page_of(kept, gone=None):
    return f"/patients/{kept.public_id}/merge/" + (f"?with={gone.public_id}" if gone else "")


def filled(client, kept, gone, **changes):
    """The form of the compare page as somebody would send it who takes nothing of the record that goes."""
    text = client.get(page_of(kept, gone)).text
    fields = dict.fromkeys(re.findall(r'name="(take-\w+)"', text), "kept")
    seen = re.search(r'name="seen" value="(\w+)"', text)[1]
    return {**fields, "seen": seen, "with": gone.public_id, "chart_number": gone.chart_number, **changes}


def test_candidates_lead_to_comparing_or_are_two_people(client, manager, patient, twin, clinician):  # noqa: F811
    client.force_login(manager)
    text = client.get("/patients/merge/").text
    assert "Same name, same date of birth" in text
    assert page_of(patient, twin) in text
    assert "/patients/merge/" in client.get("/patients/").text
    assert AccessEvent.objects.filter(kind="listed", route="merge-candidates").exists()

    client.post(f"/patients/{patient.public_id}/apart/", {"with": twin.public_id})
    text = client.get("/patients/merge/").text
    assert "No candidates" in text
    assert "Two people, as somebody made sure (1)" in text
    client.post(f"/patients/apart/{KeptApart.objects.get().public_id}/")
    assert page_of(patient, twin) in client.get("/patients/merge/").text

    client.force_login(clinician)
    assert client.get("/patients/merge/").status_code == client.get(page_of(patient, twin)).status_code == 403
    assert "/patients/merge/" not in client.get("/patients/").text


def test_from_a_patient_s_page_the_other_record_is_found_or_searched(client, manager, patient, twin, front_desk):  # noqa: F811
    other = twin_of(patient.clinic, front_desk, chart_number="77", given_name="Nora", family_name="Weiss", born_on=None)
    client.force_login(manager)
    assert page_of(patient) in client.get(f"/patients/{patient.public_id}/").text
    text = client.get(page_of(patient)).text
    assert page_of(patient, twin) in text
    assert page_of(patient, other) not in text
    assert page_of(patient, other) in client.get(page_of(patient) + "?q=weiss").text
    assert "No match" in client.get(page_of(patient) + "?q=nobody").text


def test_nothing_is_chosen_beforehand_and_everything_is_asked(client, manager, patient, course, twin, front_desk):  # noqa: F811
    client.force_login(manager)
    answer = client.get(page_of(twin, patient))
    assert answer.status_code == 200
    assert "checked" not in answer.text
    assert "1 course" in answer.text
    assert "nothing more is sent after the merge" not in answer.text
    actions.withdraw_consent(patient=twin, by=front_desk, at=timezone.now())
    assert "nothing more is sent after the merge" in client.get(page_of(twin, patient)).text
    assert "None" not in re.sub(r"<[^>]+>", " ", answer.text)

    refused = client.post(page_of(twin), {"with": patient.public_id, "seen": "x"})
    assert refused.status_code == 422
    assert "Choose for: E-mail." in refused.text
    assert "Chart number of the record that goes is missing." in refused.text
    wrong = client.post(page_of(twin), filled(client, twin, patient, chart_number="1"))
    assert wrong.status_code == 422
    assert "This is not the chart number" in wrong.text
    assert not PatientMerge.objects.exists()
    assert client.post(page_of(twin), {"with": "nonsense"}).status_code == 404
    assert client.get(page_of(twin) + "?with=nonsense").status_code == 404


def test_merged_is_said_at_both_addresses_and_undone_by_a_page(client, manager, patient, course, twin, program):  # noqa: F811
    client.force_login(manager)
    merged = client.post(page_of(twin), filled(client, twin, patient, **{"take-email": "gone"}), follow=True)
    assert "Merged. Everything of chart no. 00417 is here now." in merged.text
    assert "Merged: chart no. 00417 into chart no. 00912" in merged.text
    assert "Ines Ferreira" in merged.text
    one = PatientMerge.objects.get()
    undo_page = f"/patients/merges/{one.public_id}/undo/"
    assert undo_page in merged.text

    gone = client.get(f"/patients/{patient.public_id}/")
    assert gone.status_code == 410
    assert f"/patients/{twin.public_id}/" in gone.text
    assert client.get(f"/patients/{patient.public_id}/edit/").status_code == 404
    assert client.get("/patients/?q=00417").headers["Location"] == f"/patients/{twin.public_id}/"
    api = program(manager)
    answer = api.get(f"/api/v1/patients/{patient.public_id}/")
    assert answer.status_code == 410
    assert (answer.json()["code"], answer.json()["merged_into"]) == ("patient_merged", str(twin.public_id))
    assert str(patient.public_id) not in api.get("/api/v1/patients/").content.decode()

    assert "<li>1 course</li>" in client.get(undo_page).text
    undone = client.post(undo_page, follow=True)
    assert "Undone. Chart no. 00417 is a record of its own again." in undone.text
    assert "Merge undone: chart no. 00417" in client.get(f"/patients/{patient.public_id}/").text
    assert "undone already" in client.get(undo_page).text
    assert "undone already" in client.post(undo_page, follow=True).text


def test_a_merge_of_yesterday_has_no_undo(client, manager, patient, twin):  # noqa: F811
    one = merge(twin, patient, manager)
    PatientMerge.objects.filter(pk=one.pk).update(merged_at=timezone.now() - dt.timedelta(hours=25))
    client.force_login(manager)
    assert "/undo/" not in client.get(f"/patients/{twin.public_id}/").text
    assert "Chart no. 00417" in client.get(f"/patients/{twin.public_id}/").text
    assert "/undo/" not in client.get(f"/patients/{patient.public_id}/").text
    assert "24 hours, and those are over" in client.get(f"/patients/merges/{one.public_id}/undo/").text


def test_two_that_cannot_be_merged_have_no_button(client, manager, patient, twin, front_desk):  # noqa: F811
    actions.record_death(
        patient=twin, died_on=timezone.localdate() - dt.timedelta(days=1), at=timezone.now(), by=front_desk
    )
    client.force_login(manager)
    text = client.get(page_of(twin, patient)).text
    assert "These two cannot be merged as they are" in text
    assert ">Merge<" not in text
    assert "Chart number of the record" not in text


@pytest.mark.parametrize("own", [True, False])
def test_links_of_the_record_that_went(own, client, manager, patient, course, twin):  # noqa: F811
    now = timezone.now()
    if own:
        link = f"/my/{actions.issue_own_link(patient=patient, at=now - dt.timedelta(minutes=5))}/"
    else:
        Patient.objects.filter(pk=patient.pk).update(born_on=None)
        Patient.objects.filter(pk=twin.pk).update(born_on=None)
        type(patient.clinic).objects.update(send_from_hour=0, send_until_hour=24, sends_on_weekends=True)
        course.follow_ups.update(
            opens_on=now.date() - dt.timedelta(days=2), due_on=now.date(), closes_on=now.date() + dt.timedelta(days=9)
        )
        survey = open_survey(course.follow_ups.get(timepoint__name="baseline"), now)
        link = invitation_link(survey, now)
    patient, twin = Patient.objects.get(pk=patient.pk), Patient.objects.get(pk=twin.pk)
    merge(twin, patient, manager, at=now)
    answer = client.get(link)
    if own:
        assert answer.status_code == 404, "the own page asks for a new link"
    else:
        assert answer.status_code == 200, "a check-in can still be answered, as the kept patient's"
        outcome_actions.submit_survey(survey=survey, at=now, remark="I want to die.")
        assert Patient.objects.get(alerts__survey=survey) == twin
        assert set(Delivery.objects.values_list("patient", flat=True)) == {twin.pk}
