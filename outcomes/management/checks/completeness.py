"""13: answered of due, and where those began who did not answer, from the report that compares groups."""

from collections.abc import Mapping
from typing import Any

from outcomes.management.checks.ledger import Figure, Ledger
from outcomes.management.checks.references import References, picked
from outcomes.management.checks.trial import Trial, mean_of, statistic
from outcomes.numerals import FEW

FILE = "13_completeness"
_RATE = {"n_due": "n", "n_obtained": "k", "rate": "value", "wilson_lo": "low", "wilson_hi": "high"}
_BASELINES = ("baseline_mean_obtained", "baseline_mean_missing")


def check(references: References, trial: Trial, ledger: Ledger) -> None:
    """Every arm and timepoint of one data set."""
    order: dict[str, list[str]] = {}
    for case in references.cases(FILE, trial.name):
        where = f"{trial.name}, {case['treatment']}, {case['timepoint']}"
        row = trial.timepoint_row("compare", "missing", trial.label(case["treatment"]), case["timepoint"])
        obtained = statistic(row, "obtained")
        ledger.line(FILE, "answered of due, report that compares groups").compare(where, picked(case, _RATE), obtained)
        _compare_baselines(where, case, row, trial, ledger)
        before = order.setdefault(case["treatment"], [])
        before.append(case["timepoint"])
        every = sum(all(name in one.scores for name in before) for one in trial.arm(case["treatment"]))
        ledger.line(FILE, "complete up to here, rows read back").compare(
            where, picked(case, {"n_complete_to_here": "n"}), {"n": every}
        )


def _compare_baselines(
    where: str, case: Mapping[str, Any], row: Mapping[str, Any], trial: Trial, ledger: Ledger
) -> None:
    """From the report; of fewer than five it shows none, and they are compared as they were read back."""
    for name, column in zip(_BASELINES, ("baseline_obtained", "baseline_missing"), strict=True):
        shown = statistic(row, column)
        if shown["value"] is None and (shown["n"] or 0) < FEW:
            what, found = (
                "baselines of fewer than 5, rows read back",
                _baseline(case, trial, is_missing=column[9:] == "missing"),
            )
        else:
            what, found = "baselines, report that compares groups", shown["value"]
        ledger.line(FILE, what).compare(where, picked(case, {name: column}), {column: found})


def _baseline(case: Mapping[str, Any], trial: Trial, *, is_missing: bool) -> Figure:
    own = [one for one in trial.arm(case["treatment"]) if (case["timepoint"] not in one.scores) is is_missing]
    return mean_of([one.baseline for one in own if one.baseline is not None]).value
