"""Two beats, no beat, a beat that comes back: the same effects (F-20)."""

import time

from tests.faults.servers import eventually


def test_f20_two_beats_open_and_send_once(stack):
    stack.add_due(20)
    stack.start()
    stack.other_beat.start()
    try:
        assert eventually(lambda: "Sending due task tick" in stack.other_beat.said())
        stack.add_due(20)
        assert stack.settle(40) == {"accepted": 40}
    finally:
        stack.other_beat.kill()


def test_f20_without_beat_nothing_is_lost_and_after_it_one_look_catches_up(stack):
    stack.beat.kill()
    stack.start(*stack.workers)
    # What beat said before is done with.
    time.sleep(2)
    assert eventually(stack.is_idle)
    stack.add_due(20)
    time.sleep(2)
    assert stack.statuses() == {}
    stack.beat.start()
    assert stack.settle(20) == {"accepted": 20}


def test_f20_beat_goes_on_while_no_worker_listens_and_its_wishes_expire(stack):
    stack.start()
    stack.rest()
    stack.add_due(20)
    time.sleep(5)
    for worker in stack.workers:
        worker.thaw()
    assert stack.settle(20) == {"accepted": 20}
