"""Today's work: which sessions are planned, which baselines are missing, and one page that shows all of it."""

import datetime as dt

import pytest
from django.utils import timezone

from outcomes import actions
from outcomes.today import day_of
from patients.actions import record_death
from tests.check_in import answer_all, open_survey
from tests.conftest import NOON
from tests.days import today_there
from tests.queries import AtMost
from tests.treatments.treating import log, void
from treatments.actions import SessionsPlan, TimepointPlan, create_protocol, open_course
from treatments.models import Course

DAY = dt.timedelta(days=1)
OPENED = NOON.date() - 7 * DAY


@pytest.fixture
def expected(clinic, front_desk):
    """Labels and whether they are late, of the sessions that are expected so many days after NOON."""

    def ask(days: int) -> list[tuple[str, bool]]:
        found = day_of(clinic, on=NOON.date() + days * DAY, user=front_desk, most=20)
        return [(visit.label, visit.is_late) for visit in found.visits]

    return ask


@pytest.fixture
def series(patient, protocol, clinician) -> Course:
    """Ruth's right knee, three weekly injections planned."""
    weekly = create_protocol(
        treatment_type=protocol.treatment_type,
        name="Weekly",
        timepoints=[TimepointPlan("baseline", 0, 0, 30), TimepointPlan("week 6", 42, 35, 56)],
        plan=SessionsPlan(series_length=3, series_interval_days=7),
    )
    return open_course(
        patient=patient,
        protocol=weekly,
        icd10_code="M17.11",
        complaint="Osteoarthritis of the right knee",
        target="knee_joint",
        side="right",
        on=OPENED,
        by=clinician,
    )


def give_baseline(course: Course, at: dt.datetime = NOON) -> None:
    survey = open_survey(course.follow_ups.get(), at)
    actions.start_survey(survey=survey, at=at)
    answer_all(survey, {"nrs_now.now": 6}, at)
    actions.submit_survey(survey=survey, at=at)


class TestVisits:
    def test_a_series_expects_its_next_session_on_its_day_and_two_weeks_longer(self, expected, series, clinician):
        log(series, clinician)
        assert [expected(days) for days in (6, 7, 8, 21, 22)] == [
            [],
            [("session 2 of 3", False)],
            [("session 2 of 3", True)],
            [("session 2 of 3", True)],
            [],
        ]

    def test_one_that_was_logged_or_entered_in_error_changes_what_is_expected(self, expected, series, clinician):
        first = log(series, clinician)
        second = log(series, clinician, performed_at=NOON + 3 * DAY, at=NOON + 4 * DAY)
        assert (expected(7), expected(10)) == ([], [("session 3 of 3", False)])
        void(second, clinician, at=NOON + 5 * DAY)
        assert expected(7) == [("session 2 of 3", False)]
        void(first, clinician, at=NOON + 5 * DAY)
        assert expected(7) == []

    def test_the_day_is_the_clinics_own(self, expected, series, clinician):
        """Half past eleven at night in Chicago is already the next day in UTC."""
        late = NOON.replace(hour=23, minute=30)
        log(series, clinician, performed_at=late, at=late + DAY)
        assert (expected(6), expected(7)) == ([], [("session 2 of 3", False)])

    def test_a_new_course_is_expected_once_its_baseline_is_there(self, expected, course, clinic, front_desk):
        assert expected(0) == []
        give_baseline(course)
        assert expected(0) == [("session 1 of 1", False)]
        assert expected(7) == [("session 1 of 1", False)] and expected(8) == []
        (visit,) = day_of(clinic, on=NOON.date(), user=front_desk, most=20).visits
        assert (visit.baseline, visit.planned_on) == (6, None)

    def test_nobody_is_expected_who_died_or_is_anothers(self, expected, series, clinic, clinician, stranger):
        log(series, clinician)
        assert day_of(clinic, on=NOON.date() + 7 * DAY, user=stranger, most=20).visits == []
        record_death(patient=series.patient, died_on=NOON.date() + DAY, at=NOON + DAY, by=clinician)
        assert expected(7) == []


def test_a_baseline_is_missing_until_it_is_answered_or_its_window_is_over(course, clinic, front_desk, clinician):
    def missing(days: int = 0) -> list[Course]:
        return day_of(clinic, on=NOON.date() + days * DAY, user=front_desk, most=20).unasked

    assert missing() == [], "nobody asks for it yet"
    survey = open_survey(course.follow_ups.get(), NOON)
    assert [found.asked_by for found in missing()] == [survey.public_id]
    assert missing(8) == [], "opened more than two weeks ago"
    log(course, clinician)
    assert missing() == [], "treated: its reason was given with the session"


class TestThePage:
    @pytest.fixture
    def opened(self, course):
        """Ruth's course as if it had been opened today, its baseline being asked for."""
        today = today_there()
        Course.objects.update(opened_on=today)
        course.follow_ups.update(opens_on=today, due_on=today, closes_on=today + 30 * DAY)
        return open_survey(course.follow_ups.get(), timezone.now())

    def test_it_is_where_staff_begin_and_says_what_to_do_when_there_is_nothing(self, client, front_desk):
        client.force_login(front_desk)
        page = client.get("/", follow=True)
        assert page.redirect_chain == [("/today/", 302)]
        for words in ("No open alerts", "No session is planned", "Nobody to call", "Everyone with a check-in due"):
            assert words in page.text

    def test_each_row_has_its_next_action(self, client, clinician, opened):
        client.force_login(clinician)
        page = client.get("/today/").text
        assert f'href="/surveys/{opened.public_id}/hand-over/"' in page
        at = timezone.now()
        actions.start_survey(survey=opened, at=at)
        answer_all(opened, {"nrs_now.now": 6}, at)
        actions.submit_survey(survey=opened, at=at)
        page = client.get("/today/").text
        assert "Every course opened in the last two weeks has its baseline" in page
        assert "Baseline 6" in page
        assert f'href="/courses/{opened.follow_up.course.public_id}/sessions/new/"' in page

    def test_it_costs_the_same_however_much_waits(self, client, manager, opened):
        client.force_login(manager)
        client.get("/today/")
        with AtMost(12):
            assert "Álvarez, Ruth" in client.get("/today/").text

    def test_others_see_none_of_it(self, client, researcher, stranger, opened):
        client.force_login(researcher)
        assert client.get("/today/").status_code == 403
        client.force_login(stranger)
        assert "Álvarez" not in client.get("/today/").text
        assert client.post("/today/").status_code == 405
