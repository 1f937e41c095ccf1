"""05: a random intercept, which is compound symmetry; the primary analysis of the back-pain trial is one."""

from collections.abc import Iterator, Sequence
from typing import Any

from outcomes.history.rows import BASELINE
from outcomes.management.checks.headache import CENTRED, HEADACHE, follow_ups
from outcomes.management.checks.ledger import Ledger
from outcomes.management.checks.mixed import compare_coefficients, compare_criterion, fitted
from outcomes.management.checks.models import Variables, record
from outcomes.management.checks.references import References, picked
from outcomes.management.checks.trial import Episode, Trial
from outcomes.statistics.mmrm import Record, Structure

FILE = "05_random_intercept"
BACK_PAIN = "backpain_prt"
ARMS = {"pain reprocessing therapy": "prt", "open-label placebo injection": "placebo", "usual care": "usual"}
SEX = {"M": 1.0, "F": 2.0}
VISITS = (BASELINE, "week 4")


def check(references: References, trial: Trial, ledger: Ledger) -> None:
    """Every model that has one random intercept; one with a clinician's beside it is not ours."""
    for model in references.cases(FILE, trial.name, "models"):
        if "acupuncturist" in model["formula"]:
            continue
        found = fitted(_records(model, trial), Structure.COMPOUND_SYMMETRY)
        where, known = f"{trial.name}, {model['name']}", model["coef"]
        compare_coefficients(FILE, where, known, model["coef_order"], found, ledger)
        compare_criterion(FILE, where, model["reml_criterion"], found, ledger)
        parts = {"id": float(found.sigma[0, 1]), "Residual": float(found.sigma[0, 0] - found.sigma[0, 1])}
        line = ledger.line(FILE, "variances, function", 1e-5)
        line.compare(where, picked(model["vcov_components"], {"id": "id", "Residual": "Residual"}), parts)


def _records(model: dict[str, Any], trial: Trial) -> Iterator[Record]:
    if trial.name == HEADACHE:
        return follow_ups(trial, model["coef_order"], {CENTRED: model["baseline_mean_used_for_centering"]})
    return back_pain(trial, model["coef_order"])


def back_pain(trial: Trial, names: Sequence[str]) -> Iterator[Record]:
    """Both scores of each patient of the back-pain trial."""
    words = {trial.label(word): code for word, code in ARMS.items()}
    for episode in trial.episodes:
        seen = [(visit, name) for visit, name in enumerate(VISITS) if name in episode.scores]
        yield record(
            names,
            ((visit, _variables(episode, words, visit), float(episode.scores[name])) for visit, name in seen),
        )


def _variables(episode: Episode, words: dict[str, str], visit: int) -> Variables:
    age = float(episode.age or 0)
    return {"tx": words[episode.treatment], "post": float(visit), "age": age, "gender": SEX[episode.sex]}
