"""How one check-in is announced, reminded of and at last called about, step by step through its days."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.contact_rules import Sent, Standing, decide
from outcomes.delivery_rules import SendingHours
from outcomes.ladders import FOR_BASELINE, LONG, SAFETY, SHORT, Step, default_ladder, problem_of
from outcomes.reasons import Why

CHICAGO = ZoneInfo("America/Chicago")
DAY = dt.timedelta(days=1)
# A Monday, six weeks after treatment.
OPENS = dt.datetime(2026, 4, 13, 9, 0, tzinfo=CHICAGO)
BOTH = ("email", "sms")
FINE = Standing(
    completed_at=None,
    cancelled_at=None,
    closes_on=OPENS.date() + 21 * DAY,
    ended_on=None,
    died_on=None,
    consented_at=OPENS,
    withdrawn_at=None,
    contact_lapsed_at=None,
    registry_stopped_at=None,
    is_paused=False,
    is_held=False,
    is_open=True,
    is_asked_with=False,
    has_call=False,
    channels=BOTH,
    zone="America/Chicago",
    hours=SendingHours("America/Chicago", 9, 20),
)


def sent(sequence, channel, at, status="accepted"):
    return Sent(sequence, channel, status, at, at if status not in ("pending", "claimed") else None)


def walk(ladder: Sequence[Step], standing: Standing, *, days: int, replies=None) -> list[tuple]:
    """Look when the last decision said to; every message arrives unless ``replies`` says otherwise by its number."""
    at, made, messages = OPENS, [], []
    while at < OPENS + days * DAY:
        decision = decide(replace(standing, sent=messages), ladder, at=at)
        local = at.astimezone(CHICAGO)
        if decision.call:
            made.append((local.date() - OPENS.date()).days)
            made[-1] = (made[-1], f"{local:%H:%M}", "call", decision.call)
            standing = replace(standing, has_call=True)
        if decision.message:
            message = decision.message
            when = message.not_before.astimezone(CHICAGO)
            made.append(((when.date() - OPENS.date()).days, f"{when:%H:%M}", message.kind, message.channel))
            status = (replies or {}).get(len(messages), "accepted")
            messages.append(Sent(message.sequence, message.channel, status, message.not_before, message.not_before))
        if decision.looks_again_at is None:
            break
        assert decision.looks_again_at > at
        at = decision.looks_again_at
    return made


def test_the_whole_ladder_for_somebody_who_never_answers():
    assert walk(LONG, FINE, days=21) == [
        (0, "09:00", "invitation", "email"),
        (2, "17:30", "reminder", "sms"),
        (5, "10:00", "reminder", "sms"),
        (9, "10:00", "last_call", "email"),
        (12, "10:00", "call", "no_answer"),
    ]


def test_somebody_who_prefers_texts_is_reminded_by_mail():
    made = walk(LONG, replace(FINE, channels=("sms", "email")), days=21)
    assert [channel for *_, channel in made[:4]] == ["sms", "email", "sms", "sms"]


def test_with_one_channel_every_step_uses_it():
    made = walk(LONG, replace(FINE, channels=("email",)), days=21)
    assert [channel for *_, channel in made] == ["email"] * 4 + ["no_answer"]


def test_the_last_call_comes_a_day_before_the_window_closes():
    made = walk(LONG, replace(FINE, closes_on=OPENS.date() + 7 * DAY), days=21)
    assert made[-1] == (6, "10:00", "last_call", "email")


@pytest.mark.parametrize("status", ["failed", "bounced_hard", "suppressed", "dead"])
def test_a_message_that_does_not_arrive_goes_by_the_other_channel_at_once(status):
    made = walk(LONG, FINE, days=2, replies={0: status})
    assert [(kind, channel) for _day, _hour, kind, channel in made] == [("invitation", "email"), ("invitation", "sms")]


def test_whom_no_message_reaches_is_called():
    assert walk(LONG, replace(FINE, channels=()), days=2) == [(0, "09:00", "call", "unreachable")]


def test_after_an_outage_the_days_count_from_when_the_invitation_went_out():
    late = OPENS + 6 * DAY
    standing = replace(FINE, sent=[sent(0, "email", late)])
    assert (
        decide(standing, LONG, at=late + dt.timedelta(hours=1)).looks_again_at
        == late.replace(hour=17, minute=30) + 2 * DAY
    )


def test_a_message_of_unknown_fate_is_waited_for_a_day_and_then_the_reminder_covers_it():
    """I14."""
    standing = replace(FINE, sent=[sent(0, "email", OPENS, "unknown")])
    soon = decide(standing, LONG, at=OPENS + dt.timedelta(hours=23))
    assert (soon.why, soon.message, soon.looks_again_at) == (Why.UNCONFIRMED, None, OPENS + DAY)
    assert decide(standing, LONG, at=OPENS + 3 * DAY).message.kind == "reminder"


def test_nothing_new_is_made_while_a_message_waits():
    for status in ("pending", "claimed", "sending", "bounced_soft"):
        standing = replace(FINE, sent=[sent(0, "email", OPENS, status)])
        assert decide(standing, LONG, at=OPENS + 9 * DAY).message is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"completed_at": OPENS}, Why.ANSWERED),
        ({"cancelled_at": OPENS}, Why.SURVEY_CANCELLED),
        ({"closes_on": OPENS.date() - DAY}, Why.WINDOW_OVER),
        ({"died_on": OPENS.date()}, Why.DIED),
        ({"consented_at": None}, Why.NO_CONSENT),
        ({"withdrawn_at": OPENS}, Why.WITHDRAWN),
        ({"contact_lapsed_at": OPENS}, Why.LAPSED),
        ({"registry_stopped_at": OPENS}, Why.REGISTRY),
        ({"is_paused": True}, Why.PAUSED),
        ({"is_held": True}, Why.HELD),
        ({"is_open": False}, Why.OPENING),
        ({"is_asked_with": True}, Why.ASKED_WITH),
    ],
)
def test_what_stops_the_ladder_says_so(change, why):
    decision = decide(replace(FINE, **change), LONG, at=OPENS)
    assert (decision.why, decision.message, decision.call) == (why, None, "")
    ends = why in (Why.ANSWERED, Why.SURVEY_CANCELLED, Why.WINDOW_OVER)
    assert (decision.looks_again_at is None) == ends


def test_windows_get_the_ladder_that_fits():
    assert default_ladder("baseline", 0, 30) == FOR_BASELINE
    assert default_ladder("day 1", 1, 2) == SAFETY
    assert default_ladder("week 1", 5, 10) == default_ladder("week 2", 11, 18) == SHORT
    assert default_ladder("month 3", 77, 119) == LONG
    assert all(not problem_of(ladder) for ladder in (FOR_BASELINE, SAFETY, SHORT, LONG))


@pytest.mark.parametrize(
    ("ladder", "problem"),
    [
        ([], "It begins with an invitation on day 0."),
        ([Step(0, "reminder", "email", 0)], "It begins with an invitation on day 0."),
        ([LONG[0], replace(LONG[0], sequence=1, day=2)], "It has one invitation only."),
        ([LONG[0], LONG[2], LONG[1]], "Every step comes on a later day than the one before."),
        ([LONG[0], *[replace(LONG[1], day=day) for day in range(1, 9)]], "It has at most 8 steps."),
    ],
)
def test_ladders_that_make_no_sense_are_refused_in_words(ladder, problem):
    assert problem_of(ladder) == problem


statuses = st.sampled_from(["accepted", "delivered", "unknown", "failed", "bounced_hard", "suppressed", "pending"])


@given(
    ladder=st.sampled_from([LONG, SHORT, SAFETY, FOR_BASELINE]),
    channels=st.sampled_from([(), ("email",), ("sms",), BOTH, ("sms", "email")]),
    replies=st.dictionaries(st.integers(0, 9), statuses, max_size=10),
    closes=st.integers(0, 30),
)
def test_whatever_happens_it_ends_and_nobody_is_asked_twice_by_one_step(ladder, channels, replies, closes):
    """I3, I5: one message a step and channel, one call, none after the window, and always a next look or an end."""
    standing = replace(FINE, channels=channels, closes_on=OPENS.date() + closes * DAY)
    at, messages, calls = OPENS, [], 0
    for _look in range(1000):
        decision = decide(replace(standing, sent=messages, has_call=calls > 0), ladder, at=at)
        calls += bool(decision.call)
        if decision.message:
            status = replies.get(len(messages), "accepted")
            started = None if status == "pending" else at
            messages.append(Sent(decision.message.sequence, decision.message.channel, status, at, started))
        if decision.looks_again_at is None:
            break
        assert decision.looks_again_at > at
        at = decision.looks_again_at
    else:
        raise AssertionError("it never ends")
    steps = [(one.sequence, one.channel) for one in messages]
    assert len(set(steps)) == len(steps)
    assert calls <= 1
    assert all(one.not_before.astimezone(CHICAGO).date() <= standing.closes_on for one in messages)
