"""Figures drawn before anybody asks: what a clinic's dashboard and reports show without a filter, on phone and desk."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from clinic.models import Clinic
from outcomes.drawing.kept import source, svg
from outcomes.figures import Spec, Variant
from outcomes.report_kinds import EVERY_KIND, ReportKind
from outcomes.reports.filters import ReportFilter
from outcomes.reports.scope import Scope, scope_of_clinic

WIDTHS = (360, 720)
ON_SCREEN = (Variant.LIGHT, Variant.DARK)


def draw_ahead(clinic: Clinic, *, as_of: dt.date) -> int:
    """Draw and keep each of them, as managers see them; how many. What is kept already is only kept for longer."""
    scope = replace(scope_of_clinic(clinic), named=frozenset([clinic.public_id]))
    specs = list(_specs(ReportFilter(clinic=(clinic.public_id,)), scope, as_of))
    for spec in specs:
        svg(source(spec))
    return len(specs)


def _specs(asked: ReportFilter, scope: Scope, as_of: dt.date) -> Iterator[Spec]:
    how: dict[str, Any] = {"asked": asked, "scope": scope, "as_of": as_of}
    for kind in EVERY_KIND:
        yield from _specs_of(kind, how)


def _specs_of(kind: ReportKind, how: dict[str, Any]) -> Iterator[Spec]:
    report = kind.answer(**how)
    for figure in kind.figures.values():
        for width in WIDTHS[:1] if figure.is_small else WIDTHS:
            yield from (figure.draw(report.drawn, width=width, variant=variant) for variant in ON_SCREEN)
