"""Improvement beside its baseline, counted by group: everything about change at one timepoint comes from these."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import Count, QuerySet

from outcomes.models import Outcome
from outcomes.reports.filters import GroupBy, ReportFilter
from outcomes.reports.results import Group
from outcomes.reports.spreads import Pairs
from treatments.vocabulary import Modality


def pairs_by_group(rows: QuerySet[Outcome], asked: ReportFilter) -> dict[Group, Pairs]:
    """The pairs of each modality or treatment, as ``asked``, in the order of modalities. ``rows`` are judged. One query."""
    found: dict[Group, dict[tuple[Decimal, Decimal], int]] = defaultdict(lambda: defaultdict(int))
    for *of, improvement, baseline, n in rows.values_list(*_key(asked), "improvement", "baseline").annotate(
        n=Count("pk")
    ):
        found[_group(of)][improvement, baseline] += n
    return dict(sorted(found.items(), key=_order))


def counts_by_group(rows: QuerySet[Outcome], asked: ReportFilter) -> dict[Group, int]:
    """How many rows there are of each group; one query."""
    return {_group(of): n for *of, n in rows.values_list(*_key(asked)).annotate(n=Count("pk"))}


def _key(asked: ReportFilter) -> tuple[str, ...]:
    if asked.group_by is GroupBy.MODALITY:
        return ("modality",)
    return ("treatment_type__code", "treatment_type__label", "modality")


def _group(of: list[str]) -> Group:
    return Group(of[0], Modality(of[0]).label, of[0]) if len(of) == 1 else Group(*of)


def _order(one: tuple[Group, object]) -> tuple[int, str]:
    return list(Modality).index(Modality(one[0].modality)), one[0].label
