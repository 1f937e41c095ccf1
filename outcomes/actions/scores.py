"""Scores, made when a survey is sent, each with its baseline and what follows from it beside it."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from outcomes import scoring
from outcomes.asking import instruments_of
from outcomes.instruments import Scale
from outcomes.models import Answer, Score, Survey
from treatments.models import FollowUp, Retreatment, Timepoint


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


def judged(scale: Scale, value: Decimal | None, baseline: Decimal | None) -> scoring.Judgement:
    """What a value says beside its baseline; nothing where one of the two is missing, or of a profile."""
    if value is None or baseline is None or not scale.is_amount:
        return scoring.Judgement()
    return scoring.judge(value, baseline, higher_is_better=scale.higher_is_better, mcid=scale.mcid)


def values_of(survey: Survey) -> list[tuple[Scale, Decimal | None]]:
    """Each scale of the survey's instruments, at the versions it was given on, with its score worked out anew.

    None where too few items were answered. One query.
    """
    answers = _answers_by_instrument(survey)
    return [
        (scale, scoring.score(scale, answers[instrument.code]))
        for instrument in sorted(instruments_of(survey), key=lambda one: one.code)
        for scale in instrument.scales
    ]


def record_scores(*, survey: Survey, taken_on: dt.date) -> list[Score]:
    """One score per scale of the survey's instruments; NULL where too few items were answered. Part of complete_survey.

    What someone else answered for the patient is kept, and counts neither in reports nor as a baseline.
    """
    follow_up = survey.follow_up
    baselines = _baselines(follow_up)
    is_after = Retreatment.objects.filter(
        course_id=follow_up.course_id, happened_on__lte=taken_on, entered_in_error_at=None
    ).exists()
    is_proxy = survey.answered_by == Survey.AnsweredBy.SOMEONE_ELSE
    scores = []
    for scale, value in values_of(survey):
        baseline = baselines.get(scale.code)
        judgement = judged(scale, value, baseline)
        scores.append(
            Score(
                clinic_id=survey.clinic_id,
                course_id=follow_up.course_id,
                survey=survey,
                instrument=scale.code,
                timepoint=follow_up.timepoint.name,
                day=_day(follow_up, taken_on),
                taken_on=taken_on,
                value=value,
                baseline=baseline,
                is_responder_30=judgement.is_responder_30,
                is_responder_50=judgement.is_responder_50,
                band=judgement.band,
                excluded=Score.Excluded.PROXY if is_proxy else Score.Excluded.NO,
                is_after_retreatment=is_after,
                scoring_version=scoring.VERSION,
            )
        )
    return Score.objects.bulk_create(scores)
