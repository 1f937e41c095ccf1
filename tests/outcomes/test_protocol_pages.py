"""The protocol pages and their API: what works, who is refused, and what wrong input is told."""

import pytest
from django.urls import reverse

from outcomes.actions import Asked, Moment, publish_protocol
from outcomes.api.protocols import EXAMPLE
from outcomes.ladders import Step
from outcomes.models import AssignedInstrument
from outcomes.starter import install_starter_set
from tests.conftest import NOON
from tests.layers import layer
from treatments.actions import SessionsPlan, TimepointPlan
from treatments.models import Protocol, TreatmentType

WEEKLY = "Knee osteoarthritis, PRP, three weekly injections"
API = "/api/v1/protocols/"


@layer
def weekly(clinic) -> Protocol:
    install_starter_set(clinic=clinic, at=NOON)
    return Protocol.objects.get(clinic=clinic, name=WEEKLY)


@pytest.fixture
def signed_in(client, clinician):
    client.force_login(clinician)
    return client


def form_of(clinic, **changes):
    """The editor filled in: a baseline and week 6."""
    data = {
        "treatment_type": TreatmentType.objects.get(clinic=clinic, code="prp").pk,
        "name": "Knee, PRP",
        "region": "knee",
        "series_length": "3",
        "series_interval_days": "7",
        "anchor": "last",
        "guidance": "ultrasound",
        "needle_gauge": "22",
        "may_use_ice": "false",
        "nsaid_days": "7",
        "timepoints-TOTAL_FORMS": "2",
        "timepoints-INITIAL_FORMS": "0",
        **row(0, "baseline", 0, 0, 30, "nrs_now"),
        **row(1, "week 6", 42, 35, 56, "peg"),
    }
    return {**data, **changes}


def row(number, name, target, opens, closes, *asks):
    values = {"name": name, "target_day": target, "opens_day": opens, "closes_day": closes, "instruments": list(asks)}
    return {f"timepoints-{number}-{field}": value for field, value in values.items()}


class TestPages:
    def test_the_list_offers_the_starter_set_until_it_is_there(self, signed_in, clinic):
        page = signed_in.get(reverse("protocols")).content.decode()
        assert "Add the starter set" in page
        signed_in.post(reverse("protocols"))
        page = signed_in.get(reverse("protocols")).content.decode()
        assert WEEKLY in page
        assert "Add the starter set" not in page

    def test_the_list_costs_the_same_however_long(self, signed_in, weekly, django_assert_max_num_queries):
        with django_assert_max_num_queries(12):
            signed_in.get(reverse("protocols"))

    def test_one_version_shows_what_is_done_and_asked(self, signed_in, weekly, django_assert_max_num_queries):
        with django_assert_max_num_queries(12):
            page = signed_in.get(reverse("protocol", args=[weekly.public_id])).content.decode()
        for words in ("3 sessions, every 7 days", "Superolateral, suprapatellar", "Day 1", "No NSAID before"):
            assert words in page

    def test_setup_shows_what_the_role_may_open(self, client, clinician, researcher):
        client.force_login(clinician)
        assert "Products" in client.get(reverse("setup")).content.decode()
        client.force_login(researcher)
        page = client.get(reverse("setup")).content.decode()
        assert "Protocols" in page
        assert "Kits and biologics" not in page

    def test_a_version_is_retired_and_offered_again(self, signed_in, weekly):
        signed_in.post(reverse("protocol-retire", args=[weekly.public_id]))
        weekly.refresh_from_db()
        assert weekly.is_retired
        signed_in.post(reverse("protocol-offer", args=[weekly.public_id]))
        weekly.refresh_from_db()
        assert not weekly.is_retired

    @pytest.mark.parametrize("name", ["protocol", "protocol-schedule"])
    def test_another_clinics_protocol_is_not_there(self, client, stranger, weekly, name):
        client.force_login(stranger)
        assert client.get(reverse(name, args=[weekly.public_id])).status_code == 404

    @pytest.mark.parametrize("name", ["protocol-retire", "protocol-offer"])
    def test_only_who_publishes_retires(self, client, front_desk, weekly, name):
        client.force_login(front_desk)
        assert client.post(reverse(name, args=[weekly.public_id])).status_code == 403
        assert client.get(reverse(name, args=[weekly.public_id])).status_code == 405

    def test_the_front_desk_writes_none(self, client, front_desk):
        client.force_login(front_desk)
        assert client.get(reverse("protocol-new")).status_code == 403
        assert client.post(reverse("protocols")).status_code == 403


class TestEditor:
    def test_a_protocol_is_published(self, signed_in, clinic, clinician):
        answer = signed_in.post(reverse("protocol-new"), form_of(clinic))
        made = Protocol.objects.get(name="Knee, PRP")
        assert answer.url == reverse("protocol", args=[made.public_id])
        assert (made.published_by, made.series_length) == (clinician, 3)
        assert made.technique == {
            "injection": {"guidance": "ultrasound", "needle_gauge": 22},
            "holds": {"nsaid_days": 7},
            "aftercare": {"may_use_ice": False},
        }
        asked = AssignedInstrument.objects.filter(timepoint__protocol=made, timepoint__name="week 6")
        assert [one.instrument for one in asked] == ["peg"]

    def test_the_next_version_begins_as_the_one_before_and_keeps_what_is_not_shown(self, signed_in, weekly, clinic):
        page = signed_in.get(reverse("protocol-new"), {"from": weekly.public_id})
        form, rows = page.context["form"], page.context["rows"]
        assert form["series_length"].value() == 3
        assert [one["name"].value() for one in rows][:2] == ["baseline", "day 1"]
        data = form_of(clinic, name=WEEKLY)
        signed_in.post(f"{reverse('protocol-new')}?from={weekly.public_id}", data)
        newer = Protocol.objects.get(name=WEEKLY, version=2)
        assert newer.technique["preparation"] == {"activation": "none", "form": "liquid"}
        weekly.refresh_from_db()
        assert weekly.is_retired

    def test_the_next_version_asks_as_the_one_before_where_the_window_stays(self, signed_in, clinic, clinician):
        plan = TimepointPlan("baseline", 0, 0, 30)
        own = [Step(0, "invitation", "sms", 0, None), Step(1, "call", "", 5)]
        first = publish_protocol(
            treatment_type=TreatmentType.objects.get(clinic=clinic, code="prp"),
            name="Knee, PRP",
            moments=[Moment(plan, [Asked("nrs_now")], own)],
            plan=SessionsPlan(),
            at=NOON,
            by=clinician,
        )
        data = form_of(clinic, **{"timepoints-INITIAL_FORMS": "1"})
        signed_in.post(f"{reverse('protocol-new')}?from={first.public_id}", data)
        newer = Protocol.objects.get(name="Knee, PRP", version=2)
        kept = newer.timepoints.get(name="baseline").ladder.all()
        assert [step.as_step() for step in kept] == own
        assert newer.timepoints.get(name="week 6").ladder.count() > 2

    def test_rows_come_and_go_without_saving(self, signed_in, clinic):
        more = signed_in.post(reverse("protocol-new"), {**form_of(clinic), "add": "timepoints"})
        assert (more.status_code, len(more.context["rows"])) == (200, 3)
        less = signed_in.post(reverse("protocol-new"), {**form_of(clinic), "remove": "timepoints-0"})
        assert [one["name"].value() for one in less.context["rows"]] == ["week 6"]
        assert not Protocol.objects.filter(name="Knee, PRP").exists()

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"name": ""}, "Name is missing."),
            ({"series_interval_days": ""}, "A series needs its days between sessions"),
            ({"needle_gauge": "99"}, "less than or equal to 34"),
            ({"needs_ind": "on"}, "consent to an investigational product must be required"),
            (row(1, "visit 2", 42, 35, 56, "peg"), "Call it"),
            (row(1, "week 6", 42, 35, 56), "choose at least one instrument"),
            (row(0, "baseline", 0, 0, 30, "pgic"), "asked after treatment only"),
            ({"treatment_type": "0"}, "Select a valid choice"),
        ],
    )
    def test_wrong_input_is_told_and_nothing_is_saved(self, signed_in, clinic, changes, said):
        answer = signed_in.post(reverse("protocol-new"), form_of(clinic, **changes))
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not Protocol.objects.filter(name="Knee, PRP").exists()

    def test_windows_that_overlap_are_named_beside_the_row(self, signed_in, clinic):
        data = form_of(clinic, **row(2, "month 3", 91, 50, 119, "peg"), **{"timepoints-TOTAL_FORMS": "3"})
        page = signed_in.post(reverse("protocol-new"), data).content.decode()
        assert "week 6 (days 35 to 56) and month 3 (days 50 to 119) overlap" in page
        assert 'id="id_timepoints-2-opens_day_error"' in page

    def test_a_version_of_another_clinic_is_no_beginning(self, client, stranger, weekly):
        client.force_login(stranger)
        assert client.get(reverse("protocol-new"), {"from": weekly.public_id}).status_code == 404
        assert client.get(reverse("protocol-new"), {"from": "nonsense"}).status_code == 404


class TestSchedulePage:
    def test_it_shows_windows_and_messages_in_the_patients_zone(self, signed_in, weekly):
        asked = {"treated_on": "2026-10-20", "time_zone": "America/New_York"}
        page = signed_in.get(reverse("protocol-schedule", args=[weekly.public_id]), asked).content.decode()
        assert "Tue 3 Nov 2026" in page, "the third of the series"
        assert "Wed 4 Nov 2026, 10:00" in page, "day 1, 9:00 in Chicago"
        assert "EST" in page
        assert "EDT" in page

    def test_it_begins_with_today_at_the_clinic(self, signed_in, weekly):
        page = signed_in.get(reverse("protocol-schedule", args=[weekly.public_id]))
        assert page.status_code == 200
        assert page.context["form"]["time_zone"].value() == "America/Chicago"

    def test_a_course_fills_in_its_days_and_its_patients_zone(self, signed_in, course, protocol, patient):
        patient.time_zone = "America/Denver"
        patient.save()
        address = reverse("protocol-schedule", args=[protocol.public_id])
        page = signed_in.get(address, {"course": course.public_id})
        assert page.context["form"]["time_zone"].value() == "America/Denver"
        assert signed_in.get(address, {"course": "nonsense"}).status_code == 404

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ({"treated_on": "soon"}, "soon is not a day"),
            ({"treated_on": ""}, "Treated on is missing."),
            ({"treated_on": "0001-01-01"}, "too far away"),
            ({"treated_on": "2026-03-02", "time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ],
    )
    def test_wrong_input_is_told(self, signed_in, weekly, asked, said):
        answer = signed_in.get(reverse("protocol-schedule", args=[weekly.public_id]), asked)
        assert answer.status_code == 422
        assert said in answer.content.decode()


class TestApi:
    @pytest.fixture
    def example(self, clinic):
        return {**EXAMPLE.value, "clinic": str(clinic.public_id)}

    def test_the_documented_protocol_is_published(self, program, clinician, example):
        answer = program(clinician).post(API, example)
        assert answer.status_code == 201, answer.json()
        made = answer.json()
        assert (made["version"], made["series_length"], made["technique"]["holds"]) == (1, 3, {"nsaid_days": 7})
        assert made["timepoints"][1]["instruments"] == [
            {"instrument": "nrs_average", "region": ""}, {"instrument": "peg", "region": "knee"},
        ]  # fmt: skip
        assert program(clinician).post(API, example).json()["version"] == 2

    @pytest.mark.parametrize(
        ("changes", "field", "code"),
        [
            ({"series_interval_days": None}, "series_interval_days", "protocol_refused"),
            ({"treatment_type": "magic"}, "treatment_type", "unknown"),
            ({"colour": "red"}, "colour", "unknown_field"),
            ({"technique": {"injection": {"side": "left"}}}, "technique.injection.side", "technique_refused"),
            ({"timepoints": []}, "timepoints", "protocol_refused"),
        ],
    )
    def test_what_does_not_fit_is_refused_by_name(self, program, clinician, example, changes, field, code):
        answer = program(clinician).post(API, {**example, **changes})
        assert (answer.status_code, answer.json()["field"], answer.json()["code"]) == (400, field, code)
        assert not Protocol.objects.filter(name=WEEKLY).exists()

    def test_overlapping_windows_are_refused_as_on_the_page(self, program, clinician, example):
        week_6 = example["timepoints"][1]
        example["timepoints"] = [*example["timepoints"], {**week_6, "name": "week 7", "target_day": 49}]
        answer = program(clinician).post(API, example).json()
        assert (answer["code"], answer["field"]) == ("windows_overlap", "timepoints.2.opens_day")
        assert "week 6 (days 35 to 56) and week 7 (days 35 to 56) overlap" in answer["message"]

    def test_the_front_desk_and_strangers_publish_nothing(self, program, front_desk, stranger, example):
        assert program(front_desk).post(API, example).status_code == 403
        assert program(stranger).post(API, example).status_code == 400, "there is no such clinic for them"

    def test_a_schedule_is_previewed(self, program, researcher, weekly):
        asked = {"treated_on": "2026-10-20", "time_zone": "America/New_York"}
        got = program(researcher).get(f"{API}{weekly.public_id}/schedule/", asked).json()
        assert got["sessions"] == ["2026-10-20", "2026-10-27", "2026-11-03"]
        first = got["check_ins"][0]
        assert (first["timepoint"], first["due_on"]) == ("day 1", "2026-11-04")
        assert first["message_at"] == "2026-11-04T10:00:00-05:00"
        assert got["check_ins"][5]["message_at"].endswith("-04:00"), "after the clock change"

    @pytest.mark.parametrize(
        ("asked", "field"),
        [({}, "treated_on"), ({"treated_on": "soon"}, "treated_on"), ({"treated_on": "2026-03-02", "x": "1"}, "x")],
    )
    def test_a_wrong_preview_is_refused(self, program, researcher, weekly, asked, field):
        answer = program(researcher).get(f"{API}{weekly.public_id}/schedule/", asked)
        assert (answer.status_code, answer.json()["field"]) == (400, field)

    def test_a_strangers_preview_is_not_there(self, program, stranger, weekly):
        answer = program(stranger).get(f"{API}{weekly.public_id}/schedule/", {"treated_on": "2026-03-02"})
        assert answer.status_code == 404


def test_a_patients_time_zone_is_one_that_exists(program, clinician, clinic):
    body = {"clinic": str(clinic.public_id), "chart_number": "77", "family_name": "Field"}
    client = program(clinician)
    refused = client.post("/api/v1/patients/", {**body, "time_zone": "Mars/Olympus"})
    assert (refused.status_code, refused.json()["field"]) == (400, "time_zone")
    made = client.post("/api/v1/patients/", {**body, "time_zone": "America/Denver"})
    assert made.json()["time_zone"] == "America/Denver"
