"""What became of the check-ins of each timepoint: how far each came, who is missing, and how they had started."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from outcomes.models import Outcome
from outcomes.reports.rows import OBTAINED
from outcomes.reports.way import DUE, MISSED, STEPS, came_so_far
from outcomes.statistics import Mean, mean_from_sums


@dataclass(frozen=True)
class Collected:
    """One timepoint. ``steps``: how many of those whose window is over came so far, each counted of the step before.

    ``answered`` of ``due`` gave a valid score in the window, by whatever way. Responders are of those with a baseline
    above 0: ``k_responder`` of ``n_judged`` answered, of ``n_judgeable`` due.
    """

    timepoint: str
    day: int
    n_open: int
    steps: tuple[int, ...]
    due: int
    answered: int
    answered_by_message: int
    k_responder: int
    n_judged: int
    n_judgeable: int
    baseline_answered: Mean
    baseline_missing: Mean
    baseline_all: Mean

    @property
    def missing(self) -> int:
        return self.due - self.answered

    @property
    def share(self) -> float | None:
        """Answered of due; None while nothing is due."""
        return self.answered / self.due if self.due else None


def collected(rows: QuerySet[Outcome]) -> list[Collected]:
    """Every timepoint of these outcomes, in order of day; one query."""
    found: QuerySet[Any] = (
        rows.values("timepoint", "target_day").annotate(**_measures()).order_by("target_day", "timepoint")
    )
    return [_collected(row) for row in found]


def _measures() -> dict[str, Any]:
    measures: dict[str, Any] = {"n_open": Count("pk", filter=Q(is_closed=False, is_treated=True))}
    measures |= {f"step_{key}": Count("pk", filter=which) for key, which in came_so_far().items()}
    could = DUE & Q(baseline__gt=0)
    judged = {"n": could, "answered": could & OBTAINED, "k": could & Q(is_responder_30=True)}
    measures |= {f"judged_{name}": Count("pk", filter=which) for name, which in judged.items()}
    measures["answered"] = Count("pk", filter=DUE & OBTAINED)
    for name, which in (("answered", DUE & OBTAINED), ("missing", MISSED)):
        measures |= _sums(f"baseline_{name}", which & Q(baseline__isnull=False))
    return measures


def _sums(name: str, which: Q) -> dict[str, Any]:
    return {
        f"{name}_n": Count("pk", filter=which),
        f"{name}_sum": Sum("baseline", filter=which, default=Decimal(0)),
        f"{name}_squares": Sum(F("baseline") * F("baseline"), filter=which, default=Decimal(0)),
    }


def _collected(row: dict[str, Any]) -> Collected:
    sums = {name: _of(row, f"baseline_{name}") for name in ("answered", "missing")}
    (n, total, squares), (more, others, other_squares) = sums["answered"], sums["missing"]
    return Collected(
        timepoint=row["timepoint"],
        day=row["target_day"],
        n_open=row["n_open"],
        steps=tuple(row[f"step_{step.key}"] for step in STEPS),
        due=row["step_eligible"],
        answered=row["answered"],
        answered_by_message=row["step_in_window"],
        k_responder=row["judged_k"],
        n_judged=row["judged_answered"],
        n_judgeable=row["judged_n"],
        baseline_answered=mean_from_sums(*sums["answered"]),
        baseline_missing=mean_from_sums(*sums["missing"]),
        baseline_all=mean_from_sums(n + more, total + others, squares + other_squares),
    )


def _of(row: dict[str, Any], name: str) -> tuple[int, Decimal, Decimal]:
    return row[f"{name}_n"], row[f"{name}_sum"], row[f"{name}_squares"]
