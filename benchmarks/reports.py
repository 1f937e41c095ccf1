"""Every report of tables through the REST API, as JSON, with the random filters of the outcome report."""

from typing import Any

from benchmarks import figures, report, search
from benchmarks.browser import WrongPage
from benchmarks.sizes import Sizes
from clinic.models import User
from outcomes.models import Outcome
from outcomes.report_kinds import KINDS

WARM_UP = 2
# What a question may be refused for by its own rules, such as clinics that disagree on an instrument.
ANSWERED = {200, 202}


def measure(sizes: Sizes, *, port: int, user: User) -> dict[str, Any]:
    """One person asks report after report; each kind on its own, p50 and p95 in milliseconds."""
    client = search.signed_in(port, user.email)
    measured: dict[str, Any] = {"outcomes": Outcome.objects.count(), "asked_of_each": sizes.reports_of_a_kind}
    for kind in KINDS:
        client.seconds.clear()
        for number, query in enumerate(report.questions(sizes.reports_of_a_kind + WARM_UP)):
            answer = client.get(f"/api/v1/reports/{kind.name}/?{query}")
            if answer.status not in ANSWERED:
                raise WrongPage(f"{answer.status} for {kind.name} {query}: {answer.body[:300]!r}")
            if number < WARM_UP:
                client.seconds.clear()
        measured[kind.name] = {
            "p50_ms": figures.milliseconds(figures.percentile(client.seconds, 50)),
            "p95_ms": figures.milliseconds(figures.percentile(client.seconds, 95)),
        }
    slowest = max((kind.name for kind in KINDS), key=lambda name: measured[name]["p95_ms"])
    return measured | {"slowest": slowest, "slowest_p95_ms": measured[slowest]["p95_ms"]}
