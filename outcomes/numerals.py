"""Numbers, scales and thresholds as people read them. No Django."""

from decimal import Decimal
from typing import Protocol

FEW = 5  # Below this no mean, share or interval is drawn: it would say more about chance than about treatment.


class Scale(Protocol):
    """The whole range of an instrument, such as a report's measure."""

    @property
    def label(self) -> str: ...

    @property
    def minimum(self) -> Decimal: ...

    @property
    def maximum(self) -> Decimal: ...

    @property
    def is_higher_better(self) -> bool: ...

    @property
    def mcid(self) -> Decimal | None: ...


def decimals(value: float, places: int = 1) -> str:
    """A number for people: rounded half up, with a real minus sign; never "-0.0"."""
    scaled = int(abs(value) * 10**places + 0.5)
    sign = "−" if value < 0 and scaled else ""
    return f"{sign}{scaled / 10**places:,.{places}f}"


def percent(share: float) -> str:
    """A fraction as whole percent, rounded half up."""
    return f"{decimals(100 * share, 0)} %"


def several(n: int, one: str, more: str = "") -> str:
    """How many of what, like "1 course" or "1,204 courses"; ``more`` where an "s" does not do."""
    return f"{n:,} {one if n == 1 else more or f'{one}s'}"


def plain(number: Decimal) -> str:
    """A number as short as it is exact: "10", "0.5"."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def scale_words(scale: Scale) -> str:
    """The range and direction of an instrument, like "0–10, higher = worse"."""
    direction = "better" if scale.is_higher_better else "worse"
    return f"{plain(scale.minimum)}–{plain(scale.maximum)}, higher = {direction}"


def points(scale: Scale) -> str:
    """The published threshold in words, like "2 points"; empty where there is none."""
    return "" if scale.mcid is None else f"{plain(scale.mcid)} point{'' if scale.mcid == 1 else 's'}"
