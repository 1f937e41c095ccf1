"""Pages: opening a course, logging a session of each kind, looking at one."""

import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from outcomes.actions import submit_survey
from tests.check_in import answer_all, open_survey
from tests.conftest import NOON
from treatments import actions
from treatments.models import Course, Protocol, TreatmentSession


@pytest.fixture
def staff(client, clinician):
    client.force_login(clinician)
    return client


@pytest.fixture
def new_course(patient):
    return reverse("open-course", args=[patient.public_id])


def knee(plan, **changes):
    typed = {"protocol": plan.pk, "icd10_code": "m1711", "target": "knee_joint", "side": "right", "complaint": ""}
    return {**typed, **changes}


def test_opening_a_course(staff, patient, protocol, new_course):
    assert "checked" not in staff.get(new_course).text, "the side is never filled in"
    answer = staff.post(new_course, knee(protocol), follow=True)
    course = Course.objects.get()
    assert (course.icd10_code, course.side) == ("M17.11", "right")
    assert course.complaint == "Unilateral primary osteoarthritis, right knee"
    assert "The course is open." in answer.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"icd10_code": "M54.5"}, "M54.5 is a heading. Choose a code below it: M54.50"),
        ({"icd10_code": "knee"}, "is not an ICD-10 code"),
        ({"icd10_code": ""}, "ICD-10 code is missing."),
        ({"icd10_code": "Z99.89"}, "Say in words what Z99.89 is for"),
        ({"side": ""}, "Side is missing."),
        ({"side": "midline"}, "Knee joint needs a side: left or right."),
        ({"target": "lumbar_disc"}, "Lumbar disc needs a side: midline."),
        ({"target": "tail"}, "not one of the available choices"),
        ({"protocol": ""}, "Protocol is missing."),
    ],
)
def test_a_course_that_cannot_be_is_refused_with_a_reason(staff, protocol, new_course, changes, message):
    answer = staff.post(new_course, knee(protocol, **changes))
    assert answer.status_code == 422
    assert message in answer.text
    assert not Course.objects.exists()


def test_the_protocol_of_another_clinic_is_no_choice(staff, other_clinic, new_course):
    theirs = Protocol.objects.filter(clinic=other_clinic).first()
    assert staff.post(new_course, knee(theirs)).status_code == 422


def test_the_front_desk_opens_no_courses(client, front_desk, protocol, patient, new_course):
    client.force_login(front_desk)
    assert "Open a course" not in client.get(f"/patients/{patient.public_id}/").text
    answer = client.post(new_course, knee(protocol))
    assert answer.status_code == 403
    assert "does not let you open courses of treatment" in answer.text


@pytest.fixture
def open_courses(patient, clinic, clinician):
    """One course of each kind, opened today, by its modality."""
    return {
        protocol.treatment_type.modality: actions.open_course(
            patient=patient,
            protocol=protocol,
            icd10_code="M17.11",
            complaint="Osteoarthritis of the right knee",
            target="knee_joint",
            side="right",
            on=timezone.localdate(timezone=NOON.tzinfo) - dt.timedelta(days=3),
            by=clinician,
        )
        for protocol in Protocol.objects.filter(clinic=clinic).select_related("treatment_type")
    }


PREPARATIONS = {
    "prp": {
        "blood_volume_ml": "60",
        "anticoagulant": "acd_a",
        "blood_platelets": "250",
        "prp_platelets": "1500",
        "blood_leukocytes": "6",
        "prp_leukocytes": "20",
        "prp_volume_ml": "6",
        "prp_injected_ml": "6",
        "activation": "none",
    },
    "cell": {
        "product_type": "bmac",
        "donor": "autologous",
        "manipulation": "minimal",
        "harvest_site": "psis",
        "aspirate_volume_ml": "52",
        "final_volume_ml": "6",
        "nucleated_cells": "480",
        "viability_percent": "95",
    },
    "exosome": {
        "product_name": "Vesica",
        "manufacturer": "Arbor Biologics",
        "lot_number": "EX-7",
        "expires_on": "2099-12-31",
        "source_tissue": "umbilical cord",
        "particles_per_ml": "100",
        "volume_ml": "2",
        "is_notice_acknowledged": "on",
    },
}


def ago(**time):
    """So long ago by the clinic's clock, as the date field of a browser writes it."""
    return (timezone.localtime(timezone=NOON.tzinfo) - dt.timedelta(**time)).strftime("%Y-%m-%dT%H:%M")


def visit(course, **changes):
    """A complete page for this course, as a browser sends it."""
    typed = {
        "performed_at": ago(hours=1),
        "performed_by": course.opened_by_id,
        "baseline_missing_reason": "came unplanned",
        "idempotency_key": str(uuid.uuid4()),
        "injections-TOTAL_FORMS": "1",
        "injections-INITIAL_FORMS": "1",
        "injections-0-target": "knee_joint",
        "injections-0-side": "right",
        "injections-0-guidance": "ultrasound",
        "injections-0-volume_ml": "6",
    }
    typed |= {f"preparation-{name}": value for name, value in PREPARATIONS[course.treatment_type.modality].items()}
    return {**typed, **changes}


def page_of(course):
    return reverse("log-session", args=[course.public_id])


@pytest.mark.parametrize("kind", ["prp", "cell", "exosome"])
def test_logging_a_session_of_each_kind(staff, open_courses, kind):
    course = open_courses[kind]
    answer = staff.post(page_of(course), visit(course), follow=True)
    session = TreatmentSession.objects.get()
    assert answer.redirect_chain == [(f"/sessions/{session.public_id}/", 302)]
    assert "Saved." in answer.text
    for follow_up in course.follow_ups.all():
        assert f"{follow_up.due_on:%-d %b %Y}" in answer.text
    assert {"prp": "× 10⁹ platelets", "cell": "Bone marrow aspirate concentrate", "exosome": "EX-7"}[
        kind
    ] in answer.text


def test_the_empty_page_fills_in_now_and_the_clinician_but_never_the_side(staff, open_courses, clinician):
    answer = staff.get(page_of(open_courses["prp"]))
    assert f'<option value="{clinician.pk}" selected>' in answer.text
    assert 'type="radio"' in answer.text
    assert "checked" not in answer.text
    assert "Plan: Right. Choose it yourself." in answer.text


def test_the_next_session_repeats_the_settings_but_no_side_count_or_lot(staff, open_courses):
    course = open_courses["exosome"]
    staff.post(page_of(course), visit(course))
    text = staff.get(page_of(course)).text
    assert 'value="Arbor Biologics"' in text
    assert "EX-7" not in text
    assert 'value="100' not in text
    assert "checked" not in text


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("prp", {"injections-0-side": ""}, "Injection 1: Side is missing."),
        ("prp", {"injections-0-side": "midline"}, "Knee joint needs a side: left or right."),
        ("prp", {"injections-0-volume_ml": "0"}, "The volume must be more than 0"),
        ("prp", {"injections-0-volume_ml": "six"}, "Volume must be a number, like 6 or 6.5."),
        ("prp", {"injections-TOTAL_FORMS": "0"}, "at least 1 form"),
        ("prp", {"performed_at": "2099-01-01T10:00"}, "The session cannot be in the future."),
        ("prp", {"performed_at": "1999-01-01T10:00"}, "before the course was opened"),
        ("prp", {"performed_at": ""}, "Date and time is missing."),
        ("prp", {"performed_by": ""}, "Done by is missing."),
        ("prp", {"baseline_missing_reason": ""}, "Say why no baseline was answered"),
        ("prp", {"preparation-prp_injected_ml": "7"}, "More PRP is injected than was made."),
        ("prp", {"preparation-blood_volume_ml": "-5"}, "cannot be less than 0"),
        ("prp", {"preparation-activation": ""}, "Activation is missing."),
        ("cell", {"preparation-donor": "allogeneic"}, "Cells of a donor need the donor"),
        ("exosome", {"preparation-is_notice_acknowledged": ""}, "Tell the patient that no exosome product"),
        ("exosome", {"preparation-expires_on": "2020-01-01"}, "This product had expired."),
        ("exosome", {"preparation-lot_number": ""}, "Lot number is missing."),
        ("prp", {"idempotency_key": "x"}, "valid UUID"),
    ],
)
def test_what_cannot_be_logged_comes_back_with_the_reason_and_everything_typed(
    staff, open_courses, kind, changes, message
):
    course = open_courses[kind]
    answer = staff.post(page_of(course), visit(course, note="walked in", **changes))
    assert answer.status_code == 422
    assert message in answer.text
    assert "walked in" in answer.text
    assert not TreatmentSession.objects.exists()


def confirmed(answer):
    return re.search(r'name="confirmed" value="(\w+)"', answer.text)[1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"preparation-blood_platelets": "2500"}, "Blood platelets: 2,500 is outside the usual 50 to 700 ×10³/µL."),
        ({"injections-0-volume_ml": "60"}, "Injection 1, Volume: 60 is outside the usual 0.1 to 30 mL."),
        ({"injections-0-side": "left"}, "Injection 1: the plan says Right. You chose Left."),
        ({"preparation-prp_platelets": "4500"}, "Platelet recovery comes to 180 %"),
    ],
)
def test_the_unusual_is_asked_about_once_and_never_refused(staff, open_courses, changes, message):
    course = open_courses["prp"]
    typed = visit(course, **changes)
    asked = staff.post(page_of(course), typed)
    assert asked.status_code == 422
    assert message in asked.text
    assert not TreatmentSession.objects.exists()
    assert staff.post(page_of(course), {**typed, "confirmed": confirmed(asked)}).status_code == 302
    assert TreatmentSession.objects.count() == 1


def test_a_confirmation_covers_only_what_was_asked(staff, open_courses):
    course = open_courses["prp"]
    asked = staff.post(page_of(course), visit(course, **{"preparation-blood_platelets": "2500"}))
    changed = visit(course, **{"preparation-blood_platelets": "3500", "confirmed": confirmed(asked)})
    assert staff.post(page_of(course), changed).status_code == 422
    assert not TreatmentSession.objects.exists()


def test_a_second_session_on_one_day_is_asked_about(staff, open_courses):
    course = open_courses["prp"]
    staff.post(page_of(course), visit(course))
    asked = staff.post(page_of(course), visit(course))
    assert "already has a session on that day" in asked.text
    assert TreatmentSession.objects.count() == 1


def test_sending_the_page_twice_logs_one_session(staff, open_courses):
    course = open_courses["prp"]
    typed = visit(course)
    assert staff.post(page_of(course), typed).url == staff.post(page_of(course), typed).url
    assert TreatmentSession.objects.count() == 1


def test_injections_are_added_and_removed_without_losing_what_was_typed(staff, open_courses):
    course = open_courses["prp"]
    typed = visit(course, note="walked in")
    added = staff.post(page_of(course), {**typed, "add": "injection"})
    assert added.status_code == 200
    assert "Injection 2" in added.text
    assert "walked in" in added.text
    two = {"injections-TOTAL_FORMS": "2", "injections-1-target": "hip_joint", "injections-1-volume_ml": "3.25"}
    removed = staff.post(page_of(course), {**typed, **two, "remove": "0"})
    assert "Injection 2" not in removed.text
    assert 'value="3.25"' in removed.text
    assert '<option value="hip_joint" selected>' in removed.text
    assert not TreatmentSession.objects.exists()


@pytest.mark.parametrize("total", ["", "x", "-1", "99999999"])
def test_a_forged_number_of_rows_breaks_nothing(staff, open_courses, total):
    course = open_courses["prp"]
    for button in ({"add": "injection"}, {"remove": "7"}, {}):
        typed = visit(course, **{"injections-TOTAL_FORMS": total}, **button)
        assert staff.post(page_of(course), typed).status_code in (200, 422)


def test_two_injections_are_one_session(staff, open_courses):
    course = open_courses["prp"]
    second = {
        "injections-TOTAL_FORMS": "2",
        "injections-1-target": "patellar_tendon",
        "injections-1-side": "right",
        "injections-1-guidance": "ultrasound",
        "injections-1-volume_ml": "2",
    }
    staff.post(page_of(course), visit(course, **second))
    assert TreatmentSession.objects.get().injections.count() == 2
    twice = {**second, "injections-1-target": "knee_joint", "idempotency_key": str(uuid.uuid4())}
    day_before = ago(days=1)
    answer = staff.post(page_of(course), visit(course, performed_at=day_before, **twice))
    assert "Injection 2: This target and side is listed twice" in answer.text


def test_an_untouched_added_row_is_left_out(staff, open_courses):
    course = open_courses["prp"]
    staff.post(page_of(course), visit(course, **{"injections-TOTAL_FORMS": "2"}))
    assert TreatmentSession.objects.get().injections.count() == 1


def test_no_reason_is_asked_for_once_the_baseline_is_answered(staff, open_courses):
    course = open_courses["prp"]
    at = timezone.now() - dt.timedelta(hours=5)
    survey = open_survey(course.follow_ups.get(), at)
    answer_all(survey, {"nrs_now.now": 7}, at)
    submit_survey(survey=survey, at=at)
    assert "Why is there no baseline?" not in staff.get(page_of(course)).text
    assert staff.post(page_of(course), visit(course, baseline_missing_reason="")).status_code == 302


def test_times_are_the_clinics(staff, open_courses):
    course = open_courses["prp"]
    staff.post(page_of(course), visit(course, performed_at=ago(hours=2)))
    performed_at = TreatmentSession.objects.get().performed_at
    assert dt.timedelta(hours=1, minutes=58) < timezone.now() - performed_at < dt.timedelta(hours=2, minutes=2)


@pytest.mark.parametrize("name", ["log-session", "session", "open-course"])
def test_others_are_told_that_there_is_no_such_page(client, stranger, researcher, course, patient, clinician, name):
    session = actions.log_session(
        course=course,
        performed_at=NOON,
        performed_by=clinician,
        injections=[{"target": "knee_joint", "side": "right", "guidance": "ultrasound", "volume_ml": 5}],
        preparation={
            "blood_volume_ml": 60,
            "anticoagulant": "acd_a",
            "prp_volume_ml": 6,
            "prp_injected_ml": 5,
            "activation": "none",
        },
        baseline_missing_reason="unplanned",
        at=NOON,
        by=clinician,
    )
    row = {"log-session": course, "session": session, "open-course": patient}[name]
    for person in (stranger, researcher):
        client.force_login(person)
        assert client.get(reverse(name, args=[row.public_id])).status_code == 404


def test_wrong_methods_are_refused(staff, course, new_course):
    assert staff.put(page_of(course)).status_code == 405
    assert staff.delete(new_course).status_code == 405
    assert staff.post(f"/sessions/{uuid.uuid4()}/").status_code == 405
