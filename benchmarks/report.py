"""The outcome report of all clinics of a manager through the REST API, against the same aggregate written by hand."""

import datetime as dt
import json
import random
import statistics
import time
from typing import Any
from urllib.parse import urlencode

from django.db import connection

from benchmarks import figures, search
from benchmarks.browser import WrongPage
from benchmarks.sizes import Sizes
from clinic.models import Clinic, User
from outcomes.models import Score
from treatments.vocabulary import Modality, Region

WARM_UP = 10
PATH = "/api/v1/reports/outcomes/"
Query = dict[str, Any]

BY_HAND = """
SELECT t.modality, s.timepoint, count(*), avg(s.value), stddev_samp(s.value), avg(s.day),
  count(s.baseline), avg(s.value - s.baseline), stddev_samp(s.value - s.baseline), count(s.is_responder_30),
  count(*) FILTER (WHERE s.is_responder_30), count(*) FILTER (WHERE s.is_responder_50),
  count(*) FILTER (WHERE s.band = 1), count(*) FILTER (WHERE s.band = 0), count(*) FILTER (WHERE s.band = -1)
FROM outcomes_score s
JOIN treatments_course c ON c.id = s.course_id
JOIN treatments_treatmenttype t ON t.id = c.treatment_type_id
WHERE s.instrument = %(instrument)s AND s.value IS NOT NULL AND s.excluded = ''
  AND c.clinic_id = ANY(%(clinic_ids)s) AND t.modality = ANY(%(modality)s) AND c.region = ANY(%(region)s)
  AND c.opened_on BETWEEN %(opened_from)s AND %(opened_to)s
GROUP BY 1, 2
"""


def measure(sizes: Sizes, *, port: int, user: User) -> dict[str, Any]:
    """One person's dashboard asks report after report; every query also goes to the database by hand."""
    client = search.signed_in(port, user.email)
    queries = _queries(sizes.reports + WARM_UP)
    by_hand = []
    for number, query in enumerate(queries):
        answer = client.get(_address(query))
        if answer.status != 200:
            raise WrongPage(f"{answer.status} for {query}: {answer.body[:300]!r}")
        by_hand.append(_by_hand(query))
        if number < WARM_UP:
            client.seconds.clear()
            by_hand.clear()
    p50 = figures.percentile(client.seconds, 50)
    slowest = client.seconds.index(max(client.seconds))
    return {
        "p50_ms": figures.milliseconds(p50),
        "p95_ms": figures.milliseconds(figures.percentile(client.seconds, 95)),
        "slowest_ms": figures.milliseconds(max(client.seconds)),
        "slowest": json.dumps(queries[WARM_UP + slowest], default=str),
        "ratio_to_sql": round(p50 / figures.percentile(by_hand, 50), 2),
        "sql_p50_ms": figures.milliseconds(figures.percentile(by_hand, 50)),
        "ratio_to_sql_by_query": round(
            statistics.median(ours / theirs for ours, theirs in zip(client.seconds, by_hand, strict=True)), 2
        ),
        "scores": Score.objects.count(),
        "reports": len(client.seconds),
    }


def addresses(count: int) -> list[str]:
    """Addresses of different reports."""
    return [_address(query) for query in _queries(count)]


def questions(count: int) -> list[str]:
    """Different questions, each as the query of an address."""
    return [urlencode(query, doseq=True) for query in _queries(count)]


def _address(query: Query) -> str:
    return f"{PATH}?{urlencode(query, doseq=True)}"


def _queries(count: int) -> list[Query]:
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


def _by_hand(query: Query) -> float:
    """How long PostgreSQL and the driver take for it, in seconds."""
    clinics = Clinic.objects.filter(public_id__in=query["clinic"]) if "clinic" in query else Clinic.objects.all()
    values = {
        "instrument": query["instrument"],
        "clinic_ids": list(clinics.values_list("id", flat=True)),
        "modality": query.get("modality", [modality.value for modality in Modality]),
        "region": query.get("region", [region.value for region in Region]),
        "opened_from": query.get("opened_from", "0001-01-01"),
        "opened_to": query.get("opened_to", "9999-12-31"),
    }
    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(BY_HAND, values)
        cursor.fetchall()
        return time.perf_counter() - began
