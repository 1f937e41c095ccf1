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
FINAL = {"sent", "failed", "cancelled"}
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
        self.register()
        self.register()
        self.tick()

    # Rules: what people do.

    @precondition(lambda self: Patient.objects.count() < 4)
    @rule()
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

    @rule(which=some, agrees=st.booleans())
    def change_mind(self, which: int, agrees: bool) -> None:
        change = patient_actions.record_consent if agrees else patient_actions.withdraw_consent
        change(patient=pick(Patient.objects.order_by("id"), which), by=self.by, at=self.now)

    @rule(which=some, address=st.sampled_from(["", "new@example.org"]))
    def change_address(self, which: int, address: str) -> None:
        patient_actions.update_patient(patient=pick(Patient.objects.order_by("id"), which), by=self.by, email=address)

    @precondition(lambda self: Survey.objects.filter(completed_at=None).exists())
    @rule(which=some)
    def send_survey_in(self, which: int) -> None:
        survey = pick(Survey.objects.filter(completed_at=None).order_by("id"), which)
        if not actions.is_closed(survey, self.now):
            actions.submit_survey(survey=survey, at=self.now)

    # Rules: what machines do.

    @rule(leap=st.sampled_from(LEAPS))
    def time_passes(self, leap: dt.timedelta) -> None:
        self.now += leap

    @rule(days=st.sampled_from([1, 1, 1, 12]))
    def morning_comes(self, days: int) -> None:
        self.now = (self.now.astimezone(CHICAGO) + dt.timedelta(days=days)).replace(hour=10)

    @rule()
    def tick(self) -> None:
        clinic = self.by.memberships.get().clinic
        treatment_actions.end_follow_ups(clinic=clinic, on=self.now.astimezone(CHICAGO).date())
        self.opened += actions.open_due_surveys(at=self.now)

    @rule()
    def sweep(self) -> None:
        actions.sweep_deliveries(at=self.now)

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        self.hands += [Hand(claim) for claim in actions.claim_deliveries(at=self.now, limit=limit)]

    @precondition(lambda self: self.hands)
    @rule(which=some)
    def worker_dies(self, which: int) -> None:
        self.hands.remove(pick(self.hands, which))

    @precondition(lambda self: self.unstarted())
    @rule(which=some)
    def release(self, which: int) -> None:
        hand = pick(self.unstarted(), which)
        actions.release_deliveries([hand.claim])
        self.hands.remove(hand)

    @precondition(lambda self: self.hands)
    @rule(which=some, reply=st.sampled_from(Reply), is_accepted=st.booleans())
    def worker_takes_its_next_step(self, which: int, reply: Reply, is_accepted: bool) -> None:
        """Start, hand over, or finish; a worker may also finish again what it finished before."""
        hand = pick(self.hands, which)
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
        assert not was_accepted or delivery.status in {"sending", "sent", "unknown"}, "it could go out again"
        assert delivery.status != "sent" or was_accepted, "it never went out"
        assert self.ended_as.get(delivery.pk, delivery.status) == delivery.status, "an end is an end"
        if delivery.status in FINAL:
            self.ended_as[delivery.pk] = delivery.status
        assert delivery.fence >= self.last_fence.get(delivery.pk, 0), "the fence fell"
        self.last_fence[delivery.pk] = delivery.fence
        assert delivery.attempts <= MAX_ATTEMPTS, "there is an end to trying"
        is_explained = delivery.reason or delivery.status in {"claimed", "sending", "sent"}
        assert is_explained or (delivery.status == "queued" and delivery.not_before <= self.now), "it says why"

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
            self.sweep()
            for claim in actions.claim_deliveries(at=self.now):
                if envelope := actions.start_delivery(claim, at=self.now):
                    self.mailbox[message_id(envelope)] += 1
                    actions.finish_delivery(claim, Outcome(Reply.ACCEPTED, "Accepted (250)."), at=self.now)
        self.rules_hold()
        assert set(Delivery.objects.values_list("status", flat=True)) <= FINAL | {"unknown"}

    def unstarted(self) -> list[Hand]:
        return [hand for hand in self.hands if not hand.envelope]


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
