"""Sending hours by the clinic's own clock, through every change of the clocks."""

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.delivery_rules import (
    BACKOFF,
    MAX_ATTEMPTS,
    MOVES,
    Budget,
    Facts,
    Outcome,
    Reply,
    SendingHours,
    after,
    after_soft_bounce,
    why_not_allowed,
    why_not_needed,
)
from outcomes.reasons import Why

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
    deferred = Outcome(Reply.DEFERRED, "Later (450).")
    ends = [after(deferred, attempts=attempts, at=NOON) for attempts in range(1, MAX_ATTEMPTS + 1)]
    assert [one.not_before for one in ends] == [*[NOON + pause for pause in BACKOFF], None]
    assert [one.status for one in ends] == ["pending"] * 4 + ["dead"]
    assert list(BACKOFF) == sorted(BACKOFF)


def test_a_server_that_asks_for_patience_gets_it():
    busy = Outcome(Reply.DEFERRED, "Too many requests (429).", retry_after=dt.timedelta(hours=1))
    assert after(busy, attempts=1, at=NOON).not_before == NOON + dt.timedelta(hours=1)
    assert after(busy, attempts=4, at=NOON).not_before == NOON + BACKOFF[3]


@pytest.mark.parametrize(
    ("reply", "status", "why"),
    [
        (Reply.ACCEPTED, "accepted", None),
        (Reply.LOST, "unknown", Why.MAYBE_SENT),
        (Reply.REFUSED, "failed", Why.REFUSED),
        (Reply.OPTED_OUT, "suppressed", Why.STOPPED),
    ],
)
def test_what_follows_from_each_reply(reply, status, why):
    end = after(Outcome(reply, "So."), attempts=1, at=NOON)
    assert (end.status, end.why) == (status, why)
    assert "sending" in MOVES and status in MOVES["sending"]


def test_what_comes_back_is_tried_three_times_more():
    ends = [after_soft_bounce(times, at=NOON) for times in (1, 2, 3, 4)]
    assert [one.status for one in ends] == ["bounced_soft"] * 3 + ["failed"]
    waits = [one.not_before - NOON for one in ends[:3]]
    assert waits == [dt.timedelta(minutes=15), dt.timedelta(hours=2), dt.timedelta(hours=12)]


def test_weekends_are_kept_free_unless_the_window_closes_before_monday():
    rule, zone = SendingHours("America/Chicago", 9, 20, on_weekends=False), ZoneInfo("America/Chicago")
    saturday = dt.datetime(2026, 3, 7, 12, 0, tzinfo=zone)
    monday = dt.datetime(2026, 3, 9, 9, 0, tzinfo=zone)
    assert not rule.allow(saturday)
    assert rule.next_allowed(saturday) == monday
    assert rule.before_closing(saturday, dt.datetime(2026, 3, 10, 0, 0, tzinfo=zone)) == monday
    assert rule.before_closing(saturday, dt.datetime(2026, 3, 9, 0, 0, tzinfo=zone)) == saturday


class TestBudget:
    """I10: one a day and three in seven days, by the patient's calendar."""

    rule, zone = Budget(1, 3), "America/Chicago"

    def free_at(self, *sent, at=NOON):
        return self.rule.free_at(sent, zone=self.zone, at=at)

    def test_the_first_is_free(self):
        assert self.free_at() == NOON

    def test_the_second_waits_for_the_next_day(self):
        midnight = dt.datetime(2026, 3, 3, 6, 0, tzinfo=dt.UTC)
        assert self.free_at(NOON - dt.timedelta(hours=2)) == midnight
        late_last_night = dt.datetime(2026, 3, 2, 5, 59, tzinfo=dt.UTC)
        assert self.free_at(late_last_night) == NOON

    def test_the_fourth_waits_until_the_first_is_a_week_old(self):
        sent = [NOON - dt.timedelta(days=days) for days in (1, 3, 5)]
        assert self.free_at(*sent) == dt.datetime(2026, 3, 4, 6, 0, tzinfo=dt.UTC)
        assert self.free_at(*[one - dt.timedelta(days=2) for one in sent]) == NOON

    @given(st.lists(st.integers(0, 9 * 24 * 60), max_size=8), st.sampled_from(ZONES))
    def test_what_is_sent_when_it_is_free_never_exceeds_it(self, minutes_ago, zone):
        sent = [NOON - dt.timedelta(minutes=minutes) for minutes in minutes_ago]
        free = self.rule.free_at(sent, zone=zone, at=NOON)
        assert free >= NOON
        days = [one.astimezone(ZoneInfo(zone)).date() for one in sent]
        today = free.astimezone(ZoneInfo(zone)).date()
        assert days.count(today) == 0
        assert sum(today - dt.timedelta(days=7) < day <= today for day in days) < 3


FINE = {
    "completed_at": None,
    "cancelled_at": None,
    "closes_on": DAY,
    "ended_on": None,
    "consented_at": NOON,
    "withdrawn_at": None,
    "contact_lapsed_at": None,
    "registry_stopped_at": None,
    "died_on": None,
    "address": "ruth@example.org",
    "stopped_at": None,
    "bounced_at": None,
}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, None),
        ({"completed_at": NOON}, Why.ANSWERED),
        ({"cancelled_at": NOON}, Why.SURVEY_CANCELLED),
        ({"closes_on": DAY - dt.timedelta(days=1)}, Why.WINDOW_OVER),
        ({"ended_on": DAY}, Why.WINDOW_OVER),
        ({"died_on": DAY}, Why.DIED),
        ({"consented_at": None}, Why.NO_CONSENT),
        ({"withdrawn_at": NOON}, Why.WITHDRAWN),
        ({"contact_lapsed_at": NOON}, Why.LAPSED),
        ({"registry_stopped_at": NOON}, Why.REGISTRY),
        ({"address": ""}, Why.NO_ADDRESS),
        ({"stopped_at": NOON}, Why.STOPPED),
        ({"bounced_at": NOON}, Why.BOUNCED),
    ],
)
def test_why_a_message_must_not_go_out(change, why):
    facts = Facts(**{**FINE, **change})
    assert (why_not_needed(facts, on=DAY) or why_not_allowed(facts)) == why


def test_every_reason_has_words_and_says_what_comes_next():
    assert all(why.words and why.then and len(why.words) <= 200 for why in Why)
