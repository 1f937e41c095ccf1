"""A worker whose machine's clock is wrong (F-18): what is due is what the database's clock says."""

import subprocess
from pathlib import Path

import pytest

from tests.faults.servers import eventually
from treatments.models import FollowUp

HOUR, DAY = 3600, 86_400
SOURCE = Path(__file__).with_name("clock.c")


@pytest.fixture(scope="module")
def wrong_clock(tmp_path_factory) -> str:
    """Made by the machine's C compiler, which the slow tests need."""
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
    return str(library)


@pytest.mark.slow
@pytest.mark.parametrize("ahead", [HOUR, -HOUR, 400 * DAY], ids=["an hour on", "an hour back", "400 days on"])
def test_f18_a_worker_with_a_wrong_clock_sends_what_is_due_and_says_so(stack, wrong_clock, ahead):
    stack.leave_alone(stack.worker)
    courses = [one.courses.get() for one in stack.add_due(5)]
    later = stack.add_later(courses, days=30)
    stack.worker.start(LD_PRELOAD=wrong_clock, SECONDS_AHEAD=str(ahead))
    stack.start(stack.beat)
    # To one that is ahead every wish has expired long ago, the other's too: it ends.
    sign = "clock_skew" if ahead < 0 else "clock_ahead"
    assert eventually(lambda: sign in stack.worker.said())
    stack.start(stack.other_worker)
    try:
        assert stack.settle(5) == {"accepted": 5}
        assert not FollowUp.objects.filter(pk__in=later, ended_on__isnull=False).exists()
        assert not FollowUp.objects.filter(pk__in=later, survey__isnull=False).exists()
    finally:
        stack.worker.kill()
