"""Workers side by side, on a real PostgreSQL: each message once, and a withdrawal is never overtaken."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from outcomes import actions
from outcomes.delivery_rules import Outcome, Reply
from outcomes.models import Delivery, DeliveryAttempt, Survey
from patients import actions as patient_actions
from tests.conftest import NOON
from tests.layers import layer
from tests.outcomes.test_deliveries import deliver
from tests.outcomes.test_tick import open_course
from treatments import actions as treatment_actions
from treatments.models import FollowUp

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGES = 40
WORKERS = 8


@layer
def courses(clinic, clinician, protocol):
    """Forty patients with one course each, whose baselines are due."""
    for number in range(MESSAGES):
        patient = patient_actions.register_patient(
            clinic=clinic,
            by=clinician,
            at=NOON,
            chart_number=str(number),
            family_name="Field",
            email=f"patient{number}@example.org",
        )
        patient_actions.record_consent(patient=patient, by=clinician, at=NOON)
        treatment_actions.open_course(
            patient=patient,
            protocol=protocol,
            icd10_code="M17.11",
            complaint="Osteoarthritis of the right knee",
            target="knee_joint",
            side="right",
            on=NOON.date(),
            by=clinician,
        )


def at_once(work, count=WORKERS):
    """What each of ``count`` threads got, all let go at the same moment."""
    gate = threading.Barrier(count)

    def run(_number):
        try:
            gate.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def is_waiting_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def eventually(fact, seconds=10):
    deadline = time.monotonic() + seconds
    while not fact() and time.monotonic() < deadline:
        time.sleep(0.02)
    return fact()


def test_two_ticks_at_once_open_each_survey_once(courses):
    opened = at_once(lambda: actions.open_due_surveys(at=NOON))
    assert sum(opened) == MESSAGES
    assert Survey.objects.count() == Delivery.objects.count() == MESSAGES


def test_each_delivery_is_claimed_by_one_worker(courses):
    actions.open_due_surveys(at=NOON)
    claims = at_once(lambda: actions.claim_deliveries(channel="email", at=NOON, limit=MESSAGES // WORKERS))
    ids = [claim.delivery_id for claimed in claims for claim in claimed]
    assert len(ids) == len(set(ids)) == MESSAGES


def test_each_message_is_accepted_once(courses, sink):
    actions.open_due_surveys(at=NOON)
    assert sum(at_once(deliver)) == MESSAGES
    assert len({message["Message-ID"] for message in sink.accepted}) == len(sink.accepted) == MESSAGES
    assert set(Delivery.objects.values_list("status", flat=True)) == {"accepted"}
    assert sink.connections <= WORKERS


def test_one_claim_is_started_and_finished_once(courses):
    actions.open_due_surveys(at=NOON)
    (claim,) = actions.claim_deliveries(channel="email", at=NOON, limit=1)
    assert sum(envelope is not None for envelope in at_once(lambda: actions.start_delivery(claim, at=NOON))) == 1
    accepted = Outcome(Reply.ACCEPTED, "Accepted (250).")
    assert sum(at_once(lambda: actions.finish_delivery(claim, accepted, at=NOON))) == 1
    assert DeliveryAttempt.objects.count() == 1


def test_start_waits_for_a_withdrawal_under_way_and_obeys_it(course, patient, clinician):
    actions.open_due_surveys(at=NOON)
    (claim,) = actions.claim_deliveries(channel="email", at=NOON)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            patient_actions.withdraw_consent(patient=patient, by=clinician, at=NOON)
            start = pool.submit(at_once, lambda: actions.start_delivery(claim, at=NOON), 1)
            assert eventually(is_waiting_for_a_lock)
        assert start.result() == [None]
    assert Delivery.objects.get().status == "suppressed"


def test_start_waits_for_a_survey_being_sent_in_and_obeys_it(course):
    actions.open_due_surveys(at=NOON)
    (claim,) = actions.claim_deliveries(channel="email", at=NOON)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.submit_survey(survey=Survey.objects.get(), at=NOON)
            start = pool.submit(at_once, lambda: actions.start_delivery(claim, at=NOON), 1)
            assert eventually(is_waiting_for_a_lock)
        assert start.result() == [None]
    assert Delivery.objects.get().reason == "The check-in was already answered."


def test_i10_the_second_message_to_a_patient_waits_for_the_first_and_keeps_the_budget(course, protocol, clinician):
    open_course(course.patient, protocol, clinician, on=NOON.date())
    actions.open_due_surveys(at=NOON)
    first = Delivery.objects.get()
    Delivery.objects.create(
        clinic=first.clinic,
        patient=course.patient,
        survey=Survey.objects.exclude(pk=first.survey_id).get(),
        kind="invitation",
        channel="email",
        sequence=0,
        not_before=NOON,
    )
    one, other = actions.claim_deliveries(channel="email", at=NOON)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert actions.start_delivery(one, at=NOON)
            start = pool.submit(at_once, lambda: actions.start_delivery(other, at=NOON), 1)
            assert eventually(is_waiting_for_a_lock)
        assert start.result() == [None]
    assert Delivery.objects.get(pk=other.delivery_id).reason_code == "budget"


def test_start_locks_survey_before_follow_up_like_sending_in_does(course):
    actions.open_due_surveys(at=NOON)
    (claim,) = actions.claim_deliveries(channel="email", at=NOON)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Survey.objects.select_for_update(no_key=True).get()
            start = pool.submit(at_once, lambda: actions.start_delivery(claim, at=NOON), 1)
            assert eventually(is_waiting_for_a_lock)
            assert FollowUp.objects.select_for_update(nowait=True).get()
        assert start.result() != [None]


def test_claim_steps_over_a_row_that_somebody_holds(courses):
    actions.open_due_surveys(at=NOON)
    with transaction.atomic():
        Delivery.objects.select_for_update().order_by("id").first()
        (claimed,) = at_once(lambda: actions.claim_deliveries(channel="email", at=NOON, limit=MESSAGES), 1)
        assert len(claimed) == MESSAGES - 1
