"""12: many comparisons, reliable change and the bootstrap, by the functions."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from outcomes.history.rows import BASELINE
from outcomes.management.checks.headache import HEADACHE, TREATED
from outcomes.management.checks.ledger import Ledger
from outcomes.management.checks.references import References, picked
from outcomes.management.checks.trial import Trial
from outcomes.statistics.bootstrap import acceleration, bca, skewness
from outcomes.statistics.multiplicity import benjamini_hochberg
from outcomes.statistics.reliable_change import Reliable, unreliability

FILE = "12_misc"
RELIABILITY = {"hamd_rel080": 0.80, "bdi_rel0801": 0.801}
LAST = "month 12"
SEED = 20_040_327
BY_CHANCE = 0.1


def check_sources(references: References, ledger: Ledger) -> None:
    """Adjusted p values, and reliable change of two published instruments."""
    known = references.read(FILE)
    rows = known.get("multiplicity", {}).get("rows", [])
    for one, adjusted in zip(rows, benjamini_hochberg([one["p"] for one in rows]), strict=True):
        line = ledger.line(FILE, "Benjamini and Hochberg, function")
        line.compare(f"unit {one['unit']}", {"BH": one["BH"]}, {"BH": adjusted})
    for name, reliability in RELIABILITY.items():
        if name in known.get("rci", {}):
            _compare_reliable(name, known["rci"][name], reliability, ledger)


def _compare_reliable(name: str, known: Mapping[str, Any], reliability: float, ledger: Ledger) -> None:
    own = unreliability(sd_baseline=known["sd_pre"], reliability=reliability)
    found = {"sem": own.sem, "sdiff": own.sd_difference, "mdc95": own.mdc95}
    ledger.line(FILE, "reliable change, function").compare(name, picked(known, {n: n for n in found}), found)
    judged = Counter(own.judged(-index * own.sd_difference) for index in known["rci"])
    counts = {"improved": Reliable.IMPROVED, "unchanged": Reliable.UNCHANGED, "deteriorated": Reliable.DETERIORATED}
    ledger.line(FILE, "reliable change, function").compare(
        name, picked(known, {n: n for n in counts}), {label: judged[of] for label, of in counts.items()}
    )


def check(references: References, trial: Trial, ledger: Ledger) -> None:
    """The bootstrap of the mean change with acupuncture; what is deterministic in it exactly."""
    known = references.read(FILE).get("bootstrap", [])
    if trial.name != HEADACHE or not known:
        return
    mean = known[0]
    changes = np.array(
        [float(one.scores[LAST] - one.scores[BASELINE]) for one in trial.arm(TREATED) if LAST in one.scores]
    )
    found = {"n": len(changes), "t0": float(changes.mean()), "skewness": skewness(changes)}
    found["acceleration_jackknife"] = acceleration(changes, lambda values: float(values.mean()))
    line = ledger.line(FILE, "mean, skewness and acceleration, functions on rows read back")
    line.compare(HEADACHE, picked(mean, {name: name for name in found}), found)
    low, high = bca(changes, lambda values: float(values.mean()), seed=SEED).ci or (None, None)
    expected = dict(zip(("low", "high"), mean["bca"], strict=True))
    ledger.line(FILE, "BCa interval (by chance)", BY_CHANCE).compare(HEADACHE, expected, {"low": low, "high": high})
