"""Linear models as their reference names them: a design from names of coefficients. No Django, no database."""

from collections.abc import Iterable, Mapping, Sequence
from math import prod

import numpy as np

from outcomes.statistics.arrays import Array
from outcomes.statistics.mmrm import Record

# A variable's name → its number, or its level as text.
Variables = Mapping[str, float | str]


def column(name: str, of: Variables) -> float:
    """One cell of the design by the name that R gives its column: "(Intercept)", "age", "armTRT", "age:armTRT"."""
    return prod(_part(part, of) for part in name.split(":"))


def _part(name: str, of: Variables) -> float:
    if name == "(Intercept)":
        return 1.0
    value = of.get(name)
    if isinstance(value, int | float):
        return float(value)
    return float(any(name == f"{factor}{level}" for factor, level in of.items() if isinstance(level, str)))


def row(names: Sequence[str], of: Variables) -> Array:
    """A row of the design."""
    return np.array([column(name, of) for name in names])


def record(names: Sequence[str], seen: Iterable[tuple[int, Variables, float]]) -> Record:
    """One patient: the place of each visit, its variables, and the outcome."""
    places, variables, outcomes = zip(*seen, strict=True)
    return Record(places, np.array([row(names, of) for of in variables]), np.array(outcomes))
