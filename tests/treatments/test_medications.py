"""Pain medicines: recording them, what cannot be, the pages, the change since before treatment."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from clinic.rules import RuleBroken
from patients import actions as patient_actions
from tests.conftest import NOON
from tests.layers import layer
from tests.treatments.stock import session_of
from treatments import actions
from treatments.medication_history import compared
from treatments.models import MedicationReview

DAY = dt.timedelta(days=1)
TODAY = NOON.date()


def opioid(drug, strength, units, **more):
    return {"drug": drug, "strength": Decimal(str(strength)), "units_per_day": Decimal(str(units)), **more}


HYDROCODONE = opioid("hydrocodone", 5, 4)


def ask(patient, by, *opioids, **changes):
    """By phone on the day of NOON, or what ``changes`` say; no opioid named is none taken."""
    given = {"source": "phone", "asked_on": TODAY, "at": NOON, "takes_opioids": bool(opioids), **changes}
    return actions.record_medication_review(patient=patient, opioids=opioids, by=by, **given)


@layer
def session(course, clinician):
    return session_of(course, clinician)


@layer
def neighbour(clinic, clinician):
    return patient_actions.register_patient(
        clinic=clinic, by=clinician, at=NOON, chart_number="00288", given_name="Otto", family_name="Brandt"
    )


def test_mme_is_worked_out_with_the_current_factors_and_kept_with_their_version(patient, front_desk):
    review = ask(patient, front_desk, HYDROCODONE, opioid("oxycodone", 10, 2, is_as_needed=True, prescriber="outside"))
    review.refresh_from_db()
    assert (review.mme_per_day, review.factor_version) == (50, "cdc-2022")
    assert review.opioids.count() == 2


def test_taking_none_is_an_answer(patient, clinician):
    review = ask(patient, clinician)
    assert (review.takes_opioids, review.mme_per_day) == (False, 0)


def test_a_drug_without_a_factor_is_not_guessed(patient, clinician):
    assert ask(patient, clinician, HYDROCODONE, opioid("buprenorphine", 8, 1)).mme_per_day is None


def test_at_a_session_and_with_a_check_in_the_course_is_theirs(patient, course, session, clinician):
    assert ask(patient, clinician, source="visit", session=session).course == course
    assert ask(patient, clinician, source="survey", follow_up=course.follow_ups.first()).course == course


@pytest.mark.parametrize(
    ("opioids", "changes", "field", "message"),
    [
        ([], {"takes_opioids": True}, "opioids", "Add each opioid"),
        ([HYDROCODONE], {"takes_opioids": False}, "takes_opioids", "no opioid is taken"),
        ([opioid("aspirin", 5, 1)], {}, "opioids.0.drug", "drug from the list"),
        ([opioid("codeine", 0, 1)], {}, "opioids.0.strength", "more than 0"),
        ([opioid("codeine", -30, 1)], {}, "opioids.0.strength", "more than 0"),
        ([opioid("codeine", 30_000, 1)], {}, "opioids.0.strength", "at most 1,000 mg"),
        ([opioid("codeine", 30, 0)], {}, "opioids.0.units_per_day", "more than 0"),
        ([opioid("codeine", 30, 61)], {}, "opioids.0.units_per_day", "at most 60"),
        ([opioid("fentanyl_patch", 25, "0.33")], {}, "opioids.0.units_per_day", "how many patches are worn at once"),
        ([opioid("fentanyl_patch", 25, 10)], {}, "opioids.0.units_per_day", "how many patches are worn at once"),
        ([HYDROCODONE, HYDROCODONE], {}, "opioids.1.drug", "listed twice"),
        ([], {"asked_on": TODAY + DAY}, "asked_on", "in the future"),
        ([], {"asked_on": dt.date(1950, 1, 1)}, "asked_on", "before the patient was born"),
        ([], {"others": {"nsaid_days": 8}}, "nsaid_days", "0 to 7"),
        ([], {"others": {"nsaid_days": -1}}, "nsaid_days", "0 to 7"),
        ([], {"others": {"acetaminophen_mg": 4_000_000}}, "acetaminophen_mg", "mg a day"),
        ([], {"source": "survey"}, "follow_up", "Name the check-in"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(patient, clinician, opioids, changes, field, message):
    with pytest.raises(RuleBroken, match=message) as broken:
        ask(patient, clinician, *opioids, **changes)
    assert broken.value.field == field
    assert not MedicationReview.objects.exists()


def test_what_is_named_must_be_the_patients_and_fit_together(patient, neighbour, course, session, clinician):
    follow_up = course.follow_ups.first()
    for field, changes in (
        ("session", {"source": "visit", "session": session}),
        ("follow_up", {"source": "survey", "follow_up": follow_up}),
        ("course", {"course": course}),
    ):
        with pytest.raises(RuleBroken, match="one of this patient") as broken:
            ask(neighbour, clinician, **changes)
        assert broken.value.field == field
    with pytest.raises(RuleBroken, match="Only medicines asked at a visit"):
        ask(patient, clinician, source="phone", session=session)
    with pytest.raises(RuleBroken, match="exactly when"):
        ask(patient, clinician, source="visit", follow_up=follow_up)


def test_only_staff_of_the_clinic_record_medicines(patient, researcher, stranger):
    for somebody in (researcher, stranger):
        with pytest.raises(PermissionDenied):
            ask(patient, somebody)


def test_the_database_holds_no_opioid_free_patient_with_mme(patient, clinician):
    review = ask(patient, clinician)
    with pytest.raises(IntegrityError), transaction.atomic():
        MedicationReview.objects.filter(pk=review.pk).update(mme_per_day=5)


# The change since before treatment


def history(patient, treated_on=TODAY):
    lines = compared(list(patient.medication_reviews.all()), treated_on)
    return [(line.review.asked_on, line.change, line.percent, line.is_baseline, line.is_replaced) for line in lines]


def test_the_baseline_is_the_last_answer_up_to_the_first_session(patient, clinician):
    ask(patient, clinician, opioid("hydrocodone", 5, 8), asked_on=TODAY - 30 * DAY)
    ask(patient, clinician, HYDROCODONE)
    ask(patient, clinician, opioid("hydrocodone", 5, 3), asked_on=TODAY + 30 * DAY, at=NOON + 40 * DAY)
    ask(patient, clinician, asked_on=TODAY + 60 * DAY, at=NOON + 70 * DAY)
    assert history(patient) == [
        (TODAY + 60 * DAY, -20, -100, False, False),
        (TODAY + 30 * DAY, -5, -25, False, False),
        (TODAY, None, None, True, False),
        (TODAY - 30 * DAY, None, None, False, False),
    ]


def test_a_baseline_of_zero_has_a_change_but_no_percentage(patient, clinician):
    ask(patient, clinician)
    ask(patient, clinician, HYDROCODONE, asked_on=TODAY + DAY, at=NOON + DAY)
    assert history(patient)[0][1:3] == (20, None)


def test_an_answer_after_treatment_is_no_baseline(patient, clinician):
    ask(patient, clinician, HYDROCODONE, asked_on=TODAY + DAY, at=NOON + DAY)
    assert history(patient) == [(TODAY + DAY, None, None, False, False)]
    assert history(patient, None) == [(TODAY + DAY, None, None, False, False)]


def test_asked_again_on_the_same_occasion_the_later_counts(patient, clinician):
    ask(patient, clinician, opioid("hydrocodone", 5, 40))
    ask(patient, clinician, HYDROCODONE)
    ask(patient, clinician, asked_on=TODAY + DAY, at=NOON + DAY)
    assert history(patient) == [
        (TODAY + DAY, -20, -100, False, False),
        (TODAY, None, None, True, False),
        (TODAY, None, None, False, True),
    ]


def test_unknown_mme_has_no_change(patient, clinician):
    ask(patient, clinician, HYDROCODONE)
    ask(patient, clinician, opioid("buprenorphine", 8, 1), asked_on=TODAY + DAY, at=NOON + DAY)
    assert history(patient)[0][1:3] == (None, None)


# Pages


@pytest.fixture
def staff(client, clinician):
    client.force_login(clinician)
    return client


def at(name, patient):
    return reverse(name, args=[patient.public_id])


def written(**changes):
    """The form with one hydrocodone row, as a browser sends it."""
    return {
        "occasion": "phone",
        "asked_on": f"{timezone.localdate(timezone=NOON.tzinfo):%Y-%m-%d}",
        "takes_opioids": "yes",
        "nsaid_days": "0",
        "opioids-TOTAL_FORMS": "1",
        "opioids-INITIAL_FORMS": "0",
        "opioids-0-drug": "hydrocodone",
        "opioids-0-strength": "5",
        "opioids-0-units_per_day": "4",
        **changes,
    }


NONE = {"takes_opioids": "no", "opioids-0-drug": "", "opioids-0-strength": "", "opioids-0-units_per_day": ""}


def test_recording_on_the_page(staff, patient):
    answer = staff.post(at("medication-new", patient), written(uses_cannabis="yes"), follow=True)
    assert "Saved. MME a day: 20." in answer.text
    assert "Hydrocodone 5 mg × 4 a day" in answer.text
    assert "NSAID 0 of 7 days" in answer.text
    assert "Cannabis" in answer.text
    assert MedicationReview.objects.get().uses_topical is None


def test_no_opioid_on_the_page(staff, patient):
    staff.post(at("medication-new", patient), written(**NONE))
    assert MedicationReview.objects.get().mme_per_day == 0


def test_at_a_session_the_page_comes_with_that_session_chosen(staff, patient, session):
    address = f"{at('medication-new', patient)}?session={session.public_id}"
    assert f'<option value="session:{session.public_id}" selected>' in staff.get(address).text
    staff.post(address, written(occasion=f"session:{session.public_id}"))
    assert MedicationReview.objects.get().session == session


def test_with_a_check_in(staff, patient, course):
    follow_up = course.follow_ups.get()
    staff.post(at("medication-new", patient), written(occasion=f"check-in:{follow_up.public_id}"))
    assert MedicationReview.objects.get().follow_up == follow_up


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"occasion": ""}, "Asked is missing."),
        ({"occasion": "session:1"}, "not one of the available choices"),
        ({"asked_on": "soon"}, "On is not a date of the calendar."),
        ({"asked_on": "2099-01-01"}, "cannot be in the future"),
        ({"takes_opioids": ""}, "none is an answer too"),
        ({"takes_opioids": "no"}, "no opioid is taken, but one is listed"),
        ({**NONE, "takes_opioids": "yes"}, "Add each opioid"),
        ({"opioids-0-drug": ""}, "Opioid 1: Drug is missing."),
        ({"opioids-0-drug": "aspirin"}, "not one of the available choices"),
        ({"opioids-0-strength": "five"}, "Opioid 1: Strength must be a number"),
        ({"opioids-0-strength": "-5"}, "Opioid 1: The strength of one unit must be more than 0"),
        ({"opioids-0-units_per_day": "1000000"}, "Opioid 1: "),
        ({"opioids-0-drug": "fentanyl_patch", "opioids-0-units_per_day": "0.33"}, "how many patches are worn at once"),
        ({"opioids-0-prescriber": "me"}, "not one of the available choices"),
        ({"nsaid_days": "8"}, "days of the last seven: 0 to 7"),
        ({"nsaid_days": "x"}, "must be a number"),
        ({"acetaminophen_mg": "4000000"}, "mg a day, at most 20,000"),
        ({"uses_topical": "perhaps"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_comes_back_with_the_reason(staff, patient, changes, message):
    answer = staff.post(at("medication-new", patient), written(**changes))
    assert answer.status_code == 422
    assert message in answer.text
    assert not MedicationReview.objects.exists()


def test_rows_are_added_and_removed_without_losing_what_was_typed(staff, patient):
    added = staff.post(at("medication-new", patient), written(add="opioids"))
    assert added.status_code == 200
    assert "Opioid 2" in added.text
    assert "There is a problem" not in added.text
    two = {"opioids-TOTAL_FORMS": "2", "opioids-1-drug": "tramadol", "opioids-1-strength": "50"}
    removed = staff.post(at("medication-new", patient), written(remove="opioids-0", **two))
    assert "Opioid 2" not in removed.text
    assert '<option value="tramadol" selected>' in removed.text
    assert not MedicationReview.objects.exists()


def test_the_history_shows_change_caution_and_no_advice_to_taper(staff, patient, course, session, clinician):
    ask(patient, clinician, opioid("hydromorphone", 8, 3), asked_on=TODAY)
    ask(patient, clinician, HYDROCODONE, asked_on=TODAY + DAY, at=NOON + DAY)
    ask(patient, clinician, opioid("buprenorphine", 8, 1), asked_on=TODAY + 2 * DAY, at=NOON + 2 * DAY)
    text = staff.get(at("medications", patient)).text
    assert "-100 (-83 %)" in text
    assert "50 or more" in text
    assert "not known" in text
    assert "partial agonist" in text
    assert "not for converting between opioids" in text
    assert "no advice to take less" in text


def test_without_an_answer_before_treatment_the_page_says_so(staff, patient, session, clinician):
    assert "Ask before the first session" in staff.get(at("medications", patient)).text
    ask(patient, clinician, asked_on=TODAY + DAY, at=NOON + DAY)
    assert "nobody asked before the first session of 2 Mar 2026" in staff.get(at("medications", patient)).text


def test_the_history_takes_few_queries(staff, patient, session, clinician, django_assert_max_num_queries):
    for number in range(9):
        ask(patient, clinician, HYDROCODONE, asked_on=TODAY - number * DAY)
    for name in ("medications", "medication-new"):
        with django_assert_max_num_queries(12):
            assert staff.get(at(name, patient)).status_code == 200


@pytest.mark.parametrize("name", ["medications", "medication-new"])
def test_another_clinics_patient_is_not_there(client, stranger, researcher, patient, name):
    for somebody in (stranger, researcher):
        client.force_login(somebody)
        assert client.get(at(name, patient)).status_code == 404


def test_wrong_methods_are_refused(staff, patient):
    assert staff.post(at("medications", patient)).status_code == 405
    assert staff.delete(at("medication-new", patient)).status_code == 405
