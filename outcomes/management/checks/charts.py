"""08: charts. Clinicians and sites from the report that shows them beside chance, limits and spread by the functions."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from outcomes.management.checks.headache import HEADACHE
from outcomes.management.checks.ledger import Figure, Ledger
from outcomes.management.checks.references import References, picked
from outcomes.management.checks.trial import Trial, statistic
from outcomes.statistics.control_charts import Subgroup, p_chart
from outcomes.statistics.funnels import Limits, dispersion, share_limits
from outcomes.statistics.unit_places import FEWEST_CASES

FILE = "08_charts"
LAST = "month 12"
# The reference's units: the report's table, and how the source writes their names.
UNITS = {"acupuncturist": ("clinicians", "acupuncturist-{}"), "practice_id": ("sites", "practice-{}")}
_ENDS = ("lo95", "hi95", "lo998", "hi998")
_COLUMNS = dict(zip(_ENDS, ("low_95", "high_95", "low_998", "high_998"), strict=True))


def check(references: References, trial: Trial, ledger: Ledger) -> None:
    """What the page says of each clinician and each practice."""
    if trial.name != HEADACHE:
        return
    for kind in references.read(FILE).get("units", []):
        table, name = UNITS[kind["unit"]]
        for one in kind["rows"]:
            where = f"{kind['unit']} {one['unit']}"
            row = trial.row("clinicians", table, name.format(one["unit"]), last_timepoint=LAST)
            _compare_unit(where, one, row, ledger)


def _compare_unit(where: str, one: Mapping[str, Any], row: Mapping[str, Any], ledger: Ledger) -> None:
    expected = picked(one, {"n": "n"})
    share = statistic(row, "share")
    # Below five courses the page shows the number alone.
    if share["value"] is not None:
        expected |= picked(one, {"k": "k", "p": "value", "wilson_lo": "low", "wilson_hi": "high"})
    line = ledger.line(FILE, "units, report of clinicians and sites")
    line.compare(where, expected, share | {"n": row.get("n")})
    if one["n"] >= FEWEST_CASES:
        limits = {name: statistic(row, column)["value"] for name, column in _COLUMNS.items()}
        wanted = picked(one, {f"exact_{name}": name for name in _ENDS})
        ledger.line(FILE, "limits, report of clinicians and sites").compare(where, wanted, limits)


def check_sources(references: References, ledger: Ledger) -> None:
    """Limits on a grid, the published chart of orange juice, and how much units spread."""
    known = references.read(FILE)
    for one in known.get("exact_limit_grid", []):
        found = _limits(share_limits(one["n"], one["th"]))
        ledger.line(FILE, "limits, function").compare(
            f"n {one['n']} at {one['th']}", picked(one, {n: n for n in _ENDS}), found
        )
    for chart in known.get("p_chart_published", []):
        points = p_chart([Subgroup(k, n) for k, n in zip(chart["D"], chart["size"], strict=True)])
        first = points.points[0]
        found = {"center": points.center, "lcl": first.low, "ucl": first.high}
        ledger.line(FILE, "p-chart of qcc, function").compare(
            chart["source"], picked(chart, {n: n for n in found}), found
        )
    for kind in known.get("units", []):
        _compare_spread(kind, ledger)


def _compare_spread(kind: Mapping[str, Any], ledger: Ledger) -> None:
    units, target = [(one["k"], one["n"]) for one in kind["rows"]], kind["target"]
    spread = dispersion(units, target)
    line = ledger.line(FILE, "over-dispersion, function")
    line.compare(kind["unit"], picked(kind, {"phi": "φ", "tau2": "τ²"}), {"φ": spread.phi, "τ²": spread.tau_squared})
    chart = p_chart([Subgroup(k, n) for k, n in units])
    for place, one in enumerate(kind["rows"]):
        point = chart.points[place]
        found: dict[str, Figure] = {"z_arcsine": spread.z[place], "z_od": spread.z_adjusted[place], "z_normal": point.z}
        found |= {"pchart_lcl": point.low, "pchart_ucl": point.high}
        found |= {f"exact_{name}": end for name, end in _limits(share_limits(one["n"], target)).items()}
        ledger.line(FILE, "z and limits of units, function").compare(
            f"{kind['unit']} {one['unit']}", picked(one, {name: name for name in found}), found
        )


def _limits(limits: Limits) -> dict[str, Figure]:
    ends = product((limits.inner, limits.outer), (0, 1))
    return {name: pair[end] for name, (pair, end) in zip(_ENDS, ends, strict=True)}
