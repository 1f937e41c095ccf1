"""Every way a delivery can go, one step at a time, and every way it must not go."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from clinic.links import hash_link
from clinic.models import Clinic
from outcomes import actions
from outcomes.delivery_rules import BACKOFF, LEASE, MAX_ATTEMPTS, Outcome, Reply
from outcomes.models import Delivery, DeliveryAttempt, SurveyLink
from patients import actions as patient_actions
from patients.models import Patient
from tests.conftest import NOON
from tests.layers import layer
from tests.mail import CUT
from treatments import actions as treatment_actions
from treatments.models import Protocol

ACCEPTED = Outcome(Reply.ACCEPTED, "Accepted (250).")
DEFERRED = Outcome(Reply.DEFERRED, "The mail server asked to try again later (450).")
MINUTE = dt.timedelta(minutes=1)
LATER = NOON + LEASE + MINUTE


@layer
def delivery(course) -> Delivery:
    """The invitation to Ruth's baseline, queued at NOON."""
    actions.open_due_surveys(at=NOON)
    return Delivery.objects.get()


@layer
def other_delivery(delivery, other_clinic, stranger) -> Delivery:
    """An invitation of the other clinic, queued behind Ruth's."""
    patient = patient_actions.register_patient(
        clinic=other_clinic, by=stranger, at=NOON, chart_number="1", family_name="Field", email="sam@example.org"
    )
    patient_actions.record_consent(patient=patient, by=stranger, at=NOON)
    treatment_actions.open_course(
        patient=patient,
        protocol=Protocol.objects.get(clinic=other_clinic, treatment_type__code="cell"),
        icd10_code="M54.50",
        complaint="Low back pain",
        target="lumbar_disc",
        side="midline",
        on=NOON.date(),
        by=stranger,
    )
    actions.open_due_surveys(at=NOON)
    return Delivery.objects.exclude(pk=delivery.pk).get()


def claim(at=NOON):
    (claim,) = actions.claim_deliveries(channel="email", at=at)
    return claim


def started(at=NOON):
    held = claim(at)
    assert actions.start_delivery(held, at=at)
    return held


def deliver(at=NOON):
    return actions.deliver_queued(clock=lambda: at, budget=MINUTE)


def fresh(delivery):
    delivery.refresh_from_db()
    return delivery


def test_due_invitation_is_sent(delivery, sink):
    assert deliver() == 1
    assert (fresh(delivery).status, delivery.accepted_at, delivery.reason) == ("accepted", NOON, "")
    attempt = DeliveryAttempt.objects.get()
    assert (attempt.outcome, attempt.fence, attempt.finished_at) == ("accepted", 1, NOON)


def test_message_carries_a_link_of_which_only_the_hash_is_kept(delivery, sink):
    deliver()
    text = sink.accepted[0].get_body(("plain",)).get_content()
    token = text.partition("/s/")[2].partition("/")[0]
    link = SurveyLink.objects.get()
    assert bytes(link.token_hash) == hash_link(token)
    assert link.survey == delivery.survey
    assert len(token) == 22


def test_nothing_goes_out_twice(delivery, sink):
    deliver()
    assert (deliver(), deliver(LATER)) == (0, 0)
    assert len(sink.accepted) == 1


def test_claim_takes_a_row_once_with_a_lease_and_a_higher_fence(delivery):
    held = claim()
    assert (held.fence, held.attempts) == (1, 1)
    assert actions.claim_deliveries(channel="email", at=NOON) == []
    assert (fresh(delivery).status, delivery.lease_until) == ("claimed", NOON + LEASE)


def test_claim_leaves_what_may_not_go_out_yet(delivery):
    assert actions.claim_deliveries(channel="email", at=NOON - MINUTE) == []


def test_release_counts_as_no_attempt(delivery):
    actions.release_deliveries([claim()])
    assert (fresh(delivery).status, delivery.attempts, delivery.fence) == ("pending", 0, 1)


def test_start_is_committed_before_the_network_is_touched(delivery):
    started()
    assert fresh(delivery).status == "sending"
    assert DeliveryAttempt.objects.get().outcome == ""


def test_withdrawn_between_claim_and_start_is_never_sent(delivery, patient, clinician):
    held = claim()
    patient_actions.withdraw_consent(patient=patient, by=clinician, at=NOON)
    assert actions.start_delivery(held, at=NOON) is None
    assert (fresh(delivery).status, delivery.reason_code, delivery.reason) == (
        "suppressed",
        "withdrawn",
        "The patient does not want to be contacted any more.",
    )
    assert not SurveyLink.objects.exists()


def test_patient_without_an_address_is_not_written_to(delivery, patient, clinician, sink):
    patient_actions.update_patient(patient=patient, by=clinician, email="")
    assert deliver() == 0
    assert (fresh(delivery).status, delivery.reason) == ("suppressed", "There is no address for this channel.")


def test_changed_address_is_the_one_that_is_used(delivery, patient, clinician, sink):
    patient_actions.update_patient(patient=patient, by=clinician, email="ruth.new@example.org")
    deliver()
    assert sink.accepted[0]["To"] == "ruth.new@example.org"


def test_address_that_is_none_fails_in_words_and_stops_nobody(delivery, patient, sink):
    Patient.objects.filter(pk=patient.pk).update(email="ruth@example.org\r\nBcc: all@example.org")
    assert deliver() == 0
    assert (fresh(delivery).status, delivery.reason) == ("failed", "This address is not a valid one.")
    assert not sink.accepted


def test_answered_survey_is_not_announced(delivery, sink):
    actions.submit_survey(survey=delivery.survey, at=NOON)
    assert deliver() == 0
    assert (fresh(delivery).status, delivery.reason) == ("cancelled", "The check-in was already answered.")


def test_closed_window_is_not_announced(delivery, sink):
    after = NOON + dt.timedelta(days=(delivery.survey.follow_up.closes_on - NOON.date()).days + 1)
    assert deliver(after) == 0
    assert (fresh(delivery).status, delivery.reason) == ("cancelled", "The time to answer is over.")


def test_last_day_of_the_window_is_announced(delivery, sink):
    last_day = NOON + dt.timedelta(days=(delivery.survey.follow_up.closes_on - NOON.date()).days)
    assert deliver(last_day) == 1


def test_quiet_hours_are_asked_when_sending(delivery, sink):
    night = NOON.replace(hour=22)
    assert deliver(night) == 0
    morning = dt.datetime(2026, 3, 3, 9, 0, tzinfo=ZoneInfo("America/Chicago"))
    assert (fresh(delivery).status, delivery.not_before, delivery.attempts) == ("pending", morning, 0)
    assert delivery.reason == "Waits for the hours in which the clinic sends messages."
    assert deliver(morning - MINUTE) == 0
    assert deliver(morning) == 1


def test_hours_that_changed_after_queueing_count(delivery, clinic, sink):
    Clinic.objects.filter(pk=clinic.pk).update(send_from_hour=13)
    assert deliver() == 0
    assert deliver(NOON + dt.timedelta(hours=1)) == 1


def test_old_fence_changes_nothing(delivery):
    old = started()
    Delivery.objects.filter(pk=delivery.pk).update(status="pending", lease_until=None)
    new = started()
    before = Delivery.objects.values().get()
    assert actions.start_delivery(old, at=NOON) is None
    assert not actions.finish_delivery(old, ACCEPTED, at=NOON)
    actions.release_deliveries([old])
    assert Delivery.objects.values().get() == before
    assert actions.finish_delivery(new, ACCEPTED, at=NOON)


def test_second_finish_changes_nothing(delivery):
    held = started()
    assert actions.finish_delivery(held, ACCEPTED, at=NOON)
    assert not actions.finish_delivery(held, DEFERRED, at=NOON)
    assert fresh(delivery).status == "accepted"


def test_finish_without_a_start_changes_nothing(delivery):
    assert not actions.finish_delivery(claim(), ACCEPTED, at=NOON)
    assert fresh(delivery).status == "claimed"


def test_temporary_refusal_waits_longer_each_time_and_is_given_up_in_words(delivery, clinic, sink):
    Clinic.objects.filter(pk=clinic.pk).update(send_from_hour=0, send_until_hour=24, sends_on_weekends=True)
    sink.answers["RCPT"] = "450 Later"
    at = NOON
    for pause in BACKOFF:
        deliver(at)
        assert (fresh(delivery).status, delivery.not_before) == ("pending", at + pause)
        assert delivery.reason == "The mail server asked to try again later (450)."
        at += pause
    deliver(at)
    assert (fresh(delivery).status, delivery.attempts) == ("dead", MAX_ATTEMPTS)
    assert delivery.reason == "The mail server asked to try again later (450). Given up after too many attempts."
    assert DeliveryAttempt.objects.filter(outcome="deferred").count() == MAX_ATTEMPTS


def test_temporary_refusal_is_sent_once_it_is_over(delivery, sink):
    sink.answers["MESSAGE"] = "451 Greylisted"
    deliver()
    sink.answers.clear()
    assert deliver(NOON + BACKOFF[0]) == 1
    assert len(sink.accepted) == 1
    assert list(DeliveryAttempt.objects.values_list("fence", "outcome")) == [(1, "deferred"), (2, "accepted")]


@pytest.mark.parametrize("step", ["RCPT", "MESSAGE"])
def test_permanent_refusal_fails_with_the_code(delivery, sink, step):
    sink.answers[step] = "550 Nobody here"
    assert deliver() == 0
    assert (fresh(delivery).status, delivery.reason) == ("failed", "The mail server does not know this address (550).")
    assert deliver(LATER) == 0


def test_connection_lost_while_handing_over_is_unknown_and_stays_so(delivery, sink):
    sink.answers["MESSAGE"] = CUT
    assert deliver() == 0
    assert fresh(delivery).status == "unknown"
    assert delivery.reason.endswith("It may have arrived, so it is not sent again by itself.")
    assert DeliveryAttempt.objects.get().outcome == "lost"
    sink.answers.clear()
    actions.sweep_deliveries(at=LATER)
    assert deliver(LATER) == 0
    assert not sink.accepted


def test_mail_server_that_is_down_uses_up_no_attempt(delivery, sink):
    sink.close()
    for _try in range(MAX_ATTEMPTS + 1):
        assert deliver() == 0
    assert (fresh(delivery).status, delivery.attempts) == ("pending", 0)
    assert delivery.reason == "The mail server cannot be reached."


def test_mail_server_that_goes_down_meanwhile_defers_one_and_releases_the_others(delivery, other_delivery, sink):
    sink.answers["MAIL"] = CUT
    assert deliver() == 0
    assert (fresh(delivery).status, delivery.attempts, delivery.not_before) == ("pending", 1, NOON + BACKOFF[0])
    assert (fresh(other_delivery).status, other_delivery.attempts) == ("pending", 0)
    assert delivery.reason == other_delivery.reason == "The mail server closed the connection."


def test_one_bad_row_stops_nobody_else(delivery, other_delivery, clinic, sink):
    Clinic.objects.filter(pk=clinic.pk).update(time_zone="Mars/Olympus")
    assert deliver() == 1
    assert (fresh(delivery).status, fresh(other_delivery).status) == ("claimed", "accepted")


def test_shift_that_is_over_leaves_the_rest_as_it_was(delivery, other_delivery, sink):
    times = iter([NOON] * 6)
    assert actions.deliver_queued(clock=lambda: next(times, NOON + MINUTE), budget=MINUTE) == 1
    assert (fresh(other_delivery).status, other_delivery.attempts) == ("pending", 0)


def test_sweep_queues_again_what_was_never_started(delivery, sink):
    claim()
    assert actions.sweep_deliveries(at=NOON + LEASE) == 0
    assert actions.sweep_deliveries(at=LATER) == 1
    assert (fresh(delivery).status, delivery.lease_until) == ("pending", None)
    assert delivery.reason == "The worker stopped before it was sent; it waits for another."
    assert deliver(LATER) == 1


def test_sweep_leaves_what_was_started_unknown(delivery, sink):
    started()
    assert actions.sweep_deliveries(at=LATER) == 1
    assert (fresh(delivery).status, delivery.lease_until) == ("unknown", None)
    assert delivery.reason.startswith("The worker stopped while it was being sent.")
    assert deliver(LATER) == 0


def test_late_answer_settles_an_unknown_one(delivery):
    held = started()
    actions.sweep_deliveries(at=LATER)
    assert actions.finish_delivery(held, ACCEPTED, at=LATER)
    assert (fresh(delivery).status, delivery.reason) == ("accepted", "")


def test_row_on_which_workers_die_is_given_up(delivery):
    at = NOON
    for _try in range(MAX_ATTEMPTS):
        claim(at)
        at += LEASE + MINUTE
        actions.sweep_deliveries(at=at)
    assert (fresh(delivery).status, delivery.reason) == ("dead", "5 workers stopped before it was sent.")


def test_sweep_twice_changes_nothing(delivery):
    claim()
    actions.sweep_deliveries(at=LATER)
    before = Delivery.objects.values().get()
    assert actions.sweep_deliveries(at=LATER) == 0
    assert Delivery.objects.values().get() == before
