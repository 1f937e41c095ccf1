"""Series as colour, dash and marker, in words, and with the numbers under the axis."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from outcomes.figures.parts import WIDE, Canvas, at_px, layer, texts, words
from outcomes.figures.scales import TimeAxis
from outcomes.figures.text import cut, px, spread
from outcomes.figures.theme import MOST_GROUPS, GroupStyle, Series, Spec, Tokens, group_styles

LINE = 18  # px between two lines of words
_BESIDE = {2: 9, 3: 8}  # px from one series to the next, by their number
_EARLY = 12  # px before the right end of the plot, where a line counts as ended early
_LONGEST_LEFT = 100  # px; longer names stand only at the end of their line


def most(sizes: Iterable[tuple[Series, int]]) -> list[Series]:
    """The series that are drawn, in the order given: the largest, as many as can be told apart. Sizes are added up."""
    kept: dict[str, Series] = {}
    total: dict[str, int] = {}
    for series, size in sizes:
        kept.setdefault(series.key, series)
        total[series.key] = total.get(series.key, 0) + size
    largest = sorted((key for key in total if total[key]), key=lambda key: -total[key])[:MOST_GROUPS]
    return [series for key, series in kept.items() if key in largest]


def only_most(drawn: Sequence[Series], of: int) -> str:
    """Says so when not every one of ``of`` series is drawn."""
    return (
        "" if len(drawn) >= of else f" Only the {len(drawn)} groups with most scores are drawn; all are in the table."
    )


@dataclass(frozen=True)
class Lines:
    """The ``drawn`` series of a figure ``width`` px wide. Styles are given out among ``every`` series there is."""

    drawn: Sequence[Series]
    every: Sequence[Series]
    width: int
    tokens: Tokens

    @cached_property
    def names(self) -> dict[str, str]:
        """By key, short enough to stand beside the plot."""
        return {series.key: cut(series.label, self.width * 0.26) for series in self.drawn}

    @cached_property
    def styles(self) -> dict[str, GroupStyle]:
        """By key. Where not every series is drawn, only those that are share out the styles, so that none repeats."""
        return group_styles(self.every if len(self.every) <= MOST_GROUPS else self.drawn, self.tokens)

    @property
    def longest(self) -> float:
        """Width of the longest name, in px."""
        return max(px(name) for name in self.names.values())

    @property
    def left(self) -> int:
        """Room left of the plot, in px: a scale, and the names where they have room beside their numbers."""
        is_named = self.width >= WIDE and self.longest < _LONGEST_LEFT
        return round(44 + (self.longest + 8 if is_named else 0))

    @property
    def right(self) -> int:
        """Room for the names at the ends of their lines, in px."""
        return round(26 + self.longest + 8)

    @property
    def colour(self) -> Spec:
        """Encodes the series of each row as its colour."""
        return self._nominal([style.colour for style in self.styles.values()])

    @property
    def dash(self) -> Spec:
        """Encodes the series of each row as its dash."""
        return self._nominal([style.dash for style in self.styles.values()])

    @property
    def shape(self) -> Spec:
        """Encodes the series of each row as its marker."""
        return self._nominal([style.shape for style in self.styles.values()])

    def _nominal(self, values: Sequence[object]) -> Spec:
        scale = {"domain": list(self.styles), "range": list(values)}
        return {"field": "group", "type": "nominal", "legend": None, "scale": scale}

    def beside(self, key: str) -> float:
        """How far the marks of a series stand from their place, in px, so that bars do not cover one another."""
        order = [series.key for series in self.drawn]
        return _BESIDE.get(len(order), 5) * (order.index(key) - (len(order) - 1) / 2)

    def means(self, rows: Sequence[Spec], time: TimeAxis, y: Mapping[str, Spec]) -> list[Spec]:
        """Bars, line and points through rows of ``group``, ``day``, ``x``, ``mean`` and perhaps ``low``, ``high``.

        ``y`` holds the encodings of mean and low. Points that would touch keep their line.
        """
        x, drawn = time.encoding("x"), [row for row in rows if row["day"] in time.marked]
        bars = [row for row in drawn if "low" in row]
        return [
            layer(bars, {"type": "rule"}, x=x, y=y["low"], y2="high", color=self.colour),
            layer(rows, {"type": "line"}, x=x, y=y["mean"], color=self.colour, strokeDash=self.dash),
            layer(drawn, {"type": "point"}, x=x, y=y["mean"], color=self.colour, shape=self.shape),
        ]

    def ends(self, last: Mapping[str, tuple[float, float]], canvas: Canvas, plot_height: float) -> list[Spec]:
        """Names right of the plot, near the heights of the last points given as (x, y) in px.

        A hair line leads to a name that had to move, or whose line ends early.
        """
        placed = spread([y for _, y in last.values()], LINE, 4, plot_height - 4)
        right = canvas.plot_width
        ends: list[Spec] = [
            {
                "group": key,
                "x": right + 16,
                "y": y,
                "from_x": x + 6 if x < right - _EARLY else right + 2,
                "from_y": start,
            }
            for (key, (x, start)), y in zip(last.items(), placed, strict=True)
        ]
        led = [end for end in ends if abs(end["y"] - end["from_y"]) > 3 or end["from_x"] < right]
        hair = {"type": "rule", "stroke": self.tokens.ghost, "strokeWidth": 1}
        line = layer(led, hair, x=at_px("from_x"), y=at_px("from_y"), x2="x", y2="y")
        return [line, *self.keys(ends, self.names)]

    def keys(self, rows: Sequence[Spec], names: Mapping[str, str]) -> list[Spec]:
        """A marker with the series' name at the place of each row."""
        place = {"x": at_px("x"), "y": at_px("y")}
        marker = layer(rows, {"type": "point", "size": 60}, **place, color=self.colour, shape=self.shape)
        named = [{**row, "words": names[row["group"]]} for row in rows]
        return [marker, texts(named, self.tokens.text, dx=9)]

    def numbers(self, counts: Iterable[tuple[str, float, int]], canvas: Canvas, top: float) -> list[Spec]:
        """How many each mark is made of, one line a series under the axis. Counts are (key, x in px, n)."""
        left, tokens = canvas.left, self.tokens
        lines = {series.key: top + LINE * i for i, series in enumerate(self.drawn)}
        names = self.names if left > 70 else dict.fromkeys(self.names, "")
        heads: list[Spec] = [{"group": key, "x": 14 - left, "y": y} for key, y in lines.items()]
        cells = [{"x": x, "y": lines[key], "words": f"{n:,}"} for key, x, n in counts]
        return [
            words(["n"], 8 - left, top - 28, tokens.muted),
            *self.keys(heads, names),
            texts(cells, tokens.axis, align="center"),
        ]

    def totals(self, sizes: Mapping[str, str], canvas: Canvas, top: float) -> list[Spec]:
        """A list under the plot: marker, name and how many, where each series has one number only."""
        names = {key: f"{self.names[key]}, {size}" for key, size in sizes.items()}
        rows: list[Spec] = [{"group": key, "x": 14 - canvas.left, "y": top + LINE * i} for i, key in enumerate(sizes)]
        return self.keys(rows, names)
