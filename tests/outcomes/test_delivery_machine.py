"""Any order of ticks, crashes, late answers, withdrawals, pauses and leaps of the clock, over a real PostgreSQL.

The servers are played by the machine itself, so that one can accept a message whose sender then dies; the real ones
are in tests/faults. I1 to I16: the invariants that hold after every step.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Max
from hypothesis import HealthCheck, Phase, settings
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
from clinic.rules import RuleBroken
from outcomes import actions
from outcomes.actions import events
from outcomes.contact_rules import CONFIRMED_WITHIN
from outcomes.delivery_rules import LEASE, MAX_ATTEMPTS, MOVES, REACHED, Outcome, Reply
from outcomes.models import (
    BY_HAND,
    Call,
    ContactDecision,
    Delivery,
    DeliveryAttempt,
    DeliveryChange,
    Survey,
    SurveyLink,
)
from outcomes.provider_reports import Report
from patients import actions as patient_actions
from patients.models import Patient
from tests.conftest import NOON
from treatments import actions as treatment_actions
from treatments.models import FollowUp, Protocol

CHICAGO = ZoneInfo("America/Chicago")
FINAL = {state for state, after in MOVES.items() if not after}
REPORTS = ["accepted", "delivered", "bounced_soft", "bounced_hard", "complained"]
LEAPS = [dt.timedelta(minutes=1), dt.timedelta(minutes=20), LEASE + dt.timedelta(minutes=1), dt.timedelta(hours=7)]
some = st.integers(0, 1000)


@dataclass
class Hand:
    """What one worker holds in memory, and loses when it dies."""

    claim: actions.Claim
    message: Any = None
    outcome: Outcome | None = None


class DeliveryMachine(RuleBasedStateMachine):
    """One clinic, a few patients, any number of workers. Each run is rolled back at its end."""

    def __init__(self, by: User, protocol: Protocol) -> None:
        super().__init__()
        self.by, self.protocol, self.clinic = by, protocol, protocol.clinic
        self.now = NOON
        self.hands: list[Hand] = []
        self.accepted: Counter[int] = Counter()
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
        for _patient in range(4):
            self.register()
        self.tick()

    # The rules are few and broad: Hypothesis leaves some out of each run, and a fault needs several to show.

    @rule(leap=st.sampled_from(LEAPS), is_swept=st.booleans(), ticks=st.integers(0, 2))
    def time_passes(self, leap: dt.timedelta, is_swept: bool, ticks: int) -> None:
        """Two ticks at once: a second beat. None: Redis was emptied before a worker saw it."""
        self.now += leap
        if is_swept:
            actions.sweep_deliveries(at=self.now)
        for _beat in range(ticks):
            self.tick()

    @rule(days=st.sampled_from([1, 1, 2, 4, 12]))
    def morning_comes(self, days: int) -> None:
        self.now = (self.now.astimezone(CHICAGO) + dt.timedelta(days=days)).replace(hour=10, minute=5)
        actions.sweep_deliveries(at=self.now)
        self.tick()

    @rule(
        which=some,
        change=st.sampled_from(
            [
                "register",
                "withdraw",
                "agree",
                "no address",
                "address",
                "send in",
                "stop",
                "resume",
                "die",
                "pause",
                "go on",
            ]
        ),
    )
    def somebody_changes_something(self, which: int, change: str) -> None:
        patient = pick(Patient.objects.order_by("id"), which)
        ours = {"patient": patient, "by": self.by}
        if change == "register" and Patient.objects.count() < 7:
            self.register()
        elif change == "withdraw":
            patient_actions.withdraw_consent(**ours, at=self.now)
        elif change == "agree":
            patient_actions.record_consent(**ours, at=self.now)
        elif change in {"address", "no address"}:
            patient_actions.update_patient(**ours, email="" if change == "no address" else "new@example.org")
        elif change == "send in":
            self.send_in(Survey.objects.filter(follow_up__course__patient=patient, completed_at=None).first())
        elif change == "stop":
            patient_actions.stop_channel(patient_id=patient.pk, channel="email", at=self.now)
        elif change == "resume":
            patient_actions.resume_channel(patient_id=patient.pk, channel="email")
        elif change == "die":
            Patient.objects.filter(pk=patient.pk).update(died_on=self.now.date())
        else:
            self.pause_or_go_on(patient, change)

    def pause_or_go_on(self, patient: Patient, change: str) -> None:
        active = patient.sending_pauses.active().first()
        if change == "pause" and active is None:
            actions.pause_sending(clinic=self.clinic, patient=patient, reason="So", at=self.now, by=self.by)
        elif change == "go on" and active is not None:
            actions.resume_sending(pause=active, at=self.now, by=self.by)

    @rule(which=some, what=st.sampled_from(["send", "call off", "arrived", "did not arrive", "call"]))
    def staff_do_something(self, which: int, what: str) -> None:
        """What is refused is refused with a reason, and changes nothing."""
        ours = {"at": self.now, "by": self.by}
        try:
            with transaction.atomic():
                if what == "send" and (survey := pick(Survey.objects.order_by("id"), which)):
                    actions.send_by_hand(survey=survey, channel="email", **ours)
                elif what == "call off" and which % 5 == 0 and (survey := pick(Survey.objects.order_by("id"), which)):
                    actions.cancel_survey(survey=survey, reason="So", **ours)
                elif what == "call" and (call := pick(Call.objects.order_by("id"), which)):
                    outcome = ["answered", "no_answer", "wrong_number", "no_more_calls"][which % 4]
                    actions.record_call(call=call, outcome=outcome, **ours)
                elif "arrive" in what and (delivery := pick(Delivery.objects.order_by("id"), which)):
                    # Staff look before they say so.
                    was_sent = self.accepted[delivery.pk] > 0
                    actions.settle_unknown(delivery=delivery, was_sent=was_sent, **ours)
        except RuleBroken as refused:
            assert refused.message

    @precondition(lambda self: any(self.accepted.values()))
    @rule(which=some, kind=st.sampled_from(REPORTS), number=st.integers(0, 2), times=st.integers(1, 2))
    def provider_reports(self, which: int, kind: str, number: int, times: int) -> None:
        """About a message that it took; late, twice, and in any order."""
        delivery = Delivery.objects.get(pk=pick(sorted(self.accepted), which))
        report = Report("played", f"{delivery.pk}-{kind}-{number}", kind, delivery=delivery.public_id)
        for _time in range(times):
            event = events.note_report(report, at=self.now)
            events.apply_event(event.pk, at=self.now)

    @rule(limit=st.integers(1, 3), steps=st.integers(0, 3), reply=st.sampled_from(Reply), is_accepted=st.booleans())
    def worker_comes(self, limit: int, steps: int, reply: Reply, is_accepted: bool) -> None:
        """It claims a few, and gets so far with the first of them before something else happens."""
        claims = actions.claim_deliveries(channel="email", at=self.now, limit=limit)
        hands = [Hand(claim) for claim in claims]
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
            clinic=self.clinic,
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
        treatment_actions.end_follow_ups(clinic=self.clinic, on=self.now.astimezone(CHICAGO).date())
        actions.open_due_surveys(at=self.now)
        actions.decide_contacts(at=self.now)

    def send_in(self, survey: Survey | None) -> None:
        if survey is not None and not actions.is_closed(survey, self.now) and not actions.is_stopped(survey):
            actions.submit_survey(survey=survey, at=self.now)

    def next_step(self, hand: Hand, reply: Reply, is_accepted: bool) -> None:
        """Start, hand over, finish; a worker may also finish again what it finished before."""
        if hand not in self.hands:
            return
        if hand.outcome:
            actions.finish_delivery(hand.claim, hand.outcome, at=self.now)
        elif hand.message:
            self.hand_over(hand, reply, is_accepted)
        else:
            self.start(hand)

    def start(self, hand: Hand) -> None:
        hand.message = actions.start_delivery(hand.claim, at=self.now)
        if hand.message is None:
            self.hands.remove(hand)
        else:
            self.assert_it_may_go_out(Delivery.objects.get(pk=hand.claim.delivery_id))

    def hand_over(self, hand: Hand, reply: Reply, is_accepted: bool) -> None:
        """The server may accept a message and its answer be lost on the way."""
        hand.outcome = Outcome(reply, f"The server said: {reply}.")
        if reply is Reply.ACCEPTED or (reply is Reply.LOST and is_accepted):
            self.accepted[hand.claim.delivery_id] += 1

    # What always holds.

    @invariant()
    def rules_hold(self) -> None:
        deliveries = list(Delivery.objects.select_related("survey__follow_up"))
        for delivery in deliveries:
            self.rules_hold_for(delivery)
        for before, after, count in DeliveryChange.objects.values_list("before", "after").annotate(n=Max("id")):
            assert after in MOVES[before] and count, "I11: a step that is none"
        assert DeliveryAttempt.objects.count() == SurveyLink.objects.count(), "a link without an attempt"
        calls = Counter(Call.objects.values_list("survey", flat=True))
        assert all(count == 1 for count in calls.values()), "one call a survey"

    def rules_hold_for(self, delivery: Delivery) -> None:
        was_accepted = self.accepted[delivery.pk] > 0
        assert self.accepted[delivery.pk] <= 1 + delivery.soft_bounces, "I3: a message was accepted twice"
        came_back = delivery.soft_bounces > 0
        may_go_out = delivery.status in {"pending", "claimed"}
        assert not (was_accepted and may_go_out) or came_back, "I3: it could go out again"
        assert delivery.status != "accepted" or was_accepted, "it never went out"
        assert self.ended_as.get(delivery.pk, delivery.status) == delivery.status, "I1: an end is an end"
        if delivery.status in FINAL:
            self.ended_as[delivery.pk] = delivery.status
        assert delivery.fence >= self.last_fence.get(delivery.pk, 0), "I2: the fence fell"
        self.last_fence[delivery.pk] = delivery.fence
        assert delivery.attempts <= MAX_ATTEMPTS, "there is an end to trying"
        is_explained = delivery.reason_code or delivery.status in {"claimed", "sending", "accepted", "delivered"}
        is_new = delivery.status == "pending" and delivery.not_before <= self.now
        assert is_explained or is_new, "I9: it says why"

    def assert_it_may_go_out(self, delivery: Delivery) -> None:
        survey, local = delivery.survey, self.now.astimezone(CHICAGO)
        follow_up, patient = survey.follow_up, delivery.patient
        assert survey.completed_at is None and survey.cancelled_at is None, "I5"
        assert patient.may_be_contacted and not patient.sending_pauses.active().exists(), "I4"
        assert follow_up.opens_on <= local.date() <= follow_up.closes_on, "I5"
        assert 9 <= local.hour < 20, "I6"
        mine = Delivery.objects.filter(patient=patient, status__in=REACHED).exclude(pk=delivery.pk)
        days = [at.astimezone(CHICAGO).date() for at in mine.values_list("started_at", flat=True)]
        assert local.date() not in days, "I10: two on one day"
        assert sum(local.date() - dt.timedelta(days=7) < day for day in days) < 3, "I10: four in a week"
        if 0 < delivery.sequence < BY_HAND:
            self.assert_the_step_before_is_settled(delivery)

    def assert_the_step_before_is_settled(self, delivery: Delivery) -> None:
        before = Delivery.objects.filter(survey=delivery.survey, sequence__lt=delivery.sequence)
        for one in before:
            is_old = one.started_at and one.started_at + CONFIRMED_WITHIN <= self.now
            assert one.status not in {"pending", "claimed", "sending"}, "I14"
            assert one.status != "unknown" or is_old, "I14"

    def everything_settles_once_faults_stop(self) -> None:
        """I8: workers that live, a server that accepts, and time: nothing waits for ever, and everybody has a reason."""
        self.hands.clear()
        for _day_and_a_half in range(MAX_ATTEMPTS + 3):
            self.now = (self.now + dt.timedelta(hours=36)).astimezone(CHICAGO).replace(hour=12)
            actions.sweep_deliveries(at=self.now)
            self.tick()
            for claim in actions.claim_deliveries(channel="email", at=self.now):
                if actions.start_delivery(claim, at=self.now):
                    self.accepted[claim.delivery_id] += 1
                    actions.finish_delivery(claim, Outcome(Reply.ACCEPTED, "Accepted (250)."), at=self.now)
            self.rules_hold()
        self.tick()
        overdue = Delivery.objects.filter(status__in=["claimed", "sending"]) | Delivery.objects.filter(
            status="pending", not_before__lte=self.now
        ).exclude(reason_code="paused")
        assert not overdue.filter(patient__sending_pauses=None).exists()
        today = self.now.astimezone(CHICAGO).date()
        due = FollowUp.objects.due(today).filter(timepoint__assigned_instruments__isnull=False).distinct()
        due = due.filter(survey__cancelled_at=None)
        decided = ContactDecision.objects.filter(follow_up__in=due, looks_again_at__gt=self.now)
        assert decided.count() == due.count(), "every patient due has a message or a visible reason"


def pick(rows, which: int):
    """One of them, the same one for the same number; None of none."""
    rows = list(rows)
    return rows[which % len(rows)] if rows else None


def run(clinician: User, protocol: Protocol, *, runs: int, steps: int) -> None:
    run_state_machine_as_test(
        lambda: DeliveryMachine(clinician, protocol),
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=False,
            # Each step is a dozen statements: shrinking a failure would take longer than reading it.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_deliveries_obey_their_rules_in_any_order(clinician, protocol):
    run(clinician, protocol, runs=12, steps=20)


@pytest.mark.slow
def test_deliveries_obey_their_rules_in_very_many_orders(clinician, protocol):
    run(clinician, protocol, runs=400, steps=50)
