"""03: effect sizes. Within one arm from the report of change; between arms there is no report, but the functions."""

from collections.abc import Mapping
from typing import Any

from outcomes.management.checks.ledger import Figure, Ledger
from outcomes.management.checks.references import References, picked
from outcomes.management.checks.trial import Trial, mean_of, statistic
from outcomes.statistics.effect_sizes import between_effect, hedges_correction, within_effect
from outcomes.statistics.mean_differences import welch_difference
from outcomes.statistics.means import Mean

FILE = "03_effect_sizes"
# Noncentral t by two implementations.
INTERVAL = 1e-6


def check(references: References, trial: Trial, ledger: Ledger) -> None:
    """Both kinds, for one data set."""
    for case in references.cases(FILE, trial.name, "within"):
        _compare_within(f"{trial.name}, {case['treatment']}, {case['timepoint']}", case, trial, ledger)
    for case in references.cases(FILE, trial.name, "between"):
        _compare_between(f"{trial.name}, {case['group1']} − {case['group2']}, {case['timepoint']}", case, trial, ledger)


def _compare_within(where: str, case: Mapping[str, Any], trial: Trial, ledger: Ledger) -> None:
    row = trial.changed(case["treatment"], case["timepoint"])
    mean, srm, es = (statistic(row, name) for name in ("mean", "srm", "es"))
    found = {"n": row.get("n"), "mean": mean["value"], "srm": srm["value"], "es": es["value"]}
    expected = picked(case, {"n": "n", "mean_change": "mean", "srm": "srm", "es_baseline_sd": "es"})
    ledger.line(FILE, "SRM and ES, report of change").compare(where, expected, found)
    ends = picked(case, {"srm_ci95_lo": "low", "srm_ci95_hi": "high"})
    ledger.line(FILE, "interval of SRM, report of change", INTERVAL).compare(where, ends, srm)
    before, after, change = _means(trial, case["treatment"], case["timepoint"])
    effect = within_effect(change=change, baseline=before, follow_up=after)
    rest = {"sd_change": change.sd, "d_av": effect.d_av, "J": hedges_correction(change.n - 1)}
    expected = picked(case, {"sd_change": "sd_change", "d_av": "d_av", "hedges_J_exact": "J"})
    ledger.line(FILE, "d and J, functions on rows read back").compare(where, expected, rest)


def _compare_between(where: str, case: Mapping[str, Any], trial: Trial, ledger: Ledger) -> None:
    first, second = (_means(trial, case[arm], case["timepoint"])[2] for arm in ("group1", "group2"))
    effect, welch = between_effect(first, second), welch_difference(first, second)
    found: dict[str, Figure] = {"n1": first.n, "n2": second.n, "mean1": first.value, "mean2": second.value}
    found |= {"sd": effect.sd_pooled, "d": effect.d, "g": effect.g}
    names = {"n1": "n1", "n2": "n2", "mean1": "mean1", "mean2": "mean2", "sd_pooled": "sd"}
    names |= {"cohens_d": "d", "hedges_g_exact": "g"}
    ledger.line(FILE, "between arms, functions on rows read back").compare(where, picked(case, names), found)
    low, high = effect.d_ci or (None, None)
    ends = picked(case, {"d_ci95_lo": "low", "d_ci95_hi": "high"})
    ledger.line(FILE, "interval of d, function on rows read back", INTERVAL).compare(
        where, ends, {"low": low, "high": high}
    )
    if welch:
        found = {"t": welch.value / welch.se, "df": welch.df, "p": welch.p, "low": welch.ci[0], "high": welch.ci[1]}
        names = {"welch_t": "t", "welch_df": "df", "welch_p": "p", "welch_diff_lo": "low", "welch_diff_hi": "high"}
        ledger.line(FILE, "Welch, function on rows read back").compare(where, picked(case, names), found)


def _means(trial: Trial, word: str, timepoint: str) -> tuple[Mean, Mean, Mean]:
    """Of baseline, follow-up and change, over the same pairs."""
    pairs = trial.pairs(word, timepoint)
    return mean_of([b for b, _ in pairs]), mean_of([y for _, y in pairs]), mean_of([y - b for b, y in pairs])
