"""Opening a course."""

import pytest
from django.core.exceptions import PermissionDenied

from clinic.rules import RuleBroken
from tests.conftest import NOON
from treatments import actions
from treatments.models import FollowUp


def test_opening_a_course_asks_for_the_baseline_at_once(course):
    follow_up = course.follow_ups.get()
    assert follow_up.timepoint.name == "baseline"
    assert follow_up in FollowUp.objects.due(course.opened_on)


def test_only_clinicians_open_courses(patient, protocol, front_desk):
    with pytest.raises(PermissionDenied):
        actions.open_course(
            patient=patient, protocol=protocol, icd10_code="M17.11", complaint="Knee", target="knee_joint",
            side="right", on=NOON.date(), by=front_desk,
        )  # fmt: skip


@pytest.mark.parametrize(("target", "side"), [("knee_joint", "midline"), ("lumbar_disc", "left"), ("tail", "left")])
def test_a_side_that_the_target_does_not_have_is_refused(patient, protocol, clinician, target, side):
    with pytest.raises(RuleBroken) as refused:
        actions.open_course(
            patient=patient, protocol=protocol, icd10_code="M17.11", complaint="Knee", target=target,
            side=side, on=NOON.date(), by=clinician,
        )  # fmt: skip
    assert refused.value.field in {"side", "target"}


@pytest.mark.parametrize("code", ["M17", "M54.5", "knee"])
def test_a_diagnosis_must_be_a_code_that_can_be_recorded(patient, protocol, clinician, code):
    with pytest.raises(RuleBroken) as refused:
        actions.open_course(
            patient=patient, protocol=protocol, icd10_code=code, complaint="Knee", target="knee_joint",
            side="right", on=NOON.date(), by=clinician,
        )  # fmt: skip
    assert refused.value.field == "icd10_code"
