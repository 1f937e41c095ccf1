"""The folder of reference values. No Django, no database."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outcomes.management.checks.ledger import Figure


@dataclass(frozen=True)
class References:
    """The published data in ``folder``, with ``reference/*.json`` beside the data sets; any file may be missing."""

    folder: Path

    def read(self, name: str) -> Any:
        """The content of one file of reference values, by its name without ending; empty where there is none."""
        path = self.folder / "reference" / f"{name}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def cases(self, name: str, dataset: str, part: str = "cases") -> list[dict[str, Any]]:
        """The entries of ``part`` that are about this data set."""
        return [case for case in self.read(name).get(part, []) if case.get("dataset") == dataset]

    def source(self, path: str) -> list[dict[str, str]]:
        """The rows of a data set as it was published, below ``folder``; none where it is not there."""
        file = self.folder / path
        if not file.exists():
            return []
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))


def figure(value: Any) -> Figure:
    """A reference value as a number; None for "NA" and what R writes for nothing."""
    return value if isinstance(value, int | float) else None


def picked(case: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Figure]:
    """The values of ``case`` under our names, given as theirs → ours; those that it has."""
    return {ours: figure(case[theirs]) for theirs, ours in names.items() if theirs in case}


def several(value: Any) -> Sequence[Any]:
    """A list that R may have written as its only element."""
    return value if isinstance(value, list) else [value]
