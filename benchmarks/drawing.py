"""Figures through HTTP: the first one, one that nobody has asked for yet, one that is kept, and memory after very many."""

import random
import time
from typing import Any

import psutil
from django.core.cache import cache

from benchmarks import figures, report, search
from benchmarks.browser import Connection, WrongPage
from benchmarks.sizes import Sizes
from clinic.models import User
from outcomes.drawing.process import ENGINE
from outcomes.report_kinds import KINDS

# As many different ones are asked for one by one.
SAMPLE = 60


def measure(sizes: Sizes, *, port: int, user: User, web: psutil.Process) -> dict[str, Any]:
    """One person looks at figure after figure, at most half of which were drawn before."""
    client = search.signed_in(port, user.email)
    asked = _addresses(sizes.drawings)
    cache.clear()
    first = _seconds(client, asked[:1])
    cold = _seconds(client, asked[1 : SAMPLE + 1])
    warm = _seconds(client, asked[1 : SAMPLE + 1])
    before = _memory(web)
    began = time.monotonic()
    many = _seconds(client, asked)
    return {
        "first_ms": figures.milliseconds(first[0]),
        **_percentiles("cold", cold),
        **_percentiles("warm", warm),
        "slowest_of_many_ms": figures.milliseconds(max(many)),
        "per_s": round(len(many) / (time.monotonic() - began), 1),
        "looked_at": len(many),
        "different": len(set(asked)),
        "web_memory_before_mb": before["web"],
        **{f"{name}_memory_mb": size for name, size in _memory(web).items()},
    }


def _percentiles(name: str, seconds: list[float]) -> dict[str, float]:
    return {
        f"{name}_p50_ms": figures.milliseconds(figures.percentile(seconds, 50)),
        f"{name}_p95_ms": figures.milliseconds(figures.percentile(seconds, 95)),
    }


def _seconds(client: Connection, addresses: list[str]) -> list[float]:
    client.seconds.clear()
    for address in addresses:
        answer = client.get(address)
        if answer.status != 200 or not answer.body.startswith(b"<svg"):
            raise WrongPage(f"{answer.status} for {address}: {answer.body[:300]!r}")
    return list(client.seconds)


def _addresses(count: int) -> list[str]:
    """Figures of every report, with the random filters of the outcome report, in every width and colour."""
    rng = random.Random(1)
    named = [(kind.name, figure) for kind in KINDS for figure in kind.figures]
    questions = report.questions(max(20, count // 40))
    found = []
    for number in range(count):
        kind, figure = named[number % len(named)]
        drawing = f"format=svg&figure={figure}&width={rng.choice([360, 720])}&variant={rng.choice(['light', 'dark'])}"
        found.append(f"/api/v1/reports/{kind}/?{rng.choice(questions)}&{drawing}")
    return found


def _memory(web: psutil.Process) -> dict[str, float]:
    """The largest web process and the largest drawing program, in MB; 0 for one that has ended."""
    sizes = {"web": 0.0, "drawing": 0.0}
    for one in [web, *web.children(recursive=True)]:
        try:
            name = "drawing" if ENGINE in one.cmdline() else "web"
            sizes[name] = max(sizes[name], round(one.memory_full_info().pss / 1e6, 1))
        except psutil.NoSuchProcess:
            continue
    return sizes
