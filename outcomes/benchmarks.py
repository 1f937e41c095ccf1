"""What others have published, from ``rules/benchmarks.toml``, to stand beside a report. No Django, no database, no clock."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "rules" / "benchmarks.toml"

# A mean and its standard deviation in points; None where it is not printed.
Spread = tuple[float, float | None]


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

    @property
    def mean_change(self) -> float | None:
        """As printed, else the difference of the printed means; None where the study has neither."""
        if self.change is not None:
            return self.change[0]
        return None if self.baseline is None or self.follow_up is None else self.follow_up[0] - self.baseline[0]


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
    return _whole_studies((one for one in benchmarks() if one.k is not None), timepoint, set(regions), set(modalities))


def changes_at(timepoint: str, *, regions: Iterable[str] = (), modalities: Iterable[str] = ()) -> list[Benchmark]:
    """Published mean changes of pain from 0 to 10, chosen in the same way, with all arms that have one."""
    changed = (one for one in benchmarks() if one.mean_change is not None)
    return _whole_studies(changed, timepoint, set(regions), set(modalities))


def _whole_studies(
    found: Iterable[Benchmark], timepoint: str, regions: set[str], modalities: set[str]
) -> list[Benchmark]:
    here = [one for one in found if one.timepoint == timepoint and (not regions or one.region in regions)]
    studies = {one.study for one in here if not modalities or one.modality in modalities}
    return [one for one in here if one.study in studies]


def _value(value: Any) -> Any:
    """A list of one number is a mean without its deviation."""
    if not isinstance(value, list):
        return value
    return (value[0], value[1] if len(value) > 1 else None)
