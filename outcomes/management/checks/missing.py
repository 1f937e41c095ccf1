"""11: missing data. Who is missing from the report that compares groups; Rubin's rules and imputation by the functions."""

from collections.abc import Mapping
from typing import Any

from outcomes.management.checks.ancova import reported
from outcomes.management.checks.headache import HEADACHE, TREATED, USUAL, VISITS
from outcomes.management.checks.ledger import Figure, Ledger
from outcomes.management.checks.references import References, picked
from outcomes.management.checks.trial import Trial, statistic
from outcomes.statistics.imputation import Pooled, pool, tipping_point
from outcomes.statistics.repeated_measures import PatientScores

FILE = "11_missing_data"
GROUPS = {"0": USUAL, "1": TREATED}
SEED, IMPUTATIONS = 20_040_327, 200
# What the reference allows for its own 200 imputations.
BY_CHANCE, BY_CHANCE_SE = 0.15, 0.1


def check_sources(references: References, ledger: Ledger) -> None:
    """Rubin's rules on ten fixed imputations."""
    for one in references.read(FILE).get("rubin", []):
        for place, known in enumerate(one["pooled"]):
            values, variances = ([row[place] for row in one[f"per_imputation_{part}"]] for part in ("est", "var"))
            expected = picked(known, {name: name for name in _pooled(pool(values, variances, one["dfcom"]))})
            ledger.line(FILE, "Rubin's rules, function").compare(
                f"{one['formula']}, {known['term']}", expected, _pooled(pool(values, variances, one["dfcom"]))
            )


def _pooled(found: Pooled) -> dict[str, Figure]:
    one = found.estimate
    return {
        "est": one.value,
        "se": one.se,
        "lo": one.ci[0],
        "hi": one.ci[1],
        "p": one.p,
        "df_barnard_rubin": one.df,
        "within": found.within,
        "between": found.between,
        "total": found.total,
        "lambda": found.lambda_,
    }


def check(references: References, trial: Trial, ledger: Ledger) -> None:
    """Who is missing at month 12 in the headache trial, and the difference under each assumption we offer."""
    known = references.read(FILE)
    if trial.name != HEADACHE or not known:
        return
    _compare_missing(known["headache_completeness"], trial, ledger)
    effects = known["headache_group_effect_month12"]
    ledger.line(FILE, "completers, report that compares groups").compare(
        HEADACHE, picked(effects["completers_ancova"], {"est": "value", "lo": "low", "hi": "high"}), reported(trial)
    )
    _compare_imputed(effects["delta_mi"], trial, ledger)


def _compare_missing(known: Mapping[str, Any], trial: Trial, ledger: Ledger) -> None:
    for code, word in GROUPS.items():
        row = trial.timepoint_row("compare", "missing", trial.label(word), VISITS[-1])
        obtained = statistic(row, "obtained")
        found = {"n": obtained["n"], "miss": row.get("missing"), "share": obtained["value"]}
        for name, column in (("base_compl", "baseline_obtained"), ("base_miss", "baseline_missing")):
            found[name] = statistic(row, column)["value"]
        expected = {name: known["by_group"][code][name] for name in found if name != "share"}
        expected["share"] = known["completeness_by_group"][code]
        ledger.line(FILE, "who is missing, report that compares groups").compare(word, expected, found)


def _compare_imputed(known: Any, trial: Trial, ledger: Ledger) -> None:
    patients = [
        PatientScores(
            word,
            float(one.baseline or 0),
            tuple(float(one.scores[name]) if name in one.scores else None for name in VISITS),
        )
        for word in (USUAL, TREATED)
        for one in trial.arm(word)
    ]
    added = [float(one["delta_added_to_missing_acupuncture"]) for one in known]
    found = tipping_point(patients, (USUAL, TREATED), added, seed=SEED, imputations=IMPUTATIONS)
    for one, step in zip(known, found.steps, strict=True):
        where = f"missing {step.worse:g} points worse"
        # Monte Carlo tolerances are in points, also of values above 1.
        ledger.line(FILE, "imputed, function (by chance)", BY_CHANCE).compare(
            where, {"apart": 0.0}, {"apart": step.difference.value - one["est"]}
        )
        ledger.line(FILE, "its standard error (by chance)", BY_CHANCE_SE).compare(
            where, {"apart": 0.0}, {"apart": step.difference.se - one["se"]}
        )
