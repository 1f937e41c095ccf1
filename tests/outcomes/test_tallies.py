"""Running sums of outcomes: whatever happens to outcomes, and by how many at once, they equal a fresh count."""

import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F

from clinic import scope
from clinic.models import Clinic
from outcomes import actions
from outcomes.models import Outcome, OutcomeTally
from outcomes.reports import outcome_report, parse_filter, scope_of
from outcomes.reports.sums import MEASURES
from tests.days import NOON
from tests.population import add_check_in, add_course, work_out
from treatments.models import TreatmentType

TIMEPOINTS = ("baseline", "week 6", "month 3")


def wrong() -> list[str]:
    """Every sum of any clinic that is not what its outcomes add up to."""
    return [str(cell) for clinic in Clinic.objects.all() for cell in actions.wrong_cells(clinic=clinic)]


def held() -> dict[str, Decimal]:
    """Some sums over all cells."""
    names = ("n", "n_due", "sum_value", "sum_square_change")
    return {name: sum(getattr(row, name) for row in OutcomeTally.objects.all()) for name in names}


def some_value(draw: random.Random) -> Decimal:
    return draw.choice([Decimal(draw.randrange(11)), Decimal(draw.randrange(10**17)) / 10**16])


def judged(draw: random.Random) -> dict[str, object]:
    """A value and a baseline with what follows, in an outcome of any kind."""
    value, baseline = some_value(draw), draw.choice([None, Decimal(0), some_value(draw)])
    has_both = baseline is not None
    return {
        "value": value, "day": draw.randrange(200), "baseline": baseline, "no_baseline": "" if has_both else "none",
        "improvement": baseline - value if has_both else None,
        "is_responder_30": bool(draw.randrange(2)) if baseline else None,
        "is_responder_50": bool(draw.randrange(2)) if baseline else None,
        "is_mcid": draw.choice([None, True, False]) if has_both else None, "is_worse": False if has_both else None,
        "status": draw.choice(["obtained", "retreated"]), "missing_reason": "",
    }  # fmt: skip


NOTHING = dict.fromkeys(
    ("value", "day", "improvement", "is_responder_30", "is_responder_50", "is_mcid", "is_worse")
) | {"status": "missing", "missing_reason": "unanswered"}  # fmt: skip


def change_something(draw: random.Random, courses: list) -> None:
    """One random statement: add, change, move or remove one or many outcomes."""
    course, timepoint = draw.choice(courses), draw.choice(TIMEPOINTS[1:])
    own = Outcome.objects.filter(course=course)
    step = draw.randrange(9)
    if step == 0 and not own.filter(timepoint=timepoint, instrument="peg").exists():
        kept = (
            {field.attname: getattr(own.first(), field.attname) for field in Outcome._meta.concrete_fields[1:]}
            if own
            else {}
        )
        if kept:
            Outcome.objects.create(**kept | {"instrument": "peg", "timepoint": timepoint} | judged(draw))
    elif step == 1:
        own.filter(timepoint=timepoint).delete()
    elif step == 2:
        own.filter(timepoint=timepoint).update(**judged(draw))
    elif step == 3:
        own.filter(timepoint=timepoint).update(**NOTHING)
    elif step == 4:
        own.update(region=draw.choice(["knee", "hip"]), opened_on=F("opened_on") + dt.timedelta(days=20))
    elif step == 5:
        other = TreatmentType.objects.filter(clinic_id=course.clinic_id).order_by("?").first()
        own.update(treatment_type=other, modality=other.modality, target_day=draw.choice([None, 42, 91]))
    elif step == 6:
        own.update(is_closed=True, is_due=draw.random() < 0.5, was_sent=draw.choice([None, True, False]))
    elif step == 7:
        own.update(is_due=False, is_closed=draw.random() < 0.5, is_imported=draw.random() < 0.5)
    else:
        actions.recompute_outcomes(course_ids=[one.pk for one in draw.sample(courses, 2)], at=NOON)


@pytest.fixture
def courses(clinic, other_clinic) -> list:
    """Twelve courses in some cells, scored twice, half of them asked at 3 months."""
    made = []
    for number in range(12):
        home = clinic if number % 2 else other_clinic
        opened = dt.date(2026, 1 + number % 3, 10)
        made.append(add_course(home, "prp", "knee", opened, baseline=number % 11, week_6=(number * 7) % 11))
        if number % 3:
            add_check_in(made[-1], "month 3", answered=number % 2 == 0, ended=number % 5 > 0)
    work_out()
    return made


@pytest.mark.parametrize("seed", range(6))
def test_sums_follow_every_change_settled_or_not(courses, seed):
    draw = random.Random(seed)
    for number in range(60):
        change_something(draw, courses)
        if number % 20 == 7:
            actions.settle_tallies()
    assert wrong() == []
    before = held()
    assert actions.settle_tallies() > 0
    assert (held(), wrong()) == (before, [])
    assert not OutcomeTally.objects.filter(is_settled=False).exists()


def test_every_measure_is_filled_by_some_outcome(courses):
    """A measure that no outcome here touches would be compared as 0 with 0."""
    draw = random.Random(1)
    for _ in range(200):
        change_something(draw, courses)
    Outcome.objects.filter(timepoint="month 3").update(**{
        **judged(draw), "status": "obtained", "is_imported": False, "is_closed": True, "is_due": True,
        "baseline": 8, "value": 4, "improvement": 4, "is_responder_30": True, "is_responder_50": True,
        "is_mcid": True, "is_worse": False, "was_consented": True, "was_sent": True, "was_opened": True,
        "is_complete": True, "is_treated": True, "no_baseline": "",
    })  # fmt: skip
    week = Outcome.objects.filter(timepoint="week 6")
    late = dict.fromkeys(("is_responder_30", "is_responder_50", "is_mcid"), False)
    week.update(**judged(draw) | late | {"baseline": 3, "value": 5, "improvement": -2, "is_worse": True, "status": "obtained",
        "no_baseline": "", "is_closed": False, "is_due": False})  # fmt: skip
    half = list(week.values_list("pk", flat=True))[::2]
    week.filter(pk__in=half).update(**NOTHING | {"is_closed": True, "is_due": True, "is_imported": False})
    for one in list(week.exclude(pk__in=half))[:1]:
        Outcome.objects.filter(pk=one.pk).update(value=3, improvement=0, is_worse=False)
    assert wrong() == []
    empty = [name for name in MEASURES if not sum(getattr(row, name) for row in OutcomeTally.objects.all())]
    assert empty == []


def test_one_statement_over_many_cells(courses):
    Outcome.objects.update(opened_on=F("opened_on") + dt.timedelta(days=45))
    Outcome.objects.update(region="hip")
    assert wrong() == []
    Outcome.objects.all().delete()
    actions.settle_tallies()
    assert wrong() == []
    assert set(held().values()) == {0}


def test_a_rolled_back_change_leaves_nothing_behind(courses):
    before = list(OutcomeTally.objects.order_by("pk").values())
    with pytest.raises(RuntimeError), transaction.atomic():
        Outcome.objects.all().delete()
        raise RuntimeError
    assert list(OutcomeTally.objects.order_by("pk").values()) == before


def test_a_report_says_the_same_whether_changes_are_settled_or_not(courses, manager):
    work_out()
    asked, ours = parse_filter({"opened_from": ["2026-01-05"]}, scope_of(manager)), scope_of(manager)
    before = outcome_report(asked=asked, scope=ours, as_of=NOON.date())
    actions.settle_tallies()
    assert outcome_report(asked=asked, scope=ours, as_of=NOON.date()) == before
    assert before.rows


def test_a_broken_cell_is_found_and_mended(courses, clinic):
    actions.settle_tallies()
    cell = OutcomeTally.objects.filter(clinic=clinic, n__gt=0).first()
    OutcomeTally.objects.filter(pk=cell.pk).update(sum_square=F("sum_square") + Decimal("0.0000000000000001"))
    (found,) = wrong()
    assert "instrument nrs_average" in found and "sum_square is" in found
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("recompute_outcomes", check=True, stdout=out)
    assert "DIFFERS tally of clinic_id" in out.getvalue()
    assert "1 sums differ from their outcomes" in out.getvalue()
    assert actions.rebuild_tallies(clinic=clinic) > 0
    assert wrong() == []


def test_a_missing_and_a_superfluous_cell_are_found(courses):
    actions.settle_tallies()
    OutcomeTally.objects.filter(n__gt=0).first().delete()
    cell = OutcomeTally.objects.first()
    OutcomeTally.objects.create(clinic=cell.clinic, instrument="peg", treatment_type=cell.treatment_type, modality="prp",
        region="hip", timepoint="month 6", opened_month=dt.date(2020, 1, 1), is_retreated=False, is_settled=True, n=1)  # fmt: skip
    assert len({found.split(":")[0] for found in wrong()}) == 2


@pytest.mark.django_db(transaction=True)
def test_sums_are_exact_after_six_at_once(courses):
    """Four change and move outcomes of the same cells, some of it rolled back, two settle meanwhile: nobody waits for ever."""

    def change(seed: int) -> None:
        draw = random.Random(seed)
        try:
            for _ in range(80):
                with transaction.atomic():
                    for _statement in range(draw.randrange(1, 4)):
                        change_something(draw, courses[seed::4])
                    transaction.set_rollback(draw.random() < 0.2)
        finally:
            connection.close()

    def settle(_seed: int) -> None:
        try:
            for _ in range(60):
                actions.settle_tallies()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        work = [pool.submit(change, seed) for seed in range(4)] + [pool.submit(settle, seed) for seed in range(2)]
        for one in work:
            one.result()
    assert wrong() == []
    actions.settle_tallies()
    assert wrong() == []


def test_a_clinic_sees_its_own_sums_alone(courses, clinic, other_clinic):
    with transaction.atomic(), scope.of_clinic(clinic.pk):
        assert {row.clinic_id for row in OutcomeTally.objects.all()} == {clinic.pk}
