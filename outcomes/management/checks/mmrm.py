"""06: mixed models for repeated measures. Differences from the report that compares groups, the rest by the functions."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, product
from typing import Any

import numpy as np

from outcomes.management.checks.ancova import turned
from outcomes.management.checks.headache import HEADACHE, TREATED, USUAL, VISITS, follow_ups
from outcomes.management.checks.ledger import Ledger
from outcomes.management.checks.mixed import (
    ESTIMATE,
    compare_coefficients,
    compare_covariance,
    compare_criterion,
    compare_estimate,
    contrast,
    fitted,
)
from outcomes.management.checks.models import record, row
from outcomes.management.checks.references import References, picked
from outcomes.management.checks.trial import Trial, statistic
from outcomes.statistics.arrays import Array
from outcomes.statistics.mmrm import Record, Structure
from outcomes.statistics.mmrm_fit import Fit

FILE = "06_mmrm"
DYSTONIA = "cervical_dystonia_botulinum"
ARMS = {
    "botulinum toxin B 10000 U": "u10000",
    "botulinum toxin B 5000 U": "u5000",
    "placebo injection": "placebo",
}
WEEKS = {"w2": "week 2", "w4": "week 4", "w8": "week 8", "w12": "week 12", "w16": "week 16"}
INPUTS = "mmrm_reference_inputs"
# How each source file names patient, visit and outcome.
SOURCES = {"fev_data": ("USUBJID", "AVISIT", "FEV1"), "antidepressant_data": ("PATIENT", "VISIT", "CHANGE")}


def check(references: References, trial: Trial, ledger: Ledger) -> None:
    """The models of one imported data set."""
    for model in references.cases(FILE, trial.name, "models"):
        records = list(_records(model, trial))
        compare_model(f"{trial.name}, {model['name']}", model, fitted(records, Structure.UNSTRUCTURED), ledger)
        if not model["formula"].startswith("ch "):
            _compare_report(model, trial, ledger)


def check_sources(references: References, ledger: Ledger) -> None:
    """The models whose data are no clinic's history."""
    for model in references.read(FILE).get("models", []):
        folder, _, name = model["dataset"].partition("/")
        rows = references.source(f"{folder}/source/{name}.csv") if folder == INPUTS else []
        if rows:
            found = fitted(source_records(name, rows, model), Structure.UNSTRUCTURED)
            compare_model(model["name"], model, found, ledger)


def compare_model(where: str, model: Mapping[str, Any], found: Fit, ledger: Ledger) -> None:
    """Coefficients, covariance, criterion, means and differences of one model."""
    names = model["coef_order"]
    compare_coefficients(FILE, where, model["coef"], names, found, ledger)
    compare_covariance(FILE, where, model["sigma"], found, ledger)
    compare_criterion(FILE, where, model["minus2_reml"], found, ledger)
    for mean in model["ls_means"]:
        weights = at_mean(model, mean["arm"], mean["visit"])
        compare_estimate(FILE, f"{where}, {mean['arm']} at {mean['visit']}", mean, contrast(found, weights), ledger)
    for one in model["contrasts"]:
        first, second = one["contrast"].split(" - ")
        weights = at_mean(model, first, one["visit"]) - at_mean(model, second, one["visit"])
        where_of = f"{where}, {one['contrast']} at {one['visit']}"
        compare_estimate(FILE, where_of, one, contrast(found, weights), ledger)


def at_mean(model: Mapping[str, Any], arm: str, visit: str) -> Array:
    """The weights of a least-squares mean: covariates at their stated value, other factors weighted equally."""
    levels = dict(model["factor_levels"])
    (arm_factor,) = (name for name, known in levels.items() if arm in known)
    (visit_factor,) = (name for name, known in levels.items() if visit in known)
    others = {name: known for name, known in levels.items() if name not in (arm_factor, visit_factor)}
    fixed = {**(model["covariates_held_at"] or {}), arm_factor: arm, visit_factor: visit}
    rows = [
        row(model["coef_order"], fixed | dict(zip(others, chosen, strict=True))) for chosen in product(*others.values())
    ]
    mean: Array = np.mean(rows, axis=0)
    return mean


def _records(model: Mapping[str, Any], trial: Trial) -> Iterator[Record]:
    names, is_change = model["coef_order"], model["formula"].startswith("ch ")
    if trial.name == HEADACHE:
        found = follow_ups(trial, names)
        place = names.index("pk1")
        return (_as_change(one, place) for one in found) if is_change else found
    return dystonia(trial, names)


def _as_change(one: Record, place: int) -> Record:
    return Record(one.visits, one.design, one.outcome - one.design[:, place])


def dystonia(trial: Trial, names: Sequence[str]) -> Iterator[Record]:
    """Five visits of each patient of the dystonia trial who has one."""
    arms = {trial.label(word): code for word, code in ARMS.items()}
    for episode in trial.episodes:
        seen = [(place, code, name) for place, (code, name) in enumerate(WEEKS.items()) if name in episode.scores]
        of: dict[str, float | str] = {"base": float(episode.baseline or 0), "arm": arms[episode.treatment]}
        if seen:
            yield record(
                names, ((place, of | {"week": code}, float(episode.scores[name])) for place, code, name in seen)
            )


def source_records(name: str, rows: Sequence[Mapping[str, str]], model: Mapping[str, Any]) -> Iterator[Record]:
    """The rows of a published file that have an outcome, patient by patient."""
    patient, visit, outcome = SOURCES[name]
    factors, places = model["factor_levels"], {level: place for place, level in enumerate(model["visits"])}
    numbers = model["covariates_held_at"] or ()
    for _, own in groupby(rows, key=lambda one: one[patient]):
        seen = [one for one in own if one[outcome]]
        if seen:
            yield record(
                model["coef_order"],
                (
                    (
                        places[one[visit]],
                        {factor: one[factor] for factor in factors}
                        | {number: float(one[number]) for number in numbers},
                        float(one[outcome]),
                    )
                    for one in seen
                ),
            )


def _compare_report(model: Mapping[str, Any], trial: Trial, ledger: Ledger) -> None:
    """The differences that the report has: those from its reference group, with the interval."""
    words = dict(zip(("acupuncture", "control"), (TREATED, USUAL), strict=True)) | {c: w for w, c in ARMS.items()}
    visits = dict(zip(("m3", "m12"), VISITS, strict=True)) | WEEKS
    line = ledger.line(FILE, "differences, report that compares groups", ESTIMATE)
    for one in model["contrasts"]:
        first, second = (trial.label(words[arm]) for arm in one["contrast"].split(" - "))
        for sign, group in ((1, f"{first} − {second}"), (-1, f"{second} − {first}")):
            values = trial.timepoint_row("compare", "differences", group, visits[one["visit"]])
            if values:
                found = turned(statistic(values, "difference"), sign)
                expected = picked(one, {"est": "value", "lo": "low", "hi": "high"})
                line.compare(f"{trial.name}, {one['contrast']} at {one['visit']}", expected, found)
