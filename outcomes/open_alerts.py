"""Answers that need a person, as staff see them. Only reads; starts at ``visible_to``."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, Window

from clinic.models import Clinic, ClinicRowQuerySet, User
from outcomes import red_flags
from outcomes.alert_words import questions_asked
from outcomes.models import Alert, Answer, Survey
from outcomes.models.alerts import AlertQuerySet
from outcomes.survey_flow import Question
from patients.models import Patient
from treatments.models import LotUse

# So long before the alert the lots of a session are looked at.
LOTS_OF = dt.timedelta(days=31)
SAYS_NOTHING_FOR = dt.timedelta(days=60)


@dataclass(frozen=True)
class Unsaid:
    """A safety question to which a patient would rather not answer."""

    question: str
    at: dt.datetime


def of_clinic(clinic: Clinic, *, user: User) -> AlertQuerySet:
    """Every alert of the clinic with its patient."""
    mine: AlertQuerySet = Alert.objects.visible_to(user).filter(clinic=clinic)
    return mine.select_related("patient", "survey__follow_up__timepoint", "acknowledged_by")


def waiting(clinic: Clinic, *, user: User) -> AlertQuerySet:
    """What nobody took on yet: red first, then the oldest first."""
    return of_clinic(clinic, user=user).open().urgent_first()


def first_waiting(clinic: Clinic, *, user: User, most: int) -> tuple[list[Alert], int]:
    """The first of them, and how many red flags are open, in one query."""
    n_red = Window(Count("pk", filter=Q(level=red_flags.RED)))
    alerts = list(waiting(clinic, user=user).annotate(n_red=n_red)[:most])
    return alerts, alerts[0].n_red if alerts else 0


def of_patient(patient: Patient, *, user: User) -> list[Alert]:
    """What about this patient nobody took on yet."""
    return list(Alert.objects.visible_to(user).filter(patient=patient).open().urgent_first())


def count_red(clinic: Clinic, *, user: User) -> int:
    """How many red flags are open."""
    return Alert.objects.visible_to(user).filter(clinic=clinic).open().red().count()


def lots_to_check(alert: Alert, *, user: User) -> list[LotUse]:
    """The lots that the patient received shortly before, if the alert's rule says to look at them; the latest first."""
    rule = red_flags.rule_of(alert.rule)
    if rule is None or not rule.lot_check:
        return []
    uses = LotUse.objects.visible_to(user).filter(patient=alert.patient_id, reversed_at=None)
    near = uses.filter(used_at__gt=alert.raised_at - LOTS_OF, session__entered_in_error_at=None)
    return list(near.select_related("lot__product").order_by("-used_at", "-id"))


def safety_answers(survey: Survey) -> list[tuple[Question, str]]:
    """Every answer of this survey to a question that is watched, in the words it was given in."""
    given = dict(survey.answers.filter(item__in=red_flags.watched()).values_list("item", "value"))
    asked = [question for question in questions_asked(survey) if given.get(question.key) is not None]
    return [(question, question.say(given[question.key])) for question in asked]


def not_said() -> ClinicRowQuerySet:
    """Answers of people who would rather not say, to questions that are watched."""
    answers: ClinicRowQuerySet = Answer.objects.filter(item__in=red_flags.watched(), value=red_flags.RATHER_NOT_SAY)
    return answers


def unsaid(patient: Patient, *, at: dt.datetime, user: User) -> list[Unsaid]:
    """What the patient lately would rather not say, the latest first."""
    mine = not_said().visible_to(user).filter(survey__follow_up__course__patient=patient)
    answers = mine.filter(answered_at__gt=at - SAYS_NOTHING_FOR)
    found = []
    for answer in answers.select_related("survey__follow_up__course__patient").order_by("-answered_at", "-id"):
        short = {question.key: question.wording.short for question in questions_asked(answer.survey)}
        found.append(Unsaid(short.get(answer.item, answer.item), answer.answered_at))
    return found


def may_ask_self_harm(clinic: Clinic) -> bool:
    """Whether somebody said that red flags are watched in office hours; else item 9 of the PHQ-9 is not asked."""
    return clinic.queue_confirmed_at is not None
