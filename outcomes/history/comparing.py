"""What an import would change: the folder beside what is already there."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

from outcomes.history.rows import Finding, ScoreKey, plain

Key = TypeVar("Key", bound=Hashable)


class Wanted(NamedTuple, Generic[Key]):
    """One row as the folder has it: its key, and its values in the order of the compared columns."""

    row: int | None
    key: Key
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Comparison(Generic[Key]):
    """Keys that are not there yet, how many rows are there exactly so, and where an earlier import differs."""

    new: frozenset[Key]
    unchanged: int
    conflicts: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What importing a folder would do. With any problem it may not be done.

    ``treatments``: the folder's word for a treatment → the clinic's treatment type, None where it will be made.
    """

    patients: Comparison[str]
    episodes: Comparison[str]
    instruments: Comparison[str]
    scores: Comparison[ScoreKey]
    treatments: Mapping[str, str | None]
    problems: tuple[Finding, ...]
    notes: tuple[str, ...]

    @property
    def n_new(self) -> int:
        """Rows of all four files that the import would add."""
        return sum(len(part.new) for part in (self.patients, self.episodes, self.instruments, self.scores))

    @property
    def n_unchanged(self) -> int:
        """Rows of all four files that are here already."""
        return sum(part.unchanged for part in (self.patients, self.episodes, self.instruments, self.scores))


def compare(
    file: str, columns: Sequence[str], wanted: Iterable[Wanted[Key]], found: Mapping[Key, tuple[Any, ...]]
) -> Comparison[Key]:
    """Sort the wanted rows into new, unchanged and conflicting; a conflict is named for each column that differs."""
    new: set[Key] = set()
    conflicts: list[Finding] = []
    unchanged = 0
    for row in wanted:
        earlier = found.get(row.key)
        if earlier is None:
            new.add(row.key)
        elif earlier == row.values:
            unchanged += 1
        else:
            conflicts += _conflicts(file, columns, row, earlier)
    return Comparison(frozenset(new), unchanged, tuple(conflicts))


def _conflicts(file: str, columns: Sequence[str], row: Wanted[Key], earlier: tuple[Any, ...]) -> list[Finding]:
    return [
        Finding(file, row.row, column, _shown(here), f"contradicts what is already here: {_shown(there)!r}")
        for column, here, there in zip(columns, row.values, earlier, strict=True)
        if here != there
    ]


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return plain(value) if isinstance(value, Decimal) else str(value)
