"""How the server does, in numbers for a monitoring program (Prometheus' text format). No row and no name leaves here."""

from collections.abc import Iterable

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from outcomes.report_kinds import KINDS
from outcomes.report_times import report_times

FORMAT = "text/plain; version=0.0.4; charset=utf-8"
# What each figure says, and the label its values carry. Those that only grow end in _sum and _count.
FIGURES = {
    "due_unsent": ("Messages that could go out now.", ""),
    "oldest_due_unsent_seconds": ("For how long the oldest message that could go out has waited.", ""),
    "deliveries": ("Messages by state.", "state"),
    "heartbeat_age_seconds": ("For how long a process has been silent.", "process"),
    "last_tick_age_seconds": ("Since when it was not looked at what is due, at the clinic looked at longest ago.", ""),
    "courses_to_work_out": ("Courses whose outcomes are to be worked out anew.", ""),
    "jobs": ("Comparisons and exports by state.", "state"),
    "oldest_waiting_job_seconds": ("For how long the oldest job that nobody has begun has waited.", ""),
    "job_seconds_sum": ("Seconds that jobs which are done took.", "kind"),
    "job_seconds_count": ("How many jobs are done.", "kind"),
    "report_seconds_sum": ("Seconds that reports took to answer through the API.", "report"),
    "report_seconds_count": ("How many reports were answered through the API.", "report"),
    "database_connections": ("Connections to the database, by its roles.", "role"),
    "database_connections_limit": ("How many the database takes.", ""),
}
QUERY = """
SELECT figure, label, value FROM mendline_sending_figures(%(at)s)
UNION ALL SELECT figure, label, value FROM mendline_operation_figures(%(at)s)
"""


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 unless METRICS_TOKEN is set; 401 unless it is shown as bearer token."""
    if not settings.METRICS_TOKEN:
        raise Http404
    shown = request.headers.get("Authorization", "")
    if not constant_time_compare(shown.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        refusal = HttpResponse("Show the token: Authorization: Bearer …\n", content_type=FORMAT, status=401)
        refusal["WWW-Authenticate"] = "Bearer"
        return refusal
    with connection.cursor() as cursor:
        cursor.execute(QUERY, {"at": timezone.now()})
        rows = cursor.fetchall()
    times = report_times(["outcomes", *(kind.name for kind in KINDS)])
    return HttpResponse(written([*rows, *times]), content_type=FORMAT)


def written(rows: Iterable[tuple[str, str, float]]) -> str:
    """The figures, each with its help and type, in the order of FIGURES."""
    lines = []
    of_figure: dict[str, list[tuple[str, float]]] = {name: [] for name in FIGURES}
    for name, label, value in rows:
        of_figure[name].append((label, value))
    for name, (help_text, key) in FIGURES.items():
        lines += [f"# HELP mendline_{name} {help_text}", f"# TYPE mendline_{name} {_kind(name)}"]
        for label, value in sorted(of_figure[name]):
            labels = f'{{{key}="{_escaped(label)}"}}' if key else ""
            lines.append(f"mendline_{name}{labels} {value:.10g}")
    return "\n".join(lines) + "\n"


def _kind(name: str) -> str:
    return "counter" if name.endswith(("_sum", "_count")) else "gauge"


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
