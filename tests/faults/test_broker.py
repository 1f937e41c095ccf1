"""Redis is emptied, killed, away, silent or full: it only wakes workers, so nothing is lost (F-05 … F-09)."""

import time

import pytest
import redis

from tests.faults.servers import eventually

QUICK = 1.0


def is_quick(action):
    """What it returned, within a second more than usual."""
    began = time.monotonic()
    answer = action()
    assert time.monotonic() - began < 1.5 + QUICK
    return answer


def save(stack, browser, patient, name, *, quickly=True):
    """A member of staff changes a patient on the page for that."""
    page = f"/patients/{patient.public_id}/edit/"
    form = {"chart_number": patient.chart_number, "given_name": name, "family_name": "Field", "language": "en"}
    token = browser.get(stack.address(page)).text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    form |= {"email": patient.email, "csrfmiddlewaretoken": token, "version": "0"}

    def post():
        return browser.post(stack.address(page), data=form, allow_redirects=False)

    return is_quick(post) if quickly else post()


def test_f05_redis_is_emptied_with_500_due(stack):
    stack.add_due(500)
    stack.start()
    assert eventually(lambda: stack.statuses().get("accepted", 0) > 20)
    stack.redis.client().flushall()
    assert stack.settle(500) == {"accepted": 500}


def test_f06_redis_is_killed_three_times_in_ten_seconds(stack):
    stack.start()
    for _time in range(3):
        stack.redis.kill()
        stack.redis.start()
        time.sleep(1.5)
    stack.add_due(20)
    assert stack.settle(20) == {"accepted": 20}
    assert all(program.is_running() for program in (*stack.workers, stack.beat))


def test_f07_redis_is_down_pages_work_and_everything_is_sent_once_it_is_back(stack):
    browser, patient = stack.browser(), stack.add_due(1)[0]
    is_quick(lambda: browser.get(stack.address("/patients/")))
    stack.start()
    stack.settle(1)
    stack.redis.kill()
    try:
        stack.add_due(20)
        assert is_quick(lambda: browser.get(stack.address("/patients/"))).status_code == 200
        assert save(stack, browser, patient, "Judith").status_code == 302
        patient.refresh_from_db()
        assert patient.given_name == "Judith"
    finally:
        stack.redis.start()
    assert stack.settle(21) == {"accepted": 21}


def test_f08_redis_takes_connections_and_never_answers(stack):
    browser = stack.browser()
    stack.start()
    browser.get(stack.address("/patients/"))
    stack.wire.is_silent = True
    assert is_quick(lambda: browser.get(stack.address("/patients/"))).status_code == 200
    stack.add_due(20)
    stack.wire.is_silent = False
    stack.wire.cut()
    assert stack.settle(20) == {"accepted": 20}


@pytest.mark.slow
def test_f09_redis_is_full(stack):
    client = stack.redis.client()
    stack.start()
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("maxmemory", "1mb")
    try:
        stack.add_due(20)
        with pytest.raises(redis.ResponseError):
            client.set("anything", "x" * 2_000_000)
        assert stack.browser().get(stack.address("/patients/")).status_code == 200
        time.sleep(5)
    finally:
        client.config_set("maxmemory", "0")
    assert stack.settle(20) == {"accepted": 20}
