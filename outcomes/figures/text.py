"""Measuring, breaking and placing text without knowing the reader's fonts: a cautious average width per character."""

import re
from collections.abc import Sequence
from math import ceil

from outcomes.figures.theme import SIZE

_EM_WIDE = 0.54
_EM_USUAL = 0.52
_KEEP_TOGETHER = re.compile(r"(\d) (?=%)")


def px(words: object, size: int = SIZE) -> float:
    """About how wide these words are, in px; rather too wide than too narrow."""
    return len(str(words)) * size * _EM_WIDE


def wrap(words: str, width: float, size: int = SIZE) -> list[str]:
    """The words as lines that fit ``width`` px; a number and its % stay together."""
    lines = [""]
    for word in _KEEP_TOGETHER.sub("\\1\u00a0", words).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and px(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [line for line in lines if line]


def cut(words: str, width: float, size: int = SIZE) -> str:
    """The words shortened in the middle to fit ``width`` px: names of sites and arms often differ at the end."""
    most = max(4, int(width / (size * _EM_USUAL)))
    if len(words) <= most:
        return words
    return words[: ceil(most * 0.6) - 1].rstrip() + "…" + words[-int(most * 0.4) :].lstrip()


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as near to the wanted ones as possible, at least ``gap`` apart and inside ``low`` to ``high``."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [0.0] * len(wanted)
    at = low - gap
    for i in order:
        placed[i] = at = max(wanted[i], at + gap)
    top = high
    for i in reversed(order):
        placed[i] = min(placed[i], top)
        top = placed[i] - gap
    return placed


def thin(values: Sequence[float], px_per_unit: float, gap: float) -> list[float]:
    """Sorted values at least ``gap`` px apart; the first and the last are kept."""
    kept = [values[0]]
    for value in values[1:]:
        if (value - kept[-1]) * px_per_unit >= gap:
            kept.append(value)
    if kept[-1] != values[-1]:
        kept[-1 if len(kept) > 1 else len(kept) :] = [values[-1]]
    return kept
