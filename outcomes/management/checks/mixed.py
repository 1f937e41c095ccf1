"""Mixed models beside their references (05 and 06): a fit by R's names, and what of it is compared."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from outcomes.management.checks.ledger import Figure, Ledger
from outcomes.management.checks.references import figure
from outcomes.statistics.estimates import Estimate
from outcomes.statistics.mmrm import Record, Structure, moments
from outcomes.statistics.mmrm_fit import Fit, fit

# What an optimum that R found can be trusted with.
ESTIMATE, ERROR, DF, CRITERION = 2e-6, 1e-5, 1e-4, 1e-5


def fitted(records: Iterable[Record], structure: Structure) -> Fit:
    """The fit of these records."""
    return fit(moments(records), structure)


def figures(found: Estimate, careful: Estimate) -> dict[str, Figure]:
    """An estimate with Satterthwaite's error and degrees of freedom, and Kenward and Roger's error."""
    low, high = found.ci
    return {"est": found.value, "lo": low, "hi": high, "se": found.se, "df": found.df, "se_kr": careful.se}


def contrast(found: Fit, weights: Any) -> dict[str, Figure]:
    """A weighted sum of coefficients."""
    return figures(found.satterthwaite(weights), found.kenward_roger(weights))


def compare_coefficients(
    source: str, where: str, known: Mapping[str, Any], names: Sequence[str], found: Fit, ledger: Ledger
) -> None:
    """Every coefficient: estimate, errors and degrees of freedom each on a line with its own tolerance."""
    for place, name in enumerate(names):
        weights = np.eye(len(names))[place]
        compare_estimate(source, f"{where}, {name}", known[name], contrast(found, weights), ledger)


def compare_estimate(
    source: str, where: str, known: Mapping[str, Any], found: Mapping[str, Figure], ledger: Ledger
) -> None:
    """One estimate of a model; of ``known`` what it has."""
    df = known.get("df", known.get("df_satterthwaite"))
    ends = {name: figure(known[name]) for name in ("est", "lo", "hi") if name in known}
    ledger.line(source, "estimates, function", ESTIMATE).compare(where, ends, found)
    ledger.line(source, "standard errors, function", ERROR).compare(where, {"se": figure(known["se"])}, found)
    if "se_kr" in known:
        # R's pbkrtest (05) weighs by the expected information of the variances, R's mmrm (06) and ours by the observed.
        tolerance = ERROR if "df" in known else 10 * ERROR
        line = ledger.line(source, "Kenward and Roger's standard errors, function", tolerance)
        line.compare(where, {"se_kr": figure(known["se_kr"])}, found)
    ledger.line(source, "degrees of freedom, function", DF).compare(where, {"df": figure(df)}, found)


def compare_covariance(source: str, where: str, known: Any, found: Fit, ledger: Ledger) -> None:
    """The covariance between visits, as deviations and correlations would hide a difference in size."""
    wanted = np.array(known, dtype=float)
    expected = {f"σ{i}{j}": float(wanted[i, j]) for i, j in np.ndindex(wanted.shape)}
    shown = {f"σ{i}{j}": float(found.sigma[i, j]) for i, j in np.ndindex(found.sigma.shape)}
    # R stopped here a few digits earlier than at the coefficients.
    ledger.line(source, "covariance, function", 10 * DF).compare(where, expected, shown)


def compare_criterion(source: str, where: str, known: float, found: Fit, ledger: Ledger) -> None:
    """Minus twice the restricted log-likelihood, in its own unit."""
    line = ledger.line(source, "−2 restricted log-likelihood, function", CRITERION / max(1.0, math.fabs(known)))
    line.compare(where, {"−2RLL": known}, {"−2RLL": found.criterion})
