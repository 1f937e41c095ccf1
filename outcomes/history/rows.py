"""What the four files hold, once understood."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from outcomes import instruments

BASELINE = "baseline"


def plain(number: Decimal) -> str:
    """The number as people write it: no exponent, no zeros at the end."""
    digits = f"{number:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


@dataclass(frozen=True)
class Finding:
    """Something to tell about one place in the files. ``row`` counts like a spreadsheet: the header is row 1."""

    file: str
    row: int | None
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        place = self.file + (f" row {self.row}" if self.row else "") + (f", {self.column}" if self.column else "")
        shown = self.value if len(self.value) <= 60 else f"{self.value[:60]}…"
        return f"{place}: {shown!r} {self.reason}" if shown else f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One line of patients.csv; ``age`` in completed years."""

    row: int
    site: str
    clinician: str
    sex: str
    age: int | None
    age_band: str
    condition: str


@dataclass(frozen=True, slots=True)
class Episode:
    """One line of episodes.csv; ``start_day`` counts from the index date."""

    row: int
    patient: str
    treatment: str
    region: str
    start_day: int


@dataclass(frozen=True, slots=True)
class Scale:
    """An instrument as far as an import must know it; ``row`` is None where Mendline or an earlier import defines it."""

    row: int | None
    label: str
    minimum: Decimal
    maximum: Decimal
    is_higher_better: bool
    mcid: Decimal | None = None

    @classmethod
    def of(cls, scale: instruments.Scale) -> "Scale":
        """That of an instrument that ships with Mendline."""
        return cls(
            row=None,
            label=scale.name,
            minimum=scale.minimum,
            maximum=scale.maximum,
            is_higher_better=scale.higher_is_better,
            mcid=scale.mcid,
        )


class ScoreKey(NamedTuple):
    """What a score is of. There is at most one score per key."""

    episode: str
    instrument: str
    timepoint: str


class ScoreRow(NamedTuple):
    """The rest of one line of scores.csv; ``day`` counts from the day the episode began."""

    row: int
    day: int
    value: Decimal


@dataclass
class History:
    """A folder as read. Rows may only be used when ``problems`` is empty.

    ``scales``: every instrument that is known here or described in the folder; where both speak, the known one counts.
    ``described``: what instruments.csv says. ``counts``: what is worth knowing, and how often.
    """

    scales: dict[str, Scale]
    patients: dict[str, PatientRow] = field(default_factory=dict)
    episodes: dict[str, Episode] = field(default_factory=dict)
    described: dict[str, Scale] = field(default_factory=dict)
    scores: dict[ScoreKey, ScoreRow] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
