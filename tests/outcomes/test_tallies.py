"""The triggers of migration 0002: whatever happens to scores and check-ins, both tallies equal a fresh count."""

import datetime as dt
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection, transaction
from django.db.models import F

from outcomes.models import FollowUpTally, Score, ScoreTally
from tests.layers import layer
from tests.population import add_course, add_follow_up, add_scores
from treatments.models import Course, FollowUp

TIMEPOINTS = ("baseline", "week 6", "month 3")


def scores_counted_afresh() -> dict[tuple, Counter]:
    """What the score tally must hold, counted in Python over every counted score."""
    cells: dict[tuple, Counter] = {}
    for s in Score.objects.filter(value__isnull=False, excluded="").select_related("course"):
        course = s.course
        month = course.opened_on.replace(day=1)
        key = (s.instrument, course.clinic_id, course.treatment_type_id, course.region, s.timepoint, month)
        value, baseline = Fraction(s.value), None if s.baseline is None else Fraction(s.baseline)
        change = None if baseline is None else value - baseline
        cells.setdefault(key, Counter()).update(
            n=1,
            sum_day=s.day,
            sum_value=value,
            sum_square=value**2,
            n_pairs=int(change is not None),
            sum_change=change or 0,
            sum_square_change=(change or 0) ** 2,
            n_judged=int(s.is_responder_30 is not None),
            n_responder_30=int(bool(s.is_responder_30)),
            n_responder_50=int(bool(s.is_responder_50)),
            n_better=int(s.band == 1),
            n_same=int(s.band == 0),
            n_worse=int(s.band == -1),
        )
    return cells


def follow_ups_counted_afresh() -> dict[tuple, Counter]:
    """What the check-in tally must hold."""
    cells: dict[tuple, Counter] = {}
    for f in FollowUp.objects.select_related("course", "timepoint"):
        course, timepoint = f.course, f.timepoint
        month = course.opened_on.replace(day=1)
        key = (
            *(course.clinic_id, course.treatment_type_id, course.region, timepoint.name),
            *(timepoint.target_day, month),
        )
        cells.setdefault(key, Counter()).update(
            n_planned=1,
            n_answered=int(f.answered_at is not None),
            n_due=int(f.ended_on is not None),
            n_due_answered=int(f.ended_on is not None and f.answered_at is not None),
        )
    return cells


def held(tally, key: tuple[str, ...], measures: list[str]) -> dict[tuple, Counter]:
    """The cells of a tally that are not empty."""
    cells = {}
    for row in tally.objects.all():
        sums = Counter({name: Fraction(getattr(row, name)) for name in measures})
        if any(sums.values()):
            cells[tuple(getattr(row, name) for name in key)] = sums
    return cells


def score_cells() -> dict[tuple, Counter]:
    key = ("instrument", "clinic_id", "treatment_type_id", "region", "timepoint", "opened_month")
    measures = [f.name for f in ScoreTally._meta.fields if f.name.startswith(("n", "sum"))]
    return held(ScoreTally, key, measures)


def follow_up_cells() -> dict[tuple, Counter]:
    key = ("clinic_id", "treatment_type_id", "region", "timepoint", "target_day", "opened_month")
    return held(FollowUpTally, key, ["n_planned", "n_answered", "n_due", "n_due_answered"])


def assert_tallies_are_exact() -> None:
    assert score_cells() == {key: sums for key, sums in scores_counted_afresh().items() if any(sums.values())}
    assert follow_up_cells() == follow_ups_counted_afresh()


def some_value(draw: random.Random) -> Decimal | None:
    return draw.choice([None, Decimal(draw.randrange(11)), Decimal(draw.randrange(10**17)) / 10**16])


def change_something(draw: random.Random, courses: list[Course]) -> None:
    """One random statement: insert, change or delete one or many scores or check-ins."""
    course = draw.choice(courses)
    timepoint = draw.choice(TIMEPOINTS)
    own = Score.objects.filter(course=course)
    check_ins = FollowUp.objects.filter(course=course)
    step = draw.randrange(8)
    if step == 0 and not own.filter(timepoint=timepoint, instrument="peg").exists():
        values = {"baseline": draw.randrange(11), timepoint.replace(" ", "_"): some_value(draw)}
        one = dict(list(values.items())[-1:]) if own.filter(timepoint="baseline").exists() else {"baseline": 5}
        add_scores(course, "peg", **one)
    elif step == 1:
        own.filter(timepoint=timepoint).delete()
    elif step == 2:
        own.filter(value__isnull=False).update(value=F("value") + draw.randrange(3))
    elif step == 3:
        own.filter(timepoint=timepoint).update(excluded=draw.choice(["", "after_treatment"]))
    elif step == 4:
        own.update(timepoint=F("timepoint"), day=F("day") + 1)
    elif step == 5 and not check_ins.filter(timepoint__name=timepoint).exists():
        add_follow_up(course, timepoint, answered=draw.random() < 0.5, ended=draw.random() < 0.5)
    elif step == 6:
        check_ins.update(ended_on=draw.choice([None, dt.date(2026, 6, 1)]))
    else:
        check_ins.filter(timepoint__name=timepoint).delete()


@layer
def courses(clinic, other_clinic) -> list[Course]:
    """Twelve courses in four cells, some scored."""
    made = []
    for number in range(12):
        home = clinic if number % 2 else other_clinic
        opened = dt.date(2026, 1 + number % 3, 10)
        made.append(add_course(home, "prp", "knee", opened, baseline=number % 11, week_6=(number * 7) % 11))
    return made


@pytest.mark.parametrize("seed", range(6))
def test_tallies_follow_every_change(courses, seed):
    draw = random.Random(seed)
    for _ in range(60):
        change_something(draw, courses)
    assert_tallies_are_exact()


def test_one_statement_over_many_cells(courses):
    Score.objects.update(day=F("day") + 3)
    Score.objects.filter(timepoint="week 6").update(timepoint="month 3")
    assert_tallies_are_exact()
    Score.objects.all().delete()
    assert score_cells() == {}


def test_a_rolled_back_change_leaves_nothing_behind(courses):
    before = score_cells()
    with pytest.raises(RuntimeError), transaction.atomic():
        Score.objects.all().delete()
        raise RuntimeError
    assert score_cells() == before


@pytest.mark.django_db(transaction=True)
def test_tallies_are_exact_after_four_writers_at_once(courses):
    """Four connections change the same cells, some of it rolled back; no cell is off and nobody waits for ever."""

    def work(seed: int) -> None:
        draw = random.Random(seed)
        own = courses[seed::4]
        try:
            for _ in range(80):
                with transaction.atomic():
                    change_something(draw, own)
                    transaction.set_rollback(draw.random() < 0.2)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert_tallies_are_exact()
