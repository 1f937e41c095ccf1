"""The list of patients: its filters, what it says of each patient, and at what cost."""

import datetime as dt
import re

import pytest

from outcomes.models import Alert
from outcomes.patient_filters import PatientFilter, narrowed
from patients import actions as patient_actions
from patients.models import Patient
from tests.check_in import answer_all, open_survey
from tests.conftest import NOON
from tests.days import today_there
from tests.layers import layer
from tests.outcomes.test_today import give_baseline
from tests.treatments.treating import log, void
from treatments.actions import open_course
from treatments.models import FollowUp

LIST, TODAY = "/patients/", NOON.date()
DAY = dt.timedelta(days=1)


@layer
def session(course, clinician):
    """Ruth's right knee got PRP at NOON, after a baseline of 6."""
    give_baseline(course, NOON - DAY)
    return log(course, clinician)


@layer
def untreated(clinic, clinician):
    """Otto, who has no course and an address that takes no mail."""
    return patient_actions.register_patient(
        clinic=clinic, by=clinician, at=NOON, chart_number="00288", given_name="Otto", family_name="Brandt"
    )


@pytest.fixture
def found(clinic, front_desk):
    """Family names of those whom a filter fits, on a day."""

    def ask(on=TODAY, **asked) -> list[str]:
        rows = narrowed(PatientFilter.read(asked), clinic, on=on, user=front_desk)
        return sorted(rows.values_list("family_name", flat=True))

    return ask


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"treated": "prp"}, True),
        ({"treated": "cell"}, False),
        ({"region": "knee"}, True),
        ({"side": "left"}, False),
        ({"treated": "prp", "region": "knee", "side": "right"}, True),
        ({"treated": "prp", "side": "left"}, False),
    ],
)
def test_treated_region_and_side_are_of_one_course(found, session, untreated, asked, fits):
    assert found(**asked) == (["Álvarez"] if fits else [])


def test_what_a_course_has_is_not_asked_of_another(found, session, patient, protocol, clinician):
    """The left hip is planned and was never treated: "PRP, left" is nobody."""
    details = {"icd10_code": "M16.12", "complaint": "Left hip", "target": "hip_joint", "side": "left"}
    open_course(patient=patient, protocol=protocol, on=TODAY, by=clinician, **details)
    assert found(side="left") == ["Álvarez"]
    assert found(treated="prp", side="left") == []


def test_by_whom_and_only_what_took_place(found, session, clinician, front_desk):
    assert found(by=str(clinician.pk)) == ["Álvarez"]
    assert found(by=str(front_desk.pk)) == []
    void(session, clinician)
    assert found(by=str(clinician.pk)) == found(treated="prp") == []


def test_due_and_overdue_follow_the_day(found, session):
    first = FollowUp.objects.filter(answered_at=None).order_by("due_on")[0]
    assert found(on=first.due_on, due="today") == ["Álvarez"]
    assert found(on=first.due_on - DAY, due="today") == []
    assert found(on=first.due_on - 7 * DAY, due="week") == ["Álvarez"]
    assert found(on=first.due_on, only="overdue") == []
    assert found(on=first.due_on + DAY, only="overdue") == ["Álvarez"]


def test_no_baseline_until_it_is_answered(found, course, untreated):
    assert found(only="no-baseline") == ["Álvarez"]
    give_baseline(course, NOON - DAY)
    assert found(only="no-baseline") == []


def test_who_agreed_and_cannot_be_reached(found, patient, untreated, clinician):
    assert found(only="unreachable") == []
    patient_actions.update_patient(patient=patient, by=clinician, email="")
    assert found(only="unreachable") == ["Álvarez"]


def test_what_is_not_offered_is_not_asked_for(found, patient, untreated):
    assert PatientFilter.read({"treated": "x", "by": "1 OR 1", "due": "never", "q": " a\x00 b "}) == PatientFilter(
        q="a b"
    )
    assert found(treated="x", region="moon", only="", by="²") == ["Brandt", "Álvarez"]


def test_filters_and_words_go_together_and_stay_in_every_address(client, front_desk, session, untreated):
    client.force_login(front_desk)
    page = client.get(LIST, {"q": "ruth", "treated": "prp", "side": "right"}).text
    assert "1 patient found" in page
    assert "2 set: PRP, Right" in page
    assert "?q=ruth&amp;treated=prp&amp;side=right&amp;only=overdue" in page
    assert '<option value="prp" selected>PRP</option>' in page
    assert "No patient matches “otto” with these filters" in client.get(LIST, {"q": "otto", "treated": "prp"}).text
    assert "No patient fits these filters" in client.get(LIST, {"treated": "exosome"}).text


def test_pages_keep_the_filter(client, front_desk, clinic):
    Patient.objects.bulk_create(
        Patient(clinic=clinic, chart_number=str(n), family_name="Kim", registered_at=NOON, consented_at=NOON)
        for n in range(60)
    )
    client.force_login(front_desk)
    page = client.get(LIST, {"q": "kim", "only": "unreachable"}).text
    assert "60 patients found" in page
    assert 'href="?q=kim&amp;only=unreachable&amp;page=2"' in page


def test_a_line_says_what_was_given_how_it_went_and_what_comes(client, front_desk, course, session):
    week_6 = course.follow_ups.exclude(timepoint__name="baseline").order_by("due_on")[0]
    at = NOON + dt.timedelta(days=(week_6.opens_on - TODAY).days)
    survey = open_survey(week_6, at)
    answer_all(survey, {"nrs_now.now": 4}, at)
    client.force_login(front_desk)
    line = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(LIST).text.split("<tbody>")[1]))
    for words in ("Álvarez, Ruth", "Born 3 Mar 1958 · 00417", "Right knee: PRP", "2 Mar 2026"):
        assert words in line


def test_a_score_says_its_direction_in_words(client, front_desk, course, session):
    course.scores.create(
        clinic=course.clinic, instrument="nrs_now", timepoint="month 3", day=90, taken_on=TODAY + 90 * DAY, value=4,
        baseline=6, scoring_version=1,
    )  # fmt: skip
    client.force_login(front_desk)
    page = re.sub(r"\s+", " ", client.get(LIST).text)
    assert '<span aria-hidden="true">▼</span> 2 lower' in page


def test_a_red_flag_stands_before_everything_else(client, front_desk, course):
    survey = open_survey(course.follow_ups.get(), NOON)
    client.force_login(front_desk)
    assert "No baseline" in client.get(LIST).text.split("<tbody>")[1]
    Alert.objects.create(
        clinic=course.clinic, patient=course.patient, survey=survey, rule="infection", level="red", raised_at=NOON
    )
    assert "Red flag" in client.get(LIST).text.split("<tbody>")[1]


def test_only_the_table_is_asked_for_anew(client, front_desk, patient):
    """What htmx takes out of the answer is there under the same names."""
    client.force_login(front_desk)
    page = client.get(LIST, {"q": "ruth"}, headers={"HX-Request": "true"}).text
    for name in ("results", "found", "chips", "set"):
        assert page.count(f'id="{name}"') == 1


@pytest.mark.parametrize("count", [1, 60])
def test_filters_cost_the_same_few_queries_at_any_length(
    client, front_desk, clinic, session, count, django_assert_max_num_queries
):
    Patient.objects.bulk_create(
        Patient(clinic=clinic, chart_number=str(n), family_name="Kim", registered_at=NOON) for n in range(count)
    )
    client.force_login(front_desk)
    for asked in ({}, {"treated": "prp", "side": "right", "due": "month"}, {"q": "kimm"}, {"only": "overdue"}):
        with django_assert_max_num_queries(12):
            assert client.get(LIST, asked).status_code == 200


def test_others_see_nobody_and_the_list_changes_nothing(client, stranger, researcher, session):
    client.force_login(stranger)
    assert "Ruth" not in client.get(LIST, {"treated": "prp"}).text
    assert not narrowed(PatientFilter(), session.clinic, on=TODAY, user=stranger).exists(), "also behind no other fence"
    assert client.post(LIST).status_code == 405
    client.force_login(researcher)
    assert client.get(LIST).status_code == 403


def test_a_search_in_vain_begins_the_form(client, front_desk, clinic):
    client.force_login(front_desk)
    page = client.get(LIST, {"q": "Zoë Brandt 3 Mar 1958"}).text
    assert "/patients/new/?name=Zo%C3%AB%20Brandt%203%20Mar%201958" in page
    form = client.get("/patients/new/", {"name": "Zoë Brandt 3 Mar 1958"}).text
    for value in ("Zoë", "Brandt", "1958-03-03"):
        assert f'value="{value}"' in form
    assert "No patients yet" in client.get(LIST).text


def test_the_day_is_the_clinic_s(client, front_desk, course):
    FollowUp.objects.update(opens_on=today_there(), due_on=today_there(), closes_on=today_there() + DAY)
    client.force_login(front_desk)
    assert ", today" in client.get(LIST, {"due": "today"}).text
