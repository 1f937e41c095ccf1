"""Workers die, are frozen, told to end, or lose a child: never two messages, never a silent loss (F-01 … F-04, F-17)."""

import random
import signal
import time

import pytest

from outcomes.models import DeliveryAttempt
from tests.faults.servers import eventually

DIED = "exitcode 137"


def one_dies_at(stack, point):
    """One message is due, and the only worker that does anything dies at this point; what state that leaves it in."""
    stack.leave_alone(stack.worker)
    stack.add_due(1)
    stack.worker.start(CRASH_POINT=point)
    stack.start(stack.beat)
    assert eventually(lambda: DIED in stack.worker.said())
    stack.worker.kill()
    return stack.statuses()


def another_takes_over(stack):
    """The leases end, the sweeper comes, and another worker looks; what became of the message."""
    stack.bury()
    swept = stack.statuses()
    before = stack.other_worker.looks()
    stack.start(stack.other_worker)
    assert eventually(lambda: stack.other_worker.looks() >= before + 2)
    return swept, stack.settle(1)


def test_f01_killed_after_claiming_it_is_sent_once_by_another(stack):
    assert one_dies_at(stack, "after_claim") == {"claimed": 1}
    assert not DeliveryAttempt.objects.filter(clinic=stack.clinic).exists()
    assert another_takes_over(stack) == ({"pending": 1}, {"accepted": 1})


@pytest.mark.parametrize(("point", "taken"), [("after_start", 0), ("after_send", 1)])
def test_f02_killed_once_it_was_begun_it_is_unknown_and_nobody_sends_it_again(stack, point, taken):
    before = len(stack.mail.accepted)
    assert one_dies_at(stack, point) == {"sending": 1}
    assert another_takes_over(stack) == ({"unknown": 1}, {"unknown": 1})
    assert len(stack.mail.accepted) == before + taken
    assert "It may have arrived" in stack.deliveries.get().reason
    assert DeliveryAttempt.objects.get(clinic=stack.clinic).outcome == ""


def test_f02_killed_after_it_was_written_down_nothing_is_open(stack):
    assert one_dies_at(stack, "after_finish") == {"accepted": 1}
    assert another_takes_over(stack) == ({"accepted": 1}, {"accepted": 1})


def test_f02_killed_while_opening_nothing_is_half_done(stack):
    assert one_dies_at(stack, "while_opening") == {}
    assert another_takes_over(stack) == ({}, {"accepted": 1})


def test_f04_one_child_is_killed_by_the_system_and_its_parent_goes_on(stack):
    stack.leave_alone(stack.worker)
    stack.add_due(1)
    stack.mail.answers["MESSAGE"] = lambda: [child.kill() for child in stack.worker.children()] and "250 Taken"
    stack.start(stack.worker, stack.beat)
    assert eventually(lambda: "signal 9 (SIGKILL)" in stack.worker.said())
    stack.mail.answers.clear()
    stack.add_due(5)
    assert eventually(lambda: stack.statuses() == {"sending": 1, "accepted": 5})
    assert stack.worker.is_running()
    stack.bury()
    assert stack.statuses() == {"unknown": 1, "accepted": 5}


# A cold end still gives what runs half a minute.
@pytest.mark.parametrize(
    "number",
    [pytest.param(signal.SIGTERM, id="warm"), pytest.param(signal.SIGQUIT, id="cold", marks=pytest.mark.slow)],
)
def test_f17_a_worker_told_to_end_with_messages_in_flight_loses_and_doubles_none(stack, number):
    stack.leave_alone(stack.worker)
    stack.add_due(50)
    stack.mail.answers["MESSAGE"] = lambda: time.sleep(0.05) or "250 Taken"
    stack.start(stack.worker, stack.beat)
    assert eventually(lambda: stack.statuses().get("accepted", 0) > 5)
    stack.worker.end(number, seconds=60)
    stack.mail.answers.clear()
    stack.bury()
    stack.start(stack.other_worker)
    settled = stack.settle(50)
    assert settled["accepted"] + settled.get("unknown", 0) == 50
    assert settled.get("unknown", 0) <= 1


@pytest.mark.slow
def test_f03_workers_killed_at_random_for_minutes(stack, seconds=300, due=2_000):
    chance = random.Random(3)
    stack.add_due(due)
    stack.mail.answers["MESSAGE"] = lambda: time.sleep(0.1) or "250 Taken"
    stack.start()
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        time.sleep(chance.uniform(0.2, 2))
        victim = chance.choice(stack.workers)
        victim.kill()
        victim.start()
        if chance.random() < 0.2:
            stack.bury()
    stack.mail.answers.clear()
    for worker in stack.workers:
        worker.kill()
    stack.bury()
    stack.start()
    settled = stack.settle(due, seconds=300)
    print(settled)
    assert set(settled) <= {"accepted", "unknown"}
