"""The sessions that a report about treatment itself is about, and the adverse events that came after them."""

from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from outcomes.numerals import FEW
from outcomes.reports.filters import GroupBy, ReportFilter
from outcomes.reports.results import Caveat, Group
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Statistic
from outcomes.statistics import Proportion
from outcomes.statistics.exact_rates import Rate
from treatments.models import AdverseEvent, TreatmentSession
from treatments.vocabulary import Modality

NO_MEASURE = Caveat(
    "no_measure",
    "This report is about no measure: an instrument, timepoints and what happens after re-treatment, where an address "
    "names them (3 parts of the filter), change nothing here. Days of opening are those of the sessions' courses.",
)
TOO_FEW = "too_few"


def sessions_of(asked: ReportFilter, scope: Scope) -> QuerySet[TreatmentSession]:
    """The sessions that took place and that ``asked`` is about; no query yet."""
    return (
        TreatmentSession.objects.counted()
        .filter(clinic__in=_clinics(asked, scope))
        .filter(_of_course(asked))
        .order_by()
    )


def events_of(asked: ReportFilter, scope: Scope) -> QuerySet[Any]:
    """The adverse events after those sessions, each with ``after``, its session's id; no query yet.

    An event that names no session, or one entered in error, belongs to the last session of its course before it
    began. Where there is none, the event is not in here but in ``unplaced_events``.
    """
    return _placed(asked, scope).filter(_of_course(asked), after__isnull=False)


def unplaced_events(asked: ReportFilter, scope: Scope) -> int:
    """How many events of these clinics follow no session that anybody can name, whatever else was asked. One query."""
    return _placed(asked, scope).filter(after=None).count()


def group_keys(asked: ReportFilter, path: str) -> tuple[str, ...]:
    """By which fields rows that reach a course by ``path`` are grouped."""
    kind = f"{path}treatment_type__"
    by_kind = (f"{kind}modality",)
    return by_kind if asked.group_by is GroupBy.MODALITY else (f"{kind}code", f"{kind}label", *by_kind)


def group_of(values: tuple[str, ...]) -> Group:
    """The group that the values of ``group_keys`` name."""
    return Group(values[0], Modality(values[0]).label, values[0]) if len(values) == 1 else Group(*values)


def in_order(group: Group) -> tuple[int, str]:
    """Groups stand in the order of modalities, then by name."""
    return list(Modality).index(Modality(group.modality)), group.label


def rate_or_few(rate: Rate) -> Statistic:
    """The rate for a table; hidden below five sessions."""
    if rate.per_100 is None or rate.sessions < FEW:
        return Statistic(None, rate.sessions, method=rate.method, reason=TOO_FEW)
    return Statistic(rate.per_100, rate.sessions, rate.ci, method=rate.method)


def share_or_few(share: Proportion) -> Statistic:
    """The share for a table; hidden below five."""
    if share.n < FEW:
        return Statistic(None, share.n, method=share.method, reason=TOO_FEW)
    return Statistic.of_share(share)


def _clinics(asked: ReportFilter, scope: Scope) -> list[int]:
    return [scope.clinics[clinic].pk for clinic in asked.clinic]


def _of_course(asked: ReportFilter) -> Q:
    wanted = {
        "course__treatment_type__modality__in": asked.modality,
        "course__region__in": asked.region,
        "course__opened_on__gte": asked.opened_from,
        "course__opened_on__lte": asked.opened_to,
    }
    return Q(**{name: value for name, value in wanted.items() if value})


def _placed(asked: ReportFilter, scope: Scope) -> QuerySet[Any]:
    before = TreatmentSession.objects.counted().filter(
        course=OuterRef("course"), performed_at__lte=OuterRef("began_at")
    )
    named = Case(When(session__entered_in_error_at=None, then=F("session_id")))
    last = Subquery(before.order_by("-performed_at", "-pk").values("pk")[:1])
    events: QuerySet[Any] = AdverseEvent.objects.filter(clinic__in=_clinics(asked, scope), entered_in_error_at=None)
    placed: QuerySet[Any] = events.annotate(after=Coalesce(named, last)).order_by()
    return placed
