"""A patient's medication reviews in order of time, each against the one before treatment. No Django."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

HUNDRED = Decimal(100)


class Review(Protocol):
    """What the comparison needs of a review."""

    pk: int
    source: str
    asked_on: dt.date
    session_id: int | None
    follow_up_id: int | None
    mme_per_day: Decimal | None


@dataclass(frozen=True)
class Line:
    """One review. ``change`` and ``percent`` are against the baseline, None where either is not known or it is 0.

    A review ``is_replaced`` when the same visit, check-in or call was recorded again later.
    """

    review: Review
    change: Decimal | None
    percent: Decimal | None
    is_baseline: bool
    is_replaced: bool


def compared(reviews: Sequence[Review], treated_on: dt.date | None) -> list[Line]:
    """The newest first. The baseline is the last review up to ``treated_on``, the day of the first session.

    Without one by then there is no baseline and no change: a later answer is none.
    """
    latest = {_occasion(review): review.pk for review in sorted(reviews, key=lambda review: review.pk)}
    counted = [review for review in reviews if latest[_occasion(review)] == review.pk]
    before = [review for review in counted if treated_on and review.asked_on <= treated_on]
    baseline = max(before, key=lambda review: (review.asked_on, review.pk), default=None)
    ordered = sorted(reviews, key=lambda review: (review.asked_on, review.pk), reverse=True)
    return [_line(review, baseline, is_replaced=latest[_occasion(review)] != review.pk) for review in ordered]


def _occasion(review: Review) -> tuple[object, ...]:
    return review.source, review.asked_on, review.session_id, review.follow_up_id


def _line(review: Review, baseline: Review | None, *, is_replaced: bool) -> Line:
    is_later = baseline is not None and review.asked_on > baseline.asked_on and not is_replaced
    before, now = (baseline.mme_per_day if baseline else None), review.mme_per_day
    if not is_later or before is None or now is None:
        return Line(review, None, None, review is baseline, is_replaced)
    change = now - before
    percent = (HUNDRED * change / before).quantize(Decimal(1)) if before else None
    return Line(review, change, percent, is_baseline=False, is_replaced=is_replaced)
