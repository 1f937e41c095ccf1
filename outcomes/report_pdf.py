"""A report as PDF: title, clinics, filter, who, finding, caveats, figures, tables and rules, in this order."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst

from outcomes.drawing import kept
from outcomes.figures import Spec
from outcomes.report_words import table_words
from outcomes.reports.sentences import filter_words
from outcomes.reports.shapes import Report, ReportTable

TEMPLATE = (Path(__file__).parent / "definitions" / "report.typ").read_bytes()
FIGURE_WIDTH = 720  # px
WIDE = 6  # columns beside the first; more of them need the long side of the sheet


@dataclass(frozen=True)
class DrawnFigure:
    """A figure under the table that has its numbers; ``spec`` is its specification."""

    title: str
    caption: str
    table: str
    spec: Spec


def source(
    report: Report[Any],
    *,
    title: str,
    summary: str,
    definitions: Sequence[tuple[str, str]],
    figures: Sequence[DrawnFigure] = (),
) -> str:
    """Everything that the PDF of a report says, except when it was made; the same report, the same text."""
    said = {
        "title": title,
        "summary": summary,
        "clinics": list(report.clinics),
        "filter": filter_words(report.filter, report.measure),
        "who": report.who,
        "finding": report.finding,
        "caveats": [caveat.sentence for caveat in report.caveats],
        "is_wide": any(len(table.columns) > WIDE for table in report.tables),
        "tables": [_table(table, [one for one in figures if one.table == table.key]) for table in report.tables],
        "definitions": [[name.capitalize(), sentence] for name, sentence in definitions],
        "rules": f"Rules of version {report.rule_version}, as of {long_day(report.as_of)}. Intervals: "
        f"{100 * report.level:.0f} %.",
    }
    return json.dumps(said, ensure_ascii=False)


def compiled(said: str, *, made: str) -> bytes:
    """The PDF of ``source``; ``made`` says in its footer when."""
    return typst.compile(TEMPLATE, sys_inputs={"report": said, "made": made}, ignore_system_fonts=True)


def made_words(at: dt.datetime) -> str:
    """When a PDF was made, by the clock of ``at``'s own zone."""
    return f"Made {long_day(at.date())}, {at:%H:%M %Z}"


def long_day(day: dt.date) -> str:
    """Like "2 March 2026"."""
    return f"{day.day} {day:%B %Y}"


def _table(table: ReportTable, figures: Sequence[DrawnFigure]) -> dict[str, Any]:
    said = table_words(table)
    return {
        "caption": table.caption,
        "first": table.first,
        "note": table.note,
        "columns": [column.label for column in table.columns],
        "meanings": [[column.label, column.meaning] for column in table.columns if column.meaning],
        "groups": [[group, [_line(row) for row in rows]] for group, rows in said["groups"]],
        "figures": [_figure(one) for one in figures],
    }


def _line(row: Mapping[str, Any]) -> list[str]:
    return [row["label"], *(cell["words"] for cell in row["cells"])]


def _figure(figure: DrawnFigure) -> dict[str, Any]:
    svg = kept.svg(kept.source(figure.spec))
    return {"title": figure.title, "caption": figure.caption, "width": figure.spec["width"], "svg": svg}
