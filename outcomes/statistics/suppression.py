"""Small cells (analytics 2.15): which counts may be shown, so that nobody can be picked out or worked out.

The strict way, for exports: counts from 1 to 10 are hidden, and more until the hidden ones cannot be worked out from
totals by adding and subtracting. The public way: everything rounded to 5, counts from 1 to 7 hidden, which needs no second step.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

BELOW = 11
PUBLIC_BELOW = 8
PUBLIC_STEP = 5

Place = tuple[int, int]


@dataclass(frozen=True)
class SafeTable:
    """A table of counts with its totals, None for hidden. Nothing hidden follows from what is shown."""

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


def is_small(n: int) -> bool:
    """Whether a count of people must be hidden: 1 to 10. Nobody may be shown."""
    return 0 < n < BELOW


def may_show_share(k: int, n: int) -> bool:
    """Whether ``k`` of ``n`` and its percentage may be shown.

    Not when k or those left over are few, nor when they are all: then everybody's answer is known. Nobody of many
    may be shown.
    """
    return n >= BELOW and not is_small(k) and n - k >= BELOW


def may_show_statistics(n: int) -> bool:
    """Whether a mean, median, minimum or maximum of ``n`` people may be shown."""
    return n >= BELOW


def may_show_both(n_first: int, n_second: int, n_both: int) -> bool:
    """Whether two filters may both be answered: those in only one of them, whom a subtraction shows, are none or many."""
    return not is_small(n_first - n_both) and not is_small(n_second - n_both)


def public_count(n: int) -> int | None:
    """A count for the public: None for 1 to 7, others to the nearest 5."""
    return None if 0 < n < PUBLIC_BELOW else (n + PUBLIC_STEP // 2) // PUBLIC_STEP * PUBLIC_STEP


def may_show_public_statistics(n: int) -> bool:
    """Whether a mean or median of ``n`` people may be shown to the public."""
    return n >= PUBLIC_BELOW


def safe_table(counts: Sequence[Sequence[int]]) -> SafeTable:
    """The counts with row, column and grand totals, small ones hidden, and others until no hidden one can be worked out.

    While one can, the smallest other count above 0 of a row or column where it stands alone is hidden, a total only
    when no cell is left. So too where hidden ones add up to 10 or fewer beside a shown total. For tables of a page:
    the work grows fast with their size.
    """
    full = _with_totals(np.array(counts, dtype=int))
    hidden = {(int(row), int(column)) for row, column in np.argwhere((full > 0) & (full < BELOW))}
    while (more := _next_to_hide(full, hidden)) is not None:
        hidden.add(more)
    shown = [
        [None if (row, column) in hidden else int(full[row, column]) for column in range(full.shape[1])]
        for row in range(full.shape[0])
    ]
    return SafeTable(
        cells=tuple(tuple(row[:-1]) for row in shown[:-1]),
        row_totals=tuple(row[-1] for row in shown[:-1]),
        column_totals=tuple(shown[-1][:-1]),
        total=shown[-1][-1],
    )


def _with_totals(cells: np.ndarray) -> np.ndarray:
    rows = np.column_stack([cells, cells.sum(axis=1)])
    return np.vstack([rows, rows.sum(axis=0)])


def _lines(shape: tuple[int, ...]) -> Iterator[list[Place]]:
    """Every row and column, its total last."""
    rows, columns = shape
    yield from ([(row, column) for column in range(columns)] for row in range(rows))
    yield from ([(row, column) for row in range(rows)] for column in range(columns))


def _next_to_hide(full: np.ndarray, hidden: set[Place]) -> Place | None:
    """A further count to hide, or None when no small one can be worked out."""
    known = {place for place in _worked_out(full, hidden) if is_small(int(full[place]))}
    lines = list(_lines(full.shape))
    alone = [line for line in lines if known and len(hidden.intersection(line)) == 1]
    few = [line for line in lines if _adds_up_to_few(full, line, hidden)]
    touched = [line for line in lines if known.intersection(line)]
    # What gives a count away can lie outside its own row and column.
    anywhere = [[place for line in lines for place in line]] if known else []
    for line in (*alone, *few, *touched, *anywhere):
        others = [place for place in line if place not in hidden and full[place]]
        if others:
            return min(others, key=lambda place: (_is_total(place, full.shape), full[place], place))
    return None


def _is_total(place: Place, shape: tuple[int, ...]) -> bool:
    return place[0] == shape[0] - 1 or place[1] == shape[1] - 1


def _adds_up_to_few(full: np.ndarray, line: list[Place], hidden: set[Place]) -> bool:
    return line[-1] not in hidden and is_small(sum(int(full[place]) for place in line if place in hidden))


def _worked_out(full: np.ndarray, hidden: set[Place]) -> set[Place]:
    """The hidden counts that the sums of rows and columns determine: those that no change of the others leaves free."""
    places = sorted(hidden)
    if not places:
        return set()
    sums = np.array(
        [
            [(-1.0 if place == line[-1] else 1.0) if place in line else 0.0 for place in places]
            for line in _lines(full.shape)
        ]
    )
    _, sizes, directions = np.linalg.svd(sums)
    free = directions[int((sizes > 1e-9).sum()) :]
    return {place for place, column in zip(places, free.T, strict=True) if not (np.abs(column) > 1e-9).any()}
