"""Courses, sessions and the follow-ups they plan."""

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from clinic.rules import RuleBroken
from outcomes.actions import open_due_surveys
from tests.conftest import NOON
from treatments import actions
from treatments.models import FollowUp, TreatmentSession

KNEE = {"target": "knee_joint", "side": "right", "guidance": "ultrasound", "volume_ml": Decimal("5")}
PRP = {
    "blood_volume_ml": Decimal(60),
    "anticoagulant": "acd_a",
    "prp_volume_ml": Decimal(6),
    "prp_injected_ml": Decimal(5),
    "activation": "none",
}


def log(course, by, **changes):
    """A PRP session at NOON, logged an hour later, unless told otherwise."""
    details = {
        "performed_at": NOON,
        "performed_by": by,
        "injections": [KNEE],
        "preparation": PRP,
        "baseline_missing_reason": "treated on the day of the first visit",
        "at": NOON + dt.timedelta(hours=1),
        "by": by,
    }
    return actions.log_session(course=course, **{**details, **changes})


def windows(course):
    return {
        f.timepoint.name: (f.opens_on, f.due_on, f.closes_on) for f in course.follow_ups.select_related("timepoint")
    }


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


def test_no_door_lets_a_negative_amount_in(course, clinician):
    with pytest.raises(IntegrityError, match="prp_amounts_are_not_negative"), transaction.atomic():
        log(course, clinician, preparation={**PRP, "prp_platelets": Decimal(-1)})


def test_a_session_plans_one_follow_up_per_timepoint(course, clinician):
    log(course, clinician)
    planned = windows(course)
    assert planned["month 3"] == (dt.date(2026, 5, 18), dt.date(2026, 6, 1), dt.date(2026, 6, 29))
    assert list(planned) == ["baseline", "week 1", "week 2", "week 6", "month 3", "month 6", "month 12"]


def test_a_later_session_moves_what_has_not_opened_yet(course, clinician):
    log(course, clinician)
    before = windows(course)
    second = NOON + dt.timedelta(days=6)
    open_due_surveys(at=second)
    log(course, clinician, performed_at=second, at=second)
    after = windows(course)
    assert after["week 1"] == before["week 1"], "it was opened: the patient may have the link"
    assert after["month 3"][1] == before["month 3"][1] + dt.timedelta(days=6)


def test_an_earlier_session_logged_late_leaves_the_plan_of_the_last_one(course, clinician):
    log(course, clinician)
    before = windows(course)
    log(course, clinician, performed_at=NOON - dt.timedelta(days=2))
    assert windows(course) == before


def test_treatment_without_a_baseline_needs_a_reason(course, clinician):
    with pytest.raises(RuleBroken) as refused:
        log(course, clinician, baseline_missing_reason=" ")
    assert refused.value.field == "baseline_missing_reason"
    assert not TreatmentSession.objects.exists()


def test_a_baseline_answered_before_treatment_needs_no_reason_and_one_answered_after_does(course, clinician):
    actions.record_answer(follow_up=course.follow_ups.get(), at=NOON - dt.timedelta(minutes=5))
    with pytest.raises(RuleBroken):
        log(course, clinician, performed_at=NOON - dt.timedelta(minutes=10), baseline_missing_reason="")
    log(course, clinician, baseline_missing_reason="")
    assert TreatmentSession.objects.count() == 1


def test_treatment_ends_the_time_for_a_baseline(course, clinician):
    log(course, clinician)
    assert course.follow_ups.get(timepoint__name="baseline").ended_on == NOON.date()
    assert not FollowUp.objects.due(NOON.date()).exists()


def test_the_same_key_twice_is_one_session(course, clinician):
    key = "7c1e9a52-0000-4000-8000-000000000001"
    assert log(course, clinician, idempotency_key=key) == log(course, clinician, idempotency_key=key)
    assert TreatmentSession.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"performed_at": NOON + dt.timedelta(days=1)}, "performed_at"),
        ({"performed_at": NOON - dt.timedelta(days=30)}, "performed_at"),
        ({"injections": []}, "injections"),
        ({"injections": [KNEE, KNEE]}, "injections.1.target"),
        ({"injections": [{**KNEE, "side": "midline"}]}, "injections.0.side"),
        ({"preparation": {**PRP, "prp_injected_ml": Decimal(7)}}, "preparation.prp_injected_ml"),
    ],
)
def test_a_session_against_a_rule_names_the_field_and_saves_nothing(course, clinician, changes, field):
    with pytest.raises(RuleBroken) as refused:
        log(course, clinician, **changes)
    assert refused.value.field == field
    assert not TreatmentSession.objects.exists()


def test_somebody_of_another_clinic_can_neither_log_nor_perform(course, clinician, stranger):
    with pytest.raises(PermissionDenied):
        log(course, stranger)
    with pytest.raises(RuleBroken):
        log(course, clinician, performed_by=stranger)


def test_follow_ups_end_the_day_after_their_window(course, clinician):
    log(course, clinician)
    closes = windows(course)["week 1"][2]
    assert actions.end_follow_ups(clinic=course.clinic, on=closes) == 0
    assert actions.end_follow_ups(clinic=course.clinic, on=closes + dt.timedelta(days=1)) == 1
    assert actions.end_follow_ups(clinic=course.clinic, on=closes + dt.timedelta(days=1)) == 0


@pytest.mark.django_db(transaction=True)
def test_one_key_for_two_courses_at_once_is_one_session_and_one_clear_refusal(course, patient, protocol, clinician):
    other = actions.open_course(
        patient=patient, protocol=protocol, icd10_code="M17.12", complaint="Left knee", target="knee_joint",
        side="left", on=course.opened_on, by=clinician,
    )  # fmt: skip
    key = uuid.UUID("7c1e9a52-0000-4000-8000-000000000002")
    start = threading.Barrier(2)

    def attempt(one):
        try:
            start.wait(timeout=10)
            return log(one, clinician, idempotency_key=key)
        except RuleBroken as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(attempt, [course, other]))
    assert "idempotency_key_used" in answers
    assert TreatmentSession.objects.count() == 1
