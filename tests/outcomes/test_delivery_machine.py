"""Any order of ticks, crashes, late answers, withdrawals and leaps of the clock, over a real PostgreSQL.

The mail server is played by the machine itself, so that it can accept a message whose sender then dies; the real one
is in test_deliveries.py and test_worker_crash.py.
"""

import datetime as dt
import email
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from clinic.models import User
from outcomes import actions
from outcomes.delivery_rules import LEASE, MAX_ATTEMPTS, Outcome, Reply
from outcomes.mail_server import Envelope
from outcomes.models import Delivery, DeliveryAttempt, Survey, SurveyLink
from patients import actions as patient_actions
from patients.models import Patient
from tests.conftest import NOON
from treatments import actions as treatment_actions
from treatments.models import Protocol

CHICAGO = ZoneInfo("America/Chicago")
FINAL = {"accepted", "failed", "cancelled", "suppressed", "dead"}
LEAPS = [dt.timedelta(minutes=1), dt.timedelta(minutes=20), LEASE + dt.timedelta(minutes=1), dt.timedelta(hours=7)]
some = st.integers(0, 1000)


@dataclass
class Hand:
    """What one worker holds in memory, and loses when it dies."""

    claim: actions.Claim
    envelope: Envelope | None = None
    outcome: Outcome | None = None


class DeliveryMachine(RuleBasedStateMachine):
    """One clinic, a few patients, any number of workers. Each run is rolled back at its end."""

    def __init__(self, by: User, protocol: Protocol) -> None:
        super().__init__()
        self.by, self.protocol = by, protocol
        self.now = NOON
        self.hands: list[Hand] = []
        self.mailbox: Counter[str] = Counter()
        self.opened = 0
        self.last_fence: dict[int, int] = {}
        self.ended_as: dict[int, str] = {}
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self) -> None:
        try:
            self.everything_settles_once_faults_stop()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @initialize()
    def a_clinic_at_work(self) -> None:
        for _patient in range(6):
            self.register()
        self.tick()

    # The rules are few and broad: Hypothesis leaves some out of each run, and a fault needs several to show.

    @rule(leap=st.sampled_from(LEAPS), is_swept=st.booleans(), is_ticked=st.booleans())
    def time_passes(self, leap: dt.timedelta, is_swept: bool, is_ticked: bool) -> None:
        self.now += leap
        if is_swept:
            actions.sweep_deliveries(at=self.now)
        if is_ticked:
            self.tick()

    @rule(days=st.sampled_from([1, 1, 1, 12]))
    def morning_comes(self, days: int) -> None:
        self.now = (self.now.astimezone(CHICAGO) + dt.timedelta(days=days)).replace(hour=10)
        actions.sweep_deliveries(at=self.now)
        self.tick()

    @rule(which=some, change=st.sampled_from(["register", "withdraw", "agree", "no address", "address", "send in"]))
    def somebody_changes_something(self, which: int, change: str) -> None:
        patient = pick(Patient.objects.order_by("id"), which)
        ours = {"patient": patient, "by": self.by}
        if change == "register" and Patient.objects.count() < 10:
            self.register()
        elif change == "withdraw":
            patient_actions.withdraw_consent(**ours, at=self.now)
        elif change == "agree":
            patient_actions.record_consent(**ours, at=self.now)
        elif change in {"address", "no address"}:
            patient_actions.update_patient(**ours, email="" if change == "no address" else "new@example.org")
        elif change == "send in":
            self.send_in(Survey.objects.filter(follow_up__course__patient=patient, completed_at=None).first())

    @rule(limit=st.integers(1, 3), steps=st.integers(0, 3), reply=st.sampled_from(Reply), is_accepted=st.booleans())
    def worker_comes(self, limit: int, steps: int, reply: Reply, is_accepted: bool) -> None:
        """It claims a few, and gets so far with the first of them before something else happens."""
        hands = [Hand(claim) for claim in actions.claim_deliveries(channel="email", at=self.now, limit=limit)]
        self.hands += hands
        for _step in range(steps if hands else 0):
            self.next_step(hands[0], reply, is_accepted)

    @precondition(lambda self: self.hands)
    @rule(which=some, steps=st.integers(1, 3), reply=st.sampled_from(Reply), is_accepted=st.booleans())
    def worker_goes_on(self, which: int, steps: int, reply: Reply, is_accepted: bool) -> None:
        hand = pick(self.hands, which)
        for _step in range(steps):
            self.next_step(hand, reply, is_accepted)

    @precondition(lambda self: self.hands)
    @rule(which=some, is_polite=st.booleans())
    def worker_ends(self, which: int, is_polite: bool) -> None:
        """Killed, or at the end of its shift, when it puts back what it has not started."""
        hand = pick(self.hands, which)
        if is_polite:
            actions.release_deliveries([hand.claim])
        self.hands.remove(hand)

    def register(self) -> None:
        patient = patient_actions.register_patient(
            clinic=self.by.memberships.get().clinic,
            by=self.by,
            at=self.now,
            chart_number=f"m{Patient.objects.count()}",
            family_name="Field",
            email="field@example.org",
        )
        patient_actions.record_consent(patient=patient, by=self.by, at=self.now)
        treatment_actions.open_course(
            patient=patient,
            protocol=self.protocol,
            icd10_code="M17.11",
            complaint="Osteoarthritis of the right knee",
            target="knee_joint",
            side="right",
            on=self.now.astimezone(CHICAGO).date(),
            by=self.by,
        )

    def tick(self) -> None:
        clinic = self.by.memberships.get().clinic
        treatment_actions.end_follow_ups(clinic=clinic, on=self.now.astimezone(CHICAGO).date())
        self.opened += actions.open_due_surveys(at=self.now)

    def send_in(self, survey: Survey | None) -> None:
        if survey is not None and not actions.is_closed(survey, self.now):
            actions.submit_survey(survey=survey, at=self.now)

    def next_step(self, hand: Hand, reply: Reply, is_accepted: bool) -> None:
        """Start, hand over, finish; a worker may also finish again what it finished before."""
        if hand not in self.hands:
            return
        if hand.outcome:
            actions.finish_delivery(hand.claim, hand.outcome, at=self.now)
        elif hand.envelope:
            self.hand_over(hand, reply, is_accepted)
        else:
            self.start(hand)

    def start(self, hand: Hand) -> None:
        hand.envelope = actions.start_delivery(hand.claim, at=self.now)
        if hand.envelope is None:
            self.hands.remove(hand)
        else:
            self.assert_it_may_go_out(Delivery.objects.get(pk=hand.claim.delivery_id))

    def hand_over(self, hand: Hand, reply: Reply, is_accepted: bool) -> None:
        """The server may accept a message and its answer be lost on the way."""
        hand.outcome = Outcome(reply, f"The server said: {reply}.")
        if reply is Reply.ACCEPTED or (reply is Reply.LOST and is_accepted):
            self.mailbox[message_id(hand.envelope)] += 1

    # What always holds.

    @invariant()
    def rules_hold(self) -> None:
        assert all(count == 1 for count in self.mailbox.values()), "a message was accepted twice"
        deliveries = list(Delivery.objects.all())
        assert len(deliveries) == self.opened, "a delivery was lost or doubled"
        for delivery in deliveries:
            self.rules_hold_for(delivery)
        assert DeliveryAttempt.objects.count() == SurveyLink.objects.count(), "a link without an attempt"

    def rules_hold_for(self, delivery: Delivery) -> None:
        was_accepted = f"<{delivery.public_id}@clinic.example.org>" in self.mailbox
        assert not was_accepted or delivery.status in {"sending", "accepted", "unknown"}, "it could go out again"
        assert delivery.status != "accepted" or was_accepted, "it never went out"
        assert self.ended_as.get(delivery.pk, delivery.status) == delivery.status, "an end is an end"
        if delivery.status in FINAL:
            self.ended_as[delivery.pk] = delivery.status
        assert delivery.fence >= self.last_fence.get(delivery.pk, 0), "the fence fell"
        self.last_fence[delivery.pk] = delivery.fence
        assert delivery.attempts <= MAX_ATTEMPTS, "there is an end to trying"
        is_explained = delivery.reason or delivery.status in {"claimed", "sending", "accepted"}
        assert is_explained or (delivery.status == "pending" and delivery.not_before <= self.now), "it says why"

    def assert_it_may_go_out(self, delivery: Delivery) -> None:
        follow_up, local = delivery.survey.follow_up, self.now.astimezone(CHICAGO)
        assert delivery.survey.completed_at is None
        assert follow_up.course.patient.may_be_contacted
        assert follow_up.opens_on <= local.date() <= follow_up.closes_on
        assert 9 <= local.hour < 20

    def everything_settles_once_faults_stop(self) -> None:
        """Workers that live, a mail server that accepts, and time: nothing waits for ever."""
        self.hands.clear()
        for _day_and_a_half in range(MAX_ATTEMPTS + 1):
            self.now = (self.now + dt.timedelta(hours=36)).astimezone(CHICAGO).replace(hour=12)
            actions.sweep_deliveries(at=self.now)
            for claim in actions.claim_deliveries(channel="email", at=self.now):
                if envelope := actions.start_delivery(claim, at=self.now):
                    self.mailbox[message_id(envelope)] += 1
                    actions.finish_delivery(claim, Outcome(Reply.ACCEPTED, "Accepted (250)."), at=self.now)
        self.rules_hold()
        assert set(Delivery.objects.values_list("status", flat=True)) <= FINAL | {"unknown"}


def pick(rows, which: int):
    """One of them; the same one for the same number."""
    rows = list(rows)
    return rows[which % len(rows)]


def message_id(envelope: Envelope) -> str:
    return email.message_from_bytes(envelope.content)["Message-ID"]


def test_deliveries_obey_their_rules_in_any_order(clinician, protocol):
    run_state_machine_as_test(
        lambda: DeliveryMachine(clinician, protocol),
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
