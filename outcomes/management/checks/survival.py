"""07: time to an event. First responses from the report of durability, every step of the curves by the functions."""

from collections.abc import Mapping, Sequence
from typing import Any

from outcomes.management.checks.ledger import Figure, Ledger
from outcomes.management.checks.mmrm import DYSTONIA, WEEKS
from outcomes.management.checks.references import References, figure, picked, several
from outcomes.management.checks.trial import Episode, Trial, statistic
from outcomes.statistics.responses import Seen, durability, first_response
from outcomes.statistics.survival import Spell, Step, kaplan_meier, log_rank, quantile, restricted_mean

FILE = "07_survival"
NERVE_BLOCK = "nerve_block_duration/source/supraclavicular.csv"
_STEP = {"n_risk": "at risk", "n_event": "events", "n_censor": "censored", "surv": "survival", "se_greenwood": "se"}
_STEP |= {"loglog_lo": "low", "loglog_hi": "high"}
WEEK = 7

Spells = Mapping[str, Sequence[Spell]]


def check_sources(references: References, ledger: Ledger) -> None:
    """The nerve block, whose times are no scores: all patients, and by group."""
    rows = references.source(NERVE_BLOCK)
    cases = references.read(FILE).get("cases", [])
    if not rows or not cases:
        return
    every = [Spell(float(one["med_duration"]), one["med_censor"] == "0") for one in rows]
    groups: dict[str, list[Spell]] = {"group=mixture": [], "group=sequential": []}
    for one, spell in zip(rows, every, strict=True):
        groups["group=mixture" if one["group"] == "1" else "group=sequential"].append(spell)
    _compare_case(cases[0], {"all": every}, ledger)
    _compare_case(cases[1], groups, ledger)


def check(references: References, trial: Trial, ledger: Ledger) -> None:
    """First response of at least 30 % and how long it lasts, at one lost visit, in the dystonia trial."""
    known = references.read(FILE)
    if trial.name != DYSTONIA or not known:
        return
    first: dict[str, list[Spell]] = {}
    lasting: list[Spell] = []
    spells = {episode.ref: _spells(episode) for episode in trial.episodes}
    for episode in trial.episodes:
        response, lost = spells[episode.ref]
        if response:
            first.setdefault(episode.treatment, []).append(response)
        lasting += [lost] if lost else []
    _compare_times(known["derived_episode_times"], spells, ledger)
    words = sorted({one["treatment"] for one in known["derived_episode_times"]})
    own = {f"treatment={word}": first[trial.label(word)] for word in words}
    _compare_case(known["cases"][2], own, ledger)
    _compare_case(known["cases"][3], {"all": lasting}, ledger)
    _compare_report(known["cases"][2], trial, ledger)


def _spells(episode: Episode) -> tuple[Spell | None, Spell | None]:
    """Until the first response, and from there to the first score that is none; in weeks."""
    before = episode.baseline
    if not before:
        return None, None
    seen = [
        Seen(days // WEEK, 100 * (before - episode.scores[name]) >= 30 * before)
        for name in WEEKS.values()
        if (days := episode.days.get(name)) is not None
    ]
    return first_response(seen), durability(seen, confirm=1)


def _compare_times(
    known: Sequence[Mapping[str, Any]], spells: Mapping[str, tuple[Spell | None, Spell | None]], ledger: Ledger
) -> None:
    line = ledger.line(FILE, "times of each course, functions on rows read back")
    for one in known:
        response, lost = spells[one["episode_ref"]]
        found: dict[str, Figure] = {**_parts("resp", response), **_parts("dur", lost)}
        line.compare(one["episode_ref"], {name: figure(one[name]) for name in found}, found)


def _parts(name: str, spell: Spell | None) -> dict[str, Figure]:
    if spell is None:
        return {f"t_{name}": None, f"e_{name}": None}
    return {f"t_{name}": spell.time, f"e_{name}": int(spell.is_event)}


def _compare_case(case: Mapping[str, Any], groups: Spells, ledger: Ledger) -> None:
    curves = {name: kaplan_meier(spells) for name, spells in groups.items()}
    for one in case["steps"]:
        found = _step_at(curves[one["group"]], one["time"])
        where = f"{case['name']}, {one['group']} at {one['time']}"
        ledger.line(FILE, "every step, function").compare(where, picked(one, _STEP), found)
    _compare_quantiles(case, curves, ledger)
    for one in case["rmst"]:
        for name, value, se in zip(*(several(one[part]) for part in ("group", "rmst", "se")), strict=True):
            area = restricted_mean(curves[name], one["tau"])
            ledger.line(FILE, "restricted means, function").compare(
                f"{case['name']}, {name}", {"rmst": value, "se": se}, {"rmst": area.value, "se": area.se}
            )
    if case["logrank"]:
        _compare_log_rank(case, groups, ledger)


def _step_at(curve: Sequence[Step], time: float) -> dict[str, Figure]:
    step = next((step for step in curve if abs(step.time - time) < 1e-9), None)
    if step is None:
        return {}
    low, high = step.ci or (None, None)
    counts = {"at risk": step.at_risk, "events": step.events, "censored": step.censored}
    return {**counts, "survival": step.survival, "se": step.se, "low": low, "high": high}


def _compare_quantiles(case: Mapping[str, Any], curves: Mapping[str, Sequence[Step]], ledger: Ledger) -> None:
    known = case["quantiles"]
    is_one = isinstance(known["group"], str)
    for place, name in enumerate(several(known["group"])):
        for number, share in enumerate(known["p"]):
            found, at = quantile(curves[name], share), (number, 0) if is_one else (place, number)
            wanted = {part: figure(known[part][at[0]][at[1]]) for part in ("value", "lo", "hi")}
            shown = {"value": found.time, "lo": found.ci[0], "hi": found.ci[1]}
            ledger.line(FILE, "quantiles, function").compare(f"{case['name']}, {name}, {share}", wanted, shown)


def _compare_log_rank(case: Mapping[str, Any], groups: Spells, ledger: Ledger) -> None:
    known, found = case["logrank"], log_rank(list(groups.values()))
    expected = {"χ²": known["chisq"], "df": known["df"], "p": known["p"]}
    shown: dict[str, Figure] = {"χ²": found.chi_squared, "df": found.df, "p": found.p}
    for place, (seen, due) in enumerate(zip(known["observed"], known["expected"], strict=True)):
        expected |= {f"observed {place}": seen, f"expected {place}": due}
        shown |= {f"observed {place}": found.observed[place], f"expected {place}": found.expected[place]}
    ledger.line(FILE, "log-rank, function").compare(case["name"], expected, shown)


def _compare_report(case: Mapping[str, Any], trial: Trial, ledger: Ledger) -> None:
    """What the page says of first responses; it counts in days."""
    line = ledger.line(FILE, "first response, report of durability")
    medians = dict(zip(case["quantiles"]["group"], (of[1] for of in case["quantiles"]["value"]), strict=True))
    for place, name in enumerate(medians):
        label = trial.label(name.removeprefix("treatment="))
        row = trial.row("durability", "first_response", label)
        weeks = figure(medians[name])
        found = {"events": row.get("events"), "median": statistic(row, "median")["value"]}
        expected = {"events": case["logrank"]["observed"][place], "median": None if weeks is None else WEEK * weeks}
        line.compare(f"{trial.name}, {label}", expected, found)
    chi_squared = trial.row("durability", "log_rank", "First response").get("chi_squared")
    line.compare(f"{trial.name}, log-rank", {"χ²": case["logrank"]["chisq"]}, {"χ²": chi_squared})
