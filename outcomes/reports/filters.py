"""Which courses, instrument and timepoints a report is about: read from query parameters, and written back to them."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from outcomes.reports.scope import Scope
from treatments.timepoints import planned_day
from treatments.vocabulary import Modality, Region

DEFAULT_INSTRUMENT = "nrs_average"
REPEATABLE = ("modality", "region", "clinic")
SINGLE = (
    *("instrument", "first_timepoint", "last_timepoint", "opened_from", "opened_to", "group_by"),
    *("after_retreatment", "start", "by", "context"),
)
PARAMETERS = (*REPEATABLE, *SINGLE)
_POINTS = re.compile(r"[0-9]{1,4}(\.[0-9])?")
_DAY = re.compile(r"(19|20|21)\d\d-\d\d-\d\d")


class GroupBy(StrEnum):
    """What one line of the report stands for."""

    MODALITY = "modality"
    TREATMENT = "treatment"


class AfterRetreatment(StrEnum):
    """What becomes of scores that came after the same target was treated again."""

    COUNT = "count"
    LEAVE_OUT = "leave_out"


class By(StrEnum):
    """By what the breakdown splits its courses; one panel for each value."""

    REGION = "region"
    TREATMENT = "treatment"
    SIDE = "side"
    DOSE = "dose"
    LEUKOCYTES = "leukocytes"


class Context(StrEnum):
    """Whether what others have published stands beside the report; nothing where it is not asked for."""

    SHOWN = "1"


@dataclass(frozen=True)
class ReportFilter:
    """The question a report answers. Empty means all, and None means no limit.

    ``opened_from`` and ``opened_to`` are days on which courses were opened, both inclusive. ``start`` is the baseline of
    somebody to whom others are compared, in points.
    """

    clinic: tuple[UUID, ...]
    instrument: str = DEFAULT_INSTRUMENT
    modality: tuple[Modality, ...] = ()
    region: tuple[Region, ...] = ()
    first_timepoint: str | None = None
    last_timepoint: str | None = None
    opened_from: dt.date | None = None
    opened_to: dt.date | None = None
    group_by: GroupBy = GroupBy.MODALITY
    after_retreatment: AfterRetreatment = AfterRetreatment.COUNT
    start: Decimal | None = None
    by: By = By.REGION
    context: Context | None = None

    def parameters(self) -> list[tuple[str, str]]:
        """The same question as query parameters, in one fixed order; defaults are left out, clinics never."""
        many = [(name, str(value)) for name in REPEATABLE for value in getattr(self, name)]
        chosen = [(name, getattr(self, name)) for name in SINGLE]
        defaults = {
            "instrument": DEFAULT_INSTRUMENT,
            "group_by": GroupBy.MODALITY,
            "after_retreatment": AfterRetreatment.COUNT,
            "by": By.REGION,
        }
        return many + [(name, str(value)) for name, value in chosen if value not in (None, defaults.get(name))]


class InvalidFilter(ValueError):
    """Parameters that name no question; ``errors`` maps each to the rule it breaks, in words."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {rule}" for name, rule in errors.items()))
        self.errors = errors


class _Reader:
    """Reads parameters one by one and collects what is wrong with them."""

    def __init__(self, query: Mapping[str, Sequence[str]]) -> None:
        self.query = {name: [value for value in values if value] for name, values in query.items()}
        self.errors = {
            name: f"Not known here. Known: {', '.join(PARAMETERS)}." for name in query if name not in PARAMETERS
        }

    def one(self, name: str) -> str | None:
        values = self.query.get(name, [])
        if len(values) > 1:
            self.errors[name] = "Give this once."
        return values[0] if values else None

    def choice(self, name: str, choices: Sequence[str]) -> str | None:
        value = self.one(name)
        if value is not None and value not in choices:
            self.errors[name] = _one_of(choices)
            return None
        return value

    def many(self, name: str, choices: Sequence[str]) -> list[str]:
        values = self.query.get(name, [])
        if any(value not in choices for value in values):
            self.errors[name] = _one_of(choices)
        return [value for value in choices if value in values]

    def date(self, name: str) -> dt.date | None:
        value = self.one(name)
        day = _day(value) if value else None
        if value and day is None:
            self.errors[name] = "Give a day like 2026-03-02."
        return day

    def points(self, name: str) -> Decimal | None:
        value = self.one(name)
        if value is None:
            return None
        if not _POINTS.fullmatch(value):
            self.errors[name] = "Give a number of points like 7 or 6.5."
            return None
        return Decimal(value)

    def timepoint(self, name: str) -> str | None:
        value = self.one(name)
        if value is not None and planned_day(value) is None:
            self.errors[name] = 'Give "baseline" or a timepoint like "day 1", "week 6" or "month 3".'
        return value


def _day(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        return None


def _one_of(choices: Sequence[str]) -> str:
    return f"Choose one of: {', '.join(choices)}."


def parse_filter(query: Mapping[str, Sequence[str]], scope: Scope) -> ReportFilter:
    """The filter these parameters mean for somebody with this scope. No clinic named: all of them.

    Raises InvalidFilter naming every parameter that is unknown or breaks its rule.
    """
    reader = _Reader(query)
    clinics = [UUID(value) for value in reader.many("clinic", [str(clinic) for clinic in scope.clinics])]
    asked = ReportFilter(
        clinic=tuple(clinics or scope.clinics),
        instrument=reader.one("instrument") or DEFAULT_INSTRUMENT,
        modality=tuple(Modality(value) for value in reader.many("modality", list(Modality))),
        region=tuple(Region(value) for value in reader.many("region", list(Region))),
        first_timepoint=reader.timepoint("first_timepoint"),
        last_timepoint=reader.timepoint("last_timepoint"),
        opened_from=reader.date("opened_from"),
        opened_to=reader.date("opened_to"),
        group_by=GroupBy(reader.choice("group_by", list(GroupBy)) or GroupBy.MODALITY),
        after_retreatment=AfterRetreatment(
            reader.choice("after_retreatment", list(AfterRetreatment)) or AfterRetreatment.COUNT
        ),
        start=reader.points("start"),
        by=By(reader.choice("by", list(By)) or By.REGION),
        context=Context.SHOWN if reader.choice("context", list(Context)) else None,
    )
    errors = reader.errors | _contradictions(asked) | _instrument_problem(asked, scope)
    if errors:
        raise InvalidFilter(errors)
    return asked


def _contradictions(asked: ReportFilter) -> dict[str, str]:
    errors = {}
    if asked.opened_from and asked.opened_to and asked.opened_from > asked.opened_to:
        errors["opened_to"] = "The last day of opening must not lie before the first."
    first, last = (planned_day(name or "") for name in (asked.first_timepoint, asked.last_timepoint))
    if first is not None and last is not None and first > last:
        errors["last_timepoint"] = "The last timepoint must not come before the first."
    return errors


def _instrument_problem(asked: ReportFilter, scope: Scope) -> dict[str, str]:
    measures = scope.measures(asked.clinic)
    if asked.instrument not in measures:
        return {"instrument": _one_of(sorted(measures))}
    if len(measures[asked.instrument]) > 1:
        return {"clinic": f"These clinics define {asked.instrument} differently. Choose one of them."}
    return {}
