"""How check-ins go for those who answer them: how long they take, and where people stop. Reads only."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Aggregate, Count, F, FloatField, Max, Q, QuerySet
from django.db.models.functions import Extract

from clinic.models import Clinic, User
from outcomes.asking import instruments_at
from outcomes.models import Answer, Survey
from outcomes.survey_flow import ENGLISH, Question, first_open, questions_of

LOOKS_BACK = dt.timedelta(days=365)
# Whoever has not gone on for so long is taken to have stopped.
STOPPED_AFTER = dt.timedelta(days=2)
# So many of the newest are enough to see where people stop.
MOST_STOPPED = 5_000
BY_THEMSELVES = (Survey.Mode.LINK, Survey.Mode.TABLET)


@dataclass(frozen=True)
class Pace:
    """Check-ins answered in one language on one kind of device ("" unknown), with minutes from Start to Send.

    Whoever stopped and came back later is counted with the time between, which moves the median little.
    """

    language: str
    device: str
    n: int
    median_minutes: float
    p90_minutes: float


@dataclass(frozen=True)
class QuestionLine:
    """What became of one question; ``stopped`` is how many came to it and did not go on."""

    key: str
    name: str
    answered: int
    skipped: int
    stopped: int

    @property
    def reached(self) -> int:
        return self.answered + self.skipped + self.stopped


@dataclass(frozen=True)
class CheckInReport:
    """Of check-ins opened since a day and answered without staff; ``overall`` is None while none was sent."""

    since: dt.date
    opened: int
    started: int
    completed: int
    overall: Pace | None
    paces: tuple[Pace, ...]
    questions: tuple[QuestionLine, ...]


class _Percentile(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


MINUTES = Extract(F("completed_at") - F("started_at"), "epoch") / 60.0
MEASURES = {
    "n": Count("pk"),
    "median": _Percentile(MINUTES, share="0.5"),
    "p90": _Percentile(MINUTES, share="0.9"),
}


def check_in_report(clinic: Clinic, *, at: dt.datetime, user: User) -> CheckInReport:
    """Of the last year, of one clinic, as far as ``user`` may see it. Five queries, however many check-ins."""
    return check_ins_of(Survey.objects.visible_to(user).filter(clinic=clinic), at=at)


def check_ins_of(surveys: QuerySet[Survey], *, at: dt.datetime) -> CheckInReport:
    """The same of any surveys that somebody may see."""
    mine = surveys.filter(opened_at__gte=at - LOOKS_BACK, entered_by=None)
    counts = mine.aggregate(opened=Count("pk"), started=Count("started_at"), completed=Count("completed_at"))
    done: QuerySet[Any] = mine.filter(completed_at__isnull=False, mode__in=BY_THEMSELVES).order_by()
    groups = done.values("language", "device").annotate(**MEASURES).order_by("-n", "language", "device")
    overall = done.aggregate(**MEASURES)
    return CheckInReport(
        since=(at - LOOKS_BACK).date(),
        **counts,
        overall=_pace(overall) if overall["n"] else None,
        paces=tuple(_pace(row) for row in groups),
        questions=_questions(mine, _stopped(mine, at)),
    )


def _pace(row: dict[str, object]) -> Pace:
    return Pace(
        language=str(row.get("language", "")),
        device=str(row.get("device", "")),
        n=int(str(row["n"])),
        median_minutes=float(str(row["median"])),
        p90_minutes=float(str(row["p90"])),
    )


def _stopped(surveys: QuerySet[Survey], at: dt.datetime) -> list[Question]:
    """The question at which each check-in that was begun and not gone on with was left, in its language."""
    left = (
        surveys.filter(started_at__lt=at - STOPPED_AFTER, completed_at=None)
        .annotate(reached=ArrayAgg("answers__item", filter=Q(answers__isnull=False), default=[]))
        .annotate(last=Max("answers__answered_at"))
        .filter(Q(last=None) | Q(last__lt=at - STOPPED_AFTER))
        .order_by("-opened_at", "-pk")
    )
    rows = left.values_list("clinic_id", "instruments", "versions", "language", "reached")[:MOST_STOPPED]
    found = (
        first_open(questions_of(instruments_at(clinic, codes, versions), language or ENGLISH), reached)
        for clinic, codes, versions, language, reached in rows
    )
    return [question for question in found if question]


def _questions(surveys: QuerySet[Survey], stopped: Sequence[Question]) -> tuple[QuestionLine, ...]:
    """One line a question, the one at which most stop first."""
    answers = Answer.objects.filter(survey__in=surveys).order_by().values("item")
    counts = {
        row["item"]: (row["answered"], row["reached"] - row["answered"])
        for row in answers.annotate(answered=Count("value"), reached=Count("pk"))
    }
    stops = Counter(question.key for question in stopped)
    names = _names(surveys)
    lines = [
        QuestionLine(key, names.get(key, key), *counts.get(key, (0, 0)), stopped=stops[key])
        for key in {*counts, *stops}
    ]
    return tuple(sorted(lines, key=lambda line: (-line.stopped, -line.reached, line.key)))


def _names(surveys: QuerySet[Survey]) -> dict[str, str]:
    """What staff call each question, by its key; of every version that was asked the last counts."""
    asked = surveys.order_by().values_list("clinic_id", "instruments", "versions").distinct()
    return {
        f"{instrument.code}.{item.code}": item.short
        for clinic, codes, versions in asked
        for instrument in instruments_at(clinic, codes, versions)
        for item in instrument.items
    }
