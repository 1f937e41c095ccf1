"""The patient's own curve: where everything lies in a drawing 360 units wide. The template only draws it. No Django."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

WIDTH, LEFT, RIGHT = 360, 44, 338
TOP, BOTTOM = 34, 220
HIGHEST = 10
LETTER = 8  # a generous width of one letter at the drawing's size, so that words never touch
VALUE_GAP = 18


class Reading(NamedTuple):
    """One answer on the 0–10 scale, on a day of the clinic's calendar; ``when`` says it in the patient's words.

    ``help``: words for an answer that was not given alone, else empty.
    """

    when: str
    on: dt.date
    value: Decimal
    help: str = ""

    @property
    def words(self) -> str:
        return f"{plain(self.value)} ({self.help})" if self.help else plain(self.value)


class Mark(NamedTuple):
    """Words centred on ``x``."""

    x: float
    words: str


class Point(NamedTuple):
    """One reading in the drawing; ``words`` is empty where the number would touch its neighbour.

    ``is_hollow``: the answer was not given alone.
    """

    x: float
    y: float
    words: str
    is_hollow: bool = False


@dataclass(frozen=True)
class Trend:
    """Everything the drawing and the table beside it show, first reading first."""

    points: tuple[Point, ...]
    ticks: tuple[tuple[float, int], ...]
    days: tuple[Mark, ...]
    visits: tuple[Mark, ...]
    rows: tuple[tuple[str, str], ...]

    @property
    def line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def summary(self) -> str:
        """The numbers in one breath, for whoever does not see the drawing."""
        return ", ".join(f"{words}: {value}" for words, value in self.rows)


class Comparison(NamedTuple):
    """The sentence of the thank-you page in its parts; ``before`` is empty where there is no baseline.

    ``band`` is judged by the instrument's MCID (see outcomes.scoring): 1 better, 0 about the same, -1 worse.
    """

    now: str
    before: str = ""
    points: int | Decimal = 0
    band: int | None = None


def compare(value: Decimal, baseline: Decimal | None, band: int | None) -> Comparison:
    """Today's answer beside the one before treatment."""
    if baseline is None:
        return Comparison(plain(value))
    points = abs(value - baseline)
    return Comparison(plain(value), plain(baseline), int(points) if points == int(points) else points, band)


def plain(value: Decimal) -> str:
    """A number without idle zeros."""
    return f"{value.normalize():f}"


def _height(value: Decimal) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * float(value) / HIGHEST, 1)


def _centred(x: float, words: str) -> Mark:
    """``words`` at ``x``, moved in as far as the edges of the drawing ask."""
    half = len(words) * LETTER / 2
    return Mark(round(min(max(x, half), WIDTH - half), 1), words)


def _touch(one: Mark, other: Mark) -> bool:
    return abs(one.x - other.x) < (len(one.words) + len(other.words) + 1) * LETTER / 2


def _spread(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The last, the first, and between them each; none that would touch an earlier one in this order."""
    kept = [marks[-1]]
    for mark in marks[:-1]:
        if not any(_touch(mark, other) for other in kept):
            kept.append(mark)
    return tuple(sorted(kept))


def _points(places: Sequence[float], readings: Sequence[Reading]) -> tuple[Point, ...]:
    points: list[Point] = []
    labelled = -float(VALUE_GAP)
    for x, reading in zip(places, readings, strict=True):
        is_clear = x - labelled >= VALUE_GAP and (places[-1] - x >= VALUE_GAP or x == places[-1])
        labelled = x if is_clear else labelled
        words = plain(reading.value) if is_clear else ""
        points.append(Point(x, _height(reading.value), words, bool(reading.help)))
    return tuple(points)


def _visits(places: Iterable[float], word: str) -> tuple[Mark, ...]:
    """A line for each visit, and the word beside it where it does not touch the one before."""
    marks: list[Mark] = []
    for x in places:
        is_clear = all(not mark.words or x - mark.x > (len(word) + 1) * LETTER for mark in marks)
        marks.append(Mark(x, word if is_clear else ""))
    return tuple(marks)


def draw(readings: Sequence[Reading], visits: Sequence[dt.date], *, visit: str) -> Trend | None:
    """The curve through ``readings`` in order of day, time to scale; None when there are fewer than two.

    ``visit`` is the word for each of ``visits``.
    """
    if len(readings) < 2:
        return None
    seen = [on for on in visits if on <= readings[-1].on]
    start = min([readings[0].on, *seen])
    days = max((readings[-1].on - start).days, 1)

    def place(on: dt.date) -> float:
        return round(LEFT + (RIGHT - LEFT) * (on - start).days / days, 1)

    places = [place(reading.on) for reading in readings]
    names = [reading.when for reading in readings]
    return Trend(
        points=_points(places, readings),
        ticks=tuple((_height(Decimal(value)), value) for value in range(0, HIGHEST + 1, 2)),
        days=_spread([_centred(x, name) for x, name in zip(places, names, strict=True)]),
        visits=_visits(map(place, sorted(seen)), visit),
        rows=tuple((reading.when, reading.words) for reading in readings),
    )
