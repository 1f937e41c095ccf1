"""Figures: every state at both widths, checked in the drawing itself."""

import dataclasses
import datetime as dt
import re
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest

from outcomes.drawing import process
from outcomes.drawing.kept import source
from outcomes.figures import Variant
from outcomes.figures.better_same_worse import better_same_worse
from outcomes.figures.mean_pain import mean_pain
from outcomes.figures.scales import ticks
from outcomes.figures.text import cut, spread, thin, wrap
from outcomes.figures.theme import TOKENS, group_styles
from outcomes.instruments import scales
from outcomes.reports import Bands, Group, Measure, OutcomeReport, ReportFilter, Row
from outcomes.statistics import mean_from_sums, proportion
from tests.outcomes.figures.drawing import words_in
from treatments.timepoints import planned_day

PRP, CELL, EXOSOME = Group("prp", "PRP", "prp"), Group("cell", "Stem cell", "cell"), Group("exo", "Exosome", "exosome")
ARMS = [Group(f"arm-{i}", f"Arm {i} with a long name, {i}000 U", "other") for i in range(3)]
VARIANTS = [Group(f"kit-{i}", f"PRP kit {i}", "prp") for i in range(9)]
TIMES = ("baseline", "week 1", "week 2", "week 6", "month 3", "month 6", "month 12")
NRS = scales()["nrs_average"]
PAIN = Measure("nrs_average", NRS.name, Decimal(0), Decimal(10), False, mcid=Decimal(2), mcid_source="Farrar 2001")
HEADACHE = Measure("headache", "Headache severity, weekly sum", Decimal(0), Decimal(140), False, is_imported=True)
KNEE = Measure("oks", "Knee score", Decimal(8), Decimal(48), True, mcid=Decimal(5), mcid_source="x")


def a_row(measure, group, timepoint, n, mean):
    spread_of = (measure.maximum - measure.minimum) / 5
    total = Decimal(str(mean)) * n
    squares = total * Decimal(str(mean)) + spread_of * spread_of * (n - 1)
    pairs = n if timepoint != "baseline" else 0
    bands = Bands(pairs // 2, pairs - pairs // 2 - pairs // 9, pairs // 9) if measure.mcid is not None else None
    return Row(
        group=group,
        timepoint=timepoint,
        planned_day=planned_day(timepoint),
        day=float(planned_day(timepoint)),
        n=n,
        mean=mean_from_sums(n, total, squares),
        change=mean_from_sums(pairs, Decimal(-2 * pairs), Decimal(9 * pairs)),
        n_without_baseline=0,
        n_baseline_zero=0,
        responder_30=proportion(pairs // 2, pairs),
        responder_50=proportion(pairs // 3, pairs),
        bands=bands,
        completeness=None,
    )


def a_report(groups, times=TIMES, measure=PAIN, sizes=(400, 180, 60)):
    low, wide = float(measure.minimum), float(measure.maximum - measure.minimum)
    rows = [
        a_row(measure, group, time, max(1, sizes[i % 3] - 20 * j), low + wide * (0.66 - 0.03 * i - 0.04 * j))
        for i, group in enumerate(groups)
        for j, time in enumerate(times)
    ]
    totals = [a_row(measure, Group("all", "All", ""), time, 600, low + wide * 0.66) for time in times] if groups else []
    return OutcomeReport(
        as_of=dt.date(2026, 3, 2),
        filter=ReportFilter(clinic=()),
        clinics=("Northside",),
        measure=measure,
        groups=tuple(groups),
        rows=tuple(rows),
        totals=tuple(totals),
        caveats=(),
    )


REPORTS = {
    "three products": a_report([PRP, CELL, EXOSOME]),
    "one product": a_report([PRP]),
    "thousands": a_report([PRP], sizes=(48123, 0, 0)),
    "few": a_report([PRP, EXOSOME], sizes=(40, 6, 4)),
    "baseline only": a_report([PRP, CELL], times=("baseline",)),
    "no baseline": a_report([PRP, CELL], times=("month 3", "month 6")),
    "arms of a trial": a_report(ARMS, times=("baseline", "month 3", "month 12"), measure=HEADACHE),
    "higher is better": a_report([PRP, CELL], measure=KNEE),
    "nine kits": a_report(VARIANTS),
    "nothing": a_report([]),
}


def drawn(report, figure, width, variant=Variant.LIGHT) -> str:
    return process.draw("svg", source(figure(report, width=width, variant=variant))).decode()


@pytest.mark.parametrize("width", [360, 720])
@pytest.mark.parametrize("figure", [mean_pain, better_same_worse])
@pytest.mark.parametrize("name", REPORTS)
def test_every_state_is_drawn_whole(name, figure, width):
    svg = drawn(REPORTS[name], figure, width)
    root = ET.fromstring(svg)
    assert (root.get("width"), root.get("role")) == (str(width), "img")
    spec = figure(REPORTS[name], width=width, variant=Variant.LIGHT)
    padding = spec["padding"]["top"] + spec["padding"]["bottom"]
    assert spec["height"] + padding == int(root.get("height")), "the height that a page leaves for it"
    assert not re.search(r"\sstyle=|<style|<script|<image|foreignObject|\son\w+=|https?://(?!www\.w3\.org)", svg)
    assert not re.search(r"NaN|undefined|\bnull\b|Infinity", svg)
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert len(ids) == len(set(ids)) >= 2
    height = float(root.get("height"))
    for words, left, right, y in words_in(svg):
        assert left >= -2, words
        assert right <= width + 2, words
        assert 0 < y <= height, words


@pytest.mark.parametrize("figure", [mean_pain, better_same_worse])
def test_the_description_has_the_numbers(figure):
    description = re.search(r"<desc[^>]*>(.*?)</desc>", drawn(REPORTS["three products"], figure, 720))[1]
    assert "PRP" in description
    assert "400" in description or "190" in description


def test_a_product_keeps_its_colour_whoever_else_is_there():
    light = TOKENS[Variant.LIGHT]
    alone, together = group_styles([EXOSOME], light), group_styles([PRP, CELL, EXOSOME], light)
    assert alone["exo"] == together["exo"]
    assert light.hues["exosome"] in drawn(a_report([EXOSOME]), mean_pain, 720)


@pytest.mark.parametrize("groups", [[PRP, CELL, EXOSOME], ARMS, VARIANTS[:6]])
def test_groups_differ_in_dash_and_marker(groups):
    styles = group_styles(groups, TOKENS[Variant.LIGHT]).values()
    assert len({style.dash for style in styles}) == len(groups)
    assert len({style.shape for style in styles}) == len(groups)


def test_no_more_lines_than_can_be_told_apart_and_says_so():
    svg = drawn(REPORTS["nine kits"], mean_pain, 720)
    assert "Only the 6 groups with most scores are drawn" in svg


def test_few_scores_are_not_drawn_but_counted():
    report = a_report([PRP], times=("baseline", "month 3"), sizes=(24, 0, 0))
    spec = mean_pain(report, width=720, variant=Variant.LIGHT)
    rows = [row for part in spec["layer"] for row in part["data"]["values"]]
    assert {row["n"] for row in rows if "mean" in row} == {24}
    assert {"24", "4"} <= {row.get("words") for row in rows}
    assert "Fewer than 5: too few to draw" in drawn(report, mean_pain, 720)


def test_bars_of_too_few_are_outlines():
    spec = better_same_worse(REPORTS["few"], width=720, variant=Variant.LIGHT)
    filled = next(part for part in spec["layer"] if part["mark"] == {"type": "rect"})
    assert sum(row["n"] for row in filled["data"]["values"]) == 20
    assert "1 week: 10 better, 8 about the same, 2 worse. 2 weeks: too few." in spec["description"]


def test_intervals_stay_on_the_scale():
    report = a_report([PRP], times=("baseline",), sizes=(6, 0, 0))
    wild = dataclasses.replace(report.rows[0].mean, ci=(-3.0, 14.0))
    report = dataclasses.replace(report, rows=(dataclasses.replace(report.rows[0], mean=wild),))
    spec = source(mean_pain(report, width=720, variant=Variant.LIGHT))
    assert '"low":0.0,"high":10.0' in spec


def test_the_axis_is_the_whole_scale_and_says_which_way_is_worse():
    svg = drawn(REPORTS["arms of a trial"], mean_pain, 720)
    assert ">140<" in svg
    assert ">worse<" in svg
    assert ">better<" in drawn(REPORTS["higher is better"], mean_pain, 720)


def test_without_a_threshold_nobody_is_called_better():
    svg = drawn(REPORTS["arms of a trial"], better_same_worse, 720)
    assert "No published threshold" in svg


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (0, 140, [0, 20, 40, 60, 80, 100, 120, 140]),
        (8, 40, [8, 15, 20, 25, 30, 35, 40]),
        (1, 7, [1, 2, 3, 4, 5, 6, 7]),
        (0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (-5, 5, [-5, -4, -2, 0, 2, 4, 5]),
    ],
)
def test_ticks_are_round_and_include_both_ends(low, high, expected):
    assert ticks(Decimal(low), Decimal(high)) == [Decimal(tick) for tick in expected]


def test_words_are_broken_cut_spread_and_thinned():
    assert wrap("one two three", 50) == ["one two", "three"]
    assert cut("Riverside Spine and Joint", 90) == "Riversi…Joint"
    assert spread([10, 12, 90], 18, 0, 100) == [10, 28, 90]
    assert thin([0, 1, 2, 10], 10, 46) == [0, 10]
