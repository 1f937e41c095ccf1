"""How every figure looks: colours of the light, the dark and the printed page, text sizes, and the styles of series.

Colours were chosen for contrast and so that the products stay apart for colour-blind readers; dash, marker and a direct
label say the same once more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

Spec = dict[str, Any]

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif'
SIZE = 13  # px; nothing is smaller
TITLE_SIZE = 16
MOST_GROUPS = 6  # more lines than this cannot be told apart


class Variant(StrEnum):
    """Which page the figure stands on."""

    LIGHT = "light"
    DARK = "dark"
    PRINT = "print"


@dataclass(frozen=True)
class Tokens:
    """The colours of one variant. ``hues`` by modality; ``others`` for further groups of no known modality."""

    background: str
    text: str
    muted: str
    axis: str
    grid: str
    reference: str
    few: str
    ghost: str
    edge: str
    hues: dict[str, str]
    others: tuple[str, ...]
    better: str
    same: str
    worse: str
    surface: str  # a zone behind the plot
    mark: str  # what is drawn where there are no series
    alert: str
    thin: float = 1  # weight of lines; print is finer


TOKENS = {
    Variant.LIGHT: Tokens(
        background="#ffffff",
        text="#16202a",
        muted="#4a5866",
        axis="#3d4a57",
        grid="#dce3e8",
        reference="#6b7785",
        few="#8d99a4",
        ghost="#cbd5dc",
        edge="#5b6b79",
        hues={"prp": "#2a83e0", "cell": "#b03a06", "exosome": "#35104f"},
        others=("#5b6b79", "#16202a", "#8f6200"),
        better="#14857a",
        same="#dde4e9",
        worse="#7a1244",
        surface="#f2f5f7",
        mark="#0b3d6b",
        alert="#7a1244",
    ),
    Variant.DARK: Tokens(
        background="#16202a",
        text="#e8eef3",
        muted="#b3c0cc",
        axis="#c3ced8",
        grid="#2b3a47",
        reference="#8b99a6",
        few="#66757f",
        ghost="#33424f",
        edge="#8f9ca8",
        hues={"prp": "#4c97e0", "cell": "#f2a65a", "exosome": "#efe3ff"},
        others=("#8f9ca8", "#e8eef3", "#d9b14a"),
        better="#3dbbac",
        same="#33424f",
        worse="#ffe0ec",
        surface="#1f2c38",
        mark="#8cc4ff",
        alert="#ffe0ec",
    ),
    Variant.PRINT: Tokens(
        background="#ffffff",
        text="#000000",
        muted="#333333",
        axis="#000000",
        grid="#d5d5d5",
        reference="#555555",
        few="#808080",
        ghost="#bdbdbd",
        edge="#333333",
        hues={"prp": "#2a83e0", "cell": "#b03a06", "exosome": "#35104f"},
        others=("#5b6b79", "#000000", "#8f6200"),
        better="#14857a",
        same="#e4e4e4",
        worse="#7a1244",
        surface="#f0f0f0",
        mark="#0b3d6b",
        alert="#7a1244",
        thin=0.8,
    ),
}


class Series(Protocol):
    """What is drawn as one line, such as a report's group. ``key`` is unique in the figure."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def modality(self) -> str: ...


@dataclass(frozen=True)
class GroupStyle:
    """How one group is drawn: any one of the three tells it apart from its neighbours."""

    colour: str
    dash: tuple[int, ...]
    shape: str


_FIRST: dict[str, tuple[tuple[int, ...], str]] = {
    "prp": ((1, 0), "circle"),
    "cell": ((7, 4), "square"),
    "exosome": ((2, 4), "triangle-up"),
    "other": ((10, 3, 2, 3), "diamond"),
}
_FURTHER: tuple[tuple[tuple[int, ...], str], ...] = (
    ((4, 2), "cross"),
    ((12, 4), "triangle-down"),
    ((1, 3), "triangle-right"),
    ((8, 2, 1, 2, 1, 2), "triangle-left"),
    ((16, 3, 3, 3), "M-0.9,-0.9L0.9,0.9L0.9,-0.9L-0.9,0.9Z"),  # two triangles that meet at their tips
)


def group_styles(groups: Iterable[Series], tokens: Tokens) -> dict[str, GroupStyle]:
    """A style for each group by its key. The first of a modality always looks the same, whoever else is there."""
    styles: dict[str, GroupStyle] = {}
    seen: dict[str, int] = {}
    for group in groups:
        number = seen[group.modality] = seen.get(group.modality, -1) + 1
        dash, shape = _FURTHER[(number - 1) % len(_FURTHER)] if number else _FIRST.get(group.modality, _FIRST["other"])
        colour = tokens.hues.get(group.modality, tokens.others[number % len(tokens.others)])
        styles[group.key] = GroupStyle(colour, dash, shape)
    return styles


def config(tokens: Tokens) -> Spec:
    """The Vega-Lite configuration shared by every figure of a variant."""
    words = {"labelFontSize": SIZE, "labelColor": tokens.axis, "titleFontSize": SIZE, "titleColor": tokens.axis}
    return {
        "aria": False,
        "background": tokens.background,
        "font": FONT,
        "customFormatTypes": False,
        "view": {"stroke": None},
        "axis": {
            **words,
            "titleFontWeight": 400,
            "labelPadding": 5,
            "titlePadding": 7,
            "gridColor": tokens.grid,
            "gridWidth": tokens.thin,
            "domainColor": tokens.axis,
            "tickColor": tokens.axis,
            "tickSize": 4,
            "labelFlush": False,
            "labelOverlap": False,
            "labelLimit": 0,
        },
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False},
        "axisBand": {"grid": False, "ticks": False, "domain": False},
        "line": {"strokeWidth": 2.5 * tokens.thin, "strokeCap": "butt"},
        "rule": {"strokeWidth": 1.5 * tokens.thin},
        "point": {"filled": True, "opacity": 1, "size": 75, "stroke": tokens.background, "strokeWidth": 1.5},
        "text": {"fontSize": SIZE, "align": "left", "baseline": "middle"},
    }
