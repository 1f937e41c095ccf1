"""Every report of tables through the REST API, as JSON, with random filters; some beside the same in SQL by hand."""

from typing import Any
from urllib.parse import urlencode

from benchmarks import by_hand, facts, figures, report, search
from benchmarks.browser import WrongPage
from benchmarks.sizes import Sizes
from clinic.models import User
from outcomes.models import Outcome
from outcomes.report_kinds import EVERY_KIND

WARM_UP = 2
# What a question may be refused for by its own rules, such as clinics that disagree on an instrument.
ANSWERED = {200, 202}


def measure(sizes: Sizes, *, port: int, user: User) -> dict[str, Any]:
    """One person asks report after report; each kind on its own, p50 and p95 in milliseconds."""
    grown = facts.grow(sizes.facts)
    measured: dict[str, Any] = {"outcomes": Outcome.objects.count(), "asked_of_each": sizes.reports_of_a_kind, **grown}
    kinds = {kind.name: _kind(kind.name, sizes, port, user) for kind in EVERY_KIND}
    slowest = max(kinds, key=lambda name: float(kinds[name]["p95_ms"]))
    return measured | kinds | {"slowest": slowest, "slowest_p95_ms": kinds[slowest]["p95_ms"]}


def _kind(name: str, sizes: Sizes, port: int, user: User) -> dict[str, float]:
    client, beside = search.signed_in(port, user.email), []
    client.seconds.clear()
    for number, query in enumerate(report.queries(sizes.reports_of_a_kind + WARM_UP)):
        answer = client.get(f"/api/v1/reports/{name}/?{urlencode(query, doseq=True)}")
        if answer.status not in ANSWERED:
            raise WrongPage(f"{answer.status} for {name} {query}: {answer.body[:300]!r}")
        if name in by_hand.STATEMENTS:
            beside.append(by_hand.seconds(by_hand.STATEMENTS[name], query))
        if number < WARM_UP:
            client.seconds.clear()
            beside.clear()
    return _figures("", client.seconds) | (_figures("sql_", beside) if beside else {})


def _figures(prefix: str, seconds: list[float]) -> dict[str, float]:
    return {f"{prefix}p{share}_ms": figures.milliseconds(figures.percentile(seconds, share)) for share in (50, 95)}
