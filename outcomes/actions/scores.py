"""Scores, made when a survey is sent, each with its baseline and what follows from it beside it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from clinic.prepared import Prepared
from outcomes import scoring
from outcomes.asking import instruments_of
from outcomes.instruments import Scale
from outcomes.models import Score, Survey
from treatments.models import FollowUp

# Two statements of our own, because the patient who sends a check-in waits for them.
GIVEN = """
SELECT (SELECT json_object_agg(item, value) FROM outcomes_answer WHERE survey_id = $1),
  (SELECT json_object_agg(instrument, value::text) FROM outcomes_score
    WHERE course_id = $2 AND timepoint = 'baseline' AND excluded = '' AND value IS NOT NULL),
  EXISTS (SELECT FROM treatments_retreatment
    WHERE course_id = $2 AND happened_on <= $3 AND entered_in_error_at IS NULL)
"""
KEEP = """
INSERT INTO outcomes_score (clinic_id, course_id, survey_id, timepoint, day, taken_on, excluded, is_after_retreatment,
  scoring_version, instrument, value, baseline, is_responder_30, is_responder_50, band)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, scored.*
FROM unnest($10::text[], $11::numeric[], $12::numeric[], $13::boolean[], $14::boolean[], $15::smallint[]) scored
"""
_GIVEN = Prepared("read_given", ["bigint", "bigint", "date"], GIVEN)
_KEEP = Prepared(
    "keep_scores",
    [
        *("bigint", "bigint", "bigint", "text", "smallint", "date", "text", "boolean", "smallint"),
        *("text[]", "numeric[]", "numeric[]", "boolean[]", "boolean[]", "smallint[]"),
    ],
    KEEP,
)
_OF_SURVEY = (
    *("clinic_id", "course_id", "survey_id", "timepoint", "day", "taken_on", "excluded", "is_after_retreatment"),
    "scoring_version",
)
_OF_SCALE = ("instrument", "value", "baseline", "is_responder_30", "is_responder_50", "band")


class _Given(NamedTuple):
    """What the scores of one survey are made of."""

    answers: dict[str, int | None]
    baselines: dict[str, Decimal]
    is_after_retreatment: bool


def _given(survey: Survey, taken_on: dt.date) -> _Given:
    with connection.cursor() as cursor:
        _GIVEN.run(cursor, [survey.pk, survey.follow_up.course_id, taken_on])
        answers, baselines, is_after = cursor.fetchone()
    is_baseline = survey.follow_up.timepoint.is_baseline
    before = {} if is_baseline else {code: Decimal(value) for code, value in (baselines or {}).items()}
    return _Given(answers or {}, before, is_after)


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


def values_of(survey: Survey, answers: Mapping[str, int | None]) -> list[tuple[Scale, Decimal | None]]:
    """Each scale of the survey's instruments, at the versions it was given on, with its score worked out anew.

    ``answers``: all of the survey, by the key of the item. None where too few items were answered.
    """
    by_instrument: dict[str, dict[str, int | None]] = defaultdict(dict)
    for key, value in answers.items():
        instrument, _, item = key.partition(".")
        by_instrument[instrument][item] = value
    return [
        (scale, scoring.score(scale, by_instrument[instrument.code]))
        for instrument in sorted(instruments_of(survey), key=lambda one: one.code)
        for scale in instrument.scales
    ]


def record_scores(*, survey: Survey, taken_on: dt.date) -> list[Score]:
    """One score per scale of the survey's instruments; NULL where too few items were answered. Part of complete_survey.

    What someone else answered for the patient is kept, and counts neither in reports nor as a baseline. The scores come
    back without their keys.
    """
    given = _given(survey, taken_on)
    scores = [_score(survey, taken_on, given, scale, value) for scale, value in values_of(survey, given.answers)]
    if scores:
        of_survey = [getattr(scores[0], name) for name in _OF_SURVEY]
        of_scales = [[getattr(score, name) for score in scores] for name in _OF_SCALE]
        with connection.cursor() as cursor:
            _KEEP.run(cursor, [*of_survey, *of_scales])
    return scores


def _score(survey: Survey, taken_on: dt.date, given: _Given, scale: Scale, value: Decimal | None) -> Score:
    follow_up, baseline = survey.follow_up, given.baselines.get(scale.code)
    judgement = judged(scale, value, baseline)
    is_proxy = survey.answered_by == Survey.AnsweredBy.SOMEONE_ELSE
    return Score(
        clinic_id=survey.clinic_id,
        course_id=follow_up.course_id,
        survey_id=survey.pk,
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
        is_after_retreatment=given.is_after_retreatment,
        scoring_version=scoring.VERSION,
    )
