"""01: levels and changes. The means stand in the report of outcomes, medians of change in that of change."""

from collections.abc import Mapping
from typing import Any

from outcomes.history.cases import REFERENCE_FILE as FILE
from outcomes.history.cases import Case
from outcomes.history.rows import BASELINE
from outcomes.management.checks.ledger import Figure, Ledger
from outcomes.management.checks.references import References, picked
from outcomes.management.checks.trial import Trial, statistic
from outcomes.management.trial_clinic import Answers
from outcomes.statistics.quantiles import histogram_quantiles

_QUANTILES = {"min": 0.0, "q1": 0.25, "median": 0.5, "q3": 0.75, "max": 1.0}


def compare_means(name: str, cases: list[Case], answers: Answers, ledger: Ledger, what: str) -> None:
    """Every case is in the report of outcomes; and for the instruments they are of, the report has nothing else."""
    for case in cases:
        line = ledger.line(case.source, what)
        line.compare(f"{name}, {', '.join(case.place)}", case.figures, answers.get(case.place, {}))
    places, instruments = {case.place for case in cases}, {case.place.instrument for case in cases}
    for place in sorted(answers.keys() - places):
        if place.instrument in instruments:
            only = f"{name}, {', '.join(place)}: in the report only, not in the {cases[0].source}"
            ledger.line(cases[0].source, what).note(False, only)


def check(references: References, trial: Trial, ledger: Ledger) -> None:
    """Quantiles of levels from the rows, of change from the report of change."""
    for case in references.cases(FILE, trial.name):
        where = f"{trial.name}, {case['treatment']}, {case['timepoint']}"
        levels = _quantiles(trial, case)
        ledger.line(FILE, "quartiles, rows read back").compare(where, picked(case, {n: n for n in _QUANTILES}), levels)
        if case["timepoint"] != BASELINE and "change" in case:
            line = ledger.line(FILE, "median change and percent, report of change")
            line.compare(where, _expected(case), _found(trial, case))


def _quantiles(trial: Trial, case: Mapping[str, Any]) -> dict[str, Figure]:
    values = [one.scores[case["timepoint"]] for one in trial.arm(case["treatment"]) if case["timepoint"] in one.scores]
    if not values:
        return {}
    found = histogram_quantiles([(float(value), 1) for value in values], list(_QUANTILES.values()))
    return dict(zip(_QUANTILES, found, strict=True))


def _expected(case: Mapping[str, Any]) -> dict[str, Figure]:
    percent = picked(case.get("percent_change", {}), {"n": "n of percent", "median": "median percent"})
    middle = percent.get("median percent")
    if middle is not None:
        # The report has improvement as a share, the reference change in percent.
        percent["median percent"] = -middle / 100
    return picked(case["change"], {"n_pairs": "n", "median": "median change"}) | percent


def _found(trial: Trial, case: Mapping[str, Any]) -> dict[str, Figure]:
    row = trial.changed(case["treatment"], case["timepoint"])
    median, percent = statistic(row, "median"), statistic(row, "percent")
    return {
        "n": row.get("n"),
        "median change": median["value"],
        "n of percent": percent["n"],
        "median percent": percent["value"],
    }
