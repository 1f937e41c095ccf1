"""What somebody asks to export: a dataset, and what it is narrowed to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from outcomes.exports.datasets import DATASETS, Dataset
from treatments.vocabulary import Modality, Region

CHOICES: Mapping[str, list[str]] = {"modality": list(Modality), "region": list(Region)}
CODE = re.compile(r"[\w .-]{1,40}")


class ExportRefused(ValueError):
    """A part of the question against its rule: ``field`` and why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


@dataclass(frozen=True)
class Question:
    """A dataset, and the value that each filter must have."""

    dataset: Dataset
    filters: Mapping[str, str]

    def pairs(self) -> list[list[str]]:
        """As a job keeps it."""
        return [["dataset", self.dataset.name], *([name, value] for name, value in sorted(self.filters.items()))]

    def narrowed(self) -> dict[str, str]:
        """The filters as the rows have them: an answer's item begins with its instrument."""
        instrument = self.filters.get("instrument")
        is_item = self.dataset.filters["instrument"] == "item__startswith"
        return {**self.filters, "instrument": f"{instrument}."} if instrument and is_item else dict(self.filters)


def parse_question(query: str) -> Question:
    """The question in a query like ``dataset=answers&region=knee``. Raises ExportRefused."""
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name in given:
            raise ExportRefused(name, "Give this once.")
        given[name] = value
    dataset = DATASETS.get(given.pop("dataset", ""))
    if dataset is None:
        raise ExportRefused("dataset", f"Choose one of: {', '.join(DATASETS)}.")
    for name, value in given.items():
        if name not in dataset.filters:
            raise ExportRefused(name, f"This is not known. Offered here: dataset, {', '.join(dataset.filters)}.")
        _check(name, value)
    return Question(dataset, given)


def _check(name: str, value: str) -> None:
    choices = CHOICES.get(name)
    if choices is not None and value not in choices:
        raise ExportRefused(name, f"Choose one of: {', '.join(choices)}.")
    if not CODE.fullmatch(value):
        raise ExportRefused(name, "Give a name or code of letters, digits, blanks, dots and dashes.")
