"""Pages: opening a course of treatment."""

import pytest
from django.urls import reverse

from tests.layers import layer
from treatments.models import Course, Protocol


@layer
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
