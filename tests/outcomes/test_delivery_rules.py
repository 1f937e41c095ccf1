"""Sending hours by the clinic's own clock, through every change of the clocks."""

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.delivery_rules import BACKOFF, MAX_ATTEMPTS, Facts, SendingHours, retry_at, why_not_needed

NOON = dt.datetime(2026, 3, 2, 18, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 2)
QUARTER = dt.timedelta(minutes=15)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})

hours = st.tuples(st.integers(0, 21), st.integers(3, 24)).filter(lambda pair: pair[1] - pair[0] >= 3)
instants = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2028, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001


def transitions(zone):
    """The instants of 2026 at which this zone's clocks change, to the quarter of an hour."""
    at, end = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    while at < end:
        day_later = at + dt.timedelta(days=1)
        if at.astimezone(zone).utcoffset() != day_later.astimezone(zone).utcoffset():
            while at.astimezone(zone).utcoffset() == (at + QUARTER).astimezone(zone).utcoffset():
                at += QUARTER
            yield at + QUARTER
        at = day_later


def assert_next_is_right(rule, at):
    found = rule.next_allowed(at)
    assert found >= at
    assert rule.allow(found)
    assert found - at < dt.timedelta(hours=24)
    if found > at:
        assert not rule.allow(at)
        assert not rule.allow(found - dt.timedelta(seconds=1))


@given(at=instants, zone=st.sampled_from(ZONES), window=hours)
def test_next_allowed_is_the_first_allowed_instant(at, zone, window):
    assert_next_is_right(SendingHours(zone, *window), at)


@pytest.mark.parametrize(
    "zone",
    ["America/Chicago", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "America/Santiago"],
)
def test_every_hour_around_every_change_of_the_clocks(zone):
    changes = list(transitions(ZoneInfo(zone)))
    assert len(changes) == 2
    for change in changes:
        for quarters in range(-48 * 4, 48 * 4):
            for window in ((9, 20), (0, 3), (2, 5), (1, 4), (21, 24)):
                assert_next_is_right(SendingHours(zone, *window), change + quarters * QUARTER)


def test_opening_hour_that_is_skipped_is_the_first_instant_after_the_gap():
    rule = SendingHours("America/New_York", 2, 5)
    midnight = dt.datetime(2026, 3, 8, 0, 0, tzinfo=ZoneInfo("America/New_York"))
    assert rule.next_allowed(midnight) == dt.datetime(2026, 3, 8, 7, 0, tzinfo=dt.UTC)


def test_opening_hour_that_happens_twice_is_the_first():
    rule = SendingHours("America/New_York", 1, 5)
    midnight = dt.datetime(2026, 11, 1, 0, 0, tzinfo=ZoneInfo("America/New_York"))
    assert rule.next_allowed(midnight) == dt.datetime(2026, 11, 1, 5, 0, tzinfo=dt.UTC)


def test_hour_from_which_messages_go_is_in_and_the_last_one_out():
    rule, zone = SendingHours("America/Chicago", 9, 20), ZoneInfo("America/Chicago")
    allowed = [hour for hour in range(24) if rule.allow(dt.datetime(2026, 3, 2, hour, tzinfo=zone))]
    assert allowed == list(range(9, 20))


def test_retries_wait_longer_each_time_and_end():
    waits = [retry_at(attempts, at=NOON) for attempts in range(1, MAX_ATTEMPTS + 1)]
    assert waits == [*[NOON + pause for pause in BACKOFF], None]
    assert list(BACKOFF) == sorted(BACKOFF)


FINE = {
    "completed_at": None,
    "closes_on": DAY,
    "ended_on": None,
    "consented_at": NOON,
    "withdrawn_at": None,
    "contact_lapsed_at": None,
    "registry_stopped_at": None,
    "email": "ruth@example.org",
}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"completed_at": NOON}, "The questionnaire was already answered."),
        ({"closes_on": DAY - dt.timedelta(days=1)}, "The time to answer is over."),
        ({"ended_on": DAY}, "The time to answer is over."),
        ({"consented_at": None}, "The patient has not agreed to be contacted."),
        ({"withdrawn_at": NOON}, "The patient does not want to be contacted any more."),
        ({"contact_lapsed_at": NOON}, "A new version of the contact document waits to be signed."),
        (
            {"registry_stopped_at": NOON},
            "The patient left the outcome registry, or a new version of its document waits to be signed.",
        ),
        ({"email": ""}, "The patient has no e-mail address."),
    ],
)
def test_why_a_message_is_not_needed(change, reason):
    assert why_not_needed(Facts(**{**FINE, **change}), on=DAY) == reason
