"""Sending hours in every time zone there is, on both days of the year on which its clocks change (TIME-5, F-19)."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo, available_timezones

import pytest

from outcomes.delivery_rules import SendingHours

# Ways in which some systems name their own setting; no places.
ZONES = sorted(available_timezones() - {"localtime", "Factory", "posixrules"})
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MINUTES = dt.timedelta(minutes=1)
YEAR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WINDOWS = ((9, 20), (0, 3), (2, 5))


def changes(zone: ZoneInfo) -> Iterator[dt.datetime]:
    """The instants of the year at which this zone's clocks change, to the minute."""
    for day in range(365):
        before, after = YEAR + day * DAY, YEAR + (day + 1) * DAY
        if before.astimezone(zone).utcoffset() == after.astimezone(zone).utcoffset():
            continue
        while after - before > MINUTES:
            middle = before + (after - before) // 2
            if middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset():
                before = middle
            else:
                after = middle
        yield after.replace(second=0, microsecond=0)


CHANGES = {name: list(changes(ZoneInfo(name))) for name in ZONES}


def wrong(rule: SendingHours, at: dt.datetime, within: dt.timedelta) -> bool:
    found = rule.next_allowed(at)
    is_first = found == at or (not rule.allow(at) and not rule.allow(found - dt.timedelta(seconds=1)))
    return not (found == rule.next_allowed(at) and rule.allow(found) and is_first and at <= found < at + within)


def test_time5_the_next_allowed_instant_is_right_on_every_day_of_change_in_every_zone():
    mistakes = []
    for name in ZONES:
        for change in CHANGES[name] or [YEAR]:
            for window in WINDOWS:
                rule = SendingHours(name, *window)
                mistakes += [(name, at, window) for at in around(change) if wrong(rule, at, DAY)]
    assert mistakes == []


def test_time5_without_weekends_it_is_the_next_working_day():
    mistakes = []
    for name in ZONES:
        for change in CHANGES[name]:
            rule = SendingHours(name, 9, 20, on_weekends=False)
            mistakes += [(name, at) for at in around(change) if wrong(rule, at, 3 * DAY)]
    assert mistakes == []


def around(change: dt.datetime) -> Iterator[dt.datetime]:
    """Every hour from the day before the change to the day after it, and the minutes around the change itself."""
    yield from (change + hours * HOUR for hours in range(-24, 25))
    yield from (change - MINUTES, change + MINUTES)


@pytest.mark.parametrize(
    ("zone", "gap", "opens"),
    [
        ("Europe/Berlin", dt.date(2026, 3, 29), dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)),
        ("America/New_York", dt.date(2026, 3, 8), dt.datetime(2026, 3, 8, 7, tzinfo=dt.UTC)),
        ("America/Chicago", dt.date(2026, 3, 8), dt.datetime(2026, 3, 8, 8, tzinfo=dt.UTC)),
        ("Australia/Sydney", dt.date(2026, 10, 4), dt.datetime(2026, 10, 3, 16, tzinfo=dt.UTC)),
    ],
)
def test_f19_time2_an_hour_that_is_skipped_is_the_first_instant_after_the_gap(zone, gap, opens):
    midnight = dt.datetime.combine(gap, dt.time(), ZoneInfo(zone))
    assert SendingHours(zone, 2, 5).next_allowed(midnight) == opens == SendingHours(zone, 2, 5).next_allowed(opens)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "first"),
    [
        ("Europe/Berlin", dt.date(2026, 10, 25), 2, dt.datetime(2026, 10, 25, 0, tzinfo=dt.UTC)),
        ("America/New_York", dt.date(2026, 11, 1), 1, dt.datetime(2026, 11, 1, 5, tzinfo=dt.UTC)),
        ("America/Chicago", dt.date(2026, 11, 1), 1, dt.datetime(2026, 11, 1, 6, tzinfo=dt.UTC)),
    ],
)
def test_f19_time2_an_hour_that_happens_twice_is_the_first_and_only_once(zone, day, hour, first):
    midnight = dt.datetime.combine(day, dt.time(), ZoneInfo(zone))
    rule = SendingHours(zone, hour, hour + 1)
    assert rule.next_allowed(midnight) == first
    assert rule.next_allowed(first + 2 * HOUR) > first + 20 * HOUR


def test_f19_a_clinic_that_moves_to_another_zone_sends_by_its_clock():
    noon = dt.datetime(2026, 6, 1, 18, tzinfo=dt.UTC)
    assert SendingHours("America/Chicago", 9, 20).next_allowed(noon) == noon
    assert SendingHours("Asia/Tokyo", 9, 20).next_allowed(noon) == dt.datetime(2026, 6, 2, 0, tzinfo=dt.UTC)
