"""What beat does every half minute: the calendar moves on, due follow-ups become surveys, workers are woken."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from clinic.celery import app
from clinic.models import Clinic
from outcomes import actions, tasks
from outcomes.models import Call, Delivery, Survey
from patients import actions as patient_actions
from tests.conftest import NOON
from tests.queries import Asked
from tests.treatments.treating import log
from treatments import actions as treatment_actions
from treatments.actions import TimepointPlan, create_protocol
from treatments.models import FollowUp

DAY = dt.timedelta(days=1)


def open_course(patient, protocol, by, *, on):
    """Ruth's left knee."""
    return treatment_actions.open_course(
        patient=patient,
        protocol=protocol,
        icd10_code="M17.12",
        complaint="Osteoarthritis of the left knee",
        target="knee_joint",
        side="left",
        on=on,
        by=by,
    )


def everything():
    return list(Survey.objects.values()), list(Delivery.objects.values()), list(FollowUp.objects.values())


def test_due_follow_up_becomes_a_survey_with_an_invitation(course):
    assert actions.open_due_surveys(at=NOON) == 1
    survey = Survey.objects.get()
    assert (survey.follow_up, survey.opened_at) == (course.follow_ups.get(), NOON)
    assert survey.instruments == ["nrs_now", "nrs_average", "peg"]
    delivery = survey.deliveries.get()
    assert (delivery.kind, delivery.status, delivery.not_before, delivery.reason) == ("invitation", "pending", NOON, "")
    assert delivery.clinic == survey.clinic == course.clinic


def test_after_treatment_the_change_is_asked_as_well(course, clinician):
    log(course, clinician)
    actions.open_due_surveys(at=NOON + 42 * DAY)
    assert Survey.objects.get(follow_up__timepoint__name="week 6").instruments[-1] == "pgic"


def test_opening_twice_changes_nothing(course):
    actions.open_due_surveys(at=NOON)
    before = everything()
    assert actions.open_due_surveys(at=NOON + dt.timedelta(minutes=1)) == 0
    assert everything() == before


def test_survey_opened_at_night_is_announced_in_the_morning(course):
    actions.open_due_surveys(at=NOON.replace(hour=22))
    delivery = Delivery.objects.get()
    assert delivery.not_before == dt.datetime(2026, 3, 3, 9, tzinfo=ZoneInfo("America/Chicago"))
    assert delivery.reason == "Waits for the hours in which the clinic sends messages."


def test_patient_without_consent_is_asked_once_it_is_given(course, patient, clinician):
    patient_actions.withdraw_consent(patient=patient, by=clinician, at=NOON)
    assert actions.open_due_surveys(at=NOON) == 0
    patient_actions.record_consent(patient=patient, by=clinician, at=NOON)
    assert actions.open_due_surveys(at=NOON) == 1


def test_patient_without_an_address_is_called_and_asked_once_there_is_one(course, patient, clinician):
    patient_actions.update_patient(patient=patient, by=clinician, email="")
    assert actions.open_due_surveys(at=NOON) == 1
    actions.decide_contacts(at=NOON)
    assert not Delivery.objects.exists()
    assert Call.objects.get().reason == "unreachable"
    patient_actions.update_patient(patient=patient, by=clinician, email="ruth@example.org")
    actions.decide_contacts(at=NOON + DAY)
    assert Delivery.objects.get().kind == "invitation"


def test_timepoint_without_instruments_asks_nothing(patient, protocol, clinician):
    silent = create_protocol(
        treatment_type=protocol.treatment_type, name="Silent", timepoints=[TimepointPlan("baseline", 0, 0, 30)]
    )
    course = open_course(patient, silent, clinician, on=NOON.date())
    assert course.follow_ups.due(NOON.date()).exists()
    assert actions.open_due_surveys(at=NOON) == 0


def test_window_is_counted_in_the_days_of_the_clinic(course, clinic):
    first_day = dt.datetime.combine(course.opened_on, dt.time(), ZoneInfo("America/Chicago"))
    assert actions.open_due_surveys(at=first_day - dt.timedelta(seconds=1)) == 0
    assert actions.open_due_surveys(at=first_day) == 1


def test_window_that_is_over_opens_nothing(course):
    closed = course.follow_ups.get().closes_on
    after = dt.datetime.combine(closed + DAY, dt.time(), ZoneInfo("America/Chicago"))
    assert actions.open_due_surveys(at=after) == 0
    assert actions.open_due_surveys(at=after - dt.timedelta(seconds=1)) == 1


def test_number_of_statements_does_not_grow_with_what_is_due(course):
    with Asked() as one:
        actions.open_due_surveys(at=NOON)
    with Asked() as none:
        actions.open_due_surveys(at=NOON)
    assert len(one) == len(none) <= 6


def test_tick_opens_ends_and_asks_for_a_shift(clinic, clinician, patient, protocol, broker):
    today = timezone.now().astimezone(ZoneInfo(clinic.time_zone)).date()
    due, over = (open_course(patient, protocol, clinician, on=day) for day in (today, today - 90 * DAY))
    Clinic.objects.filter(pk=clinic.pk).update(send_from_hour=0, send_until_hour=24, sends_on_weekends=True)
    tasks.tick()
    assert Survey.objects.get().follow_up == due.follow_ups.get()
    assert over.follow_ups.get().ended_on == today
    assert broker.waiting() == ["outcomes.tasks.deliver"]


def test_tick_twice_changes_nothing(clinic, clinician, patient, protocol, broker):
    open_course(patient, protocol, clinician, on=timezone.now().astimezone(ZoneInfo(clinic.time_zone)).date())
    tasks.tick()
    before = everything()
    tasks.tick()
    assert everything() == before


def test_tick_with_nothing_to_do_wakes_nobody(clinic, broker):
    tasks.tick()
    assert broker.waiting() == []


def test_flushed_broker_loses_nothing(clinic, clinician, patient, protocol, sink, broker):
    Clinic.objects.filter(pk=clinic.pk).update(send_from_hour=0, send_until_hour=24, sends_on_weekends=True)
    open_course(patient, protocol, clinician, on=timezone.now().astimezone(ZoneInfo(clinic.time_zone)).date())
    tasks.tick()
    broker.flush()
    tasks.tick()
    assert broker.waiting() == ["outcomes.tasks.deliver"]
    tasks.deliver()
    assert len(sink.accepted) == 1


def test_beat_runs_tasks_that_exist():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {tasks.tick.name, tasks.sweep.name} <= scheduled
    assert {*scheduled, tasks.deliver.name} <= set(app.tasks)
