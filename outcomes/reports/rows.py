"""The outcomes that a report is about. Every report on outcomes starts here."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from outcomes.models import Outcome
from outcomes.numerals import FEW
from outcomes.reports.filters import AfterRetreatment, ReportFilter
from outcomes.reports.scope import Measure, Scope
from treatments.timepoints import planned_day

MAIN = "month 3"
ENOUGH = 30
OBTAINED = Q(status="obtained")
# Under "treatment policy" what came after another treatment counts as well.
ANY_VALUE = Q(status__in=["obtained", "retreated"], value__isnull=False)


def outcomes_of(asked: ReportFilter, scope: Scope) -> QuerySet[Outcome]:
    """A row for each course and timepoint that ``asked`` is about, with a value or without; no query yet."""
    rows = Outcome.objects.filter(limits(asked, scope)).order_by()
    if asked.opened_from:
        rows = rows.filter(opened_on__gte=asked.opened_from)
    if asked.opened_to:
        rows = rows.filter(opened_on__lte=asked.opened_to)
    return rows


def limits(asked: ReportFilter, scope: Scope) -> Q:
    """What ``asked`` is about beside days of opening, of outcomes or of their running sums."""
    first, last = (planned_day(name or "") for name in (asked.first_timepoint, asked.last_timepoint))
    chosen = {
        "clinic__in": [scope.clinics[clinic].pk for clinic in asked.clinic],
        "modality__in": asked.modality or None,
        "region__in": asked.region or None,
        "target_day__gte": first,
        "target_day__lte": last,
    }
    return Q(instrument=asked.instrument, **{name: value for name, value in chosen.items() if value is not None})


def counted(asked: ReportFilter) -> Q:
    """Which of these rows have a value that counts under the estimand that was asked for."""
    return OBTAINED if asked.after_retreatment is AfterRetreatment.LEAVE_OUT else ANY_VALUE


class AtTimepoint(NamedTuple):
    """How many courses are due at a timepoint and how many have a score there; ``day`` None where its name says none."""

    timepoint: str
    day: int | None
    due: int
    scored: int

    @property
    def is_enough(self) -> bool:
        """Of imported history nothing is due: whoever has a score was."""
        return max(self.due, self.scored) >= ENOUGH and self.scored >= FEW


def usual_timepoint(found: Iterable[AtTimepoint]) -> str:
    """Where a report on one timepoint begins unless another is asked for; empty without any score.

    At 3 months once 30 courses are due there, else at the latest timepoint with as many, else where most have a score.
    """
    times = sorted((at for at in found if at.scored), key=lambda at: (at.day or 0, at.timepoint))
    enough = [at for at in times if at.is_enough]
    if any(at.timepoint == MAIN for at in enough):
        return MAIN
    last = enough[-1] if enough else max(times, key=lambda at: (at.scored, at.day or 0), default=None)
    return last.timepoint if last else ""


def timepoint_of(rows: QuerySet[Outcome], asked: ReportFilter) -> str:
    """The timepoint that a report on one is about: the last one asked for, else the usual one. One query at most."""
    if asked.last_timepoint:
        return asked.last_timepoint
    counts = {"due": Count("pk", filter=Q(is_due=True)), "scored": Count("pk", filter=counted(asked))}
    found: QuerySet[Any] = rows.values("timepoint", "target_day").annotate(**counts)
    return usual_timepoint(AtTimepoint(row["timepoint"], row["target_day"], row["due"], row["scored"]) for row in found)


def measure_of(asked: ReportFilter, scope: Scope) -> Measure:
    """The instrument of the report; ``parse_filter`` has made sure that the clinics agree on it."""
    (measure,) = scope.measures(asked.clinic)[asked.instrument]
    return measure


def clinic_names(asked: ReportFilter, scope: Scope) -> tuple[str, ...]:
    """The clinics of the report, for people."""
    return tuple(scope.clinics[clinic].name for clinic in asked.clinic)
