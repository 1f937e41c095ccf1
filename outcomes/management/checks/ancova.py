"""04: one follow-up, adjusted for baseline. The difference from the report that compares groups."""

from outcomes.management.checks.ledger import Ledger
from outcomes.management.checks.references import References, picked
from outcomes.management.checks.trial import Trial, statistic
from outcomes.statistics.ancova import ancova

FILE = "04_ancova"
HEADACHE = "headache_acupuncture"
TREATED, USUAL, LAST = "acupuncture", "usual care", "month 12"


def check(references: References, trial: Trial, ledger: Ledger) -> None:
    """The model with the baseline only; its standard errors are on no page, so they come from the function."""
    models = references.read(FILE).get("models", [])
    if trial.name != HEADACHE or not models:
        return
    known = models[0]
    found = reported(trial)
    group = known["coef"]["group"]
    ledger.line(FILE, "difference, report that compares groups").compare(
        f"{HEADACHE}, {LAST}", picked(group, {"est": "value", "lo": "low", "hi": "high"}), found
    )
    fit = ancova([trial.sums(USUAL, LAST), trial.sums(TREATED, LAST)])
    (difference,) = fit.differences
    values = {"n": fit.n, "df": fit.df, "sigma": fit.sigma, "se": difference.se, "p": difference.p}
    values |= {"slope": fit.slope.value, "se of slope": fit.slope.se, "t": difference.value / difference.se}
    expected = picked(known, {"n": "n", "df_residual": "df", "sigma": "sigma"}) | picked(
        group, {"se": "se", "p": "p", "t": "t"}
    )
    expected |= picked(known["coef"]["pk1"], {"est": "slope", "se": "se of slope"})
    ledger.line(FILE, "errors and slope, function on rows read back").compare(HEADACHE, expected, values)


def reported(trial: Trial) -> dict[str, float | int | None]:
    """Acupuncture minus usual care at month 12 as the report has it; it may count from the other group."""
    asked = {"first_timepoint": LAST, "last_timepoint": LAST}
    treated, usual = trial.label(TREATED), trial.label(USUAL)
    for sign, group in ((1, f"{treated} − {usual}"), (-1, f"{usual} − {treated}")):
        values = trial.timepoint_row("compare", "differences", group, LAST, **asked)
        if values:
            return turned(statistic(values, "difference"), sign)
    return {}


def turned(found: dict[str, float | int | None], sign: int) -> dict[str, float | int | None]:
    """The same difference, or the other way round."""
    value, low, high = (found[name] for name in ("value", "low", "high"))
    if sign == 1 or value is None or low is None or high is None:
        return found
    return found | {"value": -value, "low": -high, "high": -low}
