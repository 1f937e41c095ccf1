"""When a protocol would ask: windows in the clinic's calendar, instants in the patient's time zone, across clock changes."""

import datetime as dt
from zoneinfo import ZoneInfo

from outcomes.delivery_rules import SendingHours
from outcomes.schedule import PlannedMoment, schedule, series

CHICAGO = SendingHours("America/Chicago", 9, 20)
WEEK_1 = PlannedMoment("week 1", 5, 7, 10, ("nrs_now",))
MONTH_3 = PlannedMoment("month 3", 77, 91, 119, ("nrs_now", "peg"))


def rows(*sessions, zone="America/Chicago", hours=CHICAGO, last=True, moments=(MONTH_3, WEEK_1)):
    return schedule(moments, sessions=sessions, counts_from_last=last, hours=hours, zone=zone)


def test_windows_count_from_the_session_in_order():
    week_1, month_3 = rows(dt.date(2026, 1, 5))
    assert (week_1.opens_on, week_1.due_on, week_1.closes_on) == (
        dt.date(2026, 1, 10), dt.date(2026, 1, 12), dt.date(2026, 1, 15),
    )  # fmt: skip
    assert month_3.due_on == dt.date(2026, 4, 6)
    assert month_3.asks == ("nrs_now", "peg")


def test_messages_keep_the_clinics_hour_across_the_clock_change():
    """Chicago changes on 8 March 2026: before it 9:00 is 15:00 UTC, after it 14:00 UTC."""
    week_1, month_3 = rows(dt.date(2026, 1, 5))
    assert week_1.message_at.astimezone(dt.UTC).hour == 15
    assert month_3.message_at.astimezone(dt.UTC).hour == 14
    assert week_1.message_at.hour == month_3.message_at.hour == 9


def test_a_zone_that_changes_on_another_day_sees_another_hour():
    """Berlin changes on 29 March, three weeks after Chicago: for these weeks it is six hours ahead, not seven."""
    moments = [PlannedMoment(f"day {day}", day, day, day, ()) for day in (60, 70, 90)]
    hours = [one.message_at.hour for one in rows(dt.date(2026, 1, 5), zone="Europe/Berlin", moments=moments)]
    assert hours == [16, 15, 16], "6 March, 16 March, 5 April"


def test_a_zone_without_clock_changes_sees_the_clinics_change():
    week_1, month_3 = rows(dt.date(2026, 1, 5), zone="America/Phoenix")
    assert (week_1.message_at.hour, month_3.message_at.hour) == (8, 7)


def test_the_link_ends_with_the_clinics_day_wherever_the_patient_is():
    (week_1,) = rows(dt.date(2026, 1, 5), zone="Pacific/Auckland", moments=[WEEK_1])
    midnight = dt.datetime(2026, 1, 16, tzinfo=ZoneInfo("America/Chicago"))
    assert week_1.closes_at == midnight
    assert week_1.closes_at.isoformat() == "2026-01-16T19:00:00+13:00"


def test_a_clinic_that_sends_at_any_hour_sends_at_midnight():
    (week_1,) = rows(dt.date(2026, 1, 5), hours=SendingHours("America/Chicago", 0, 24), moments=[WEEK_1])
    assert week_1.message_at.isoformat() == "2026-01-10T00:00:00-06:00"


def test_the_anchor_is_the_first_or_the_last_session():
    days = (dt.date(2026, 1, 5), dt.date(2026, 1, 12))
    assert rows(*days, moments=[WEEK_1])[0].due_on == dt.date(2026, 1, 19)
    assert rows(*days, moments=[WEEK_1], last=False)[0].due_on == dt.date(2026, 1, 12)


def test_what_is_missing_of_a_series_is_planned():
    first = dt.date(2026, 1, 5)
    week = dt.timedelta(days=7)
    assert series([first], length=3, interval_days=7) == (first, first + week, first + 2 * week)
    late = first + dt.timedelta(days=9)
    assert series([late, first], length=3, interval_days=7) == (first, late, late + week)
    assert series([first, late], length=1, interval_days=None) == (first, late)
