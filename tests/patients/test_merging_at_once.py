"""Merging beside everything else that happens: side by side, on a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from clinic.rules import RuleBroken
from outcomes import actions as outcome_actions
from outcomes.merging import plan
from outcomes.models import Alert, Delivery
from patients.models import Patient
from tests.check_in import answer_all, open_survey
from tests.conftest import NOON
from tests.outcomes.test_deliveries_at_once import at_once, eventually, is_waiting_for_a_lock
from tests.patients.test_merging import NOW, fresh, merge, twin  # noqa: F401 a layer
from tests.treatments.treating import log
from treatments.models import TreatmentSession

pytestmark = pytest.mark.django_db(transaction=True)


def while_merging(kept, gone, manager, work):
    """What ``work`` gave that began before the merge was through, and had to wait for it."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            merge(kept, gone, manager)
            begun = pool.submit(at_once, work, 1)
            assert eventually(is_waiting_for_a_lock)
        (result,) = begun.result()
    return result


def test_of_two_merges_that_cross_one_is_done(patient, twin, manager):  # noqa: F811
    patient, twin = fresh(patient, twin)
    both = [(kept, gone, plan(kept, gone, at=NOW).seen) for kept, gone in ((patient, twin), (twin, patient))]

    def one_way():
        kept, gone, seen = both.pop()
        given = {"take": (), "chart_number": gone.chart_number, "seen": seen, "at": NOW, "by": manager}
        try:
            return bool(outcome_actions.merge_patients(kept=kept, gone=gone, **given))
        except RuleBroken as broken:
            return broken.message

    found = at_once(one_way, 2)
    assert found.count(True) == 1
    assert "One of the two is merged into another already." in found
    assert Patient.objects.filter(merged_into=None).count() == 1


def test_a_session_that_is_logged_meanwhile_is_the_kept_patient_s(course, patient, twin, manager, clinician):  # noqa: F811
    session = while_merging(twin, patient, manager, lambda: log(course, clinician))
    assert TreatmentSession.objects.get(pk=session.pk).course.patient_id == twin.pk


def test_a_survey_that_is_sent_meanwhile_is_taken_and_its_alert_is_the_kept_patient_s(course, patient, twin, manager):  # noqa: F811
    survey = open_survey(course.follow_ups.get(timepoint__name="baseline"), NOON)
    answer_all(survey, {"nrs_now.now": 7}, NOON)

    def send():
        return outcome_actions.submit_survey(survey=survey, at=NOON, remark="I want to die.")

    sent = while_merging(twin, patient, manager, send)
    assert sent.completed_at == NOON
    assert Alert.objects.get().patient_id == twin.pk


def test_a_message_that_was_claimed_meanwhile_goes_to_the_kept_address(course, patient, twin, manager):  # noqa: F811
    outcome_actions.open_due_surveys(at=NOON)
    (claim,) = outcome_actions.claim_deliveries(channel="email", at=NOON)
    message = while_merging(twin, patient, manager, lambda: outcome_actions.start_delivery(claim, at=NOON))
    assert message.recipient == "ruth.new@example.org"
    assert Delivery.objects.get().patient_id == twin.pk


def test_a_row_that_is_written_meanwhile_for_the_one_that_goes_is_refused(patient, twin, manager, front_desk):  # noqa: F811
    def pause():
        try:
            return outcome_actions.pause_sending(
                clinic=patient.clinic, patient=patient, reason="Away", at=NOW, by=front_desk
            )
        except Exception as error:
            return str(error)

    assert "was merged into" in str(while_merging(twin, patient, manager, pause))
