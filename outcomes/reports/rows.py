"""The outcomes that a report is about. Every report on outcomes starts here."""

from django.db.models import Count, Q, QuerySet

from outcomes.models import Outcome
from outcomes.reports.filters import AfterRetreatment, ReportFilter
from outcomes.reports.scope import Measure, Scope
from treatments.timepoints import planned_day

OBTAINED = Q(status="obtained")
# Under "treatment policy" what came after another treatment counts as well.
ANY_VALUE = Q(status__in=["obtained", "retreated"], value__isnull=False)


def outcomes_of(asked: ReportFilter, scope: Scope) -> QuerySet[Outcome]:
    """A row for each course and timepoint that ``asked`` is about, with a value or without; no query yet."""
    rows = Outcome.objects.filter(
        clinic__in=[scope.clinics[clinic].pk for clinic in asked.clinic], instrument=asked.instrument
    ).order_by()
    if asked.modality:
        rows = rows.filter(modality__in=asked.modality)
    if asked.region:
        rows = rows.filter(region__in=asked.region)
    if asked.opened_from:
        rows = rows.filter(course__opened_on__gte=asked.opened_from)
    if asked.opened_to:
        rows = rows.filter(course__opened_on__lte=asked.opened_to)
    first, last = (planned_day(name or "") for name in (asked.first_timepoint, asked.last_timepoint))
    if first is not None:
        rows = rows.filter(target_day__gte=first)
    if last is not None:
        rows = rows.filter(target_day__lte=last)
    return rows


def counted(asked: ReportFilter) -> Q:
    """Which of these rows have a value that counts under the estimand that was asked for."""
    return OBTAINED if asked.after_retreatment is AfterRetreatment.LEAVE_OUT else ANY_VALUE


def most_scored(rows: QuerySet[Outcome]) -> str:
    """The timepoint that most of these rows are of, the latest of those with as many; empty without rows. One query."""
    found = rows.values_list("timepoint").annotate(n=Count("pk")).order_by("-n", "-target_day").first()
    return found[0] if found else ""


def measure_of(asked: ReportFilter, scope: Scope) -> Measure:
    """The instrument of the report; ``parse_filter`` has made sure that the clinics agree on it."""
    (measure,) = scope.measures(asked.clinic)[asked.instrument]
    return measure


def clinic_names(asked: ReportFilter, scope: Scope) -> tuple[str, ...]:
    """The clinics of the report, for people."""
    return tuple(scope.clinics[clinic].name for clinic in asked.clinic)
