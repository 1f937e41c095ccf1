"""10: predictions for one patient, by the functions. Quantile regression itself is not ours: its lines are given."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from outcomes.management.checks.headache import HEADACHE, TREATED
from outcomes.management.checks.ledger import Ledger
from outcomes.management.checks.references import References
from outcomes.management.checks.trial import Trial
from outcomes.statistics.arrays import Array
from outcomes.statistics.calibration import conformal_shift, probability_gate
from outcomes.statistics.linear_models import least_squares
from outcomes.statistics.logistic import out_of_fold

FILE = "10_bands_calibration"
LAST = "month 12"
FOLDS = 10
BAND = 0.8


def check(references: References, trial: Trial, ledger: Ledger) -> None:
    """Prediction intervals, the conformal shift and the gate of probabilities, for acupuncture at month 12."""
    known = references.read(FILE)
    if trial.name != HEADACHE or not known:
        return
    design, outcome = _rows(trial)
    ledger.line(FILE, "courses, rows read back").compare(
        HEADACHE, {"n": known["headache_acupuncture_arm_n"]}, {"n": len(outcome)}
    )
    _compare_intervals(known["ancova_pi80"], design, outcome, ledger)
    _compare_shift(known["conformal"], design, outcome, ledger)
    _compare_calibration(known["calibration"], design, outcome, ledger)


def _rows(trial: Trial) -> tuple[Array, Array]:
    """1, baseline and age; and the score at month 12. In the order of the source's numbers, as the folds need it."""
    seen = [one for one in trial.arm(TREATED) if LAST in one.scores]
    rows = sorted(seen, key=lambda one: (len(one.ref), one.ref))
    design = np.array([[1.0, float(one.baseline or 0), float(one.age or 0)] for one in rows])
    return design, np.array([float(one.scores[LAST]) for one in rows])


def _compare_intervals(known: Any, design: Array, outcome: Array, ledger: Ledger) -> None:
    model = least_squares(design, outcome)
    for one in known:
        at = np.array([1.0, one["pk1"], one["age"]])
        low, high = model.predicted(at, BAND)
        found = {"fit": float(at @ model.coefficients), "lo": low, "hi": high}
        ledger.line(FILE, "prediction intervals, function").compare(
            f"from {one['pk1']}, aged {one['age']}", {name: one[name] for name in found}, found
        )


def _compare_shift(known: Mapping[str, Any], design: Array, outcome: Array, ledger: Ledger) -> None:
    low, high = (np.array(list(known[f"train_coef_{part}"].values())) for part in (10, 90))
    later = slice(1, None, 2)
    shift = conformal_shift(design[later] @ low, design[later] @ high, outcome[later])
    ledger.line(FILE, "conformal shift, function").compare(HEADACHE, {"q̂": known["q_hat"]}, {"q̂": shift})


def _compare_calibration(known: Mapping[str, Any], design: Array, outcome: Array, ledger: Ledger) -> None:
    reached = (100 * (design[:, 1] - outcome) >= 50 * design[:, 1]).astype(float)
    predicted = out_of_fold(design, reached, [place % FOLDS for place in range(len(reached))])
    gate = probability_gate(predicted, reached)
    found = {"brier": gate.brier, "brier_of_mean_rate": gate.brier_of_rate, "slope": gate.slope}
    found |= {"event_rate": float(reached.mean()), "mean_pred": float(predicted.mean())}
    found |= {f"prediction {place}": float(predicted[place]) for place in range(len(known["first5"]))}
    expected = {name: known[name] for name in list(found)[:5]}
    expected |= {f"prediction {place}": value for place, value in enumerate(known["first5"])}
    # A logistic fit stops where it is close enough: in R and here.
    ledger.line(FILE, "calibration out of fold, functions", 1e-6).compare(HEADACHE, expected, found)
