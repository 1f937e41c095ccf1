"""What becomes of a due check-in, look by look: decisions on record, reminders, calls, pauses, and what staff do by hand."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from clinic.models import Clinic
from outcomes import actions
from outcomes.delivery_rules import MOVES, Outcome, Reply
from outcomes.models import Call, ContactDecision, Delivery, DeliveryChange, LadderStep, SendingPause, Survey
from patients import actions as patient_actions
from patients.models import Patient
from tests.check_in import open_survey
from tests.conftest import NOON
from tests.layers import layer

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)


def tick(at):
    actions.open_due_surveys(at=at)
    return actions.decide_contacts(at=at)


def send_all(at, sink):
    return actions.deliver_queued(clock=lambda: at, budget=MINUTE)


def codes():
    return list(ContactDecision.objects.order_by("id").values_list("code", flat=True))


@layer
def survey(course) -> Survey:
    """Ruth's baseline, opened and announced at NOON, a Monday."""
    survey = open_survey(course.follow_ups.get(), NOON)
    actions.decide_contacts(at=NOON)
    return survey


def test_every_due_check_in_has_a_decision_and_a_next_look(survey):
    decision = ContactDecision.objects.get()
    assert (decision.code, decision.is_blocked, decision.decided_at) == ("message", False, NOON)
    assert decision.looks_again_at > NOON


def test_looking_again_at_once_makes_nothing_new(survey):
    before = list(ContactDecision.objects.values()), list(Delivery.objects.values())
    assert tick(NOON + MINUTE) == 0
    assert (list(ContactDecision.objects.values()), list(Delivery.objects.values())) == before


def test_reminders_follow_until_a_call_and_stop_at_the_answer(survey, sink):
    at = NOON
    for _hour in range(24 * 5):
        send_all(at, sink)
        at += dt.timedelta(hours=1)
        tick(at)
    assert [message["Subject"] for message in sink.accepted] == [
        "A short questionnaire from Dr. Lee's office",
        "Your check-in is still open",
    ]
    assert list(Delivery.objects.values_list("kind", "sequence", "status")) == [
        ("invitation", 0, "accepted"),
        ("reminder", 1, "accepted"),
    ]
    assert Call.objects.get().reason == "no_answer"
    actions.submit_survey(survey=survey, at=at)
    assert Call.objects.get().outcome == "not_needed"
    tick(at + MINUTE)
    assert codes() == ["answered"]
    assert ContactDecision.objects.get().looks_again_at is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"withdrawn_at": NOON}, "withdrawn"),
        ({"died_on": NOON.date()}, "died"),
        ({"contact_lapsed_at": NOON}, "lapsed"),
        ({"registry_stopped_at": NOON}, "registry"),
        ({"consented_at": None}, "no_consent"),
    ],
)
def test_what_changes_for_the_patient_is_noticed_with_the_next_tick(survey, change, code):
    """Also before anything is sent: the waiting message is held back when its turn comes."""
    before = Patient.objects.values(*change).get()
    Patient.objects.update(**change)
    tick(NOON + MINUTE)
    assert codes() == [code]
    Patient.objects.update(**before)
    tick(NOON + 2 * MINUTE)
    assert codes() == ["message"]


def test_a_hard_refusal_flags_the_address_and_calls_staff(survey, sink):
    """F-30."""
    sink.answers["RCPT"] = "550 Nobody here"
    send_all(NOON, sink)
    assert Patient.objects.get().email_bounced_at == NOON
    tick(NOON + MINUTE)
    assert codes() == ["unreachable"]
    assert Call.objects.get().reason == "unreachable"
    sink.answers.clear()
    assert send_all(NOON + DAY, sink) == 0


def test_a_new_address_is_tried_at_once(survey, sink, patient, clinician):
    sink.answers["RCPT"] = "550 Nobody here"
    send_all(NOON, sink)
    tick(NOON + MINUTE)
    sink.answers.clear()
    patient_actions.update_patient(patient=patient, by=clinician, email="new@example.org")
    tick(NOON + DAY)
    assert send_all(NOON + DAY, sink) == 1
    assert sink.accepted[0]["To"] == "new@example.org"
    assert sink.accepted[0]["Subject"].startswith("A short")


def test_a_refusal_of_an_address_that_was_changed_meanwhile_flags_nothing(survey):
    (claim,) = actions.claim_deliveries(channel="email", at=NOON)
    envelope = actions.start_delivery(claim, at=NOON)
    Patient.objects.update(email="new@example.org")
    refused = Outcome(Reply.REFUSED, "Nobody here (550).", bad_address=True)
    assert actions.finish_delivery(claim, refused, at=NOON, address=envelope.recipient)
    assert Patient.objects.get().email_bounced_at is None


def test_a_bad_row_stops_nobody_elses_reminders(survey, sink):
    """F-62: and says so."""
    send_all(NOON, sink)
    Patient.objects.update(time_zone="Mars/Olympus")
    assert tick(NOON + 2 * DAY) == 1
    assert codes() == ["broken"]
    Patient.objects.update(time_zone="")
    tick(NOON + 3 * DAY)
    assert codes() == ["message"]


def test_budget_is_kept_across_courses_when_sending(survey, sink, patient, clinician):
    """I10: a second message on the same day waits for tomorrow, and says so."""
    send_all(NOON, sink)
    second = Delivery.objects.create(
        clinic=survey.clinic,
        patient=patient,
        survey=survey,
        kind="reminder",
        channel="email",
        sequence=1,
        not_before=NOON,
    )
    assert send_all(NOON + dt.timedelta(hours=2), sink) == 0
    second.refresh_from_db()
    assert (second.status, second.reason_code) == ("pending", "budget")
    assert second.not_before == (NOON + DAY).replace(hour=9)
    assert send_all(NOON + DAY, sink) == 1


class TestPauses:
    def test_of_a_patient_holds_back_what_waits_until_it_ends(self, survey, sink, patient, front_desk):
        pause = actions.pause_sending(
            clinic=survey.clinic, patient=patient, reason="In hospital", at=NOON, by=front_desk
        )
        assert send_all(NOON, sink) == 0
        delivery = Delivery.objects.get()
        assert (delivery.status, delivery.reason_code, delivery.not_before) == (
            "pending",
            "paused",
            NOON + dt.timedelta(hours=1),
        )
        tick(NOON + MINUTE)
        assert codes() == ["paused"]
        actions.resume_sending(pause=pause, at=NOON + MINUTE, by=front_desk)
        assert send_all(NOON + MINUTE, sink) == 1

    def test_of_everything_claims_nothing(self, survey, sink, clinician):
        pause = actions.pause_sending(clinic=survey.clinic, reason="Server moves", at=NOON, by=clinician)
        assert actions.claim_deliveries(channel="email", at=NOON) == []
        actions.resume_sending(pause=pause, at=NOON, by=clinician)
        assert len(actions.claim_deliveries(channel="email", at=NOON)) == 1

    def test_of_a_protocol_opens_nothing_of_it(self, course, clinician):
        pause = actions.pause_sending(
            clinic=course.clinic, protocol=course.protocol, reason="New wording", at=NOON, by=clinician
        )
        tick(NOON)
        assert (Survey.objects.count(), codes()) == (0, ["paused"])
        actions.resume_sending(pause=pause, at=NOON, by=clinician)
        tick(NOON + MINUTE)
        assert Survey.objects.count() == 1

    def test_of_another_clinic_changes_nothing_here(self, survey, other_clinic, stranger):
        actions.pause_sending(clinic=other_clinic, reason="Theirs", at=NOON, by=stranger)
        assert len(actions.claim_deliveries(channel="email", at=NOON)) == 1

    def test_all_sending_is_not_for_the_front_desk(self, clinic, front_desk):
        with pytest.raises(PermissionDenied):
            actions.pause_sending(clinic=clinic, reason="No", at=NOON, by=front_desk)

    def test_twice_is_refused_and_so_is_no_reason(self, clinic, clinician):
        pause = actions.pause_sending(clinic=clinic, reason="Once", at=NOON, by=clinician)
        for reason in ("Twice", " ", "x" * 201):
            with pytest.raises(actions.PauseRefused):
                actions.pause_sending(clinic=clinic, reason=reason, at=NOON, by=clinician)
        actions.resume_sending(pause=pause, at=NOON, by=clinician)
        with pytest.raises(actions.PauseRefused):
            actions.resume_sending(pause=pause, at=NOON, by=clinician)
        assert SendingPause.objects.count() == 1


class TestCalls:
    @pytest.fixture
    def call(self, survey) -> Call:
        """Ruth is to be called on this Monday."""
        return Call.objects.create(
            clinic=survey.clinic,
            survey=survey,
            patient=survey.follow_up.course.patient,
            reason="no_answer",
            made_at=NOON,
            call_on=NOON.date(),
        )

    def record(self, call, by, outcome, at=NOON):
        return actions.record_call(call=call, outcome=outcome, at=at, by=by)

    def test_nobody_answered_means_again_in_two_working_days_three_times(self, call, front_desk):
        first = self.record(call, front_desk, "no_answer")
        assert (first.call_on, first.closed_at) == (NOON.date() + 2 * DAY, None)
        friday = NOON + 4 * DAY
        assert self.record(call, front_desk, "no_answer", friday).call_on == NOON.date() + 8 * DAY
        last = self.record(call, front_desk, "no_answer", NOON + 8 * DAY)
        assert (last.tries, last.outcome, last.closed_at) == (3, "no_answer", NOON + 8 * DAY)

    def test_a_wrong_number_is_flagged(self, call, front_desk):
        assert self.record(call, front_desk, "wrong_number").outcome == "wrong_number"
        assert Patient.objects.get().sms_failed_at == NOON

    @pytest.mark.parametrize("outcome", ["answered", "no_more_calls"])
    def test_ends_it(self, call, front_desk, outcome):
        assert self.record(call, front_desk, outcome).closed_at == NOON
        with pytest.raises(actions.CallRefused):
            self.record(call, front_desk, "answered")

    @pytest.mark.parametrize("outcome", ["", "not_needed", "sang"])
    def test_other_outcomes_are_refused(self, call, front_desk, outcome):
        with pytest.raises(actions.CallRefused) as refused:
            self.record(call, front_desk, outcome)
        assert refused.value.field == "outcome"

    def test_is_not_for_others(self, call, stranger, researcher):
        for by in (stranger, researcher):
            with pytest.raises(PermissionDenied):
                self.record(call, by, "answered")


class TestByHand:
    def send(self, survey, by, at):
        return actions.send_by_hand(survey=survey, channel="email", at=at, by=by)

    def test_sends_once_more_and_the_first_link_stays(self, survey, sink, front_desk):
        send_all(NOON, sink)
        again = self.send(survey, front_desk, NOON + DAY)
        assert (again.kind, again.sequence, again.requested_by) == ("reminder", 100, front_desk)
        assert send_all(NOON + DAY, sink) == 1
        assert survey.links.count() == 2

    @pytest.mark.parametrize(
        ("change", "at", "why"),
        [
            ({"withdrawn_at": NOON}, NOON + DAY, "withdrawn"),
            ({"email_bounced_at": NOON}, NOON + DAY, "unreachable"),
            ({"email_stopped_at": NOON}, NOON + DAY, "unreachable"),
            ({"died_on": NOON.date()}, NOON + DAY, "died"),
            ({}, NOON + dt.timedelta(hours=1), "budget"),
            ({}, NOON.replace(hour=21) + DAY, "quiet_hours"),
            ({}, NOON + 60 * DAY, "window_over"),
        ],
    )
    def test_asks_what_the_ladder_asks_and_says_why_not(self, survey, sink, front_desk, change, at, why):
        send_all(NOON, sink)
        Patient.objects.update(**change)
        with pytest.raises(actions.NotSent) as refused:
            self.send(survey, front_desk, at)
        assert refused.value.why == why
        assert why.replace("_", " ") or refused.value.message

    def test_waits_for_what_is_on_its_way(self, survey, front_desk):
        with pytest.raises(actions.NotSent) as refused:
            self.send(survey, front_desk, NOON)
        assert refused.value.why == "message"

    def test_settles_what_nobody_knew(self, survey, sink, front_desk):
        Delivery.objects.update(status="claimed", fence=1, lease_until=NOON)
        Delivery.objects.update(status="sending", started_at=NOON)
        actions.sweep_deliveries(at=NOON + MINUTE)
        unknown = Delivery.objects.get()
        assert unknown.status == "unknown"
        assert actions.settle_unknown(delivery=unknown, was_sent=True, at=NOON, by=front_desk).status == "accepted"
        with pytest.raises(actions.NotUnknown):
            actions.settle_unknown(delivery=unknown, was_sent=False, at=NOON, by=front_desk)

    def test_calls_a_check_in_off(self, survey, sink, front_desk):
        actions.cancel_survey(survey=survey, reason="Moved abroad", at=NOON, by=front_desk)
        assert send_all(NOON, sink) == 0
        assert Delivery.objects.get().reason_code == "survey_cancelled"
        with pytest.raises(actions.SurveyClosed):
            actions.start_survey(survey=survey, at=NOON)
        with pytest.raises(actions.CancelRefused):
            actions.cancel_survey(survey=survey, reason="Again", at=NOON, by=front_desk)
        tick(NOON + 2 * DAY)
        assert codes() == ["survey_cancelled"]


class TestStates:
    """The database holds the state machine, whoever writes."""

    def test_every_step_that_is_not_in_the_rules_is_refused_and_every_other_leaves_one_trace(self, survey):
        delivery = Delivery.objects.get()
        states = list(MOVES)
        with connection.cursor() as cursor:
            for before in states:
                for after in states:
                    if before == after:
                        continue
                    assert self.is_taken(cursor, delivery, before, after) == (after in MOVES[before]), (before, after)

    def is_taken(self, cursor, delivery, before, after):
        """Put it into the first state past the trigger, then take the step."""
        with transaction.atomic():
            cursor.execute("DELETE FROM outcomes_delivery WHERE id = %s", [delivery.pk])
            values = {field.attname: getattr(delivery, field.attname) for field in Delivery._meta.concrete_fields}
            values |= {"status": before, "lease_until": NOON, "accepted_at": NOON, "reason_code": "x", "reason": "x"}
            Delivery.objects.bulk_create([Delivery(**values)])
            changes = DeliveryChange.objects.count()
            try:
                with transaction.atomic():
                    Delivery.objects.filter(pk=delivery.pk).update(status=after, fence=delivery.fence + 1)
                    assert DeliveryChange.objects.count() == changes + 1
                    DeliveryChange.objects.all().delete()
            except DatabaseError:
                return False
            return True

    def test_the_fence_never_falls(self, survey):
        Delivery.objects.update(status="claimed", fence=3, lease_until=NOON)
        with pytest.raises(DatabaseError), transaction.atomic():
            Delivery.objects.update(status="pending", fence=2)

    def test_an_ended_check_in_stays_ended(self, survey):
        actions.submit_survey(survey=survey, at=NOON)
        for change in ({"completed_at": None}, {"cancelled_at": NOON, "cancel_reason": "No"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Survey.objects.update(**change)

    def test_the_ladder_of_a_protocol_in_use_stays(self, course):
        with pytest.raises(DatabaseError), transaction.atomic():
            LadderStep.objects.filter(timepoint__protocol=course.protocol).delete()


def test_the_sending_check_says_since_when_the_oldest_waits(survey, clinic):
    later = NOON + dt.timedelta(hours=2)
    actions.record_sending_check(at=later)
    row = Clinic.objects.get(pk=clinic.pk)
    assert (row.sending_checked_at, row.oldest_unsent_at) == (later, NOON)
    Delivery.objects.update(not_before=later + DAY)
    actions.record_sending_check(at=later)
    assert Clinic.objects.get(pk=clinic.pk).oldest_unsent_at is None
