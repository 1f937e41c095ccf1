"""What a report must say about a folder: from published reference values, and counted again from its files.

The second count shares no code with the import or the reports, so that it can contradict them.
"""

import csv
import json
import math
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from outcomes.history.rows import BASELINE

Figures = dict[str, float | int | None]

REFERENCE_FILE = "01_descriptives"
REFERENCE = {"n": "n", "mean": "mean", "sd": "sd", "se": "se", "ci95_lo": "ci_low", "ci95_hi": "ci_high"}
REFERENCE_CHANGE = {
    "n_pairs": "n_pairs",
    "mean": "mean_change",
    "sd": "sd_change",
    "ci95_lo": "ci_low_change",
    "ci95_hi": "ci_high_change",
}


class Place(NamedTuple):
    """Where a figure stands in a report; ``treatment`` is the label there."""

    instrument: str
    treatment: str
    timepoint: str


class Case(NamedTuple):
    """Some figures that a report must show at one place, and where they are from."""

    source: str
    place: Place
    figures: Figures


def reference_cases(path: Path, dataset: str, labels: Mapping[str, str]) -> Iterator[Case]:
    """The published cases of one data set; figures are None where the reference has no number.

    ``labels``: the source's word for a treatment → its label in reports.
    """
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
        if case["dataset"] == dataset:
            treatment = labels.get(case["treatment"], case["treatment"])
            figures = _named(case, REFERENCE) | _named(case.get("change", {}), REFERENCE_CHANGE)
            yield Case(REFERENCE_FILE, Place(case["instrument"], treatment, _timepoint(case["timepoint"])), figures)


def treatment_words(folder: Path) -> set[str]:
    """The source's words for treatments."""
    return {row["treatment"] for row in _rows(folder / "episodes.csv")}


def counted_cases(folder: Path, labels: Mapping[str, str]) -> Iterator[Case]:
    """n, mean and SD of every score, and of every change since a baseline that is not later, with exact fractions."""
    treatments = {row["episode_ref"]: labels[row["treatment"]] for row in _rows(folder / "episodes.csv")}
    scores = {
        (row["episode_ref"], row["instrument"], _timepoint(row["timepoint"])): (
            Fraction(row["score"]),
            float(row["day_offset"] or "inf"),
        )
        for row in _rows(folder / "scores.csv")
        if row["score"]
    }
    values, changes = defaultdict(list), defaultdict(list)
    for (episode, instrument, timepoint), (value, day) in scores.items():
        place = Place(instrument, treatments[episode], timepoint)
        values[place].append(value)
        baseline, began = scores.get((episode, instrument, BASELINE), (None, 0))
        if baseline is not None and timepoint != BASELINE and (began <= day or math.isinf(began)):
            changes[place].append(value - baseline)
    for place, found in sorted(values.items()):
        change = _figures(changes[place], "n_pairs", "mean_change", "sd_change")
        yield Case("files", place, _figures(found, "n", "mean", "sd") | change)


def _timepoint(name: str) -> str:
    return BASELINE if name.lower() == BASELINE else name


def _named(case: Mapping[str, Any], names: Mapping[str, str]) -> Figures:
    return {name: _figure(case, theirs) for theirs, name in names.items() if theirs in case}


def _figure(case: Mapping[str, Any], name: str) -> float | int | None:
    """None for what is no number, and for the interval of equal values, which reports do not give."""
    is_number = isinstance(case[name], int | float)
    return None if not is_number or (name.startswith("ci95") and case["sd"] == 0) else case[name]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            yield {column.strip().lower(): (value or "").strip() for column, value in row.items() if column}


def _figures(values: list[Fraction], count: str, mean: str, sd: str) -> Figures:
    centre = float(statistics.mean(values)) if values else None
    spread = float(statistics.stdev(values)) if len(values) > 1 else None
    return {count: len(values), mean: centre, sd: spread}
