"""Pages: finding, registering and changing patients, and consent."""

import pytest
from django.urls import reverse

from patients import actions
from patients.models import Patient
from tests.conftest import NOON

LIST, NEW = "/patients/", "/patients/new/"
OTTO = {
    "family_name": "Brandt",
    "given_name": "Otto",
    "born_on": "1949-11-19",
    "sex": "M",
    "chart_number": "00288",
    "email": "otto@example.org",
    "phone": "512-555-0188",
    "language": "en",
}


@pytest.fixture
def staff(client, front_desk):
    client.force_login(front_desk)
    return client


def test_the_list_shows_what_fits_and_keeps_what_was_typed(staff, patient):
    answer = staff.get(LIST, {"q": "alvar 3/3/58"})
    assert "Álvarez, Ruth" in answer.text
    assert "1 patient found" in answer.text
    assert 'value="alvar 3/3/58"' in answer.text


def test_an_exact_chart_number_opens_the_patient(staff, patient):
    assert staff.get(LIST, {"q": "00417"}).url == f"/patients/{patient.public_id}/"
    assert staff.get(LIST, {"q": "00417"}, headers={"HX-Request": "true"}).status_code == 200


def test_nobody_found_offers_what_to_do_next(staff, patient):
    answer = staff.get(LIST, {"q": "<b>zzz"})
    assert "No patient matches “&lt;b&gt;zzz”" in answer.text


def test_patients_of_other_clinics_are_not_listed(client, stranger, patient):
    client.force_login(stranger)
    assert "Ruth" not in client.get(LIST).text


@pytest.mark.parametrize("count", [1, 60])
def test_the_list_takes_the_same_few_queries_at_any_length(
    staff, clinic, patient, count, django_assert_max_num_queries
):
    Patient.objects.bulk_create(
        Patient(clinic=clinic, chart_number=str(n), family_name="Kim", registered_at=NOON) for n in range(count)
    )
    with django_assert_max_num_queries(12):
        assert staff.get(LIST).status_code == 200


def test_registering_with_consent(staff, front_desk):
    answer = staff.post(NEW, {**OTTO, "consents": "on"})
    otto = Patient.objects.get(chart_number="00288")
    assert answer.url == f"/patients/{otto.public_id}/"
    assert otto.may_be_contacted
    assert otto.consented_by == front_desk


def test_without_the_tick_nobody_is_contacted(staff, clinic):
    staff.post(NEW, OTTO)
    assert not Patient.objects.contactable().exists()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("family_name", "", "Family name is missing."),
        ("chart_number", "", "Chart number is missing."),
        ("chart_number", "00417", "has this chart number"),
        ("born_on", "2099-01-01", "The date of birth cannot be in the future."),
        ("born_on", "1801-01-01", "more than 125 years ago"),
        ("born_on", "1949-02-30", "is not a date of the calendar"),
        ("email", "otto", "valid email address"),
        ("phone", "12", "Type a phone number with 7 to 15 digits"),
        ("phone", "call me 5125550134", "Type a phone number with 7 to 15 digits"),
        ("sex", "Q", "not one of the available choices"),
    ],
)
def test_bad_input_comes_back_with_a_message_and_everything_typed(staff, patient, field, value, message):
    answer = staff.post(NEW, {**OTTO, field: value})
    assert answer.status_code == 422
    assert message in answer.text
    assert "There is a problem" in answer.text
    assert Patient.objects.count() == 1
    kept = "otto@example.org" if field != "email" else "512-555-0188"
    assert kept in answer.text


def test_a_namesake_is_asked_about_once(staff, patient):
    ruth = {**OTTO, "family_name": "alvarez", "given_name": "Ruth", "born_on": "1958-03-03"}
    answer = staff.post(NEW, ruth)
    assert answer.status_code == 422
    assert "Already registered with this name" in answer.text
    assert f"/patients/{patient.public_id}/" in answer.text
    assert staff.post(NEW, {**ruth, "is_another": "on"}).status_code == 302


def test_a_researcher_registers_nobody(client, researcher):
    client.force_login(researcher)
    assert client.post(NEW, OTTO).status_code == 403
    assert not Patient.objects.exists()


def test_details_can_be_corrected(staff, patient):
    url = reverse("edit-patient", args=[patient.public_id])
    assert 'value="ruth@example.org"' in staff.get(url).text
    answer = staff.post(url, {**OTTO, "family_name": "Álvarez", "given_name": "Ruth", "chart_number": "00417"})
    patient.refresh_from_db()
    assert answer.status_code == 302
    assert (patient.email, patient.given_name) == ("otto@example.org", "Ruth")


def test_a_correction_is_checked_like_a_registration(staff, clinic, patient, front_desk):
    actions.register_patient(clinic=clinic, by=front_desk, at=NOON, chart_number="1", family_name="Kim")
    url = reverse("edit-patient", args=[patient.public_id])
    answer = staff.post(url, {**OTTO, "chart_number": "1"})
    assert answer.status_code == 422
    assert "has this chart number" in answer.text
    assert "Álvarez, Ruth" in answer.text, "the strip shows who the patient is on record"


def test_consent_is_withdrawn_after_a_page_that_says_what_it_means(staff, patient):
    url = reverse("consent-withdraw", args=[patient.public_id, "contact"])
    assert "nothing is sent to this patient any more" in staff.get(url).text
    patient.refresh_from_db()
    assert patient.may_be_contacted
    staff.post(url)
    patient.refresh_from_db()
    assert not patient.may_be_contacted


def test_consent_can_be_given_again(staff, patient):
    staff.post(reverse("consent-withdraw", args=[patient.public_id, "contact"]))
    staff.post(reverse("record-consent", args=[patient.public_id]))
    patient.refresh_from_db()
    assert patient.may_be_contacted


def test_withdrawing_what_was_never_given_says_so(staff, clinic, front_desk):
    kim = actions.register_patient(clinic=clinic, by=front_desk, at=NOON, chart_number="1", family_name="Kim")
    answer = staff.post(reverse("consent-withdraw", args=[kim.public_id, "contact"]), follow=True)
    assert "no consent to withdraw" in answer.text


@pytest.mark.parametrize("name", ["edit-patient", "record-consent"])
def test_others_are_told_that_there_is_no_such_patient(client, stranger, researcher, patient, name):
    for person in (stranger, researcher):
        client.force_login(person)
        assert client.post(reverse(name, args=[patient.public_id]), OTTO).status_code == 404
    patient.refresh_from_db()
    assert patient.email == "ruth@example.org"
    assert patient.may_be_contacted


def test_wrong_methods_are_refused(staff, patient):
    assert staff.post(LIST).status_code == 405
    assert staff.put(NEW).status_code == 405
    assert staff.get(reverse("record-consent", args=[patient.public_id])).status_code == 405
