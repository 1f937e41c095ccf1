"""Groups compared over several visits, adjusted for baseline: the ladder of models of analytics 2.8.

Unstructured covariance where every pair of visits has enough patients, else compound symmetry, else one visit by
ANCOVA, else nothing. The result says which it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np

from outcomes.statistics.arrays import Array
from outcomes.statistics.estimates import Estimate
from outcomes.statistics.linear_models import LinearFit, NotEstimableError, least_squares
from outcomes.statistics.mmrm import Record, Structure, moments
from outcomes.statistics.mmrm_fit import Fit, fit

FEWEST_IN_GROUP = 10
FEWEST_IN_PAIR = 20


class Model(StrEnum):
    """The rung of the ladder that a comparison stands on."""

    UNSTRUCTURED = "mmrm_unstructured"
    COMPOUND_SYMMETRY = "mmrm_compound_symmetry"
    ANCOVA = "ancova"
    NONE = "none"


class Refusal(StrEnum):
    """Why there is no comparison."""

    TOO_FEW = "too_few"
    NOT_ESTIMABLE = "not_estimable"


@dataclass(frozen=True)
class PatientScores:
    """One patient: the group, the baseline, and a score or None for each visit, all in points.

    Everybody compared has the same number of visits.
    """

    group: str
    baseline: float
    scores: tuple[float | None, ...]


@dataclass(frozen=True)
class VisitComparison:
    """One visit, by its place among the scores: the groups at the mean baseline, and each against the first.

    ``n`` counts scores by group. ``small_sample`` are the differences with Kenward and Roger's standard errors; of an
    ANCOVA they are the differences themselves.
    """

    visit: int
    n: tuple[int, ...]
    means: tuple[Estimate, ...]
    differences: tuple[Estimate, ...]
    small_sample: tuple[Estimate, ...]


@dataclass(frozen=True)
class GroupComparison:
    """The comparison of ``groups``, of which the first is the reference, at ``baseline``, the mean of all patients."""

    model: Model
    groups: tuple[str, ...]
    baseline: float | None = None
    visits: tuple[VisitComparison, ...] = ()
    refusal: Refusal | None = None


def compare_groups(patients: Sequence[PatientScores], groups: Sequence[str]) -> GroupComparison:
    """The first model that these data carry, for ``groups`` of at least two with the reference first.

    Refused when no visit has 10 scores in every group. Visits with fewer are left out of the model; ANCOVA takes the
    last that is left. Assumes that scores are missing at random given those that are there.
    """
    chosen = [patient for patient in patients if patient.group in groups]
    counts = _counts(chosen, groups)
    visits = [visit for visit, n in enumerate(counts) if min(n) >= FEWEST_IN_GROUP]
    if not visits:
        return GroupComparison(Model.NONE, tuple(groups), refusal=Refusal.TOO_FEW)
    layout = _Layout(tuple(groups), tuple(visits), float(np.mean([patient.baseline for patient in chosen])))
    for model, use in _ladder(chosen, visits):
        try:
            found = _compared(chosen, layout.at(use), model)
        except NotEstimableError:
            continue
        rows = tuple(_visit(layout.at(use), found, place, counts[visit]) for place, visit in enumerate(use))
        return GroupComparison(model, tuple(groups), layout.baseline, rows)
    return GroupComparison(Model.NONE, tuple(groups), refusal=Refusal.NOT_ESTIMABLE)


@dataclass(frozen=True)
class _Layout:
    """The columns of the design: for every visit an intercept, a slope of baseline and the groups but the first."""

    groups: tuple[str, ...]
    visits: tuple[int, ...]
    baseline: float

    def at(self, visits: Sequence[int]) -> "_Layout":
        return _Layout(self.groups, tuple(visits), self.baseline)

    def row(self, place: int, group: str, baseline: float) -> Array:
        """Baselines count from their mean, so that an intercept is the reference group at the mean baseline."""
        width = 1 + len(self.groups)
        row = np.zeros(len(self.visits) * width)
        own = [1.0, baseline - self.baseline, *(float(group == other) for other in self.groups[1:])]
        row[place * width : (place + 1) * width] = own
        return row


def _counts(patients: Sequence[PatientScores], groups: Sequence[str]) -> list[tuple[int, ...]]:
    n_visits = max((len(patient.scores) for patient in patients), default=0)
    return [
        tuple(
            sum(patient.group == group and patient.scores[visit] is not None for patient in patients)
            for group in groups
        )
        for visit in range(n_visits)
    ]


def _ladder(patients: Sequence[PatientScores], visits: list[int]) -> list[tuple[Model, list[int]]]:
    rungs = [(Model.ANCOVA, visits[-1:])]
    if len(visits) > 1:
        rungs.insert(0, (Model.COMPOUND_SYMMETRY, visits))
        if all(_in_both(patients, pair) >= FEWEST_IN_PAIR for pair in combinations(visits, 2)):
            rungs.insert(0, (Model.UNSTRUCTURED, visits))
    return rungs


def _in_both(patients: Sequence[PatientScores], pair: tuple[int, int]) -> int:
    return sum(all(patient.scores[visit] is not None for visit in pair) for patient in patients)


def _compared(patients: Sequence[PatientScores], layout: _Layout, model: Model) -> Fit | LinearFit:
    records = [record for patient in patients if (record := _record(patient, layout)) is not None]
    if model is Model.ANCOVA:
        design = np.concatenate([record.design for record in records])
        return least_squares(design, np.concatenate([record.outcome for record in records]))
    is_unstructured = model is Model.UNSTRUCTURED
    return fit(moments(records), Structure.UNSTRUCTURED if is_unstructured else Structure.COMPOUND_SYMMETRY)


def _record(patient: PatientScores, layout: _Layout) -> Record | None:
    scores = [(place, patient.scores[visit]) for place, visit in enumerate(layout.visits)]
    seen = [(place, score) for place, score in scores if score is not None]
    if not seen:
        return None
    return Record(
        visits=tuple(place for place, _ in seen),
        design=np.array([layout.row(place, patient.group, patient.baseline) for place, _ in seen]),
        outcome=np.array([score for _, score in seen]),
    )


def _visit(layout: _Layout, found: Fit | LinearFit, place: int, n: tuple[int, ...]) -> VisitComparison:
    at_mean = [layout.row(place, group, layout.baseline) for group in layout.groups]
    against_first = [row - at_mean[0] for row in at_mean[1:]]
    usual = found.contrast if isinstance(found, LinearFit) else found.satterthwaite
    careful = found.contrast if isinstance(found, LinearFit) else found.kenward_roger
    return VisitComparison(
        visit=layout.visits[place],
        n=n,
        means=tuple(usual(row) for row in at_mean),
        differences=tuple(usual(row) for row in against_first),
        small_sample=tuple(careful(row) for row in against_first),
    )
