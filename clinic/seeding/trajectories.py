"""How pain goes after treatment and what the patient answers: pure draws from a given source of chance. No Django.

Sizes are those of published injection series (pain about 6 before; among those it helps about 3 from the third month).
The modalities are drawn alike on purpose: invented patients must not suggest that one kind of treatment wins.
"""

import random
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple


class Kind(StrEnum):
    """What becomes of a patient's pain."""

    RESPONDER = "responder"
    PARTIAL = "partial"
    NON_RESPONDER = "non_responder"
    FLARE = "flare"
    RELAPSE = "relapse"


SHARES = {Kind.RESPONDER: 40, Kind.PARTIAL: 20, Kind.NON_RESPONDER: 20, Kind.FLARE: 10, Kind.RELAPSE: 10}

# Day after treatment → share of the baseline pain that is gone; straight lines between.
COURSES: dict[Kind, tuple[tuple[int, float], ...]] = {
    Kind.RESPONDER: ((0, 0.0), (14, 0.15), (42, 0.40), (91, 0.62), (182, 0.66), (425, 0.62)),
    Kind.PARTIAL: ((0, 0.0), (14, 0.08), (42, 0.20), (91, 0.32), (182, 0.33), (425, 0.28)),
    Kind.NON_RESPONDER: ((0, 0.0), (14, 0.02), (42, 0.04), (91, 0.03), (182, 0.0), (425, -0.05)),
    Kind.FLARE: ((0, 0.0), (7, -0.40), (14, -0.15), (42, 0.30), (91, 0.50), (182, 0.55), (425, 0.50)),
    Kind.RELAPSE: ((0, 0.0), (14, 0.15), (42, 0.45), (91, 0.55), (182, 0.25), (425, 0.0)),
}

# Who still answers when asked by message alone falls from about 9 in 10 to between 5 and 6 in 10 at a year.
ANSWERING = ((0, 0.93), (14, 0.84), (42, 0.78), (91, 0.72), (182, 0.66), (365, 0.58), (425, 0.56))
LAST_SAFETY_DAY = 14
SAFETY = [f"safety.{item}" for item in ("fever", "worse", "joint", "nerve", "clot", "wound")]
DROP_OUT_SHARE = 0.12
SKIP_SHARE = 0.01


class Trajectory(NamedTuple):
    """One patient's pain before treatment, what becomes of it, and the day after which nothing is answered."""

    kind: Kind
    baseline: float
    silent_from_day: int | None


def draw(rng: random.Random) -> Trajectory:
    """A trajectory in the shares of ``SHARES``; baseline pain between 3 and 9.5."""
    kind = rng.choices(list(SHARES), weights=list(SHARES.values()))[0]
    baseline = min(9.5, max(3.0, rng.gauss(6.1, 1.5)))
    drops_out = rng.random() < DROP_OUT_SHARE
    return Trajectory(kind, baseline, rng.choice((10, 30, 60, 120)) if drops_out else None)


def pain(trajectory: Trajectory, day: int) -> float:
    """Expected pain, 0 to 10, on this day after treatment; day 0 and before is the baseline."""
    gone = _interpolate(COURSES[trajectory.kind], day)
    return min(10.0, max(0.0, trajectory.baseline * (1 - gone)))


def answers_at(rng: random.Random, trajectory: Trajectory, day: int) -> bool:
    """Whether this patient answers a survey of this day."""
    if trajectory.silent_from_day is not None and day > trajectory.silent_from_day:
        return False
    return rng.random() < _interpolate(ANSWERING, day)


def answers(rng: random.Random, trajectory: Trajectory, day: int) -> dict[str, int | None]:
    """Answers by item, like "peg.activity"; rarely None, where the patient skips a question. PGIC only after day 0.

    In the first two weeks the safety questions as well: nothing is wrong.
    """
    level = pain(trajectory, day) + rng.gauss(0, 0.6)
    given = {
        "nrs_now.now": _scale(rng, level - 0.4),
        "nrs_average.average": _scale(rng, level),
        "peg.pain": _scale(rng, level),
        "peg.enjoyment": _scale(rng, level - 0.3),
        "peg.activity": _scale(rng, level + 0.2),
    }
    if day > 0:
        given["pgic.change"] = _change(rng, trajectory, day)
    said = {item: None if rng.random() < SKIP_SHARE else value for item, value in given.items()}
    return {**dict.fromkeys(SAFETY, 0), **said} if 0 < day <= LAST_SAFETY_DAY else said


def _scale(rng: random.Random, level: float) -> int:
    return min(10, max(0, round(level + rng.gauss(0, 0.7))))


def _change(rng: random.Random, trajectory: Trajectory, day: int) -> int:
    """1 very much improved to 7 very much worse: 4 is no change, each fifth of the baseline pain gone is a step."""
    gone = 1 - pain(trajectory, day) / trajectory.baseline
    return min(7, max(1, round(4 - gone / 0.22 + rng.gauss(0, 0.5))))


def _interpolate(points: tuple[tuple[int, float], ...], day: int) -> float:
    for (left, low), (right, high) in pairwise(points):
        if day <= right:
            return low + (high - low) * (max(day, left) - left) / (right - left)
    return points[-1][1]
