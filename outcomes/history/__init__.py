"""A clinic's history as a folder of CSV files: reading, checking and comparing. Files and values only, no database."""

from outcomes.history.comparing import Comparison, Plan, Wanted, compare
from outcomes.history.reading import read_history
from outcomes.history.report import report_lines
from outcomes.history.rows import BASELINE, Episode, Finding, History, Scale, ScoreKey, ScoreRow

__all__ = [
    "BASELINE",
    "Comparison",
    "Episode",
    "Finding",
    "History",
    "Plan",
    "Scale",
    "ScoreKey",
    "ScoreRow",
    "Wanted",
    "compare",
    "read_history",
    "report_lines",
]
