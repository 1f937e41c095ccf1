"""Figure 12: sessions after which something unwanted was reported, with exact intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcomes.figures.dots import Dot, DotWords, dots
from outcomes.figures.parts import empty
from outcomes.figures.theme import TOKENS, Spec, Variant

_SUBTITLE = (
    "Sessions with at least one event. Lines: exact 95 % CI. No event does not mean no risk: read the upper end."
)


@dataclass(frozen=True)
class EventRate:
    """``k`` of ``n`` sessions with this kind of event, and the exact (Clopper-Pearson) interval of k/n as fractions."""

    group: str
    kind: str
    k: int
    n: int
    interval: tuple[float, float] | None


def event_rates(
    rates: Sequence[EventRate],
    *,
    width: int,
    variant: Variant = Variant.LIGHT,
    title: str = "Adverse events per 100 sessions",
) -> Spec:
    """The figure, ``width`` px wide; rows of one group must follow each other."""
    tokens, held = TOKENS[variant], [rate for rate in rates if rate.n]
    if not held:
        why = "No session has been logged in this selection."
        return empty(width=width, tokens=tokens, title=title, head="No sessions yet", why=why)
    rows = [Dot(rate.group, rate.kind, rate.k, rate.n, rate.interval) for rate in held]
    said = DotWords(title, _SUBTITLE, axis="% of sessions")
    return dots(rows, said, width=width, tokens=tokens, whole=False)
