"""Washout flags: what is kept, broken, not known; the columns of a list say what the page of one session says."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOON
from tests.treatments.stock import session_of
from treatments import actions, washout
from treatments.models import Aftercare, Holds, MedicationReview, Protocol, TreatmentSession
from treatments.washout import Around, Asked, Washout, nsaid_after, nsaid_before, overall, steroid_before
from treatments.washouts import washout_of, with_washout

DAY = dt.timedelta(days=1)
TODAY = NOON.date()
KEPT, BROKEN, UNKNOWN = Washout
PLAIN = Around(session_on=TODAY)


def around(**changes):
    return Around(session_on=TODAY, **changes)


def asked(days_after, nsaid_days):
    return Asked(TODAY + days_after * DAY, nsaid_days)


# Before the session


def test_nothing_recorded_is_not_known():
    assert nsaid_before(PLAIN, []) == nsaid_after(PLAIN, []) == steroid_before(PLAIN) == UNKNOWN


@pytest.mark.parametrize(("days", "state"), [(0, BROKEN), (6, BROKEN), (7, KEPT), (30, KEPT)])
def test_seven_days_without_nsaid_before_are_enough(days, state):
    assert nsaid_before(around(nsaid_stopped_on=TODAY - days * DAY), []) == state


def test_who_takes_none_keeps_the_hold():
    assert nsaid_before(around(takes_no_nsaid=True), []) == KEPT


def test_the_protocols_own_days_come_first():
    stopped = TODAY - 8 * DAY
    assert nsaid_before(around(nsaid_stopped_on=stopped, nsaid_days=14), []) == BROKEN
    assert nsaid_before(around(nsaid_stopped_on=stopped, nsaid_days=8), []) == KEPT


def test_what_the_patient_says_at_the_visit_weighs_more_than_what_was_written_down():
    assert nsaid_before(around(takes_no_nsaid=True), [asked(0, 1)]) == BROKEN
    assert nsaid_before(around(takes_no_nsaid=True), [asked(0, 0)]) == KEPT


def test_days_that_fit_outside_the_hold_prove_nothing():
    """Asked three days before the session, three of the seven days lie before the hold began."""
    assert nsaid_before(around(takes_no_nsaid=True), [asked(-3, 3)]) == KEPT
    assert nsaid_before(around(takes_no_nsaid=True), [asked(-3, 4)]) == BROKEN


@pytest.mark.parametrize(("days", "state"), [(0, BROKEN), (20, BROKEN), (21, KEPT)])
def test_three_weeks_without_a_steroid(days, state):
    assert steroid_before(around(last_steroid_on=TODAY - days * DAY)) == state


# After the session

AVOIDING = around(avoid_nsaid_until=TODAY + 28 * DAY)


def test_nobody_asked_is_not_known():
    assert nsaid_after(AVOIDING, []) == UNKNOWN
    assert nsaid_after(AVOIDING, [asked(60, 0), asked(-5, 0)]) == UNKNOWN


def test_an_answer_within_the_time_settles_it():
    assert nsaid_after(AVOIDING, [asked(14, 0)]) == KEPT
    assert nsaid_after(AVOIDING, [asked(14, 1)]) == BROKEN
    assert nsaid_after(AVOIDING, [asked(14, 0), asked(20, 1)]) == BROKEN


def test_an_answer_that_reaches_beyond_the_time_may_settle_nothing():
    """Asked on day 31, three of the seven days lie after the time to avoid them."""
    assert nsaid_after(AVOIDING, [asked(31, 3)]) == UNKNOWN
    assert nsaid_after(AVOIDING, [asked(31, 4)]) == BROKEN


def test_one_broken_part_breaks_the_whole_and_one_unknown_leaves_it_open():
    assert overall([KEPT, KEPT, KEPT]) == KEPT
    assert overall([KEPT, UNKNOWN, KEPT]) == UNKNOWN
    assert overall([UNKNOWN, BROKEN, KEPT]) == BROKEN


# Stored sessions


def test_the_defaults_are_the_published_ones():
    assert (washout.NSAID_DAYS, washout.STEROID_DAYS, washout.RECALL_DAYS) == (7, 21, 7)


def flags(session):
    """What the page of the session says, after making sure that a list says the same."""
    fresh = TreatmentSession.objects.get(pk=session.pk)
    one, row = washout_of(fresh), with_washout(TreatmentSession.objects.all()).get(pk=session.pk)
    names = ("nsaid_before", "nsaid_after", "steroid_before", "washout")
    said = tuple(getattr(one, name) for name in names) if one else (None,) * 4
    assert tuple(getattr(row, name) for name in names) == said
    return said


def record(course, **changes):
    """An answer about NSAID days, as it is stored."""
    given = {"source": "phone", "takes_opioids": False, "mme_per_day": 0, "factor_version": "cdc-2022", **changes}
    return MedicationReview.objects.create(clinic=course.clinic, patient=course.patient, recorded_at=NOON, **given)


def test_a_session_without_anything_recorded(course, clinician):
    assert flags(session_of(course, clinician)) == (UNKNOWN,) * 4


def test_a_session_with_all_of_it(course, clinician):
    session = session_of(course, clinician)
    Holds.objects.create(
        clinic=course.clinic, session=session, nsaid_stopped_on=TODAY - 10 * DAY, last_steroid_on=TODAY - 90 * DAY
    )
    Aftercare.objects.create(clinic=course.clinic, session=session, avoid_nsaid_until=TODAY + 28 * DAY)
    record(course, asked_on=TODAY + 14 * DAY, nsaid_days=0)
    assert flags(session) == (KEPT,) * 4
    record(course, asked_on=TODAY + 20 * DAY, nsaid_days=2)
    assert flags(session) == (KEPT, BROKEN, KEPT, BROKEN)


def test_another_patients_answer_says_nothing(course, clinician, clinic):
    session = session_of(course, clinician)
    Aftercare.objects.create(clinic=clinic, session=session, avoid_nsaid_until=TODAY + 28 * DAY)
    other = type(course.patient).objects.create(clinic=clinic, chart_number="9", family_name="Moss", registered_at=NOON)
    review = record(course, asked_on=TODAY + 14 * DAY, nsaid_days=5)
    MedicationReview.objects.filter(pk=review.pk).update(patient=other)
    assert flags(session)[1] == UNKNOWN


def test_only_prp_sessions_have_flags(patient, clinic, clinician):
    protocol = Protocol.objects.filter(clinic=clinic, treatment_type__modality="cell").first()
    course = actions.open_course(
        patient=patient, protocol=protocol, icd10_code="M17.11", complaint="Knee", target="knee_joint", side="right",
        on=TODAY, by=clinician,
    )  # fmt: skip
    assert flags(session_of(course, clinician)) == (None,) * 4


def test_the_clinics_calendar_counts(course, clinician):
    late = dt.datetime(2026, 3, 3, 3, 30, tzinfo=dt.UTC)  # still the 2nd in Chicago
    session = session_of(course, clinician, performed_at=late)
    Holds.objects.create(clinic=course.clinic, session=session, nsaid_stopped_on=dt.date(2026, 2, 24))
    assert flags(session)[0] == BROKEN


days = st.integers(-40, 40)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    takes_none=st.booleans(),
    stopped=st.none() | st.integers(0, 30),
    steroid=st.none() | st.integers(0, 60),
    until=st.none() | st.integers(0, 40),
    answers=st.lists(st.tuples(days, st.integers(0, 7)), max_size=4),
)
def test_the_columns_of_a_list_say_what_the_page_says(course, clinician, takes_none, stopped, steroid, until, answers):
    session = session_of(course, clinician)
    Holds.objects.create(
        clinic=course.clinic,
        session=session,
        takes_no_nsaid=takes_none,
        nsaid_stopped_on=None if stopped is None else TODAY - stopped * DAY,
        last_steroid_on=None if steroid is None else TODAY - steroid * DAY,
    )
    if until is not None:
        Aftercare.objects.create(clinic=course.clinic, session=session, avoid_nsaid_until=TODAY + until * DAY)
    MedicationReview.objects.filter(patient=course.patient).delete()
    for after, nsaid_days in answers:
        record(course, asked_on=TODAY + after * DAY, nsaid_days=nsaid_days)
    flags(session)
