"""Whole surveys a second, against bare Django answering the same requests in the same minutes."""

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks import figures, system
from benchmarks.bare_django.models import CREATE, TABLE
from benchmarks.dataset import make_table
from benchmarks.sizes import Sizes

# More than any stretch can use up.
LINKS_A_SECOND = 400
# Patients at once; the figures with a budget are those of the middle one.
AT_ONCE = (1, 8, 32)
USUAL = 8


def measure(sizes: Sizes, *, port: int, web: psutil.Process, tokens: Sequence[str], scratch: Path) -> dict[str, Any]:
    """Stretches of Mendline and of bare Django in turn; the ratio is the median of those of neighbours."""
    make_table(TABLE, CREATE)
    ours = [f"/s/{token}/" for token in tokens]
    bare = [f"/s/{number:022}/0/" for number in range(len(tokens) * 4)]
    bare_port = system.unused_port()
    with system.web("benchmarks.bare_django.app:application", bare_port, scratch / "bare.log") as bare_web:
        _load(port, ours, seconds=1, at_once=USUAL)
        _load(bare_port, bare, seconds=1, at_once=USUAL)
        cells = {
            at_once: _cell(sizes, ((web, port, ours), (bare_web, bare_port, bare)), at_once=at_once)
            for at_once in AT_ONCE
        }
    return cells[USUAL] | {"web_memory_mb": system.memory_mb(web), "cells": cells}


Side = tuple[psutil.Process, int, list[str]]


def _cell(sizes: Sizes, sides: tuple[Side, Side], *, at_once: int) -> dict[str, Any]:
    """Stretches of both sides in turn, with so many patients at once."""
    used = [system.processor_seconds([process]) for process, _, _ in sides]
    pairs = [
        [_load(port, links, sizes.flow_seconds, at_once) for _, port, links in sides]
        for _round in range(sizes.flow_rounds)
    ]
    used = [system.processor_seconds([process]) - before for (process, _, _), before in zip(sides, used, strict=True)]
    return _summary(*zip(*pairs, strict=True), used=used)


def _load(port: int, links: list[str], seconds: float, at_once: int) -> dict[str, Any]:
    """One stretch in a process of its own. The links that were used are taken off the list."""
    offered = links[: int(LINKS_A_SECOND * seconds)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", str(port), str(seconds), str(at_once)],
        input="\n".join(offered),
        capture_output=True,
        text=True,
        check=True,
        cwd=system.ROOT,
        timeout=seconds + 60,
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    if measured["errors"]:
        raise RuntimeError(f"The survey pages went wrong: {measured['errors'][0]}")
    del links[: measured["surveys"]]
    return measured | {"surveys_per_s": measured["surveys"] / measured["seconds"]}


def _summary(ours: Sequence[dict[str, Any]], bare: Sequence[dict[str, Any]], used: list[float]) -> dict[str, Any]:
    request_seconds = [second for stretch in ours for second in stretch["request_seconds"]]
    surveys, bare_surveys = (sum(stretch["surveys"] for stretch in stretches) for stretches in (ours, bare))
    ratios = [one["surveys_per_s"] / other["surveys_per_s"] for one, other in zip(ours, bare, strict=True)]
    return {
        "surveys_per_s": round(statistics.median(stretch["surveys_per_s"] for stretch in ours), 1),
        "request_p50_ms": figures.milliseconds(figures.percentile(request_seconds, 50)),
        "request_p95_ms": figures.milliseconds(figures.percentile(request_seconds, 95)),
        "request_p99_ms": figures.milliseconds(figures.percentile(request_seconds, 99)),
        "ratio_to_bare_django": round(statistics.median(ratios), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
        "bare_surveys_per_s": round(statistics.median(stretch["surveys_per_s"] for stretch in bare), 1),
        "requests_a_survey": round(sum(stretch["requests"] for stretch in ours) / surveys, 1),
        "surveys": surveys,
        "web_cpu_ms_a_survey": round(1000 * used[0] / surveys, 1),
        "bare_web_cpu_ms_a_survey": round(1000 * used[1] / bare_surveys, 1),
        "client_cores": round(statistics.median(stretch["client_cores"] for stretch in ours), 2),
    }
