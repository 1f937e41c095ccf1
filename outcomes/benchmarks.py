"""What others have published, from ``rules/benchmarks.toml``, to stand beside a report. No Django, no database, no clock."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "rules" / "benchmarks.toml"

# A mean and its standard deviation in points.
Spread = tuple[float, float]


@dataclass(frozen=True)
class Benchmark:
    """One arm of one study at one timepoint, of ``n`` people. Means in points, change is follow-up minus baseline.

    ``modality`` is empty for what Mendline has no kind of, like saline. ``k`` of ``n`` met what ``counts`` says; None where
    the study prints no share. ``percent`` is the mean of each person's own change in percent.
    """

    study: str
    citation: str
    design: str
    region: str
    measure: str
    caveat: str
    treatment: str
    n: int
    timepoint: str
    modality: str = ""
    counts: str = ""
    k: int | None = None
    baseline: Spread | None = None
    follow_up: Spread | None = None
    change: Spread | None = None
    percent: float | None = None


@cache
def benchmarks() -> tuple[Benchmark, ...]:
    """All of them, in the order of the file."""
    return tuple(read_benchmarks(FILE.read_text(encoding="utf-8")))


def read_benchmarks(text: str) -> Iterator[Benchmark]:
    """The rows of such a file. Raises TypeError for a part that is unknown or missing."""
    for study in tomllib.loads(text)["studies"]:
        shared = {name: value for name, value in study.items() if name not in ("arms", "code")}
        for arm in study["arms"]:
            yield Benchmark(study=study["code"], **shared, **{name: _value(value) for name, value in arm.items()})


def shares_at(timepoint: str, *, regions: Iterable[str] = (), modalities: Iterable[str] = ()) -> list[Benchmark]:
    """Published shares of this timepoint, in these regions (empty: all) and of studies with one of these kinds (empty: all).

    A study's other arms come with it: one arm alone would read as a promise.
    """
    at_it = [one for one in benchmarks() if one.k is not None and one.timepoint == timepoint]
    wanted = set(regions)
    here = [one for one in at_it if not wanted or one.region in wanted]
    kinds = set(modalities)
    studies = {one.study for one in here if not kinds or one.modality in kinds}
    return [one for one in here if one.study in studies]


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
