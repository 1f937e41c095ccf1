"""02: responders. Shares of 30 and 50 % from the report of responders; what no report has, from its rows."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from outcomes.management.checks.ledger import Figure, Ledger
from outcomes.management.checks.references import References, picked
from outcomes.management.checks.trial import Trial, statistic
from outcomes.statistics.exact_rates import exact_proportion
from outcomes.statistics.proportions import Proportion, newcombe_difference, proportion

FILE = "02_responders"
PERCENT = {"pct30": 30, "pct50": 50}
POINTS = 2
_WILSON = {"p": "value", "wilson_lo": "low", "wilson_hi": "high"}


def check(references: References, trial: Trial, ledger: Ledger) -> None:
    """Every rule, arm and timepoint of one data set."""
    for case in references.cases(FILE, trial.name):
        where = f"{trial.name}, {case['treatment']}, {case['timepoint']}, {case['rule']}"
        counts = picked(case, {"responders": "k", "n_observed": "n"})
        shown = counts | picked(case["observed"], _WILSON)
        if case["rule"] in PERCENT:
            ledger.line(FILE, "30 and 50 %, report of responders").compare(where, shown, _reported(trial, case))
        else:
            ledger.line(FILE, "2 points, rows read back").compare(where, shown, shown_share(_two_points(trial, case)))
        _compare_missing(where, case, trial, ledger)


def _reported(trial: Trial, case: Mapping[str, Any]) -> dict[str, Figure]:
    asked = {"last_timepoint": case["timepoint"]}
    row = trial.row("responders", "responders", trial.label(case["treatment"]), **asked)
    return statistic(row, f"at_least_{PERCENT[case['rule']]}")


def _two_points(trial: Trial, case: Mapping[str, Any]) -> Proportion:
    """Who starts below 2 points cannot get better by as much, and is left out."""
    pairs = [pair for pair in trial.pairs(case["treatment"], case["timepoint"]) if pair[0] >= POINTS]
    return proportion(sum(b - y >= POINTS for b, y in pairs), len(pairs))


def _compare_missing(where: str, case: Mapping[str, Any], trial: Trial, ledger: Ledger) -> None:
    """Missing counted as failure, and the bounds; numbers of those who began are counted from the rows."""
    k, n = _counted(trial, case)
    began = [one.baseline or Decimal(0) for one in trial.arm(case["treatment"])]
    every = sum(before > 0 if case["rule"] in PERCENT else before >= POINTS for before in began)
    failed = case["missing_as_failure"]
    expected = picked(case, {"n_all": "n"}) | picked(failed, _WILSON)
    ledger.line(FILE, "missing as failure, rows read back").compare(where, expected, shown_share(proportion(k, every)))
    bounds = {"low": k / every if every else None, "high": (k + every - n) / every if every else None}
    expected = picked(case["best_worst_bounds"], {"lo": "low", "hi": "high"})
    ledger.line(FILE, "bounds, rows read back").compare(where, expected, bounds)
    exact = exact_proportion(k, n) if n else proportion(0, 0)
    expected = picked(case["observed"], {"clopper_lo": "low", "clopper_hi": "high"})
    ledger.line(FILE, "Clopper and Pearson, rows read back").compare(where, expected, shown_share(exact))


def _counted(trial: Trial, case: Mapping[str, Any]) -> tuple[int, int]:
    if case["rule"] not in PERCENT:
        share = _two_points(trial, case)
        return share.k, share.n
    pairs = [pair for pair in trial.pairs(case["treatment"], case["timepoint"]) if pair[0] > 0]
    return sum(100 * (b - y) >= PERCENT[case["rule"]] * b for b, y in pairs), len(pairs)


def shown_share(share: Proportion) -> dict[str, Figure]:
    """A share as the ledger compares it."""
    low, high = share.ci or (None, None)
    return {"k": share.k, "n": share.n, "value": share.value, "low": low, "high": high}


def check_sources(references: References, ledger: Ledger) -> None:
    """Intervals that need no data: R's grid, and Newcombe's own tables to their four decimals."""
    known = references.read(FILE)
    for row in known.get("wilson_grid", []):
        found = shown_share(proportion(row["k"], row["n"]))
        expected = picked(row, {"p": "value", "lo": "low", "hi": "high"})
        ledger.line(FILE, "Wilson, function").compare(f"{row['k']} of {row['n']}", expected, found)
    for row in known.get("newcombe_difference", []):
        found = _difference(row["k1"], row["n1"], row["k2"], row["n2"])
        expected = picked(row, {"diff": "value", "lo": "low", "hi": "high"})
        where = f"{row['k1']}/{row['n1']} and {row['k2']}/{row['n2']}"
        ledger.line(FILE, "Newcombe's method 10, function").compare(where, expected, found)


def _difference(k1: int, n1: int, k2: int, n2: int) -> dict[str, Figure]:
    found = newcombe_difference(proportion(k1, n1), proportion(k2, n2))
    low, high = found.ci or (None, None)
    return {"value": found.value, "low": low, "high": high}
