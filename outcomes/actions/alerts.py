"""Alerts: raised by answers in the same transaction, taken back or not, and closed by a person who says what was said."""

import datetime as dt
from collections.abc import Iterable
from functools import cache, partial
from zoneinfo import ZoneInfo

from django.db import transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes import red_flags
from outcomes.actions.telling import tell_first
from outcomes.alert_words import words_of
from outcomes.models import Alert, Answer, Score, Survey
from outcomes.red_flags import RED, Hit, Situation, Treatment
from treatments.models import CellPreparation, TreatmentSession
from treatments.vocabulary import Modality

MOST_SAID = 1000


class AlertRefused(RuleBroken):
    code = "alert_refused"


def judge_answer(*, survey: Survey, item: str, value: int | None, at: dt.datetime) -> bool:
    """Raise what this answer, just stored, says; whether the patient has to be told now what to do.

    Part of answer_item, for items of ``red_flags.watched``. Answering otherwise later takes nothing back: it is noted.
    """
    is_alarming = (item, value) in red_flags.alarming()
    if not is_alarming and not _open_about(survey, item):
        return False
    situation = _situation(survey, at)
    _note_taken_back(survey, item, situation, at)
    mine = [hit for hit in red_flags.judge(situation, is_sent=False) if item in hit.items]
    _raise(survey, mine, situation, at)
    return any(hit.rule.level == RED for hit in mine)


def judge_sent(*, survey: Survey, scores: Iterable[Score], at: dt.datetime) -> None:
    """Raise what the scores and the patient's own words say.

    Part of submit_survey. All other answers were judged as they were given.
    """
    by_code = {score.instrument: score for score in scores}
    judged = [(item, by_code[code]) for item in red_flags.of_scores() if (code := item.partition(".")[0]) in by_code]
    situation = Situation(
        answers={item: None if score.value is None else int(score.value) for item, score in judged},
        region=survey.follow_up.course.region,
        treatments=cache(partial(_treatments, survey, at)),
        baselines={item: score.baseline for item, score in judged if score.baseline is not None},
    )
    found = [*red_flags.judge(situation, is_sent=True), *red_flags.judge_words(survey.remark)]
    _raise(survey, found, situation, at)


@transaction.atomic
def acknowledge_alert(
    *, alert: Alert, reached: str, outcome: str, said: str, at: dt.datetime, by: User, with_others: bool = False
) -> list[Alert]:
    """A person took it on: how the patient was reached, what was said and what follows; what was closed by it.

    ``with_others``: the same conversation closes every other open alert of the check-in. Raises AlertRefused,
    PermissionDenied.
    """
    require(by, alert.clinic, Permission.PATIENT_EDIT)
    said = " ".join(said.split())
    _check(reached, outcome, said)
    alerts = Alert.objects.select_for_update(of=("self",)).filter(survey=alert.survey_id).order_by("pk")
    waiting = [one for one in alerts if one.acknowledged_at is None and (with_others or one.pk == alert.pk)]
    if alert.pk not in {one.pk for one in waiting}:
        raise AlertRefused("Somebody has already closed this.")
    for one in waiting:
        one.acknowledged_at, one.acknowledged_by = at, by
        one.reached, one.outcome, one.said = reached, outcome, said
        one.save(update_fields=["acknowledged_at", "acknowledged_by", "reached", "outcome", "said"])
    return waiting


def _check(reached: str, outcome: str, said: str) -> None:
    if reached not in Alert.Reached.values:
        raise AlertRefused("Say how the patient was reached.", "reached")
    if outcome not in Alert.Outcome.values:
        raise AlertRefused("Say what follows.", "outcome")
    if not said:
        raise AlertRefused("Write down what was said.", "said")
    if len(said) > MOST_SAID:
        raise AlertRefused(f"What was said is longer than {MOST_SAID:,} characters.", "said")


def _open_about(survey: Survey, item: str) -> bool:
    """Whether an alert that this item can raise was raised already and not taken back."""
    rules = [rule.code for rule in red_flags.rules_about(item)]
    return Alert.objects.filter(survey=survey, rule__in=rules, taken_back_at=None).exists()


def _note_taken_back(survey: Survey, item: str, situation: Situation, at: dt.datetime) -> None:
    """What is no longer answered so. That days have passed takes nothing back."""
    gone = [rule.code for rule in red_flags.rules_about(item) if not rule.answered_by(situation)]
    Alert.objects.filter(survey=survey, rule__in=gone, taken_back_at=None).update(taken_back_at=at)


def _raise(survey: Survey, hits: list[Hit], situation: Situation, at: dt.datetime) -> None:
    """One alert per rule and survey. One that is there already says what was answered last, while it is open."""
    there = {alert.rule: alert for alert in Alert.objects.filter(survey=survey)} if hits else {}
    made = []
    for hit in hits:
        alert = there.get(hit.rule.code)
        answers = words_of(survey, hit, situation.baselines)
        if alert is None:
            made.append(_made(survey, hit, answers, at))
        elif alert.acknowledged_at is None and (alert.answers != answers or alert.taken_back_at):
            alert.answers, alert.taken_back_at = answers, None
            alert.save(update_fields=["answers", "taken_back_at"])
    if made:
        tell_first(alerts=made, at=at)


def _made(survey: Survey, hit: Hit, answers: list[dict[str, str]], at: dt.datetime) -> Alert:
    return Alert.objects.create(
        clinic_id=survey.clinic_id,
        patient_id=survey.follow_up.course.patient_id,
        survey=survey,
        rule=hit.rule.code,
        rule_version=hit.rule.version,
        level=hit.rule.level,
        message=hit.rule.message,
        answers=answers,
        day=min((one.day for one in _treatments(survey, at)), default=None),
        raised_at=at,
    )


def _situation(survey: Survey, at: dt.datetime) -> Situation:
    return Situation(
        answers=dict(Answer.objects.filter(survey=survey).values_list("item", "value")),
        region=survey.follow_up.course.region,
        treatments=cache(partial(_treatments, survey, at)),
    )


def _treatments(survey: Survey, at: dt.datetime) -> tuple[Treatment, ...]:
    """Every session of the patient that counts, until the day of the answers."""
    course, zone = survey.follow_up.course, ZoneInfo(survey.clinic.time_zone)
    sessions = TreatmentSession.objects.counted().filter(course__patient=course.patient_id, performed_at__lte=at)
    facts = ("performed_at", "course", "course__treatment_type__modality", "cell_preparation__donor")
    answered_on = survey.answered_on or at.astimezone(zone).date()
    found = [
        Treatment(
            day=(answered_on - performed_at.astimezone(zone).date()).days,
            modality=modality,
            is_from_donor=modality == Modality.EXOSOME or donor == CellPreparation.Donor.ALLOGENEIC,
            is_of_course=course_id == course.pk,
        )
        for performed_at, course_id, modality, donor in sessions.values_list(*facts)
    ]
    return tuple(one for one in found if one.day >= 0)
