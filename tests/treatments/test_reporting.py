"""How completely sessions are recorded: stored with each session, summed for a clinic, the same on page and API."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.conftest import NOON
from tests.layers import layer
from tests.treatments.treating import PRP, log
from treatments import actions
from treatments.models import TreatmentSession
from treatments.reporting import completeness_report, meter_of

PAGE = "/reports/completeness/"
API = "/api/v1/reports/completeness/"
COUNTED = {**PRP, "blood_platelets": Decimal(250), "prp_platelets": Decimal(1500)}


def report_of(clinic, first=None, last=None):
    return completeness_report(clinics=[clinic], first=first, last=last)


def shares(report):
    return {item.code: (item.recorded, item.sessions) for item in report.checklists[0].items}


@layer
def two_sessions(course, clinician):
    """One with counts at NOON, one without a day later."""
    later = NOON + dt.timedelta(days=1)
    return [
        log(course, clinician, preparation=COUNTED),
        log(course, clinician, performed_at=later, at=later),
    ]


def test_a_session_knows_what_it_has_of_its_checklist(two_sessions):
    session = two_sessions[0]
    session.refresh_from_db()
    assert session.checklist == "mibo-1"
    assert {"blood_platelets", "prp_platelets", "activation", "protocol"} <= set(session.recorded_items)
    assert {"spins", "health", "baseline", "times"} <= set(session.missing_items)
    assert len(session.recorded_items) + len(session.missing_items) == 23


def test_the_meter_leads_to_the_field(two_sessions):
    session = TreatmentSession.objects.get(pk=two_sessions[1].pk)
    meter = meter_of(session)
    assert (meter.recorded, meter.total) == (len(session.recorded_items), 23)
    places = {item.label: (item.part, item.anchor) for item in meter.missing}
    assert places["Platelets of the PRP"] == ("preparation", "id_preparation-prp_platelets")
    assert places["Force or speed and time of every spin"] == ("preparation", "spins")
    assert places["NSAID and antiplatelet drugs before"] == ("holds", "id_holds-nsaid_stopped_on")
    assert places["Weight, tobacco, diabetes"][0] == "profile"


def test_a_session_without_a_checklist_has_no_meter(two_sessions):
    assert meter_of(TreatmentSession(checklist="")) is None


def test_shares_have_their_denominators_and_the_worst_comes_first(clinic, two_sessions):
    report = report_of(clinic)
    assert (report.sessions, shares(report)["prp_platelets"], shares(report)["spins"]) == (2, (1, 2), (0, 2))
    percents = [item.percent for item in report.checklists[0].items]
    assert percents == sorted(percents)


def test_sessions_entered_in_error_are_in_no_number(clinic, clinician, two_sessions):
    session = TreatmentSession.objects.get(pk=two_sessions[0].pk)
    actions.void_session(session=session, version=session.version, reason="wrong patient", at=NOON, by=clinician)
    assert shares(report_of(clinic))["prp_platelets"] == (0, 1)


def test_days_are_the_clinics_own_and_both_ends_count(clinic, course, clinician):
    late = dt.datetime(2026, 3, 2, 23, 30, tzinfo=NOON.tzinfo)  # the 3rd in UTC
    log(course, clinician, performed_at=late, at=late)
    day = dt.date(2026, 3, 2)
    assert report_of(clinic, day, day).sessions == 1
    assert report_of(clinic, day + dt.timedelta(days=1)).sessions == 0
    assert report_of(clinic, None, day - dt.timedelta(days=1)).checklists == []


def test_the_report_takes_one_query(clinic, two_sessions, django_assert_num_queries):
    with django_assert_num_queries(1):
        report_of(clinic)


def test_the_page_shows_shares_and_leads_to_the_sessions_that_lack_an_item(client, clinician, two_sessions):
    client.force_login(clinician)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "MIBO for PRP" in page.text
    assert "1 of 2" in page.text
    link = f"{PAGE}?lacking=mibo-1.prp_platelets"
    assert "lacking=mibo-1.prp_platelets" in page.text
    listed = client.get(link).text
    assert reverse("session", args=[two_sessions[1].public_id]) in listed
    assert reverse("session", args=[two_sessions[0].public_id]) not in listed


def test_the_page_takes_few_queries_however_many_sessions(
    client, clinician, two_sessions, django_assert_max_num_queries
):
    client.force_login(clinician)
    with django_assert_max_num_queries(12):
        client.get(f"{PAGE}?lacking=mibo-1.spins")


def test_an_empty_clinic_is_told_what_to_do_next(client, clinician):
    client.force_login(clinician)
    assert "Log a session" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("performed_from=2026-03-02&performed_to=2026-03-01", "The last day must not lie before the first."),
        ("performed_from=yesterday", "From is not a date of the calendar."),
    ],
)
def test_days_that_cannot_be_are_refused(client, clinician, query, message):
    client.force_login(clinician)
    page = client.get(f"{PAGE}?{query}")
    assert page.status_code == 422
    assert message in page.text


def test_an_item_there_is_not_lists_nothing(client, clinician, two_sessions):
    client.force_login(clinician)
    assert "Without" not in client.get(f"{PAGE}?lacking=mibo-9.tail").text


def test_researchers_see_shares_and_no_patients(client, researcher, two_sessions, patient):
    client.force_login(researcher)
    page = client.get(f"{PAGE}?lacking=mibo-1.spins")
    assert "MIBO for PRP" in page.text
    assert str(patient) not in page.text
    assert "none that you may see" in page.text


def test_strangers_see_their_own_clinic_only(client, stranger, two_sessions):
    client.force_login(stranger)
    assert "MIBO for PRP" not in client.get(f"{PAGE}?lacking=mibo-1.spins").text


def test_the_page_takes_no_other_method(client, clinician):
    client.force_login(clinician)
    assert client.post(PAGE).status_code == 405


def test_the_api_shows_the_same_numbers(program, clinician, clinic, two_sessions):
    got = program(clinician).get(API, {"clinic": clinic.public_id, "performed_from": "2026-03-01"}).json()
    report = report_of(clinic, dt.date(2026, 3, 1))
    assert got["clinics"] == ["Northside"]
    assert (got["sessions"], got["performed_from"], got["performed_to"]) == (2, "2026-03-01", None)
    assert [item["code"] for item in got["checklists"][0]["items"]] == [i.code for i in report.checklists[0].items]
    assert got["checklists"][0]["items"][0]["percent"] == 0


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"clinic": "x"}, "clinic", "invalid"),
        ({"clinic": "1c8e5b7d-2a4f-4e6b-9d3c-8f7a6b5c4d3e"}, "clinic", "unknown"),
        ({"performed_from": "2026-3-1"}, "performed_from", "invalid"),
        ({"performed_from": "2026-03-02", "performed_to": "2026-03-01"}, "performed_to", "invalid"),
        ({"year": "2026"}, "year", "unknown_parameter"),
    ],
)
def test_the_api_refuses_what_it_does_not_know(program, clinician, two_sessions, query, field, code):
    answer = program(clinician).get(API, query)
    assert answer.status_code == 400
    assert (answer.json()["field"], answer.json()["code"]) == (field, code)


def test_the_api_shows_another_clinic_to_nobody(program, stranger, clinic, two_sessions):
    assert program(stranger).get(API, {"clinic": clinic.public_id}).json()["code"] == "unknown"
    assert program(stranger).get(API).json()["sessions"] == 0
