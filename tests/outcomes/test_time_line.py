"""A patient's time line: what is on it, in which order and words, page by page, for whom, and at what cost."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from clinic import history, names
from clinic.models import Clinic
from outcomes import actions
from outcomes.models import Delivery
from outcomes.timelines.page import GROUPS, Cursor, Happening, time_line
from outcomes.timelines.sessions import SESSIONS, lines_of
from outcomes.timelines.sources import TOLD_FIELDS, sources
from outcomes.timelines.words import _KINDS, line_of
from patients import actions as patient_actions
from tests.check_in import open_survey
from tests.conftest import NOON
from tests.outcomes.test_today import give_baseline
from tests.queries import AtMost
from tests.treatments.treating import log, void
from treatments.actions.follow_ups import end_follow_ups

TODAY = NOON.date()
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
LATER = TODAY + 400 * DAY


@pytest.fixture
def told(patient, front_desk):
    """The entries in words, as "title | detail | who", newest first."""

    def ask(user=front_desk, today=TODAY, **how) -> list[str]:
        found = time_line(patient, today=today, user=user, **how)
        lines = lines_of(found.happenings, SESSIONS.filter(course__patient=patient))
        return [" | ".join(filter(None, [line.title, line.detail, line.who])) for line in lines]

    return ask


@pytest.fixture
def treated(course, clinician):
    give_baseline(course, NOON - DAY)
    return log(course, clinician)


def test_a_course_with_its_session_and_answer_newest_first(told, treated):
    assert told() == [
        "PRP, Osteoarthritis of the right knee | Right knee joint, 5 mL | Hana Lee",
        "Baseline answered: pain 6 | Own device",
        "Course opened: Osteoarthritis of the right knee | PRP | Hana Lee",
        "Added to the clinic’s patients | Hana Lee",
        "Signed: Contact by e-mail and phone, version 1 | On paper | Hana Lee",
    ]


def test_days_without_an_hour_are_days_of_the_clinic(patient, front_desk, treated):
    found = time_line(patient, today=TODAY, user=front_desk).happenings
    (opened,) = [one for one in found if one.kind == "course"]
    local = opened.at.astimezone(ZoneInfo("America/Chicago"))
    assert (local.date(), local.time()) == (TODAY - 7 * DAY, dt.time())


def test_what_was_entered_in_error_stays_and_says_so(patient, front_desk, clinician, treated):
    void(treated, clinician)
    found = time_line(patient, today=TODAY, user=front_desk).happenings
    (line,) = [one for one in lines_of(found, SESSIONS.all()) if one.icon == "syringe"]
    assert (line.is_struck, line.tone, line.tags) == (True, "", [])
    assert line.detail == "Entered in error: Wrong patient"


def test_messages_calls_and_missed_check_ins_are_told(told, course, front_desk, clinician):
    survey = open_survey(course.follow_ups.get(), NOON)
    Delivery.objects.update(status="claimed", fence=1, lease_until=NOON)
    Delivery.objects.update(status="sending", started_at=NOON)
    Delivery.objects.update(status="accepted", accepted_at=NOON)
    Delivery.objects.update(status="bounced_hard", reason_code="refused", reason="No such mailbox.")
    assert "Baseline: invitation by e-mail, came back | No such mailbox." in told(group="messages")
    assert told(group="safety") == []
    actions.cancel_survey(survey=survey, reason="Moved away", at=NOON + MINUTE, by=clinician)
    assert told()[0] == "Baseline called off | Moved away | Hana Lee"
    assert not any("not answered" in line for line in told(today=LATER))


@pytest.mark.parametrize("is_ended", [True, False])
def test_a_missed_check_in_is_told_whether_or_not_its_end_was_recorded(told, course, is_ended):
    assert not any("not answered" in line for line in told())
    if is_ended:
        end_follow_ups(clinic=course.clinic, on=LATER)
    assert told(today=LATER)[0] == "Baseline not answered | Its time is over."


def test_changes_by_hand_name_who_made_them(client, told, patient, front_desk):
    client.force_login(front_desk)
    page = f"/patients/{patient.public_id}/edit/"
    fields = {"chart_number": "00417", "given_name": "Ruth", "family_name": "Álvarez", "born_on": "1958-03-03"}
    answer = client.post(page, {**fields, "sex": "F", "email": "ruth.new@example.org", "language": "en", "phone": ""})
    assert answer.status_code == 302
    changed = "E-mail: ruth@example.org → ruth.new@example.org; Phone: 512-555-0101 → empty"
    assert f"Details changed | Sex: empty → Female; {changed} | Maya Okafor" in told(group="record")


def test_of_a_change_that_was_erased_since_only_its_page_is_told(patient):
    empty = dict.fromkeys(TOLD_FIELDS)
    for old in (None, empty):
        words = {"route": "edit-patient", "old": old, "new": empty}
        line = line_of(Happening(NOON, "changed", 1, "1", words, "Maya Okafor"))
        assert (line.title, line.detail) == ("Details changed", "")


def test_a_change_hides_names_with_all_others(told, patient, front_desk):
    with history.changing(route="edit-patient", method="POST", user=front_desk.pk):
        patient_actions.update_patient(patient=patient, by=front_desk, family_name="Alvarado")
    assert "Family name: Álvarez → Alvarado" in told(group="record")[0]
    with names.hidden(True):
        assert "Family name: hidden → hidden" in told(group="record")[0]


def test_only_who_may_see_the_patient_sees_it(told, treated, stranger):
    assert told(user=stranger) == []


class TestPages:
    def test_every_entry_is_on_exactly_one_page_also_at_the_same_moment(self, patient, front_desk, course, clinician):
        for minutes in (0, 0, 0, 1, 2, 2, 3):
            log(course, clinician, performed_at=NOON - minutes * MINUTE)
        how = {"today": TODAY, "user": front_desk}
        whole = [(one.kind, one.row) for one in time_line(patient, **how).happenings]
        assert len(whole) == 11
        for most in (1, 2, 3, 7):
            walked, before = [], ""
            while True:
                page = time_line(patient, before=before, most=most, **how)
                walked += [(one.kind, one.row) for one in page.happenings]
                before = page.older
                if not before:
                    break
            assert walked == whole, most

    @pytest.mark.parametrize(
        "text",
        ["", "x", "2026-03-02~session~1", "2026-03-02T00:00:00+00:00~session", "2026-03-02T00:00:00+00:00~x~y", "~~"],
    )
    def test_what_is_no_place_begins_at_the_newest(self, told, treated, text):
        assert Cursor.read(text) is None
        assert told(before=text) == told()

    def test_every_kind_has_its_words_and_group(self, clinic: Clinic):
        kinds = sources(clinic.time_zone, TODAY)
        assert {one.group for one in kinds} == set(GROUPS)
        assert {one.kind for one in kinds} == {*_KINDS, "session"}

    def test_five_hundred_entries_cost_as_few_queries(self, client, patient, front_desk, course, clinician):
        for number in range(2, 60):
            log(course, clinician, performed_at=NOON - number * MINUTE)
        client.force_login(front_desk)
        address = f"/patients/{patient.public_id}/"
        with AtMost(12):
            page = client.get(address).text
        assert page.count('<li class="key">') > 20
        assert 'rel="next"' in page
        for query in ("?show=sessions", "?show=nonsense", "?before=nonsense", f"?course={course.public_id}"):
            assert client.get(address + query).status_code == 200, query
        assert client.get(f"{address}?course={patient.public_id}").status_code == 404


class TestTheCurve:
    def test_it_is_drawn_for_whoever_sees_the_patient(self, client, front_desk, stranger, treated):
        address = f"/courses/{treated.course.public_id}/curve/360-light.svg"
        client.force_login(front_desk)
        drawn = client.get(address)
        assert (drawn.status_code, drawn.headers["Content-Type"]) == (200, "image/svg+xml")
        assert "Before: 6" in drawn.text
        assert client.post(address).status_code == 405
        for wrong in ("361-light", "360-pink"):
            assert client.get(f"/courses/{treated.course.public_id}/curve/{wrong}.svg").status_code == 404
        client.force_login(stranger)
        assert client.get(address).status_code == 404

    def test_the_page_and_its_print_show_it(self, client, front_desk, treated, patient):
        client.force_login(front_desk)
        page = client.get(f"/patients/{patient.public_id}/").text
        assert f"/courses/{treated.course.public_id}/curve/720-dark.svg" in page
        paper = client.get(f"/patients/{patient.public_id}/print/")
        assert f"/courses/{treated.course.public_id}/curve/720-print.svg" in paper.text
        assert "Right knee joint, 5 mL" in paper.text

    def test_nobody_answered_yet(self, client, front_desk, patient, course):
        client.force_login(front_desk)
        assert "No answers yet" in client.get(f"/patients/{patient.public_id}/").text
        assert "No answers yet" in client.get(f"/patients/{patient.public_id}/print/").text
        assert client.get(f"/courses/{course.public_id}/curve/720-light.svg").status_code == 200
