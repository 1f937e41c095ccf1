"""The measured figures beside their budgets."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Budget(NamedTuple):
    """A figure that must be reached; ``is_floor``: at least, else at most."""

    part: str
    name: str
    label: str
    limit: float | None = None
    is_floor: bool = False


ROWS = (
    Budget("survey_flow", "surveys_per_s", "Surveys a second, 8 patients at once", 50, is_floor=True),
    Budget("survey_flow", "request_p95_ms", "One request of a survey, p95, ms", 60),
    Budget("survey_flow", "ratio_to_bare_django", "Against bare Django, same requests", 0.5, is_floor=True),
    Budget("survey_flow", "web_memory_mb", "Largest web process after it, MB", 200),
    Budget("dispatch", "per_s", "Invitations a second, 2 workers", 300, is_floor=True),
    Budget("dispatch", "ratio_to_smtplib", "Against smtplib, each message built"),
    Budget("dispatch", "ratio_to_wire", "Against smtplib, one ready message"),
    Budget("dispatch", "duplicates", "Messages that came twice", 0),
    Budget("dispatch", "lost", "Messages that were lost", 0),
    Budget("dispatch", "memory_mb", "Largest worker with a full queue, MB", 200),
    Budget("dispatch", "memory_mb_small_queue", "Largest worker with a small queue, MB", 200),
    Budget("dispatch", "seconds_to_open", "Opening all due surveys, seconds", 20),
    Budget("report", "p50_ms", "Outcome report, JSON, p50, ms"),
    Budget("report", "p95_ms", "Outcome report, JSON, p95, ms", 100),
    Budget("report", "ratio_to_sql", "Against SQL by hand over the outcomes"),
    Budget("report", "outcomes", "Outcomes in the database"),
    Budget("reports", "slowest_p95_ms", "Slowest report of tables, p95, ms", 200),
    Budget("figures", "cold_p95_ms", "A figure nobody has asked for, p95, ms"),
    Budget("figures", "warm_p95_ms", "A figure that is kept, p95, ms"),
    Budget("figures", "web_memory_mb", "Largest web process after all figures, MB", 200),
    Budget("figures", "drawing_memory_mb", "Drawing program after them, MB"),
    Budget("figures", "looked_at", "Figures looked at"),
    Budget("fence", "search_p50_ratio", "Search with the fence, against without, p50", 1.15),
    Budget("fence", "search_p95_ratio", "Search with the fence, against without, p95", 1.15),
    Budget("fence", "report_p50_ratio", "Report with the fence, against without, p50", 1.15),
    Budget("fence", "report_p95_ratio", "Report with the fence, against without, p95", 1.15),
    Budget("recall", "lot_p95_ms", "Who received a lot, page, p95, ms", 200),
    Budget("recall", "patient_p95_ms", "Lots of a patient, page, p95, ms", 200),
    Budget("recall", "big_lot_p95_ms", "The same of a lot used 5,000 times, ms", 200),
    Budget("recall", "work_list_p95_ms", "Work list of its recall, page, p95, ms", 200),
    Budget("recall", "lot_ratio_to_sql", "Who received a lot, against SQL by hand"),
    Budget("recall", "patient_ratio_to_sql", "Lots of a patient, against SQL by hand"),
    Budget("recall", "recall_seconds", "Recalling that lot, seconds"),
    Budget("recall", "uses", "Lot uses in the database"),
    Budget("export", "seconds", "Writing a file of all answers, seconds"),
    Budget("export", "worker_memory_mb", "The worker that writes it, peak, MB", 300),
    Budget("export", "web_memory_mb", "Largest web process handing it out, MB", 200),
    Budget("export", "seconds_to_take", "Taking it through HTTP, seconds"),
    Budget("export", "answers", "Answers in it, counted and summed again"),
    Budget("search", "p50_ms", "Patient search, p50, ms"),
    Budget("search", "p95_ms", "Patient search, p95, ms", 100),
    Budget("search", "patients", "Patients of the clinic"),
    Budget("patients", "slowest_p95_ms", "List of patients, slowest way, p95, ms", 100),
    Budget("patients", "everyone_p95_ms", "The list itself, p95, ms", 100),
    Budget("patients", "time_line_p95_ms", "A patient with 500 events, p95, ms", 200),
    Budget("patients", "patients", "Patients of the clinic"),
    Budget("patients", "courses", "Courses of the clinic"),
)


def print_table(measured: Mapping[str, Any]) -> None:
    """One line a figure: measured, budget, reached or missed."""
    print(f"\n{'':<40}{'measured':>12}{'budget':>12}")
    for row in ROWS:
        if row.part in measured:
            value = measured[row.part][row.name]
            print(f"{row.label:<40}{value:>12,}{_limit(row):>12}  {_verdict(row, value)}")


def _limit(row: Budget) -> str:
    if row.limit is None:
        return ""
    return f"{'≥' if row.is_floor else '≤'} {row.limit:g}"


def _verdict(row: Budget, value: float) -> str:
    if row.limit is None:
        return ""
    is_reached = value >= row.limit if row.is_floor else value <= row.limit
    return "reached" if is_reached else "MISSED"
