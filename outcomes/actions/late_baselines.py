"""Baselines that a session, logged, corrected or taken back later, puts on the other side of the first treatment."""

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from outcomes.actions.scores import judged
from outcomes.asking import instruments_of
from outcomes.instruments import Scale
from outcomes.models import Score, Survey
from treatments.models import FollowUp, SessionRevision, Timepoint, TreatmentSession

IS_BASELINE = Q(timepoint=Timepoint.BASELINE)
JUDGEMENT = ("is_responder_30", "is_responder_50", "band")


def exclude_late_baselines() -> int:
    """Take back every baseline that was sent after its course's first treatment; how many scores changed. Repeatable.

    Such a score is marked, and the later scores of its course lose the baseline and every judgement that rested on it.
    It happens when a session is logged later than it was performed. One statement, so that tallies are locked in order.
    """
    wrong = Score.objects.filter(
        IS_BASELINE & Q(excluded=Score.Excluded.NO) | ~IS_BASELINE & Q(baseline__isnull=False),
        course__in=_answered_baselines().filter(_treated_before()).values("course_id"),
        survey__isnull=False,
    )
    return wrong.update(
        excluded=Case(When(IS_BASELINE, then=Value(Score.Excluded.AFTER_TREATMENT)), default=F("excluded")),
        baseline=None,
        is_responder_30=None,
        is_responder_50=None,
        band=None,
    )


@transaction.atomic
def restore_baselines() -> int:
    """Count every baseline again that no session comes before any more; how many scores changed. Repeatable.

    The later scores of its course get the baseline and their judgement back. It happens when a session was entered in
    error, or corrected to a later time.
    """
    # Nothing else moves a treatment, and few courses were ever corrected.
    corrected = SessionRevision.objects.values("session__course_id")
    in_time = _answered_baselines().filter(~_treated_before(), course__in=corrected)
    back = Score.objects.select_for_update(of=("self",)).filter(
        IS_BASELINE, excluded=Score.Excluded.AFTER_TREATMENT, course__in=in_time.values("course_id")
    )
    baselines = {(score.course_id, score.instrument): score for score in back.order_by("pk")}
    for score in baselines.values():
        score.excluded = Score.Excluded.NO
    later = _without_baseline({course_id for course_id, _ in baselines})
    judged_again = [score for score in later if _rests_on(baselines.get((score.course_id, score.instrument)), score)]
    # In one statement, so that tallies are locked in order.
    changed = [*baselines.values(), *judged_again]
    Score.objects.bulk_update(changed, ["excluded", "baseline", *JUDGEMENT])
    return len(changed)


def _answered_baselines() -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(timepoint__name=Timepoint.BASELINE, answered_at__isnull=False)


def _treated_before() -> Exists:
    counted = TreatmentSession.objects.counted()
    return Exists(counted.filter(course_id=OuterRef("course_id"), performed_at__lt=OuterRef("answered_at")))


def _without_baseline(courses: set[int]) -> QuerySet[Score]:
    later = Score.objects.filter(~IS_BASELINE, course__in=courses, baseline=None, survey__isnull=False)
    return later.select_for_update(of=("self",)).select_related("survey").order_by("pk")


def _scale_of(survey: Survey, code: str) -> Scale:
    return next(scale for one in instruments_of(survey) for scale in one.scales if scale.code == code)


def _rests_on(baseline: Score | None, score: Score) -> bool:
    """Give the score its baseline; False when there is none to give."""
    if baseline is None or baseline.value is None or score.survey is None:
        return False
    judgement = judged(_scale_of(score.survey, score.instrument), score.value, baseline.value)
    score.baseline = baseline.value
    for name in JUDGEMENT:
        setattr(score, name, getattr(judgement, name))
    return True
