"""Importing a clinic's history, all or nothing."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from itertools import islice

from django.db import OperationalError, transaction
from psycopg2.errors import LockNotAvailable

from clinic.models import Clinic, User
from clinic.rules import RuleBroken
from outcomes import scoring
from outcomes.actions.history_plan import imported_courses, past_course, plan_import, recorded_scores
from outcomes.actions.outcomes import recompute_outcomes
from outcomes.history import BASELINE, History, Plan, Scale
from outcomes.models import ImportedInstrument, Score
from patients.actions import PastPatient, import_patients
from patients.models import Patient
from treatments.actions import import_courses

BATCH = 2000
TELL_EVERY = 20_000
JUDGED = ("baseline", "is_responder_30", "is_responder_50", "band")

Baselines = Mapping[tuple[str, str], tuple[int, Decimal]]


class HistoryRefused(RuleBroken):
    """The folder has problems, or contradicts what is there by now. Nothing was imported."""

    code = "history_refused"


@transaction.atomic
def import_history(
    *,
    clinic: Clinic,
    history: History,
    index_date: dt.date,
    by: User | None,
    at: dt.datetime,
    tell: Callable[[str], object],
) -> Plan:
    """Add what is new of ``history``, in one transaction; the same folder again adds nothing.

    ``index_date`` is the synthetic day 0 of every episode. ``by`` is None for the operator of the server. ``tell``
    is called with lines of progress. Raises HistoryRefused, PermissionDenied.
    """
    _wait_for_other_imports(clinic)
    plan = plan_import(clinic=clinic, history=history, index_date=index_date)
    if plan.problems:
        raise HistoryRefused(f"{len(plan.problems):,} problems: nothing was imported.")
    _add_patients(clinic, history, plan, by, at)
    tell(f"patients: {len(plan.patients.new):,} added")
    _add_courses(clinic, history, plan, index_date)
    tell(f"episodes: {len(plan.episodes.new):,} added")
    _add_instruments(clinic, history, plan)
    _add_scores(clinic, history, plan, tell)
    _work_out(clinic, plan, at, tell)
    return plan


def _wait_for_other_imports(clinic: Clinic) -> None:
    """Imports into one clinic go one after another, so that the second finds everything unchanged."""
    try:
        Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise HistoryRefused("Another import into this clinic is running; start again when it has ended.") from None


def _add_patients(clinic: Clinic, history: History, plan: Plan, by: User | None, at: dt.datetime) -> None:
    patients = ((ref, history.patients[ref]) for ref in sorted(plan.patients.new))
    past = (PastPatient(ref=ref, sex=one.sex, age=one.age, age_band=one.age_band) for ref, one in patients)
    import_patients(clinic=clinic, patients=past, by=by, at=at)


def _add_courses(clinic: Clinic, history: History, plan: Plan, index_date: dt.date) -> None:
    patients = dict(Patient.objects.filter(clinic=clinic, is_imported=True).values_list("chart_number", "pk"))
    courses = (
        past_course(history, ref, index_date, patients[history.episodes[ref].patient])
        for ref in sorted(plan.episodes.new)
    )
    import_courses(clinic=clinic, courses=courses)


def _add_instruments(clinic: Clinic, history: History, plan: Plan) -> None:
    described = ((code, history.described[code]) for code in sorted(plan.instruments.new))
    ImportedInstrument.objects.bulk_create(
        ImportedInstrument(
            clinic=clinic,
            code=code,
            label=scale.label,
            minimum=scale.minimum,
            maximum=scale.maximum,
            is_higher_better=scale.is_higher_better,
        )
        for code, scale in described
    )


def _add_scores(clinic: Clinic, history: History, plan: Plan, tell: Callable[[str], object]) -> None:
    baselines = _baselines(clinic, history)
    scores = _new_scores(clinic, history, plan, baselines)
    done = 0
    while batch := list(islice(scores, BATCH)):
        Score.objects.bulk_create(batch)
        done += len(batch)
        if done % TELL_EVERY == 0:
            tell(f"scores: {done:,} of {len(plan.scores.new):,} added")
    _judge_again(clinic, history, plan, baselines)
    tell(f"scores: {done:,} added")


def _work_out(clinic: Clinic, plan: Plan, at: dt.datetime, tell: Callable[[str], object]) -> None:
    """The outcomes of every episode that has new scores."""
    episodes = {key.episode for key in plan.scores.new}
    courses = imported_courses(clinic).values_list("external_ref", "pk").iterator(chunk_size=5000)
    changes = recompute_outcomes(course_ids=[pk for ref, pk in courses if ref in episodes], at=at)
    tell(f"outcomes: {changes.added:,} added, {changes.changed:,} changed")


def _baselines(clinic: Clinic, history: History) -> Baselines:
    """Day and value of each episode's baseline, by episode and instrument, from the folder or an earlier import."""
    here = {key: (score.day, score.value) for key, score in history.scores.items() if key.timepoint == BASELINE}
    earlier = {key: row for key, row in recorded_scores(clinic, history).items() if key.timepoint == BASELINE}
    return {(key.episode, key.instrument): row for key, row in (earlier | here).items()}


def _new_scores(clinic: Clinic, history: History, plan: Plan, baselines: Baselines) -> Iterator[Score]:
    courses = {
        str(ref): (pk, on) for ref, pk, on in imported_courses(clinic).values_list("external_ref", "pk", "opened_on")
    }
    # In the order of the folder's keys, so that a shuffled file fills the table alike.
    for key in sorted(plan.scores.new):
        row = history.scores[key]
        course_id, opened_on = courses[key.episode]
        score = Score(
            clinic=clinic,
            course_id=course_id,
            instrument=key.instrument,
            timepoint=key.timepoint,
            day=row.day,
            taken_on=opened_on + dt.timedelta(days=row.day),
            value=row.value,
            scoring_version=scoring.VERSION,
        )
        _judge(score, baselines.get((key.episode, key.instrument)), history.scales[key.instrument])
        yield score


def _judge(score: Score, baseline: tuple[int, Decimal] | None, scale: Scale) -> None:
    """Put the baseline and what follows from it beside a later score; a change never looks backward."""
    if score.value is None or score.timepoint == BASELINE or baseline is None or baseline[0] > score.day:
        return
    score.baseline = baseline[1]
    judgement = scoring.judge(score.value, baseline[1], higher_is_better=scale.is_higher_better, mcid=scale.mcid)
    for name, value in asdict(judgement).items():
        setattr(score, name, value)


def _judge_again(clinic: Clinic, history: History, plan: Plan, baselines: Baselines) -> None:
    """Earlier imported scores whose baseline comes only now."""
    late = {
        (key.episode, key.instrument)
        for key in plan.scores.new
        if key.timepoint == BASELINE and key.episode not in plan.episodes.new
    }
    if not late:
        return
    episodes = {episode for episode, _instrument in late}
    scores = Score.objects.filter(course__in=imported_courses(clinic).filter(external_ref__in=episodes), baseline=None)
    changed = []
    for score in scores.select_related("course"):
        key = (str(score.course.external_ref), score.instrument)
        if key in late:
            _judge(score, baselines[key], history.scales[score.instrument])
            changed.append(score)
    Score.objects.bulk_update(changed, JUDGED, batch_size=BATCH)
