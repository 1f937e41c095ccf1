"""The clinical profile of a course: what can be true, what is filled in, who recorded it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from clinic.rules import RuleBroken
from tests.conftest import NOON
from tests.layers import layer
from treatments import actions
from treatments.models import ClinicalProfile
from treatments.profiles import SCALES, bmi, check_body, check_grade, scales_for
from treatments.vocabulary import Region

DETAILS = {
    "height_cm": Decimal(175),
    "weight_kg": Decimal(80),
    "tobacco": "former",
    "severity_scale": "kellgren_lawrence",
    "severity_grade": 3,
    "symptom_months": 18,
    "prior_steroid_injections": 2,
    "conventional": ["nsaid", "physical_therapy"],
    "sport": "tennis",
    "sport_level": "recreational",
}


def record(course, by, at=NOON, **changes):
    return actions.record_profile(course=course, details={**DETAILS, **changes}, version=0, at=at, by=by)


def test_bmi():
    assert bmi(Decimal(175), Decimal(80)) == Decimal("26.1")
    assert bmi(None, Decimal(80)) is None
    assert bmi(Decimal(175), None) is None


@pytest.mark.parametrize(
    ("height", "weight", "field", "message"),
    [
        ("1.75", None, "height_cm", "Height is in cm: did you mean 175?"),
        ("1750", None, "height_cm", "Height is in cm: did you mean 175?"),
        ("5.9", None, "height_cm", "Height is in cm, from 50 to 250."),
        ("-175", None, "height_cm", "Height is in cm, from 50 to 250."),
        ("0", None, "height_cm", "Height is in cm, from 50 to 250."),
        (None, "80000", "weight_kg", "Weight is in kg: did you mean 80?"),
        (None, "9", "weight_kg", "Weight is in kg, from 10 to 400."),
        (None, "401", "weight_kg", "Weight is in kg, from 10 to 400."),
        ("69", "80", "height_cm", "make a BMI of 168.0. Check the units"),
    ],
)
def test_slips_of_the_unit_are_named(height, weight, field, message):
    with pytest.raises(RuleBroken) as broken:
        check_body(height and Decimal(height), weight and Decimal(weight))
    assert broken.value.field == field
    assert message in broken.value.message


@pytest.mark.parametrize(("height", "weight"), [("50", "10"), ("250", "400"), ("152.5", "44.5"), (None, None)])
def test_what_patients_measure_is_taken(height, weight):
    check_body(height and Decimal(height), weight and Decimal(weight))


@pytest.mark.parametrize(
    ("scale", "grade", "region", "field", "message"),
    [
        ("kellgren_lawrence", 5, "knee", "severity_grade", "Kellgren-Lawrence has grades 0 to 4."),
        ("tonnis", 4, "hip", "severity_grade", "Tönnis has grades 0 to 3."),
        ("pfirrmann", 0, "back", "severity_grade", "Pfirrmann has grades 1 to 5."),
        ("goutallier", -1, "shoulder", "severity_grade", "Goutallier has grades 0 to 4."),
        ("kellgren_lawrence", 3, "back", "severity_scale", "Kellgren-Lawrence does not grade the back and spine."),
        ("tonnis", 2, "knee", "severity_scale", "Tönnis does not grade the knee."),
        ("", 3, "knee", "severity_scale", "Choose the scale"),
        ("kellgren_lawrence", None, "knee", "severity_grade", "Enter the grade"),
        ("apgar", 3, "knee", "severity_scale", "scale from the list"),
    ],
)
def test_a_grade_fits_its_scale_and_the_scale_the_region(scale, grade, region, field, message):
    with pytest.raises(RuleBroken, match=message) as broken:
        check_grade(scale, grade, region)
    assert broken.value.field == field


def test_every_scale_is_a_choice_and_has_a_region():
    assert set(SCALES) == set(ClinicalProfile.SeverityScale.values)
    assert {code for region in Region for code in scales_for(region)} == set(SCALES)
    assert scales_for(Region.HEAD) == []
    check_grade("kellgren_lawrence", 0, "knee")


def test_a_profile_is_one_row_that_says_who_recorded_it_last(course, clinician, front_desk):
    record(course, clinician)
    later = NOON + dt.timedelta(days=1)
    profile = actions.record_profile(
        course=course, details={"weight_kg": Decimal(78)}, version=1, at=later, by=front_desk
    )
    assert ClinicalProfile.objects.get() == profile
    assert (profile.weight_kg, profile.height_cm) == (78, 175)
    assert (profile.recorded_by, profile.recorded_at) == (front_desk, later)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"symptom_months": -1}, "symptom_months", "less than 0"),
        ({"symptom_months": 1200}, "symptom_months", "older than the patient"),
        ({"prior_steroid_injections": -1}, "prior_steroid_injections", "0 to 100"),
        ({"prior_biologic_injections": 101}, "prior_biologic_injections", "0 to 100"),
        ({"conventional": ["prayer"]}, "conventional", "from the list"),
        ({"sport_level": "none"}, "sport", "no sport"),
        ({"weight_kg": Decimal(5)}, "weight_kg", "from 10 to 400"),
        ({"severity_grade": 7}, "severity_grade", "grades 0 to 4"),
    ],
)
def test_what_cannot_be_is_refused(course, clinician, changes, field, message):
    with pytest.raises(RuleBroken, match=message) as broken:
        record(course, clinician, **changes)
    assert broken.value.field == field
    assert not ClinicalProfile.objects.exists()


def test_only_staff_of_the_clinic_record_profiles(course, researcher, stranger):
    for somebody in (researcher, stranger):
        with pytest.raises(PermissionDenied):
            record(course, somebody)


# Page


@pytest.fixture
def staff(client, clinician):
    client.force_login(clinician)
    return client


def page(course):
    return reverse("course-profile", args=[course.public_id])


WRITTEN = {
    "height_cm": "175",
    "weight_kg": "80",
    "tobacco": "never",
    "severity_scale": "kellgren_lawrence",
    "severity_grade": "3",
    "conventional": ["exercise", "nsaid"],
    "prior_surgery": "none",
}


def test_recording_on_the_page(staff, course):
    answer = staff.post(page(course), WRITTEN, follow=True)
    assert "Saved." in answer.text
    assert "BMI 26.1 kg/m²" in answer.text
    assert "Last saved" in answer.text
    profile = ClinicalProfile.objects.get()
    assert (profile.severity_grade, profile.conventional) == (3, ["exercise", "nsaid"])
    assert (profile.diabetes, profile.symptom_months) == ("", None), "empty is not known, never zero"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"height_cm": "1.75"}, "did you mean 175?"),
        ({"height_cm": "tall"}, "Height must be a number"),
        ({"height_cm": "NaN"}, "Height must be a number"),
        ({"weight_kg": "80000"}, "did you mean 80?"),
        ({"tobacco": "often"}, "not one of the available choices"),
        ({"diabetes": "sweet"}, "not one of the available choices"),
        ({"symptom_months": "1.5"}, "must be a number"),
        ({"symptom_months": "99999999999"}, "older than the patient"),
        ({"severity_scale": "tonnis"}, "not one of the available choices"),
        ({"severity_grade": "9"}, "has grades 0 to 4"),
        ({"severity_grade": ""}, "Enter the grade, or leave the scale empty."),
        ({"prior_steroid_injections": "-1"}, "0 to 100"),
        ({"prior_hyaluronate_injections": "500"}, "0 to 100"),
        ({"conventional": ["prayer"]}, "not one of the available choices"),
        ({"sport": "x" * 81}, "at most 80 characters"),
        ({"prior_surgery": "x" * 201}, "at most 200 characters"),
        ({"sport_level": "olympic"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_comes_back_with_the_reason(staff, course, changes, message):
    answer = staff.post(page(course), {**WRITTEN, **changes})
    assert answer.status_code == 422
    assert message in answer.text
    assert not ClinicalProfile.objects.exists()


@layer
def left_knee(patient, protocol, clinician):
    return actions.open_course(
        patient=patient, protocol=protocol, icd10_code="M17.12", complaint="Left knee", target="knee_joint",
        side="left", on=NOON.date(), by=clinician,
    )  # fmt: skip


def test_another_course_is_filled_in_from_the_last_but_for_what_belongs_to_the_place(
    staff, course, left_knee, clinician
):
    record(course, clinician)
    text = staff.get(page(left_knee)).text
    assert "Filled in from the patient’s last course" in text
    assert 'name="height_cm" value="175.0"' in text
    assert '<option value="former" selected>' in text
    assert "kellgren_lawrence" in text
    assert '<option value="kellgren_lawrence" selected>' not in text
    assert 'name="severity_grade" value=' not in text
    assert 'name="prior_steroid_injections" value=' not in text
    assert not ClinicalProfile.objects.filter(course=left_knee).exists()


def test_the_same_place_again_brings_its_earlier_injections_but_no_grade(staff, course, patient, protocol, clinician):
    record(course, clinician)
    again = actions.open_course(
        patient=patient, protocol=protocol, icd10_code="M17.11", complaint="Right knee again", target="knee_joint",
        side="right", on=NOON.date(), by=clinician,
    )  # fmt: skip
    text = staff.get(page(again)).text
    assert 'name="prior_steroid_injections" value="2"' in text
    assert 'name="severity_grade" value=' not in text


def test_the_page_is_not_there_for_others_and_refuses_other_methods(client, staff, course, stranger, researcher):
    assert staff.delete(page(course)).status_code == 405
    for somebody in (stranger, researcher):
        client.force_login(somebody)
        assert client.get(page(course)).status_code == 404
        assert client.post(page(course), WRITTEN).status_code == 404
