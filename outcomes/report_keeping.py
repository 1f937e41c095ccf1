"""Keeping a report with its numbers, and asking the same again: what pages, the API and the monthly task share."""

import datetime as dt
import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from rest_framework.utils.encoders import JSONEncoder

from clinic.models import Clinic, User
from outcomes.actions import take_snapshot
from outcomes.api.report_table_shapes import TableReportSerializer
from outcomes.code_version import code_version
from outcomes.models import ReportSnapshot
from outcomes.report_kinds import ReportKind, kind_named, made_for_outside
from outcomes.reports import InvalidFilter, ReportFilter, Scope, parse_filter
from outcomes.reports.data_version import data_version
from outcomes.reports.kept import Difference, differences, report_of
from outcomes.reports.outside import NotForOutside
from outcomes.reports.shapes import Report

OUTSIDE = ReportSnapshot.Audience.OUTSIDE


class NotWorkedOut(Exception):
    """A worker has not worked out the report's numbers yet, in words."""


@dataclass(frozen=True)
class Again:
    """The same question asked now. ``problem`` says why there is no answer any more; else what is another now.

    ``sentences``: who and finding as they are now, where they are others; empty where they are the same.
    """

    problem: str = ""
    differences: tuple[Difference, ...] = ()
    sentences: tuple[str, ...] = ()
    is_same_data: bool = True
    is_same_rules: bool = True
    is_same_code: bool = True

    @property
    def is_identical(self) -> bool:
        return not (self.problem or self.differences or self.sentences)


def json_of(report: Report[Any]) -> dict[str, Any]:
    """The report as the API answers it, as it is read back from JSON."""
    data: dict[str, Any] = json.loads(json.dumps(TableReportSerializer(report).data, cls=JSONEncoder, allow_nan=False))
    return data


def keep_report(
    *,
    kind: ReportKind,
    asked: ReportFilter,
    scope: Scope,
    clinic: Clinic,
    at: dt.datetime,
    on: dt.date,
    by: User | None,
    audience: str = ReportSnapshot.Audience.CLINIC,
    of_month: dt.date | None = None,
) -> ReportSnapshot:
    """Answer the question as of ``on`` and keep it at ``clinic``, the only one that it may be about.

    It names no clinician, whoever asks: everybody who sees reports sees what is kept. Raises NotWorkedOut, NotForOutside,
    PermissionDenied, and ValueError for a question about another clinic.
    """
    if asked.clinic != (clinic.public_id,):
        raise ValueError("A snapshot is of one clinic.")
    report = _answer(kind, asked, scope, on, audience)
    return take_snapshot(
        clinic=clinic,
        kind=kind.name,
        title=kind.title,
        parameters=urlencode(asked.parameters()),
        answer=json_of(report),
        data_version=data_version(clinic),
        code_version=code_version(),
        audience=audience,
        of_month=of_month,
        at=at,
        by=by,
    )


def ask_again(snapshot: ReportSnapshot, *, scope: Scope, on: dt.date) -> Again:
    """What the same question gives as of ``on``, beside what was kept."""
    kind = kind_named(snapshot.kind)
    if kind is None:
        return Again("There is no such report any more.")
    try:
        asked = parse_filter(parse_qs(snapshot.parameters), scope)
        now = report_of(json_of(_answer(kind, asked, scope, on, snapshot.audience)))
    except (InvalidFilter, NotForOutside, NotWorkedOut) as refused:
        return Again(str(refused))
    kept = report_of(snapshot.answer)
    pairs = ((kept.who, now.who), (kept.finding, now.finding))
    return Again(
        differences=tuple(differences(kept, now)),
        sentences=tuple(after for before, after in pairs if before != after),
        is_same_data=snapshot.data_version == data_version(snapshot.clinic),
        is_same_rules=snapshot.rule_version == now.rule_version,
        is_same_code=snapshot.code_version == code_version(),
    )


def _answer(kind: ReportKind, asked: ReportFilter, scope: Scope, on: dt.date, audience: str) -> Report[Any]:
    nameless = replace(scope, named=frozenset(), viewer=None)
    report = kind.answer(asked=asked, scope=nameless, as_of=on)
    if report.is_for_a_worker:
        raise NotWorkedOut("Its numbers are not worked out. Have them worked out on the page of the report first.")
    return made_for_outside(kind, report, nameless) if audience == OUTSIDE else report
