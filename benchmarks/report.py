"""The outcome report of all clinics of a manager through the REST API, against the same aggregate written by hand."""

import datetime as dt
import json
import random
import statistics
from typing import Any
from urllib.parse import urlencode

from benchmarks import by_hand, facts, figures, search
from benchmarks.browser import WrongPage
from benchmarks.sizes import Sizes
from clinic.models import Clinic, User
from outcomes.models import Outcome

WARM_UP = 10
PATH = "/api/v1/reports/outcomes/"
Query = dict[str, Any]


def measure(sizes: Sizes, *, port: int, user: User) -> dict[str, Any]:
    """One person's dashboard asks report after report; every query also goes to the database by hand."""
    grown = facts.grow(sizes.facts)
    client = search.signed_in(port, user.email)
    asked = queries(sizes.reports + WARM_UP)
    beside = []
    for number, query in enumerate(asked):
        answer = client.get(_address(query))
        if answer.status != 200:
            raise WrongPage(f"{answer.status} for {query}: {answer.body[:300]!r}")
        beside.append(by_hand.seconds(by_hand.STATEMENTS["outcomes"], query))
        if number < WARM_UP:
            client.seconds.clear()
            beside.clear()
    p50 = figures.percentile(client.seconds, 50)
    slowest = client.seconds.index(max(client.seconds))
    return {
        "p50_ms": figures.milliseconds(p50),
        "p95_ms": figures.milliseconds(figures.percentile(client.seconds, 95)),
        "slowest_ms": figures.milliseconds(max(client.seconds)),
        "slowest": json.dumps(asked[WARM_UP + slowest], default=str),
        "ratio_to_sql": round(p50 / figures.percentile(beside, 50), 2),
        "sql_p50_ms": figures.milliseconds(figures.percentile(beside, 50)),
        "ratio_to_sql_by_query": round(
            statistics.median(ours / theirs for ours, theirs in zip(client.seconds, beside, strict=True)), 2
        ),
        "sql_p95_ms": figures.milliseconds(figures.percentile(beside, 95)),
        "outcomes": Outcome.objects.count(),
        "reports": len(client.seconds),
        **grown,
    }


def addresses(count: int) -> list[str]:
    """Addresses of different reports."""
    return [_address(query) for query in queries(count)]


def _address(query: Query) -> str:
    return f"{PATH}?{urlencode(query, doseq=True)}"


def queries(count: int) -> list[Query]:
    """Different questions: some about everything, most with several filters, dates that are not whole months."""
    rng = random.Random(1)
    clinics = list(Clinic.objects.values_list("public_id", flat=True))
    return [_query(rng, clinics) for _query_number in range(count)]


def _query(rng: random.Random, clinics: list[object]) -> Query:
    query: Query = {"instrument": rng.choice(["nrs_average", "nrs_now", "peg", "pgic"])}
    if rng.random() < 0.5:
        query["modality"] = rng.sample(["prp", "cell", "exosome"], rng.randrange(1, 3))
    if rng.random() < 0.5:
        query["region"] = rng.sample(["knee", "shoulder", "back", "elbow"], rng.randrange(1, 4))
    if rng.random() < 0.4:
        query["clinic"] = rng.sample(clinics, rng.randrange(1, 3))
    if rng.random() < 0.7:
        first = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=rng.randrange(200, 1200))
        query["opened_from"] = first.isoformat()
        query["opened_to"] = (first + dt.timedelta(days=rng.randrange(30, 900))).isoformat()
    if rng.random() < 0.3:
        query["group_by"] = "treatment"
    return query
