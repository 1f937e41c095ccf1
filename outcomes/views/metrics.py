"""How sending does, in numbers for a monitoring program (Prometheus' text format). No row and no name leaves here."""

from collections.abc import Iterable

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

FORMAT = "text/plain; version=0.0.4; charset=utf-8"
# What each figure says, and the label its values carry.
FIGURES = {
    "oldest_due_unsent_seconds": ("For how long the oldest message that could go out has waited.", ""),
    "deliveries": ("Messages by state.", "state"),
    "heartbeat_age_seconds": ("For how long a process has been silent.", "process"),
    "last_tick_age_seconds": ("Since when it was not looked at what is due, at the clinic looked at longest ago.", ""),
}


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
        cursor.execute("SELECT figure, label, value FROM mendline_sending_figures(%s)", [timezone.now()])
        rows = cursor.fetchall()
    return HttpResponse(written(rows), content_type=FORMAT)


def written(rows: Iterable[tuple[str, str, float]]) -> str:
    """The figures, each with its help and type, in the order of FIGURES."""
    lines = []
    of_figure: dict[str, list[tuple[str, float]]] = {name: [] for name in FIGURES}
    for name, label, value in rows:
        of_figure[name].append((label, value))
    for name, (help_text, key) in FIGURES.items():
        lines += [f"# HELP mendline_{name} {help_text}", f"# TYPE mendline_{name} gauge"]
        for label, value in sorted(of_figure[name]):
            labels = f'{{{key}="{_escaped(label)}"}}' if key else ""
            lines.append(f"mendline_{name}{labels} {value:.10g}")
    return "\n".join(lines) + "\n"


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
