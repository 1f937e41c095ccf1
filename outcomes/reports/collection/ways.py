"""How many of those due answered, by how they were asked and who they are; and how the answers came."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Count, F, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from outcomes.models import Delivery, Outcome, Survey
from outcomes.reports.ages import age_at_opening
from outcomes.reports.rows import OBTAINED
from patients.models import Patient

CHANNELS = {**dict(Patient.Channel.choices), "": "No message"}
LANGUAGES = dict(Patient.Language.choices)
MODES = {**dict(Survey.Mode.choices), "": "Not recorded"}
WEEKDAYS = dict(enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), start=1))
# The first age of each band.
AGES = {0: "Under 40", 40: "40 to 54", 55: "55 to 64", 65: "65 to 74", 75: "75 and older"}
UNKNOWN_AGE = "Age not recorded"


class Way(NamedTuple):
    """``k`` of ``n`` due answered in the window, of those described by ``label`` under the heading ``group``."""

    group: str
    label: str
    k: int
    n: int


class _Weekday(Func):
    """The day of the week at a zone's clock, Monday is 1."""

    template = "EXTRACT(isodow FROM timezone(%(expressions)s))::int"
    output_field = IntegerField()


def ways(due: QuerySet[Outcome]) -> list[Way]:
    """By channel, language, age at the course's opening, and weekday of the first message. Four queries."""
    weekday = _Weekday(F("clinic__time_zone"), F("first_at"))
    by_age = _counted(due.annotate(key=age_at_opening()))
    sent = due.filter(was_sent=True).annotate(first_at=_first_message())
    return [
        *_named("First message by", CHANNELS, _counted(due.annotate(key=F("channel")))),
        *_named("Patient’s language", LANGUAGES, _counted(due.annotate(key=F("course__patient__language")))),
        *_named("Age", dict.fromkeys([*AGES.values(), UNKNOWN_AGE]), _in_bands(by_age)),
        *_named("First message on", WEEKDAYS, _counted(sent.annotate(key=weekday))),
    ]


def modes(due: QuerySet[Outcome]) -> dict[str, int]:
    """How many of the answers came in which way, like "On paper"; one query."""
    found = dict(due.filter(OBTAINED).values_list("mode").annotate(n=Count("pk")))
    return {label: found[mode] for mode, label in MODES.items() if mode in found}


def age_band(years: int | None) -> str:
    """The band of an age in whole years."""
    if years is None:
        return UNKNOWN_AGE
    return next(label for first, label in reversed(AGES.items()) if years >= first or not first)


Counts = Mapping[object, tuple[int, int]]


def _counted(rows: QuerySet[Any]) -> Counts:
    """Answered and due by ``key``."""
    found = rows.values_list("key").annotate(k=Count("pk", filter=OBTAINED), n=Count("pk"))
    return {key: (k, n) for key, k, n in found}


def _in_bands(by_age: Counts) -> Counts:
    bands: dict[object, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for years, (k, n) in by_age.items():
        band = age_band(years if isinstance(years, int) else None)
        bands[band] = bands[band][0] + k, bands[band][1] + n
    return bands


def _named(group: str, labels: Mapping[Any, str | None] | Mapping[Any, str], counts: Counts) -> Iterable[Way]:
    """In the order of ``labels``; whatever has no label of its own is its own."""
    return [Way(group, label or str(key), *counts[key]) for key, label in labels.items() if key in counts]


def _first_message() -> Subquery:
    """When the first message about a row's check-in was accepted; it may have been about another one, too."""
    same = Survey.objects.filter(
        follow_up__course=OuterRef(OuterRef("course_id")), follow_up__timepoint__name=OuterRef(OuterRef("timepoint"))
    )
    asked_by = Subquery(same.values(of=Coalesce("asked_with_id", "pk"))[:1])
    messages = Delivery.objects.filter(survey=asked_by, accepted_at__isnull=False).order_by("accepted_at", "pk")
    return Subquery(messages.values("accepted_at")[:1])
