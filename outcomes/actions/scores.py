"""Scores, made when a survey is sent, each with its baseline and what follows from it beside it."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from outcomes import instruments, scoring
from outcomes.instruments import Instrument
from outcomes.models import Answer, Score, Survey
from treatments.models import FollowUp, Timepoint, TreatmentSession


def _answers_by_instrument(survey: Survey) -> dict[str, dict[str, int | None]]:
    answers: dict[str, dict[str, int | None]] = defaultdict(dict)
    for key, value in Answer.objects.filter(survey=survey).values_list("item", "value"):
        instrument, _, item = key.partition(".")
        answers[instrument][item] = value
    return answers


def _baselines(follow_up: FollowUp) -> dict[str, Decimal]:
    if follow_up.timepoint.is_baseline:
        return {}
    counted = Score.objects.filter(course_id=follow_up.course_id, timepoint=Timepoint.BASELINE, excluded="")
    return {code: value for code, value in counted.values_list("instrument", "value") if value is not None}


def _day(follow_up: FollowUp, taken_on: dt.date) -> int:
    """Days since the clock of this timepoint started, which is 0 for a baseline whenever it is answered."""
    timepoint = follow_up.timepoint
    if timepoint.is_baseline:
        return 0
    return (taken_on - follow_up.due_on).days + timepoint.target_day


def _judged(instrument: Instrument, value: Decimal | None, baseline: Decimal | None) -> scoring.Judgement:
    if value is None or baseline is None:
        return scoring.Judgement()
    return scoring.judge(value, baseline, higher_is_better=instrument.higher_is_better, mcid=instrument.mcid)


def record_scores(*, survey: Survey, taken_on: dt.date) -> list[Score]:
    """One score per instrument of the survey; NULL where too few items were answered. Part of submit_survey."""
    follow_up = survey.follow_up
    answers, baselines = _answers_by_instrument(survey), _baselines(follow_up)
    scores = []
    for instrument in map(instruments.get, sorted(survey.instruments)):
        value = scoring.score(instrument, answers[instrument.code])
        baseline = baselines.get(instrument.code)
        judgement = _judged(instrument, value, baseline)
        scores.append(
            Score(
                clinic_id=survey.clinic_id,
                course_id=follow_up.course_id,
                survey=survey,
                instrument=instrument.code,
                timepoint=follow_up.timepoint.name,
                day=_day(follow_up, taken_on),
                taken_on=taken_on,
                value=value,
                baseline=baseline,
                is_responder_30=judgement.is_responder_30,
                is_responder_50=judgement.is_responder_50,
                band=judgement.band,
                scoring_version=scoring.VERSION,
            )
        )
    return Score.objects.bulk_create(scores)


def exclude_late_baselines() -> int:
    """Take back every baseline that was sent after its course's first treatment; how many scores changed. Repeatable.

    Such a score is marked, and the later scores of its course lose the baseline and every judgement that rested on it.
    It happens when a session is logged later than it was performed. One statement, so that tallies are locked in order.
    """
    treated_before = TreatmentSession.objects.filter(
        course_id=OuterRef("course_id"), performed_at__lt=OuterRef("answered_at")
    )
    late = FollowUp.objects.filter(
        Exists(treated_before), timepoint__name=Timepoint.BASELINE, answered_at__isnull=False
    )
    is_baseline = Q(timepoint=Timepoint.BASELINE)
    wrong = Score.objects.filter(
        is_baseline & Q(excluded=Score.Excluded.NO) | ~is_baseline & Q(baseline__isnull=False),
        course__in=late.values("course_id"),
        survey__isnull=False,
    )
    return wrong.update(
        excluded=Case(When(is_baseline, then=Value(Score.Excluded.AFTER_TREATMENT)), default=F("excluded")),
        baseline=None,
        is_responder_30=None,
        is_responder_50=None,
        band=None,
    )
