"""What every outcome figure means, in one place: words, and the same as code. No Django, no database, no clock.

``RULE_VERSION`` is stored with each outcome and printed on each report; raise it whenever a rule changes. What one score
means beside its baseline (responders, MCID bands) is worked out in ``outcomes.scoring`` and only completed here. Rules
follow the estimand framework of ICH E9 (R1); where a choice was free, it is a sentence in ``definitions``.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from outcomes import scoring
from outcomes.outcome_words import DEFINITIONS

RULE_VERSION = 2
BASELINE_DAYS = 30


class Status(StrEnum):
    """What became of one timepoint of one course, while on this episode."""

    NOT_DUE = "not_due"
    OBTAINED = "obtained"
    MISSING = "missing"
    RETREATED = "retreated"
    LEFT = "left"


class NoBaseline(StrEnum):
    """Why there is no baseline; the first that applies, in this order."""

    NOT_TREATED = "not_treated"
    NOT_ASKED = "not_asked"
    AMBIGUOUS_SAME_DAY = "ambiguous_same_day"
    AFTER_TREATMENT = "after_treatment"
    OUTSIDE_WINDOW = "outside_window"
    NOT_COUNTED = "not_counted"
    NONE = "none"


class Missing(StrEnum):
    """Why there is no score in a window that is over."""

    NOT_ASKED = "not_asked"
    UNANSWERED = "unanswered"
    PROXY = "proxy"
    TOO_FEW_ANSWERS = "too_few_answers"
    OUTSIDE_WINDOW = "outside_window"
    TAKEN_OUT = "taken_out"


class Measure(NamedTuple):
    """What the rules ask of a scale. ``mcid`` in points, None where no threshold is published."""

    minimum: Decimal
    maximum: Decimal
    is_higher_better: bool
    mcid: Decimal | None = None
    is_amount: bool = True


@dataclass(frozen=True)
class Taken:
    """One score as the rules see it; ``taken_on`` is a day of the clinic's calendar.

    ``taken_at`` is None where nobody knows the hour, as of paper; ``entered_at``: when it was written down.
    ``is_pre_procedure``: the form itself was issued to be answered before treatment. Not ``is_counted``: answered by
    someone else for the patient.
    """

    taken_on: dt.date
    value: Decimal | None
    taken_at: dt.datetime | None = None
    entered_at: dt.datetime | None = None
    is_pre_procedure: bool = False
    is_counted: bool = True
    pk: int = 0

    @property
    def is_valid(self) -> bool:
        """It has a value and the patient gave it."""
        return self.is_counted and self.value is not None

    @property
    def recency(self) -> tuple[dt.date, float, float, int]:
        """Later sorts last: by day, hour, entry and number."""
        return self.taken_on, _seconds(self.taken_at), _seconds(self.entered_at), self.pk


class Treated(NamedTuple):
    """An instant of treatment and its day in the clinic's calendar."""

    at: dt.datetime
    on: dt.date


class Window(NamedTuple):
    """The days of one timepoint, all inclusive."""

    opens_on: dt.date
    target_on: dt.date
    closes_on: dt.date

    @classmethod
    def counted_from(cls, start: dt.date, opens_day: int, target_day: int, closes_day: int) -> "Window":
        """The window whose days count from ``start``."""
        return cls(*(start + dt.timedelta(days=day) for day in (opens_day, target_day, closes_day)))


@dataclass(frozen=True)
class Judged:
    """What a score means beside its baseline; None where that is undefined. ``improvement`` in points, positive is better."""

    improvement: Decimal | None = None
    is_responder_30: bool | None = None
    is_responder_50: bool | None = None
    is_mcid: bool | None = None
    is_worse: bool | None = None


def baseline_of(taken: Iterable[Taken], treated: Treated | None) -> Taken | NoBaseline:
    """The score that counts as baseline of a course first ``treated`` then, or why there is none.

    ``taken``: the scores of one scale that were given for this course's baseline or before it was treated, and those of
    other courses at the same target and side.
    """
    if treated is None:
        return NoBaseline.NOT_TREATED
    found = [(one, _why_no_baseline(one, treated)) for one in taken]
    fitting = [one for one, reason in found if reason is None]
    if fitting:
        return max(fitting, key=lambda one: one.recency)
    reasons = {reason for _, reason in found}
    return next((reason for reason in NoBaseline if reason in reasons), NoBaseline.NONE)


def _why_no_baseline(one: Taken, treated: Treated) -> NoBaseline | None:
    if not one.is_valid:
        return NoBaseline.NOT_COUNTED
    if one.taken_on > treated.on:
        return NoBaseline.AFTER_TREATMENT
    if one.taken_on < treated.on - dt.timedelta(days=BASELINE_DAYS):
        return NoBaseline.OUTSIDE_WINDOW
    if one.taken_on < treated.on or one.is_pre_procedure:
        return None
    return _why_not_that_day(one, treated.at)


def _why_not_that_day(one: Taken, treated_at: dt.datetime) -> NoBaseline | None:
    # What was written down before the procedure was also answered before it.
    if any(known is not None and known < treated_at for known in (one.taken_at, one.entered_at)):
        return None
    return NoBaseline.AFTER_TREATMENT if one.taken_at else NoBaseline.AMBIGUOUS_SAME_DAY


def score_in(
    taken: Iterable[Taken], window: Window, *, since: Treated, retreated_on: dt.date | None = None
) -> Taken | None:
    """The score of a timepoint: the valid one nearest to its target day, of those taken in its window.

    ``since``: the session from which days count; nothing taken before it is a follow-up. What was taken before the
    target was treated again goes before what was taken after.
    """
    fitting = [one for one in taken if one.is_valid and _is_in(one, window, since)]
    on_episode = [one for one in fitting if not is_after(one.taken_on, retreated_on)]
    return min(
        on_episode or fitting,
        key=lambda one: (abs((one.taken_on - window.target_on).days), *_reversed(one)),
        default=None,
    )


def is_after(day: dt.date, retreated_on: dt.date | None) -> bool:
    """Whether the target had been treated again by this day."""
    return retreated_on is not None and day >= retreated_on


def status_of(
    chosen: Taken | None,
    window: Window | None,
    *,
    today: dt.date,
    retreated_on: dt.date | None = None,
    left_on: dt.date | None = None,
) -> Status:
    """What became of a timepoint by ``today``; ``window`` is None while nobody was treated.

    ``left_on``: the day the patient died or left the outcome registry.
    """
    if window is None:
        return Status.NOT_DUE
    if chosen is not None and not is_after(chosen.taken_on, retreated_on):
        return Status.OBTAINED
    if chosen is not None or is_after(window.opens_on, retreated_on):
        return Status.RETREATED
    if left_on is not None and left_on <= window.opens_on:
        return Status.LEFT
    return Status.MISSING if is_closed(window, today) else Status.NOT_DUE


def is_closed(window: Window | None, today: dt.date) -> bool:
    """The window is over: what is missing stays missing."""
    return window is not None and window.closes_on < today


def is_due(status: Status, window: Window | None, *, today: dt.date, retreated_on: dt.date | None = None) -> bool:
    """The window is over, and the course was on this episode when it began: whether it was answered decides nothing."""
    if window is None or not is_closed(window, today):
        return False
    return status is not Status.LEFT and not is_after(window.opens_on, retreated_on)


def judged(value: Decimal | None, baseline: Decimal | None, measure: Measure) -> Judged:
    """Improvement, responders, MCID and worsening; nothing where one of the two is missing, or of a profile."""
    if value is None or baseline is None or not measure.is_amount:
        return Judged()
    higher, mcid = measure.is_higher_better, measure.mcid
    judgement = scoring.judge(value, baseline, higher_is_better=higher, mcid=mcid)
    room = measure.maximum - baseline if higher else baseline - measure.minimum
    return Judged(
        improvement=scoring.improvement(value, baseline, higher_is_better=higher),
        is_responder_30=judgement.is_responder_30,
        is_responder_50=judgement.is_responder_50,
        is_mcid=None if mcid is None or room < mcid else judgement.band == 1,
        is_worse=None if judgement.band is None else judgement.band == -1,
    )


def percent_change(improvement: Decimal, baseline: Decimal) -> Decimal | None:
    """Improvement in percent of the baseline; None at a baseline of 0 or less."""
    return 100 * improvement / baseline if baseline > 0 else None


def _is_in(one: Taken, window: Window, since: Treated) -> bool:
    is_later = one.taken_on > since.on or (
        one.taken_on == since.on and one.taken_at is not None and one.taken_at > since.at
    )
    return is_later and window.opens_on <= one.taken_on <= window.closes_on


def _reversed(one: Taken) -> tuple[float, float, float, int]:
    day, at, entered, pk = one.recency
    return -day.toordinal(), -at, -entered, -pk


def _seconds(instant: dt.datetime | None) -> float:
    return instant.timestamp() if instant else float("-inf")


def definitions() -> tuple[tuple[str, str], ...]:
    """Name and sentence of every rule, to be printed on every report together with ``RULE_VERSION``."""
    return tuple((name, sentence.replace("{baseline_days}", str(BASELINE_DAYS))) for name, sentence in DEFINITIONS)
