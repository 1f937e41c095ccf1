"""The page of one patient: how each check-in stands, in words."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from outcomes import actions
from outcomes.models import Delivery
from outcomes.standings import check_in
from tests.check_in import answer_all, open_survey
from tests.conftest import NOON
from tests.layers import layer
from treatments import actions as treatment_actions
from treatments.models import FollowUp

TODAY = NOON.date()


@layer
def baseline(course):
    return course.follow_ups.get()


def state(follow_up, on=TODAY):
    fresh = FollowUp.objects.select_related("survey", "timepoint", "course__patient").get(pk=follow_up.pk)
    return check_in(fresh, fresh.course.patient, None, on)


def test_a_window_that_opens_later_is_not_yet(baseline):
    seen = state(baseline, baseline.opens_on - dt.timedelta(days=1))
    assert (seen.state, seen.message) == ("Not yet", "")


def test_open_overdue_missed(baseline):
    assert state(baseline, baseline.due_on).state == "Open"
    assert state(baseline, baseline.due_on + dt.timedelta(days=1)).state == "Overdue"
    assert state(baseline, baseline.closes_on + dt.timedelta(days=1)).state == "Missed"


def test_started_and_answered(baseline):
    survey = open_survey(baseline, NOON)
    actions.start_survey(survey=survey, at=NOON)
    assert state(baseline).state == "Started"
    answer_all(survey, {}, NOON)
    actions.submit_survey(survey=survey, at=NOON)
    assert state(baseline).state == "Answered"


def test_what_became_of_the_message_is_said(baseline):
    assert state(baseline).then == "The invitation follows."
    survey = open_survey(baseline, NOON)
    deliveries = Delivery.objects.filter(survey=survey)
    with timezone.override("America/Chicago"):
        assert state(baseline).message == "Invitation by e-mail: due 2 Mar 2026, 12:00"
        deliveries.update(status="claimed", fence=1, lease_until=NOON)
        deliveries.update(status="sending", started_at=NOON)
        assert state(baseline).message == "Invitation by e-mail: being sent"
        deliveries.update(status="unknown", reason_code="maybe_sent", reason="It may have arrived.")
        seen = state(baseline)
        assert seen.message == "Invitation by e-mail: not confirmed: It may have arrived."
        assert seen.lines[0].is_unconfirmed
        deliveries.update(status="accepted", reason="", reason_code="", accepted_at=NOON)
        assert state(baseline).message == "Invitation by e-mail: sent 2 Mar 2026, 12:00"
        deliveries.update(status="delivered", delivered_at=NOON)
        assert state(baseline).message == "Invitation by e-mail: delivered 2 Mar 2026, 12:00"
        deliveries.update(status="bounced_hard", reason_code="refused", reason="Refused for good.")
        assert state(baseline).message == "Invitation by e-mail: came back: Refused for good."
        assert [words for _, words in state(baseline).lines[0].steps][-1] == "Came back"


@pytest.mark.parametrize(
    ("change", "why", "then"),
    [
        ({"email": ""}, "No channel is left", "at the clinic calls"),
        ({"withdrawn_at": NOON}, "does not want to be contacted", "consent is given anew"),
        ({"consented_at": None}, "has not agreed", "once consent is recorded"),
        ({"died_on": NOON.date()}, "has died", "Nothing is sent any more"),
    ],
)
@pytest.mark.parametrize("is_decided", [False, True])
def test_why_nothing_is_sent_is_said_before_and_after_it_was_decided(baseline, patient, change, why, then, is_decided):
    type(patient).objects.filter(pk=patient.pk).update(**change)
    if is_decided:
        actions.open_due_surveys(at=NOON)
        actions.decide_contacts(at=NOON)
        if "email" in change:
            open_survey(baseline, NOON)
            Delivery.objects.all().delete()
            actions.decide_contacts(at=NOON + dt.timedelta(days=1))
    seen = state(baseline)
    assert seen.message.startswith("Not sent: ")
    assert why in seen.message
    assert then in seen.then
    assert (seen.looks_again_at is not None) == is_decided


def test_what_a_message_waits_for_says_what_follows(baseline):
    survey = open_survey(baseline, NOON)
    actions.decide_contacts(at=NOON)
    Delivery.objects.filter(survey=survey).update(reason_code="budget", reason="Enough for today.")
    seen = state(baseline)
    assert seen.message.endswith("Enough for today.")
    assert seen.then == "It goes out when that has passed."
    assert seen.looks_again_at == NOON + dt.timedelta(hours=1)


def test_one_that_was_called_off_says_why(baseline, clinician):
    survey = open_survey(baseline, NOON)
    actions.cancel_survey(survey=survey, reason="Moved abroad", at=NOON, by=clinician)
    seen = state(baseline)
    assert (seen.state, seen.message, seen.is_open) == ("Called off", "Called off: Moved abroad", False)


def treat(course, by, at=NOON):
    return treatment_actions.log_session(
        course=course,
        performed_at=at,
        performed_by=by,
        injections=[{"target": "knee_joint", "side": course.side, "guidance": "ultrasound", "volume_ml": Decimal(6)}],
        preparation={
            "blood_volume_ml": Decimal(60),
            "anticoagulant": "acd_a",
            "blood_platelets": Decimal(250),
            "prp_platelets": Decimal(1500),
            "blood_leukocytes": Decimal(6),
            "prp_leukocytes": Decimal(20),
            "prp_volume_ml": Decimal(6),
            "prp_injected_ml": Decimal(6),
            "activation": "none",
        },
        baseline_missing_reason="came unplanned",
        at=at,
        by=by,
    )


@pytest.fixture
def overview(client, clinician, patient):
    client.force_login(clinician)
    return lambda: client.get(f"/patients/{patient.public_id}/")


def test_the_page_of_a_new_patient_says_what_comes_next(overview):
    assert "No course of treatment yet" in overview().text


def test_the_page_tells_the_whole_course(overview, course, clinician):
    for name, at, pain in (("baseline", NOON, 7), ("week 1", NOON + dt.timedelta(days=7), 4)):
        if name == "week 1":
            treat(course, clinician, NOON + dt.timedelta(hours=1))
        survey = open_survey(course.follow_ups.get(timepoint__name=name), at)
        answer_all(survey, {"nrs_now.now": pain}, at)
        actions.submit_survey(survey=survey, at=at)
    text = overview().text
    for words in ("6 mL PRP", "9.0 × 10⁹ platelets", "LR-PRP", "Month 12", "Answered", "3 lower"):
        assert words in text


def test_a_page_with_many_courses_takes_as_few_queries(
    overview, course, patient, protocol, clinician, django_assert_max_num_queries
):
    treat(course, clinician)
    for _ in range(4):
        more = treatment_actions.open_course(
            patient=patient,
            protocol=protocol,
            icd10_code="M17.12",
            complaint="Left knee",
            target="knee_joint",
            side="left",
            on=TODAY,
            by=clinician,
        )
        treat(more, clinician)
    actions.open_due_surveys(at=NOON)
    actions.decide_contacts(at=NOON)
    Delivery.objects.update(status="claimed", fence=1, lease_until=NOON)
    with django_assert_max_num_queries(12):
        assert overview().status_code == 200


def test_others_are_told_that_there_is_no_such_patient(client, stranger, researcher, patient):
    for person in (stranger, researcher):
        client.force_login(person)
        assert client.get(f"/patients/{patient.public_id}/").status_code == 404


def test_the_page_only_reads(client, clinician, patient):
    client.force_login(clinician)
    assert client.post(f"/patients/{patient.public_id}/").status_code == 405
