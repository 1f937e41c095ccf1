"""What was compared with reference values, line by line, and how far apart it lay. No Django, no database."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

# Reference values are printed with 15 digits; this much is left of them after a few sums.
EXACT = 1e-9

Figure = float | int | None


@dataclass
class Line:
    """One kind of value of one reference file. ``furthest`` is the largest deviation: absolute, above 1 relative."""

    source: str
    what: str
    tolerance: float
    n: int = 0
    furthest: float = 0.0
    differences: list[str] = field(default_factory=list)

    def compare(self, where: str, expected: Mapping[str, Figure], found: Mapping[str, Figure]) -> None:
        """Compare every expected value by its name; None must be None, and so must what is not there."""
        for name, wanted in expected.items():
            self._compare(where, name, wanted, found.get(name))

    def note(self, is_right: bool, otherwise: str) -> None:
        """Count something that is no number: right, or the difference ``otherwise`` in words."""
        self.n += 1
        if not is_right:
            self.furthest = math.inf
            self.differences.append(otherwise)

    @property
    def passed(self) -> int:
        """How many values agree."""
        return self.n - len(self.differences)

    def _compare(self, where: str, name: str, wanted: Figure, found: Figure) -> None:
        self.n += 1
        apart = deviation(wanted, found)
        if apart <= self.tolerance:
            self.furthest = max(self.furthest, apart)
        else:
            self.furthest = math.inf if math.isinf(apart) else max(self.furthest, apart)
            self.differences.append(f"{where}: {name} is {found}, expected {wanted} ({self.source})")


def deviation(wanted: Figure, found: Figure) -> float:
    """How far the two are apart: absolute, relative to ``wanted`` where that is beyond 1; infinite if only one is there."""
    if wanted is None or found is None:
        return 0.0 if wanted is found else math.inf
    apart = abs(found - wanted) / max(1.0, abs(wanted))
    return math.inf if math.isnan(apart) else apart


class Ledger:
    """All lines, in the order in which they were opened."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], Line] = {}

    def line(self, source: str, what: str, tolerance: float = EXACT) -> Line:
        """The line for this kind of value, opened when first asked for."""
        return self._lines.setdefault((source, what), Line(source, what, tolerance))

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines.values())

    @property
    def passed(self) -> int:
        """How many values agree, of all lines."""
        return sum(line.passed for line in self)

    @property
    def failed(self) -> int:
        """How many do not."""
        return sum(len(line.differences) for line in self)
