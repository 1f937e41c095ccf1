"""A plan in words, for the terminal."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from outcomes.history.comparing import Comparison, Plan
from outcomes.history.rows import Finding

# Of problems that differ only in row and value, the first few show what is wrong.
SHOWN_ALIKE = 10
SHOWN_KINDS = 50


def report_lines(plan: Plan) -> Iterator[str]:
    """What is new, what is unchanged, what each treatment becomes, and what is wrong."""
    yield f"patients     {_counts(plan.patients)}"
    yield f"episodes     {_counts(plan.episodes)}"
    yield f"instruments  {_counts(plan.instruments)}"
    yield f"scores       {_counts(plan.scores)}"
    yield f"in all       {plan.n_new:,} new, {plan.n_unchanged:,} unchanged"
    for word, label in sorted(plan.treatments.items()):
        yield f"treatment {word!r}: " + (f"counted as {label!r}" if label else "new, marked as imported")
    yield from (f"note: {note}" for note in plan.notes)
    yield from _problem_lines(plan.problems)


def _counts(part: Comparison[Any]) -> str:
    return f"{len(part.new):,} new, {part.unchanged:,} unchanged"


def _problem_lines(problems: Iterable[Finding]) -> Iterator[str]:
    alike: defaultdict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for problem in problems:
        alike[problem.file, problem.column, problem.reason].append(problem)
    for same in list(alike.values())[:SHOWN_KINDS]:
        yield from (f"problem: {problem}" for problem in same[:SHOWN_ALIKE])
        if len(same) > SHOWN_ALIKE:
            yield f"problem: … and {len(same) - SHOWN_ALIKE:,} more like this"
    if len(alike) > SHOWN_KINDS:
        rest = sum(len(same) for same in list(alike.values())[SHOWN_KINDS:])
        yield f"problem: … and {rest:,} others"
