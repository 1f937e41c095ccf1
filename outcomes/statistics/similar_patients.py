"""What happened to patients who started like this one (analytics 2.13), from a joint histogram of baseline and follow-up.

Baselines and scores are whole numbers of the instrument's smallest step.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from outcomes.statistics.arrays import Array
from outcomes.statistics.linear_models import LinearFit, NotEstimableError, least_squares
from outcomes.statistics.proportions import Proportion, proportion
from outcomes.statistics.quantiles import histogram_quantiles

FEWEST = 50
ENOUGH = 200  # From here on quantiles are counted and not modelled.
WIDEST = 3  # Points of baseline either way.
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
RESPONSE = 30  # Percent.


class BandMethod(StrEnum):
    """How a band was made."""

    QUANTILES = "quantiles"
    ANCOVA = "ancova_prediction"


@dataclass(frozen=True)
class Scale:
    """An instrument's ends and the length of a point, all in steps."""

    minimum: int
    maximum: int
    point: int
    higher_is_better: bool


@dataclass(frozen=True)
class Cell:
    """``n`` courses of one modality with this baseline and this follow-up, in steps."""

    modality: str
    baseline: int
    value: int
    n: int

    def improved_by(self, percent: int, scale: Scale) -> bool:
        """Whether they improved by at least so many percent of their own baseline, which is above 0; exact, inclusive."""
        fall = self.baseline - self.value
        return 100 * (-fall if scale.higher_is_better else fall) >= percent * self.baseline


@dataclass(frozen=True)
class Match:
    """Courses that started within ``within`` points of a baseline; of any modality when ``is_any_modality``."""

    cells: tuple[Cell, ...]
    within: int
    is_any_modality: bool

    @property
    def n(self) -> int:
        return sum(cell.n for cell in self.cells)


@dataclass(frozen=True)
class Outlook:
    """Where matched courses ended, in steps: the follow-up below which 10, 25, 50, 75 and 90 % of them ended.

    It describes others and cannot say which of them the patient will be. ``reaching_30`` is the share that improved
    by 30 %, of those whose baseline was not 0.
    """

    match: Match
    method: BandMethod
    quantiles: tuple[float, ...]
    reaching_30: Proportion


def match(cells: Iterable[Cell], *, baseline: int, modality: str, point: int) -> Match | None:
    """The narrowest match with 50 courses: within 1, 2, 3 points, then the same again whatever the modality; else None."""
    pool = tuple(cells)
    for is_any_modality in (False, True):
        for within in range(1, WIDEST + 1):
            near = tuple(
                cell
                for cell in pool
                if abs(cell.baseline - baseline) <= within * point and (is_any_modality or cell.modality == modality)
            )
            found = Match(near, within, is_any_modality)
            if found.n >= FEWEST:
                return found
    return None


def outlook(found: Match, *, baseline: int, scale: Scale) -> Outlook:
    """The outlook from a match: counted from 200 courses on, below that an ANCOVA prediction interval cut to the scale."""
    if found.n >= ENOUGH:
        values = tuple((cell.value, cell.n) for cell in found.cells)
        method, quantiles = BandMethod.QUANTILES, histogram_quantiles(values, SHARES)
    else:
        method, quantiles = BandMethod.ANCOVA, _predicted(found, baseline, scale)
    judged = [cell for cell in found.cells if cell.baseline > 0]
    reaching = sum(cell.n for cell in judged if cell.improved_by(RESPONSE, scale))
    return Outlook(found, method, quantiles, proportion(reaching, sum(cell.n for cell in judged)))


def _predicted(found: Match, baseline: int, scale: Scale) -> tuple[float, ...]:
    """Quantiles of the predictive t distribution; the middle 80 % and 50 % are its prediction intervals."""
    model, row = _model(found, baseline)
    if model is None:
        return histogram_quantiles([(cell.value, cell.n) for cell in found.cells], SHARES)
    (low, high), (quarter, three_quarters) = model.predicted(row, 0.8), model.predicted(row, 0.5)
    middle = float(row @ model.coefficients)
    return tuple(
        min(max(end, float(scale.minimum)), float(scale.maximum))
        for end in (low, quarter, middle, three_quarters, high)
    )


def _model(found: Match, baseline: int) -> tuple[LinearFit | None, Array]:
    counts = [cell.n for cell in found.cells]
    away = np.repeat([float(cell.baseline - baseline) for cell in found.cells], counts)
    design = np.column_stack([np.ones(len(away)), away]) if np.ptp(away) else np.ones((len(away), 1))
    row = np.eye(design.shape[1])[0]
    try:
        return least_squares(design, np.repeat([float(cell.value) for cell in found.cells], counts)), row
    except NotEstimableError:
        return None, row
