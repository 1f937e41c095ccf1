"""Many comparisons on one page: the false discovery rate of Benjamini and Hochberg."""

from collections.abc import Sequence


def benjamini_hochberg(p: Sequence[float]) -> tuple[float, ...]:
    """The adjusted p values in the order given (1995, J R Stat Soc B 57:289).

    Calling those below 0.05 unusual is wrong for at most 5 % of those called so, in the long run.
    """
    smallest, adjusted = 1.0, [0.0] * len(p)
    for rank, place in reversed(list(enumerate(sorted(range(len(p)), key=lambda one: p[one]), start=1))):
        smallest = min(smallest, p[place] * len(p) / rank)
        adjusted[place] = smallest
    return tuple(adjusted)
