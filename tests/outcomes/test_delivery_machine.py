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
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

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
LEAPS = [
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=20),
    LEASE + dt.timedelta(minutes=1),
    dt.timedelta(hours=7),
    dt.timedelta(days=8),
]
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

    @precondition(lambda self: Patient.objects.exists())
    @rule(which=some, agrees=st.booleans())
    def change_mind(self, which: int, agrees: bool) -> None:
        change = patient_actions.record_consent if agrees else patient_actions.withdraw_consent
        change(patient=pick(Patient.objects.order_by("id"), which), by=self.by, at=self.now)

    @precondition(lambda self: Patient.objects.exists())
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

    @precondition(lambda self: self.in_hand(lambda hand: not hand.envelope))
    @rule(which=some)
    def release(self, which: int) -> None:
        hand = pick(self.in_hand(lambda hand: not hand.envelope), which)
        actions.release_deliveries([hand.claim])
        self.hands.remove(hand)

    @precondition(lambda self: self.in_hand(lambda hand: not hand.envelope))
    @rule(which=some)
    def start(self, which: int) -> None:
        hand = pick(self.in_hand(lambda hand: not hand.envelope), which)
        hand.envelope = actions.start_delivery(hand.claim, at=self.now)
        if hand.envelope is None:
            self.hands.remove(hand)
        else:
            self.assert_it_may_go_out(Delivery.objects.get(pk=hand.claim.delivery_id))

    @precondition(lambda self: self.in_hand(lambda hand: hand.envelope and not hand.outcome))
    @rule(which=some, reply=st.sampled_from(Reply), is_accepted=st.booleans())
    def hand_over(self, which: int, reply: Reply, is_accepted: bool) -> None:
        """The server may accept a message and its answer be lost on the way."""
        hand = pick(self.in_hand(lambda hand: hand.envelope and not hand.outcome), which)
        hand.outcome = Outcome(reply, f"The server said: {reply}.")
        if reply is Reply.ACCEPTED or (reply is Reply.LOST and is_accepted):
            self.mailbox[message_id(hand.envelope)] += 1

    @precondition(lambda self: self.in_hand(lambda hand: hand.outcome))
    @rule(which=some)
    def finish(self, which: int) -> None:
        hand = pick(self.in_hand(lambda hand: hand.outcome), which)
        actions.finish_delivery(hand.claim, hand.outcome, at=self.now)
        self.hands.remove(hand)

    # What always holds.

    @invariant()
    def no_message_is_accepted_twice(self) -> None:
        assert all(count == 1 for count in self.mailbox.values())

    @invariant()
    def what_was_accepted_is_never_offered_again(self) -> None:
        for delivery in Delivery.objects.all():
            was_accepted = f"<{delivery.public_id}@clinic.example.org>" in self.mailbox
            assert not was_accepted or delivery.status in {"sending", "sent", "unknown"}
            assert delivery.status != "sent" or was_accepted

    @invariant()
    def an_end_is_an_end(self) -> None:
        for delivery in Delivery.objects.all():
            assert self.ended_as.get(delivery.pk, delivery.status) == delivery.status
            if delivery.status in FINAL:
                self.ended_as[delivery.pk] = delivery.status

    @invariant()
    def fences_only_grow(self) -> None:
        for pk, fence in Delivery.objects.values_list("pk", "fence"):
            assert fence >= self.last_fence.get(pk, 0)
            self.last_fence[pk] = fence

    @invariant()
    def none_is_lost_and_none_appears(self) -> None:
        assert Delivery.objects.count() == Survey.objects.count() == self.opened

    @invariant()
    def everything_that_stands_still_says_why(self) -> None:
        stuck = Delivery.objects.filter(status__in=["unknown", "failed", "cancelled"])
        assert not stuck.filter(reason="").exists()
        assert not Delivery.objects.filter(status="queued", not_before__gt=self.now, reason="").exists()

    @invariant()
    def each_start_has_one_attempt_and_one_link(self) -> None:
        assert DeliveryAttempt.objects.count() == SurveyLink.objects.count()
        assert not Delivery.objects.filter(attempts__gt=MAX_ATTEMPTS).exists()

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
        self.no_message_is_accepted_twice()
        self.an_end_is_an_end()
        assert set(Delivery.objects.values_list("status", flat=True)) <= FINAL | {"unknown"}

    def in_hand(self, is_wanted) -> list[Hand]:
        return [hand for hand in self.hands if is_wanted(hand)]


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
