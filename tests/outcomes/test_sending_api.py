"""Why, calls, pauses and sending by hand through the API; ladders of protocols."""

import datetime as dt

import pytest
from django.utils import timezone

from clinic.models import Clinic
from outcomes import actions
from outcomes.models import Call, ContactDecision, Delivery, LadderStep, SendingPause
from tests.check_in import open_survey
from tests.conftest import NOON
from tests.days import today_there
from tests.layers import layer

API = "/api/v1/"


@layer
def survey(course):
    """Ruth's baseline, due today."""
    today = today_there()
    course.follow_ups.update(opens_on=today, due_on=today, closes_on=today + dt.timedelta(days=30))
    survey = open_survey(course.follow_ups.get(), timezone.now())
    actions.decide_contacts(at=timezone.now())
    return survey


def test_what_was_decided_stands_beside_follow_up_and_survey(program, front_desk, survey):
    ContactDecision.objects.update(code="withdrawn")
    Delivery.objects.update(reason_code="budget", reason="Enough for today.")
    decision = {
        "code": "withdrawn",
        "words": "The patient does not want to be contacted any more.",
        "then": "It goes on if consent is given anew.",
    }
    got = program(front_desk)
    for path in (f"surveys/{survey.public_id}/", f"follow-ups/{survey.follow_up.public_id}/"):
        row = got.get(API + path).json()
        assert decision.items() <= row["decision"].items(), path
        assert row["decision"]["looks_again_at"]
    assert got.get(f"{API}surveys/{survey.public_id}/").json()["deliveries"][0]["then"] == (
        "It goes out when that has passed."
    )


def test_before_the_first_look_there_is_no_decision(program, front_desk, course):
    row = program(front_desk).get(f"{API}follow-ups/{course.follow_ups.get().public_id}/").json()
    assert row["decision"] is None


class TestSend:
    def test_makes_one_more_message_or_says_why_not(self, program, front_desk, survey):
        Clinic.objects.update(send_from_hour=0, send_until_hour=24, sends_on_weekends=True)
        path, post = f"{API}surveys/{survey.public_id}/send/", program(front_desk).post
        refused = post(path, {"channel": "email"})
        assert (refused.status_code, refused.json()["code"]) == (400, "not_sent")
        assert "A message is on its way" in refused.json()["message"]
        assert post(path, {"channel": "pigeon"}).json()["field"] == "channel"
        Delivery.objects.update(status="cancelled", reason_code="answered", reason="x")
        assert post(path, {"channel": "email"}).json()["deliveries"][-1]["sequence"] == 100

    def test_is_for_no_stranger(self, program, stranger, survey):
        assert program(stranger).post(f"{API}surveys/{survey.public_id}/send/", {"channel": "email"}).status_code == 404


class TestCalls:
    @pytest.fixture
    def call(self, survey) -> Call:
        patient = survey.follow_up.course.patient
        rows = {"clinic": survey.clinic, "survey": survey, "patient": patient}
        return Call.objects.create(**rows, reason="no_answer", made_at=NOON, call_on=NOON.date())

    def test_are_listed_and_recorded(self, program, front_desk, call):
        client = program(front_desk)
        (row,) = client.get(f"{API}calls/?closed=false&call_to=2026-03-02").json()["results"]
        assert (row["reason"], row["timepoint"], row["tries"]) == ("no_answer", "baseline", 0)
        done = client.post(f"{API}calls/{row['id']}/record/", {"outcome": "answered", "note": "Will answer"}).json()
        assert (done["outcome"], done["attempts"][0]["note"]) == ("answered", "Will answer")
        assert client.get(f"{API}calls/?closed=false").json()["results"] == []
        again = client.post(f"{API}calls/{row['id']}/record/", {"outcome": "answered"})
        assert again.json()["code"] == "call_refused"

    @pytest.mark.parametrize("body", [{}, {"outcome": "not_needed"}, {"outcome": "answered", "note": "x" * 201}])
    def test_bad_input_is_refused(self, program, front_desk, call, body):
        assert program(front_desk).post(f"{API}calls/{call.public_id}/record/", body).status_code == 400


class TestPauses:
    def test_of_a_patient_begins_and_ends(self, program, front_desk, patient, clinic):
        client = program(front_desk)
        body = {"clinic": str(clinic.public_id), "patient": str(patient.public_id), "reason": "In hospital"}
        made = client.post(f"{API}pauses/", body)
        assert made.status_code == 201
        assert client.post(f"{API}pauses/", body).json()["code"] == "pause_refused"
        ended = client.post(f"{API}pauses/{made.json()['id']}/resume/").json()
        assert ended["ended_at"]
        assert client.get(f"{API}pauses/?ended=false").json()["results"] == []

    def test_of_everything_is_not_for_the_front_desk(self, program, front_desk, clinician, clinic):
        body = {"clinic": str(clinic.public_id), "reason": "Server moves"}
        assert program(front_desk).post(f"{API}pauses/", body).status_code == 403
        assert program(clinician).post(f"{API}pauses/", body).status_code == 201

    def test_is_of_one_thing_of_one_clinic(self, program, clinician, stranger, course, patient, clinic, other_clinic):
        rows = {"patient": str(patient.public_id), "protocol": str(course.protocol.public_id), "reason": "Both"}
        both = program(clinician).post(f"{API}pauses/", {"clinic": str(clinic.public_id), **rows})
        assert (both.status_code, both.json()["field"]) == (400, "protocol")
        with pytest.raises(actions.PauseRefused):
            actions.pause_sending(clinic=other_clinic, patient=patient, reason="Theirs", at=NOON, by=stranger)
        assert not SendingPause.objects.exists()


class TestLadders:
    BODY = {
        "treatment_type": "prp",
        "name": "With a ladder of its own",
        "timepoints": [
            {
                "name": "baseline",
                "target_day": 0,
                "opens_day": 0,
                "closes_day": 30,
                "instruments": [{"instrument": "nrs_now"}],
                "ladder": [
                    {"kind": "invitation", "channel": "sms", "day": 0},
                    {"kind": "reminder", "channel": "other", "day": 2, "at_time": "17:30"},
                    {"kind": "call", "day": 12},
                ],
            }
        ],
    }

    def test_a_protocol_is_published_with_one_and_shows_it(self, program, client, clinician, clinic):
        given = program(clinician).post(f"{API}protocols/", self.BODY | {"clinic": str(clinic.public_id)})
        assert given.status_code == 201, given.json()
        shown = given.json()["timepoints"][0]["ladder"]
        assert [(step["kind"], step["channel"], step["day"], step["at_time"]) for step in shown] == [
            ("invitation", "sms", 0, None),
            ("reminder", "other", 2, "17:30"),
            ("call", "", 12, None),
        ]
        client.force_login(clinician)
        text = client.get(f"/setup/protocols/{given.json()['id']}/").text
        assert "Day 2, 17:30: reminder on the other channel" in text
        assert "Day 12: somebody calls" in text

    @pytest.mark.parametrize(
        "ladder",
        [
            [],
            [{"kind": "call", "day": 0}],
            [{"kind": "invitation", "day": 0}],
            [{"kind": "invitation", "channel": "email", "day": 0}, {"kind": "reminder", "channel": "sms", "day": 0}],
            [{"kind": "invitation", "channel": "email", "day": 0, "at_time": "half past"}],
            [{"kind": "invitation", "channel": "email", "day": 0, "unknown": 1}],
        ],
    )
    def test_a_ladder_against_the_rules_is_refused_by_name(self, program, clinician, clinic, ladder):
        body = self.BODY | {"clinic": str(clinic.public_id)}
        body["timepoints"] = [body["timepoints"][0] | {"ladder": ladder}]
        before = LadderStep.objects.count()
        refused = program(clinician).post(f"{API}protocols/", body)
        assert refused.status_code == 400
        assert refused.json()["field"].startswith("timepoints.0.ladder")
        assert LadderStep.objects.count() == before
