"""Every figure in every state: drawn whole, says how many, hides what is made of too few."""

import json
import re
import xml.etree.ElementTree as ET
from functools import cache

import pytest
import vl_convert

from outcomes.drawing import process
from outcomes.drawing.engine import VEGA_LITE
from outcomes.drawing.kept import source
from outcomes.figures.series import Lines
from outcomes.figures.theme import TOKENS, Spec, Variant
from tests.outcomes.figures import samples
from tests.outcomes.figures.drawing import words_in
from tests.outcomes.figures.samples import EVERY, FEW, NOTHING, OTHERS

STATES = {
    f"{name}, {state}": draw
    for state, draws in (("usual", EVERY), ("few", FEW), ("nothing", NOTHING), ("other", OTHERS))
    for name, draw in draws.items()
}
HEADED = [name for name in EVERY if name != "sparkline"]


def spec_of(draw: samples.Draw, width: int = 720, variant: Variant = Variant.LIGHT) -> Spec:
    return draw(width=width, variant=variant)


@cache
def svg_of(draw: samples.Draw, width: int = 720, variant: Variant = Variant.LIGHT) -> str:
    return process.draw("svg", source(spec_of(draw, width, variant))).decode()


def layers_of(spec: Spec) -> list[Spec]:
    """Every single layer, however deep."""
    return [layer for part in spec["layer"] for layer in (layers_of(part) if "layer" in part else [part])]


def rows_of(spec: Spec) -> list[Spec]:
    return [row for layer in layers_of(spec) for row in layer["data"]["values"]]


def values_of(spec: Spec, name: str) -> set[object]:
    """All that is drawn of one number."""
    return {row[name] for row in rows_of(spec) if name in row}


NARROW_AND_WIDE = [(state, 360) for state in STATES] + [(f"{name}, usual", 720) for name in EVERY]


@pytest.mark.parametrize(("state", "width"), NARROW_AND_WIDE)
def test_it_is_drawn_whole(state, width):
    svg = svg_of(STATES[state], width)
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("width") == ("120" if state.startswith("sparkline") else str(width))
    assert not re.search(r"\sstyle=|<style|<script|<image|foreignObject|\son\w+=|https?://(?!www\.w3\.org)", svg)
    assert not re.search(r"NaN|undefined|\bnull\b|Infinity", svg)
    wide, high = float(root.get("width")), float(root.get("height"))
    for words, left, right, y in words_in(svg):
        assert left >= -2, words
        assert right <= wide + 2, words
        assert 0 < y <= high, words


@pytest.mark.parametrize("state", STATES)
def test_no_words_are_drawn_over_others(state):
    """Half an em a character, so what barely touches is not found; halos stand under their own words."""
    found = sorted(set(words_in(svg_of(STATES[state], 360))))
    for i, (words, left, right, y) in enumerate(found):
        for other, other_left, other_right, other_y in found[i + 1 :]:
            apart = abs(y - other_y) > 9 or min(right, other_right) <= max(left, other_left)
            assert apart, (words, other)


@pytest.mark.parametrize("name", EVERY)
def test_it_is_described_for_those_who_do_not_see_it(name):
    svg = svg_of(EVERY[name])
    uid = re.search(r'aria-labelledby="(f\w+)-t" aria-describedby="\1-d"', svg)[1]
    title = re.search(rf'<title id="{uid}-t">(.+?)</title>', svg)[1]
    description = re.search(rf'<desc id="{uid}-d">(.+?)</desc>', svg)[1]
    assert title
    assert len(description) > len(title)
    assert re.search(r"\d", description)


@pytest.mark.parametrize("state", STATES)
def test_the_same_rows_make_the_same_figure(state):
    assert source(spec_of(STATES[state])) == source(spec_of(STATES[state]))


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("variant", [Variant.DARK, Variant.PRINT])
def test_other_variants_differ_in_nothing_but_colour_and_weight(name, variant):
    def bare(spec: Spec) -> str:
        text = re.sub(r'"#[0-9a-f]{6}"|"strokeWidth":[\d.]+|"gridWidth":[\d.]+', "", source(spec))
        return text.replace("null", "")

    light, other = spec_of(EVERY[name]), spec_of(EVERY[name], variant=variant)
    assert bare(light) == bare(other)
    assert other["config"]["background"] == TOKENS[variant].background


@pytest.mark.parametrize("variant", list(Variant))
def test_words_can_be_read_on_every_page(variant):
    """WCAG 2.2, 1.4.3: at least 4.5 to 1 for words."""
    tokens = TOKENS[variant]

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for pair in (
        (tokens.text, tokens.background),
        (tokens.muted, tokens.background),
        (tokens.axis, tokens.background),
        (tokens.axis, tokens.same),
        (tokens.background, tokens.better),
        (tokens.background, tokens.worse),
    ):
        low, high = sorted(map(light, pair))
        assert (high + 0.05) / (low + 0.05) >= 4.5, pair


@pytest.mark.parametrize("state", STATES)
def test_the_compiler_has_no_warnings(state, capfd):
    vl_convert.vegalite_to_vega(source(spec_of(STATES[state])), vl_version=VEGA_LITE, show_warnings=True)
    said = capfd.readouterr()
    assert said.out + said.err == ""


HOW_MANY = {
    "flow": ["1,204 · 100 %", "−73 no score before", "611 · 51 %"],
    "responder-curve": ["PRP, n 290", "Stem cell, n 132", "Exosome, n 42"],
    "change-spread": ["290 in all", "191 better · 78 about the same · 21 worse"],
    "small-multiples": ["n 52", "n 132"],
    "response-rate": ["245 of 402", "2 of 4"],
    "funnel": ["Not drawn: 2 with fewer than 5"],
    "p-chart": ["49", "52"],
    "cusum": ["180 courses"],
    "kaplan-meier": ["290", "211", "102"],
    "state-occupancy": ["n 290", "n 241", "118", "152"],
    "dose-response": ["160 courses", "PRP (n 77)"],
    "event-rates": ["71 of 611", "0 of 66"],
    "patient-curve": ["of 214 similar patients"],
    "similar-patients": ["4,071", "3,171"],
    "opioid-pairs": ["one line per patient (34)", "18 lower"],
    "group-comparison": ["394", "176"],
}


@pytest.mark.parametrize("name", HOW_MANY)
def test_it_says_how_many(name):
    said = " ".join(words for words, *_ in words_in(svg_of(EVERY[name])))
    for words in HOW_MANY[name]:
        assert words in said


def test_every_figure_is_asked_how_many():
    assert [*HOW_MANY] == HEADED


@pytest.mark.parametrize("name", FEW)
def test_what_is_made_of_too_few_is_not_drawn(name):
    spec = spec_of(FEW[name])
    said = " ".join(words for words, *_ in words_in(svg_of(FEW[name]))).lower()
    assert re.search(r"too few|fewer than", said)
    drawn = [row for row in rows_of(spec) if {"mean", "share", "p50", "dose", "difference"} & row.keys() and "n" in row]
    assert all(row["n"] >= 5 for row in drawn)


def test_a_series_of_too_few_has_no_curve():
    for name in ("responder-curve", "kaplan-meier"):
        rows = [row for row in rows_of(spec_of(FEW[name])) if "share" in row]
        assert {row["group"] for row in rows} == {"prp", "cell"}


def test_a_difference_from_too_few_is_not_drawn():
    rows = [row for row in rows_of(spec_of(FEW["group-comparison"])) if "difference" in row]
    assert {row["day"] for row in rows} == {samples.day(time) for time in ("week 6", "month 3", "month 6")}


def test_a_curve_stops_where_too_few_are_followed():
    [prp, cell, _] = samples.survival()
    assert prp.drawn == list(prp.steps)
    assert [step.n for step in cell.steps][-1] < 5
    assert [step.day for step in cell.drawn] == [step.day for step in cell.steps]
    assert cell.drawn[-1].share == cell.drawn[-2].share


class TestNothingIsLost:
    """What was given is in the specification, number for number."""

    def test_flow(self):
        assert values_of(spec_of(EVERY["flow"]), "n") == {stage.n for stage in samples.stages()}

    def test_responders(self):
        given = {(c.series.key, at, k) for c in samples.responders() for at, k in c.reached.items()}
        drawn = {(r["group"], r["at_least"], r["k"]) for r in rows_of(spec_of(EVERY["responder-curve"])) if "k" in r}
        assert drawn == given

    def test_change(self):
        given = {(part.change, part.n) for part in samples.spread().bins if part.n}
        drawn = {(r["change"], r["n"]) for r in rows_of(spec_of(EVERY["change-spread"])) if "change" in r}
        assert drawn == given

    def test_panels(self):
        given = {round(visit.mean.value, 6) for panel in samples.panels() for visit in panel.visits}
        assert {round(value, 6) for value in values_of(spec_of(EVERY["small-multiples"]), "mean")} == given

    def test_shares(self):
        rows = rows_of(spec_of(EVERY["response-rate"]))
        given = {(rate.label, rate.answered.k, rate.answered.n) for rate in samples.rates() if rate.answered.n >= 5}
        assert {(row["label"], row["k"], row["n"]) for row in rows if "k" in row} == given

    def test_events(self):
        rows = rows_of(spec_of(EVERY["event-rates"]))
        given = {(rate.kind, rate.k, rate.n, rate.interval) for rate in samples.events()}
        assert {(r["label"], r["k"], r["n"], (r["low"], r["high"])) for r in rows if "k" in r} == given

    def test_units(self):
        units, _, _ = samples.units()
        rows = rows_of(spec_of(EVERY["funnel"]))
        assert {(r["unit"], r["k"], r["n"]) for r in rows if "unit" in r} == {
            (unit.label, unit.k, unit.n) for unit in units if unit.n >= 5
        }

    def test_months(self):
        periods, _ = samples.periods()
        rows = rows_of(spec_of(EVERY["p-chart"]))
        assert {(r["month"], r["k"], r["n"]) for r in rows if "month" in r} == {(p.label, p.k, p.n) for p in periods}

    def test_sums(self):
        given = {(point.number, point.value) for point in samples.sums()}
        rows = rows_of(spec_of(EVERY["cusum"]))
        assert {(r["number"], r["value"]) for r in rows if "number" in r} == given

    def test_survival(self):
        rows = [row for row in rows_of(spec_of(EVERY["kaplan-meier"])) if "share" in row]
        assert {(r["group"], r["day"], r["share"]) for r in rows} == {
            (curve.series.key, step.day, step.share) for curve in samples.survival() for step in curve.drawn
        }

    def test_states(self):
        rows = [row for row in rows_of(spec_of(EVERY["state-occupancy"])) if row.get("kind")]
        given = [(row.in_response, row.unknown, row.not_in_response) for row in samples.occupancy()]
        assert {row["n"] for row in rows} == {count for counts in given for count in counts}

    def test_doses(self):
        doses, smooth = samples.doses()
        spec = spec_of(EVERY["dose-response"])
        assert values_of(spec, "change") == {dose.change for dose in doses}
        assert values_of(spec, "mean") == {at.mean for at in smooth}

    def test_own_scores(self):
        own = samples.own()
        rows = [row for row in rows_of(spec_of(EVERY["patient-curve"])) if "score" in row]
        assert {(row["day"], row["score"], row["assisted"]) for row in rows} == {
            (score.day, float(score.value), score.is_assisted) for score in own.scores
        }

    def test_outlooks(self):
        spec = spec_of(EVERY["similar-patients"])
        assert values_of(spec, "p50") == {row.p50 for row in samples.outlooks()}
        assert values_of(spec, "start") == {7.0}

    def test_pairs(self):
        rows = [row for row in rows_of(spec_of(EVERY["opioid-pairs"])) if "patient" in row]
        assert sum(row["dose"] for row in rows if row["moment"] == 0) == sum(pair.before for pair in samples.pairs())
        assert len(rows) == 2 * len(samples.pairs())

    def test_comparison(self):
        given, spec = samples.comparison(), spec_of(EVERY["group-comparison"])
        assert values_of(spec, "mean") == {mean.mean for mean in given.means}
        assert values_of(spec, "difference") == {row.value for row in given.differences}

    def test_trend(self):
        assert values_of(spec_of(EVERY["sparkline"]), "value") == set(samples.trend())


class TestPatientsWords:
    def test_the_own_curve_in_spanish(self):
        said = " ".join(words for words, *_ in words_in(svg_of(OTHERS["patient-curve-es"])))
        for words in ("Su dolor desde el tratamiento", "peor", "contestado con ayuda", "sin contestar", "2 puntos"):
            assert words in said
        assert not re.search(r"\b(worse|answer|points|with)\b", said)

    def test_the_outlook_in_spanish(self):
        svg = svg_of(OTHERS["similar-patients-es"])
        assert "no puede predecir cómo le irá a usted" in svg
        assert not re.search(r"\b(people|half|worse|others)\b", svg)

    def test_answers_given_with_help_are_hollow(self):
        spec, tokens = spec_of(EVERY["patient-curve"]), TOKENS[Variant.LIGHT]
        [hollow] = [
            layer
            for layer in layers_of(spec)
            if layer["mark"].get("fill") == tokens.background and "score" in json.dumps(layer["encoding"])
        ]
        assert {row["day"] for row in hollow["data"]["values"]} == {7, 210}

    def test_fewer_than_fifty_similar_patients_are_no_band(self):
        assert "too few" in svg_of(FEW["similar-patients"])


def test_a_name_whose_line_ends_early_is_led_to_it():
    lines = Lines([samples.PRP, samples.CELL], [samples.PRP, samples.CELL], 720, TOKENS[Variant.LIGHT])
    canvas = samples.a_canvas(720)
    hair = lines.ends({"prp": (100.0, 50.0), "cell": (float(canvas.plot_width), 200.0)}, canvas, 290)[0]
    assert [row["group"] for row in hair["data"]["values"]] == ["prp"]


def test_styles_do_not_repeat_where_not_every_series_is_drawn():
    kits = [samples.Group(f"kit-{i}", f"Kit {i}", "prp") for i in range(9)]
    styles = Lines(kits[3:], kits, 720, TOKENS[Variant.LIGHT]).styles
    assert len({style.shape for style in styles.values()}) == 6
    assert len({style.dash for style in styles.values()}) == 6
