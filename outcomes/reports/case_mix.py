"""Clinicians and sites beside what was to be expected of their patients: observed over expected, and how good the model is."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import F, QuerySet

from outcomes.models import Outcome
from outcomes.reports.ages import age_as_known
from outcomes.reports.results import Caveat
from outcomes.reports.shapes import Column, ReportTable, Statistic, TableRow, Value
from outcomes.reports.shapes import Unit as In
from outcomes.reports.treated import share_or_few
from outcomes.statistics import proportion
from outcomes.statistics.case_mix import (
    EVENTS_PER_PARAMETER,
    FEWEST_COURSES,
    ObservedExpected,
    may_adjust,
    observed_over_expected,
)
from outcomes.statistics.case_mix_model import FOLDS, Case, CaseMix, Factor, case_mix
from outcomes.statistics.unit_places import FEWEST_CASES

# A fit and its ten trials of so many courses take about a second.
MOST_COURSES = 20_000
_SMALLEST = 2  # Coefficients of a model of the baseline alone.
WORDS = {
    Factor.BASELINE: "the baseline",
    Factor.AGE: "age",
    Factor.SEX: "sex",
    Factor.REGION: "region",
}
_RATIO = Column(
    "ratio",
    "Observed ÷ expected",
    In.PLAIN,
    "1 is as expected of these patients. Interval: Byar's, of the observed count.",
)
COLUMNS = (
    Column("n", "n", In.COUNT, "Courses with a score and a baseline above 0."),
    Column("observed", "Improved by at least 30 %", In.COUNT),
    Column("share", "Crude share", In.SHARE, "Not adjusted. Interval: Wilson's."),
    Column("expected", "Expected of these patients", In.PLAIN, "The sum of their probabilities in the model."),
    _RATIO,
    Column("z", "Distance in SD", In.PLAIN, "From expectation, of what chance alone would do."),
)


# A label, and whatever tells two of the same label apart.
Unit = tuple[str, int, int | None]


class Beside(NamedTuple):
    """One unit with ``n`` courses beside what was to be expected of them."""

    label: str
    n: int
    found: ObservedExpected


class Treated(NamedTuple):
    """Whose course it was, and what the model knows of it."""

    clinic: int
    clinician: int | None
    name: str | None
    source_clinician: str
    source_site: str
    case: Case


@dataclass(frozen=True)
class CaseMixFound:
    """The courses of everybody, in order, and their model; None where they carry none."""

    courses: tuple[Treated, ...]
    model: CaseMix | None

    def units(self, unit_of: Callable[[Treated], Unit]) -> list[Beside]:
        """In the order of labels; who has no label is nobody."""
        found: dict[Unit, list[tuple[bool, float]]] = defaultdict(list)
        probabilities = self.model.probabilities if self.model else ()
        for course, probability in zip(self.courses, probabilities, strict=False):
            found[unit_of(course)].append((course.case.is_improved, probability))
        return [
            Beside(label, len(own), observed_over_expected(sum(came for came, _ in own), [p for _, p in own]))
            for (label, *_), own in sorted(found.items(), key=lambda one: str(one[0]))
            if label
        ]


def case_mix_of(judged: QuerySet[Outcome]) -> CaseMixFound:
    """The model of these outcomes, at most ``MOST_COURSES`` of them. One query."""
    of = ("clinic_id", "clinician_id", "clinician__full_name", "source_clinician", "source_site")
    rows = judged.annotate(age=age_as_known(), sex=F("course__patient__sex")).order_by("course_id")
    known = rows.values_list(*of, "baseline", "age", "sex", "region", "is_responder_30")
    courses = tuple(
        Treated(clinic, clinician, name, source, site, Case(float(baseline), age, sex, region, came))
        for clinic, clinician, name, source, site, baseline, age, sex, region, came in known
    )
    return CaseMixFound(courses, case_mix([course.case for course in courses]))


def case_mix_table(key: str, word: str, units: Iterable[Beside], model: CaseMix) -> ReportTable:
    """Crude and adjusted side by side, for units with enough courses to say anything of."""
    return ReportTable(
        key=key,
        caption=f"{word}s beside what was to be expected of their patients",
        first=word,
        columns=COLUMNS,
        rows=tuple(TableRow(one.label, _values(one.n, one.found)) for one in units),
        note=f"In order of names, never of results. Expected from {_factors(model)}; whatever else makes patients "
        f"differ is still in it. From {FEWEST_CASES} courses on.",
    )


def model_table(model: CaseMix) -> ReportTable:
    """How well the model tells courses apart, and whether its probabilities come true."""
    gate = model.gate
    total: dict[str, Value] = {"n": model.n, "c": Statistic(model.c, model.n), "slope": _slope(model)}
    rows = [TableRow("All courses", total | _brier(model))]
    for place, fifth in enumerate(model.fifths, 1):
        values: dict[str, Value] = {
            "n": fifth.n,
            "expected": Statistic(fifth.expected, fifth.n),
            "observed": fifth.observed,
        }
        rows.append(TableRow(f"{place} of {len(model.fifths)}", values, "By probability, lowest first"))
    return ReportTable(
        key="case_mix_model",
        caption="The model behind what was to be expected",
        first="Courses",
        columns=(
            Column("n", "n", In.COUNT),
            Column("expected", "Expected to improve", In.PLAIN),
            Column("observed", "Improved", In.COUNT),
            Column(
                "c",
                "c-statistic",
                In.PLAIN,
                "How often the one who improved had the higher probability; 0.5 is chance.",
            ),
            Column("slope", "Calibration slope", In.PLAIN, "1: neither too bold nor too timid. Interval: Wald's."),
            Column("brier", "Squared error (Brier)", In.PLAIN),
            Column(
                "brier_of_rate", "Of one rate for all", In.PLAIN, "What telling everybody the same rate would have."
            ),
        ),
        rows=tuple(rows),
        note=f"Logistic, {model.parameters} coefficients: {_factors(model)}. All figures here are of courses that the model "
        f"was not fitted to ({FOLDS}-fold). {_verdict(gate.may_show)}",
    )


def may_be_made(n: int, k: int) -> bool:
    """Whether ``n`` courses, of which ``k`` improved, are enough for the smallest model and not too many for a page."""
    return n <= MOST_COURSES and may_adjust(courses=n, events=k, parameters=_SMALLEST)


def case_mix_caveats(model: CaseMix | None, n: int, k: int) -> Iterable[Caveat]:
    """Why there is no adjustment of ``n`` courses, of which ``k`` improved; or what it leaves out."""
    if model is None and n > MOST_COURSES:
        said = f"{n:,} courses are more than the {MOST_COURSES:,} that a model is made of here: choose a shorter time."
        yield Caveat("case_mix_too_many", f"Nothing is set against what was to be expected: {said}")
    elif model is None:
        yield Caveat(
            "case_mix_too_few",
            f"Nothing is set against what was to be expected of patients: it takes {FEWEST_COURSES} courses and "
            f"{EVENTS_PER_PARAMETER} of the rarer result for each coefficient; there are {n:,} and {min(k, n - k):,}.",
        )
    elif not model.gate.may_show:
        yield Caveat(
            "case_mix_not_calibrated",
            f"The model of {model.n:,} courses does not tell them apart reliably: read what is expected like the "
            "crude share.",
        )


def _values(n: int, found: ObservedExpected) -> dict[str, Value]:
    if n < FEWEST_CASES:
        few = Statistic(None, n, reason="too_few")
        return {"n": n, "ratio": few}
    ratio = Statistic(found.ratio, n, found.ci, method="byar")
    return {
        "n": n,
        "observed": found.observed,
        "share": share_or_few(proportion(found.observed, n)),
        "expected": Statistic(found.expected, n, method="logistic"),
        "ratio": ratio,
        "z": Statistic(found.z, n),
    }


def _slope(model: CaseMix) -> Statistic:
    gate = model.gate
    return Statistic(gate.slope, model.n, gate.slope_ci, method="wald", reason="" if gate.slope_ci else "not_estimable")


def _brier(model: CaseMix) -> dict[str, Value]:
    return {
        "brier": Statistic(model.gate.brier, model.n),
        "brier_of_rate": Statistic(model.gate.brier_of_rate, model.n),
    }


def _factors(model: CaseMix) -> str:
    *first, last = (WORDS[factor] for factor in model.factors)
    return f"{', '.join(first)} and {last}" if first else last


def _verdict(is_calibrated: bool) -> str:
    if is_calibrated:
        return "It does better than one rate for all, and its slope is not off 1 by more than chance."
    return "It does no better than one rate for all, or its slope is off 1 by more than chance."
