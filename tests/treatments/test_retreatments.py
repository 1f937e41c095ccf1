"""The same target treated again: which course follows which, which are marked, and what becomes of their scores."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from clinic.rules import RuleBroken
from outcomes.actions import mark_after_retreatment, submit_survey
from outcomes.models import Score
from outcomes.reports.filters import parse_filter
from outcomes.reports.outcomes import outcome_report
from outcomes.reports.scope import scope_of
from tests.check_in import answer_all, open_survey
from tests.conftest import NOON
from tests.layers import layer
from tests.population import assert_sums_are_exact
from tests.treatments.treating import log
from treatments import actions
from treatments.actions.retreatments import record_reinjection
from treatments.models import Retreatment, TreatmentSession
from treatments.series import course_progress, progress

DAY = dt.timedelta(days=1)
AGAIN = NOON + 60 * DAY


def open_knee(patient, protocol, by, side="right", on=None):
    return actions.open_course(
        patient=patient, protocol=protocol, icd10_code="M17.0", complaint="The knee again", target="knee_joint",
        side=side, on=on or NOON.date() + 55 * DAY, by=by,
    )  # fmt: skip


def treat(course, by, at):
    knee = {"target": "knee_joint", "side": course.side, "guidance": "ultrasound", "volume_ml": 5}
    session = log(course, by, performed_at=at, at=at, injections=[knee])
    record_reinjection(course, session, at=at, by=by)
    return session


def answer(survey, at):
    answer_all(survey, {"nrs_now.now": 3, "nrs_average.average": 4}, at)
    submit_survey(survey=survey, at=at)


@layer
def treated(course, clinician):
    """Ruth's right knee after one session at NOON."""
    treat(course, clinician, NOON)
    return course


@layer
def again(treated, patient, protocol, clinician):
    """The same knee, injected again 60 days later in a course of its own."""
    course = open_knee(patient, protocol, clinician)
    treat(course, clinician, AGAIN)
    return course


def test_a_course_follows_the_treated_one_of_the_same_target_and_side(treated, patient, protocol, clinician):
    assert open_knee(patient, protocol, clinician).follows == treated
    assert open_knee(patient, protocol, clinician, side="left").follows is None


def test_a_course_follows_no_course_that_was_never_treated(course, patient, protocol, clinician):
    assert open_knee(patient, protocol, clinician).follows is None


def test_its_first_session_marks_the_earlier_course(treated, again):
    mark = treated.retreatments.get()
    assert (mark.kind, mark.happened_on, mark.next_course) == ("reinjection", AGAIN.date(), again)
    assert not again.retreatments.exists()


def test_a_second_session_marks_nothing_more(treated, again, clinician):
    treat(again, clinician, AGAIN + 7 * DAY)
    assert treated.retreatments.count() == 1


def test_a_session_entered_in_error_takes_the_mark_back_and_keeps_it(treated, again, clinician):
    session = again.sessions.get()
    TreatmentSession.objects.filter(pk=session.pk).update(
        entered_in_error_at=AGAIN, entered_in_error_by=clinician, entered_in_error_reason="wrong patient"
    )
    record_reinjection(again, session, at=AGAIN, by=clinician)
    assert treated.retreatments.get().entered_in_error_at == AGAIN


def test_a_session_moved_to_another_day_moves_the_mark(treated, again, clinician):
    session = again.sessions.get()
    TreatmentSession.objects.filter(pk=session.pk).update(performed_at=AGAIN - DAY)
    record_reinjection(again, session, at=AGAIN, by=clinician)
    assert treated.retreatments.get(entered_in_error_at=None).happened_on == AGAIN.date() - DAY
    assert treated.retreatments.count() == 2


class TestRecording:
    def record(self, course, by, **changes):
        details = {"kind": "surgery", "happened_on": NOON.date() + 50 * DAY, "at": AGAIN, "note": " TKA "}
        return actions.record_retreatment(course=course, by=by, **{**details, **changes})

    def test_surgery_is_recorded_with_its_day(self, treated, front_desk):
        mark = self.record(treated, front_desk)
        assert (mark.kind, mark.note, mark.recorded_by) == ("surgery", "TKA", front_desk)

    def test_only_who_logs_sessions_records_it(self, treated, researcher, stranger):
        for person in (researcher, stranger):
            with pytest.raises(PermissionDenied):
                self.record(treated, person)

    @pytest.mark.parametrize(
        ("changes", "field", "said"),
        [
            ({"kind": "reinjection"}, "kind", "open a new course"),
            ({"kind": "prayer"}, "kind", "steroid injection or surgery"),
            ({"happened_on": AGAIN.date() + DAY}, "happened_on", "future"),
            ({"happened_on": NOON.date() - 30 * DAY}, "happened_on", "before the course was opened"),
        ],
    )
    def test_what_cannot_be_is_refused(self, treated, clinician, changes, field, said):
        with pytest.raises(RuleBroken, match=said) as refused:
            self.record(treated, clinician, **changes)
        assert refused.value.field == field

    def test_the_same_twice_is_refused(self, treated, clinician):
        self.record(treated, clinician)
        with pytest.raises(RuleBroken, match="already recorded"):
            self.record(treated, clinician)

    def test_it_can_be_entered_in_error(self, treated, clinician):
        mark = actions.void_retreatment(retreatment=self.record(treated, clinician), at=AGAIN, by=clinician)
        assert mark.entered_in_error_at == AGAIN
        self.record(treated, clinician)

    def test_one_that_follows_from_a_session_is_corrected_there(self, treated, again, clinician):
        with pytest.raises(RuleBroken, match="enter that session in error"):
            actions.void_retreatment(retreatment=treated.retreatments.get(), at=AGAIN, by=clinician)


class TestScores:
    @pytest.fixture
    def scored(self, treated):
        """Week 6 answered on day 42, month 3 on day 91."""
        for name, day in (("week 6", 42), ("month 3", 91)):
            at = NOON + day * DAY
            survey = open_survey(treated.follow_ups.get(timepoint__name=name), at)
            answer(survey, at)
        return treated

    def marked(self, course):
        rows = Score.objects.filter(course=course, instrument="nrs_average").order_by("day")
        return list(rows.values_list("timepoint", "is_after_retreatment"))

    def test_scores_from_that_day_on_are_marked_whenever_it_is_recorded(self, scored, clinician):
        mark = TestRecording().record(scored, clinician, at=NOON + 100 * DAY)
        assert mark_after_retreatment() == 4, "all four instruments of month 3"
        assert self.marked(scored) == [("week 6", False), ("month 3", True)]
        assert mark_after_retreatment() == 0
        assert_sums_are_exact()
        actions.void_retreatment(retreatment=mark, at=NOON + 100 * DAY, by=clinician)
        assert mark_after_retreatment() == 4
        assert self.marked(scored) == [("week 6", False), ("month 3", False)]

    def test_a_score_taken_later_is_marked_at_once(self, treated, clinician):
        TestRecording().record(treated, clinician)
        at = NOON + 91 * DAY
        answer(open_survey(treated.follow_ups.get(timepoint__name="month 3"), at), at)
        assert self.marked(treated) == [("month 3", True)]

    def test_reports_are_made_with_and_without_them(self, scored, clinician):
        TestRecording().record(scored, clinician, at=NOON + 100 * DAY)
        assert_sums_are_exact()

        def counted(**query):
            scope = scope_of(clinician)
            asked = parse_filter({name: [value] for name, value in query.items()}, scope)
            report = outcome_report(asked=asked, scope=scope, as_of=AGAIN.date())
            return {row.timepoint: row.n for row in report.totals if row.n}

        assert counted() == {"week 6": 1, "month 3": 1}, "under treatment policy the later score counts as well"
        assert counted(after_retreatment="leave_out") == {"week 6": 1}
        assert counted(after_retreatment="leave_out", opened_from="2026-02-20", opened_to="2026-03-10") == {"week 6": 1}
        assert counted(after_retreatment="leave_out", opened_from="2026-04-01") == {}


class TestSeries:
    DAYS = (dt.date(2026, 3, 2), dt.date(2026, 3, 9))

    def test_the_next_session_is_planned_an_interval_after_the_last(self):
        second = progress(treated=self.DAYS[:1], planned=3, interval_days=7)
        assert (second.next_label, second.next_on, second.is_complete) == ("session 2 of 3", self.DAYS[1], False)

    def test_before_the_first_and_after_the_last_no_day_is_planned(self):
        assert progress(treated=(), planned=3, interval_days=7).next_on is None
        over = progress(treated=self.DAYS, planned=2, interval_days=7)
        assert (over.next_on, over.next_label, over.is_complete) == (None, "session 3", True)

    def test_a_session_entered_in_error_does_not_count(self, treated, clinician):
        assert course_progress(treated).done == 1
        treated.sessions.update(
            entered_in_error_at=NOON, entered_in_error_by=clinician, entered_in_error_reason="wrong patient"
        )
        assert course_progress(treated).done == 0
        assert Retreatment.objects.count() == 0


class TestDoors:
    def test_the_page_records_and_takes_back(self, client, clinician, treated):
        client.force_login(clinician)
        address = reverse("retreatment-new", args=[treated.public_id])
        client.post(address, {"kind": "surgery", "happened_on": NOON.date().isoformat(), "note": "TKA"})
        mark = treated.retreatments.get()
        assert "Surgery: TKA" in client.get(address).content.decode()
        client.post(reverse("retreatment-void", args=[mark.public_id]))
        assert "Entered in error" in client.get(address).content.decode()
        mark.refresh_from_db()
        assert mark.entered_in_error_by == clinician

    def test_wrong_input_is_told_and_nothing_is_recorded(self, client, clinician, treated):
        client.force_login(clinician)
        address = reverse("retreatment-new", args=[treated.public_id])
        answer = client.post(address, {"kind": "surgery", "happened_on": "2999-01-01"})
        assert answer.status_code == 422
        assert "cannot be in the future" in answer.content.decode()
        assert client.post(address, {"kind": "reinjection", "happened_on": "2026-03-02"}).status_code == 422
        assert not treated.retreatments.exists()

    def test_the_page_is_not_there_for_others(self, client, stranger, researcher, treated):
        for person in (stranger, researcher):
            client.force_login(person)
            assert client.get(reverse("retreatment-new", args=[treated.public_id])).status_code == 404

    def test_the_api_records_lists_and_takes_back(self, program, clinician, treated):
        client = program(clinician)
        body = {"course": str(treated.public_id), "kind": "steroid", "happened_on": "2026-03-02"}
        made = client.post("/api/v1/retreatments/", body)
        assert made.status_code == 201, made.json()
        got = client.get("/api/v1/retreatments/", {"course": str(treated.public_id)}).json()["results"]
        assert [row["kind"] for row in got] == ["steroid"]
        back = client.post(f"/api/v1/retreatments/{made.json()['id']}/void/")
        assert back.json()["entered_in_error_at"]

    def test_the_api_refuses_with_the_pages_words(self, program, clinician, stranger, treated):
        body = {"course": str(treated.public_id), "kind": "reinjection", "happened_on": "2026-03-02"}
        answer = program(clinician).post("/api/v1/retreatments/", body)
        assert (answer.status_code, answer.json()["field"]) == (400, "kind")
        assert "open a new course" in answer.json()["message"]
        assert program(stranger).post("/api/v1/retreatments/", body).json()["field"] == "course"
        assert program(stranger).get("/api/v1/retreatments/").json()["results"] == []

    def test_a_course_says_what_it_follows_and_where_its_series_stands(self, program, clinician, treated, again):
        got = program(clinician).get(f"/api/v1/courses/{again.public_id}/").json()
        assert got["follows"] == str(treated.public_id)
        assert got["series"] == {"done": 1, "planned": 1, "next_on": None}

    def test_scores_are_narrowed_to_before_or_after(self, program, clinician, again):
        answer = program(clinician).get("/api/v1/scores/", {"after_retreatment": "true"})
        assert (answer.status_code, answer.json()["results"]) == (200, [])
        assert program(clinician).get("/api/v1/scores/", {"after_retreatment": "perhaps"}).status_code == 400
