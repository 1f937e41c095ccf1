"""Quantiles of values that are already counted."""

from collections.abc import Iterable, Sequence

import numpy as np


def histogram_quantiles(values: Iterable[tuple[float, int]], shares: Sequence[float]) -> tuple[float, ...]:
    """Type-7 quantiles, as R and percentile_cont make them, of values that each come with a count; at least one counted."""
    kept, counts = zip(*sorted((value, n) for value, n in values if n), strict=True)
    ends = np.cumsum(counts)
    places = np.array(shares) * (ends[-1] - 1)
    low, high = (np.array(kept)[np.searchsorted(ends, place, "right")] for place in (np.floor(places), np.ceil(places)))
    return tuple(float(quantile) for quantile in low + (high - low) * (places - np.floor(places)))
