"""Ruth two weeks after treatment, asked the safety questions, and how she answers them."""

import datetime as dt

from clinic.models import User
from outcomes import actions
from outcomes.actions import Asked, Moment, publish_protocol
from outcomes.models import Survey
from patients.models import Patient
from tests.check_in import answer_all, open_survey
from tests.conftest import NOON
from tests.treatments.treating import log
from treatments.actions import SessionsPlan, TimepointPlan, open_course
from treatments.models import Protocol, TreatmentType

# She was treated at NOON, a Monday.
DUE = NOON + dt.timedelta(days=14)
SAFETY = ("fever", "worse", "joint", "nerve", "clot", "wound")
QUESTIONS = [f"safety.{name}" for name in SAFETY]


def _protocol(patient: Patient, by: User) -> Protocol:
    safety = [Asked("safety"), Asked("nrs_now")]
    return publish_protocol(
        treatment_type=TreatmentType.objects.get(clinic=patient.clinic, code="prp"),
        name="PRP with a safety check",
        moments=[
            Moment(TimepointPlan("baseline", 0, 0, 30), [Asked("nrs_now")]),
            Moment(TimepointPlan("week 2", 14, 11, 18), safety),
        ],
        plan=SessionsPlan(),
        at=NOON - dt.timedelta(days=300),
        by=by,
    )


def safety_check(patient: Patient, by: User) -> Survey:
    """Her survey of week 2, after a baseline (pain 7) and one session at NOON: the safety questions, then pain."""
    opened = NOON - dt.timedelta(days=7)
    course = open_course(
        patient=patient,
        protocol=_protocol(patient, by),
        icd10_code="M17.11",
        complaint="Osteoarthritis of the right knee",
        target="knee_joint",
        side="right",
        on=opened.date(),
        by=by,
    )
    baseline = open_survey(course.follow_ups.get(timepoint__name="baseline"), opened)
    answer_all(baseline, {"nrs_now.now": 7}, opened)
    actions.submit_survey(survey=baseline, at=opened)
    log(course, by, baseline_missing_reason="")
    survey = open_survey(course.follow_ups.get(timepoint__name="week 2"), DUE)
    return Survey.objects.select_related("clinic", "follow_up__course__patient").get(pk=survey.pk)


def say(survey: Survey, at: dt.datetime = DUE, **answers: int) -> list[bool]:
    """Answer safety questions, like ``fever=1``; whether each led to the page that says what to do."""
    return [
        actions.answer_item(survey=survey, item=f"safety.{name}", value=value, at=at) for name, value in answers.items()
    ]
