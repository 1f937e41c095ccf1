"""One data set in its trial clinic: what the REST API says of it, and its rows read back from the database."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from outcomes.history.rows import BASELINE
from outcomes.management.checks.ledger import Figure
from outcomes.management.trial_clinic import TrialClinic
from outcomes.models import Outcome
from outcomes.statistics.ancova import PairSums, pair_sums
from outcomes.statistics.means import Mean, mean_from_sums
from treatments.timepoints import in_words


@dataclass(frozen=True)
class Episode:
    """One imported course: its scores of one instrument by timepoint, and the days on which they were taken."""

    ref: str
    treatment: str
    sex: str
    age: int | None
    site: str
    clinician: str
    scores: dict[str, Decimal] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)

    @property
    def baseline(self) -> Decimal | None:
        """The baseline score."""
        return self.scores.get(BASELINE)


_OF_COURSE = ("treatment_type__label", "course__patient__sex", "course__patient__age_at_import")
_ROW = ("course__external_ref", *_OF_COURSE, "source_site", "source_clinician", "timepoint", "value", "day")


class Trial:
    """A data set by its ``name``, imported into ``clinic``. ``labels``: its word for a treatment → its label in reports."""

    def __init__(self, name: str, clinic: TrialClinic, labels: Mapping[str, str], instrument: str) -> None:
        self.name, self.clinic, self.labels, self.instrument = name, clinic, labels, instrument
        self._tables = cache(self._ask)

    def label(self, word: str) -> str:
        """The label that reports show for a treatment."""
        return self.labels.get(word, word)

    @cached_property
    def episodes(self) -> list[Episode]:
        """Every course with a score of the main instrument, in the order of the source's references."""
        found: dict[str, Episode] = {}
        rows = Outcome.objects.filter(clinic=self.clinic.clinic, instrument=self.instrument, value__isnull=False)
        for ref, *of, timepoint, value, day in rows.order_by("course__external_ref").values_list(*_ROW):
            episode = found.setdefault(ref, Episode(ref, *of))
            episode.scores[timepoint], episode.days[timepoint] = value, day
        return list(found.values())

    def arm(self, word: str) -> list[Episode]:
        """The courses with this treatment."""
        return [episode for episode in self.episodes if episode.treatment == self.label(word)]

    def pairs(self, word: str, timepoint: str) -> list[tuple[Decimal, Decimal]]:
        """Baseline and follow-up of those who have both."""
        return [
            (episode.scores[BASELINE], episode.scores[timepoint])
            for episode in self.arm(word)
            if timepoint in episode.scores and BASELINE in episode.scores
        ]

    def sums(self, word: str, timepoint: str) -> PairSums:
        """The sums over those pairs."""
        return pair_sums(self.pairs(word, timepoint))

    def row(self, report: str, table: str, label: str, group: str = "", **asked: str) -> dict[str, Any]:
        """One line of a report by treatment: value by column, empty where the report has no such line."""
        return self._tables(report, **asked).get((table, group, label), {})

    def timepoint_row(self, report: str, table: str, group: str, timepoint: str, **asked: str) -> dict[str, Any]:
        """The line of a timepoint in a table whose lines are timepoints by group."""
        return self.row(report, table, in_words(timepoint), group, **asked)

    def changed(self, word: str, timepoint: str) -> dict[str, Any]:
        """All that the report of change says of a treatment at one timepoint, from both of its tables."""
        tables = (self.row("change", key, self.label(word), last_timepoint=timepoint) for key in ("people", "change"))
        people, points = tables
        return people | points

    def _ask(self, report: str, **asked: str) -> dict[tuple[str, str, str], dict[str, Any]]:
        answer = self.clinic.ask(report, instrument=self.instrument, group_by="treatment", **asked)
        found: dict[tuple[str, str, str], dict[str, Any]] = defaultdict(dict)
        for table in answer["tables"]:
            for row in table["rows"]:
                found[table["key"], row["group"], row["label"]] = row["values"]
        return dict(found)


def statistic(values: Mapping[str, Any], name: str) -> dict[str, Figure]:
    """The parts of one statistic of a report's line: k, n, value, low and high; all None where it is not there."""
    found = values.get(name) or {}
    low, high = found.get("ci") or (None, None)
    return {"k": found.get("k"), "n": found.get("n"), "value": found.get("value"), "low": low, "high": high}


def mean_of(values: list[Decimal]) -> Mean:
    """The mean of these scores."""
    return mean_from_sums(len(values), sum(values, Decimal(0)), sum((value * value for value in values), Decimal(0)))
