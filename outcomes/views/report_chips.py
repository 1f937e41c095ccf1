"""The parts of a report's filter as chips, each of which leads to the report without it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from outcomes.reports.dimensions import DIMENSIONS
from outcomes.reports.shapes import Report
from treatments.timepoints import in_words


@dataclass(frozen=True)
class Chip:
    """One part of the filter, and the address of the report without it."""

    words: str
    without: str


def chips(report: Report[Any], page: str) -> list[Chip]:
    """One chip for each part of the filter that can be taken away from this page."""
    asked, parameters = report.filter, report.filter.parameters()
    words = {
        "instrument": report.measure.label if report.measure else asked.instrument,
        "first_timepoint": f"from {in_words(asked.first_timepoint or '').lower()}",
        "last_timepoint": f"to {in_words(asked.last_timepoint or '').lower()}",
        "opened_from": f"opened from {asked.opened_from}",
        "opened_to": f"opened to {asked.opened_to}",
        "group_by": "by treatment",
        "after_retreatment": "without answers after re-treatment",
        "start": f"started at {asked.start}",
        "by": f"by {DIMENSIONS[asked.by].title}",
        "context": "with what others have published",
    }
    values = {
        **{modality.value: modality.label for modality in asked.modality},
        **{region.value: region.label for region in asked.region},
        **dict(zip(map(str, asked.clinic), report.clinics, strict=True)),
    }
    kept = [one for one in parameters if one[0] != "clinic" or len(asked.clinic) > 1]
    return [
        Chip(
            words.get(name) or values[value],
            f"{reverse(page)}?{urlencode([one for one in parameters if one != (name, value)])}",
        )
        for name, value in kept
    ]
