"""Read-only questions about outcomes, answered with frozen rows."""

from outcomes.reports.filters import AfterRetreatment, By, GroupBy, InvalidFilter, ReportFilter, parse_filter
from outcomes.reports.outcomes import outcome_report
from outcomes.reports.results import Bands, Caveat, Completeness, Group, OutcomeReport, Row
from outcomes.reports.scope import Measure, Scope, scope_of

__all__ = [
    "AfterRetreatment",
    "Bands",
    "By",
    "Caveat",
    "Completeness",
    "Group",
    "GroupBy",
    "InvalidFilter",
    "Measure",
    "OutcomeReport",
    "ReportFilter",
    "Row",
    "Scope",
    "outcome_report",
    "parse_filter",
    "scope_of",
]
