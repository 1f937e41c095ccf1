"""Mail servers that are busy, wrong, slow or gone; bad rows; people who changed (F-29 … F-31, F-62 … F-65)."""

import datetime as dt
import time

import pytest
from django.utils import timezone

from clinic.permissions import Role
from outcomes import actions
from outcomes.models import Call, Delivery, DeliveryAttempt
from outcomes.words import words_of
from patients import actions as patient_actions
from patients.models import Patient
from tests.conftest import member
from tests.faults.servers import eventually
from tests.mail import CUT, TAKEN_AND_CUT


@pytest.mark.parametrize("step", ["RCPT", "MESSAGE"])
@pytest.mark.parametrize("code", [450, 451])
def test_f29_a_busy_server_is_tried_again_and_takes_it_once(stack, step, code):
    stack.mail.answers[step] = f"{code} Later"
    stack.add_due(1)
    stack.start()
    assert stack.settle(1) == {"pending": 1}
    (delivery,) = stack.deliveries
    assert delivery.not_before > timezone.now()
    assert f"({code})" in delivery.reason
    stack.mail.answers.clear()
    stack.bring_forward()
    assert eventually(lambda: stack.statuses() == {"accepted": 1})
    assert list(DeliveryAttempt.objects.filter(clinic=stack.clinic).values_list("outcome", flat=True)) == [
        "deferred",
        "accepted",
    ]


def test_f29_a_server_that_says_it_closes_is_tried_again(stack):
    stack.mail.answers["MAIL"] = "421 Closing"
    stack.add_due(3)
    stack.start()
    assert eventually(lambda: stack.deliveries.exclude(reason="").count() == 3)
    stack.mail.answers.clear()
    stack.bring_forward()
    assert eventually(lambda: stack.statuses() == {"accepted": 3})


def test_f30_refused_for_good_the_address_is_flagged_and_the_others_go_out(stack):
    patients = stack.add_due(6)
    answers = ("550 Nobody", "551 Moved", "553 No such name", "554 No", "552 Full")
    stack.mail.recipients |= {one.email: answer for one, answer in zip(patients, answers, strict=False)}
    stack.start()
    assert eventually(lambda: stack.statuses() == {"failed": 5, "accepted": 1})
    assert eventually(lambda: Call.objects.filter(clinic=stack.clinic).count() == 5)
    flagged = set(Patient.objects.filter(clinic=stack.clinic, email_bounced_at__isnull=False))
    assert flagged == set(patients[:5])
    assert stack.statuses() == {"failed": 5, "accepted": 1}


def test_f31a_nobody_listens_and_nothing_is_used_up(stack):
    stack.mail.answers["BANNER"] = CUT
    stack.add_due(3)
    stack.start()
    assert eventually(lambda: stack.deliveries.filter(reason_code="no_server").count() == 3)
    assert stack.statuses() == {"pending": 3}
    assert not stack.deliveries.exclude(attempts=0).exists()
    stack.mail.answers.clear()
    assert stack.settle(3) == {"accepted": 3}


@pytest.mark.parametrize(("answer", "taken"), [(CUT, 0), (TAKEN_AND_CUT, 1)])
def test_f31b_the_line_breaks_after_the_message_and_nobody_sends_it_again(stack, answer, taken):
    before = len(stack.mail.accepted)
    answers = iter([answer])
    stack.mail.answers["MESSAGE"] = lambda: next(answers, "250 Taken")
    stack.add_due(3)
    stack.start()
    assert stack.settle(3) == {"unknown": 1, "accepted": 2}
    assert len(stack.mail.accepted) == before + 2 + taken


def test_f62_a_bad_row_ends_alone(stack):
    """Its time zone is none that there is; the others go out, and it says why in the end."""
    stack.add_due(3)
    (poisoned,) = stack.add_due(1, time_zone="Mars/Olympus")
    stack.start()
    assert eventually(lambda: stack.statuses().get("accepted") == 3)
    for _try in range(6):
        assert eventually(lambda: stack.statuses().keys() & {"claimed", "dead"})
        stack.bury()
        stack.bring_forward()
        if stack.statuses().get("dead"):
            break
    assert stack.statuses() == {"accepted": 3, "dead": 1}
    assert stack.deliveries.get(patient=poisoned).reason


def test_f64_who_changed_meanwhile_is_looked_at_again(stack):
    """All five are queued for a moment from now, and then everything about them changes."""
    moved, gone, dead, stopped, erased = stack.add_due(5)
    stack.rest()
    actions.open_due_surveys(at=timezone.now())
    assert stack.deliveries.count() == 5
    patient_actions.update_patient(patient=moved, by=stack.by, email="new@example.org")
    patient_actions.withdraw_consent(patient=gone, by=stack.by, at=timezone.now())
    Patient.objects.filter(pk=dead.pk).update(died_on=timezone.now().date() - dt.timedelta(days=1))
    Patient.objects.filter(pk=stopped.pk).update(email_stopped_at=timezone.now())
    Patient.objects.filter(pk=erased.pk).update(email="")
    stack.start()
    settled = stack.settle(5)
    assert settled["accepted"] == 1
    assert stack.mail.accepted[-1]["To"] == "new@example.org"
    reasons = dict(stack.deliveries.exclude(status="accepted").values_list("patient", "reason_code"))
    assert reasons == {gone.pk: "withdrawn", dead.pk: "died", stopped.pk: "stopped", erased.pk: "no_address"}


@pytest.mark.slow
def test_f31c_a_server_that_takes_few_at_a_time_gets_everything_in_the_end_and_nobody_starves(stack, rate=20, due=300):
    """``rate`` messages a second, then 421 until the next one; another clinic's ten are not behind our hundreds."""
    other = stack.add_clinic()
    stack.add_due(due)
    stack.mail.answers["MAIL"] = rationed(rate)
    stack.start()
    assert eventually(lambda: stack.statuses().get("accepted", 0) > rate)
    stack.add_due(10, other)
    began = time.monotonic()
    theirs = Delivery.objects.filter(clinic=other)
    assert eventually(lambda: keep_trying(theirs) and theirs.filter(status="accepted").count() == 10, 120)
    print(f"the other clinic waited {time.monotonic() - began:.0f} s")
    assert eventually(lambda: keep_trying(stack.deliveries) and stack.statuses() == {"accepted": due}, 300)
    stack.assert_invariants(other)


def rationed(rate):
    taken = []

    def answer():
        now = time.monotonic()
        taken[:] = [at for at in taken if at > now - 1]
        taken.append(now)
        return "250 OK" if len(taken) <= rate else "421 Slow down"

    return answer


def keep_trying(deliveries):
    """The waits between attempts, of minutes and hours, are over at once."""
    deliveries.filter(status="pending", not_before__gt=timezone.now()).update(not_before=timezone.now())
    return True


@pytest.mark.slow
def test_f66_ten_thousand_in_a_minute(stack, due=10_000):
    browser = stack.browser()

    def visit():
        began = time.monotonic()
        assert browser.get(stack.address("/patients/")).status_code == 200
        return time.monotonic() - began

    quiet = sorted(visit() for _visit in range(20))
    stack.add_due(due)
    stack.start()
    began, busy = time.monotonic(), []
    while stack.statuses().get("accepted", 0) < due and time.monotonic() - began < 600:
        busy.append(visit())
        time.sleep(0.5)
    print(
        f"{due / (time.monotonic() - began):.0f} a second; pages {quiet[-2]:.2f} s before, {sorted(busy)[-2]:.2f} s then"
    )
    assert stack.settle(due) == {"accepted": due}


def test_f65_words_that_changed_meanwhile_are_those_that_go_out_and_the_attempt_says_which(stack):
    stack.rest()
    stack.add_due(1)
    actions.open_due_surveys(at=timezone.now())
    actions.edit_text(
        clinic=stack.clinic,
        kind="invitation",
        channel="email",
        language="en",
        subject="A few questions for you",
        body=words_of(stack.clinic.pk)["invitation", "email", "en"].body,
        at=timezone.now(),
        by=member(stack.clinic, Role.MANAGER, "Ines Ferreira"),
    )
    stack.start()
    assert stack.settle(1) == {"accepted": 1}
    assert stack.mail.accepted[-1]["Subject"] == "A few questions for you"
    attempt = DeliveryAttempt.objects.get(clinic=stack.clinic)
    assert attempt.text_version == 1
    assert attempt.text_hash
