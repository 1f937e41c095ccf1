"""Pages about answers that need a person: the patient's, the staff's, the setup, and the API."""

import re
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from clinic.models import Clinic, User
from outcomes import actions, open_alerts
from outcomes.models import Alert, Survey
from outcomes.starter import PROTOCOLS
from tests.check_in import answer_all, invitation_link
from tests.conftest import NOON, StaffClient
from tests.layers import layer
from tests.outcomes.safety import DUE, QUESTIONS, SAFETY, say
from tests.queries import AtMost
from tests.treatments.api_sessions import vesicles
from tests.treatments.treating import KNEE, log
from treatments.actions import open_course
from treatments.models import Lot, Protocol
from treatments.vocabulary import Modality

API = "/api/v1/alerts/"
VESICLES = {"source_tissue": "umbilical cord", "ind_number": "IND 1", "is_notice_acknowledged": True}
CLOSED = {"reached": "phone", "outcome": "seen", "said": "Comes in at eleven."}


@pytest.fixture
def set_now(monkeypatch):
    """Sets what the views take for the time."""
    return lambda at: monkeypatch.setattr(timezone, "now", lambda: at)


@pytest.fixture
def link(safety_week, set_now) -> str:
    set_now(DUE)
    return invitation_link(safety_week, DUE)


@layer
def alert(safety_week) -> Alert:
    """Ruth's knee is hot; she would rather not say whether she has new weakness."""
    say(safety_week, nerve=2, joint=1)
    return Alert.objects.get()


def give_exosomes(survey: Survey, by: User) -> Lot:
    """Ruth also got a donor's product, on the same day as PRP; of which lot."""
    course = survey.follow_up.course
    lot = vesicles(by, course.patient)
    exosomes = open_course(
        patient=course.patient,
        protocol=Protocol.objects.get(clinic=survey.clinic, name=PROTOCOLS[Modality.EXOSOME]),
        icd10_code="M17.12",
        complaint="Osteoarthritis of the left knee",
        target="knee_joint",
        side="left",
        on=NOON.date(),
        by=by,
    )
    log(
        exosomes,
        by,
        injections=[{**KNEE, "side": "left"}],
        preparation={**VESICLES, "volume_ml": Decimal(10)},
        lots=[{"lot": lot, "quantity": Decimal(1), "injection": 0}],
    )
    return lot


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


class TestThePatient:
    def test_is_told_what_to_do_and_goes_on(self, client, link):
        for number, name in enumerate(SAFETY, start=1):
            answer = client.post(f"{link}{number}/", {"score": "1" if name == "joint" else "0"})
            assert answer.url == (f"{link}help/" if name == "joint" else f"{link}{number + 1}/")
        page = client.get(f"{link}help/")
        assert "Please call 512-555-0134 now." in words(page) and 'href="tel:512-555-0134"' in page.text
        assert "call 911 or go to an emergency department" in words(page) and 'href="tel:911"' in page.text
        for other in ("988", "You are not alone", "spine or nerve"):
            assert other not in page.text
        assert 'href="../7/"' in page.text, "Continue leads to the next question"
        assert page.headers["Referrer-Policy"] == "same-origin" and "no-store" in page.headers["Cache-Control"]

    def test_every_message_is_its_own_the_most_urgent_first(self, client, link, safety_week):
        say(safety_week, fever=1, worse=1, clot=1, nerve=1)
        page = words(client.get(f"{link}help/"))
        order = ["This may be an emergency", "spine or nerve injection", "same-day call with our team"]
        assert sorted(order, key=page.index) == order
        actions.answer_item(survey=safety_week, item="safety.nerve", value=0, at=DUE)
        assert "spine or nerve injection" not in words(client.get(f"{link}help/")), "taken back"

    def test_words_of_self_harm_lead_to_people_but_only_who_wrote_them(self, client, link, safety_week):
        answer_all(safety_week, {"nrs_now.now": 3, **dict.fromkeys(QUESTIONS, 0)}, DUE)
        assert client.post(f"{link}check/", {"remark": "I want to die"}).url == f"{link}help/"
        page = client.get(f"{link}help/")
        assert "You are not alone" in page.text and 'href="tel:988"' in page.text and 'href="../done/"' in page.text
        Clinic.objects.update(emergency_number="112", crisis_line="")
        page = client.get(f"{link}help/")
        assert 'href="tel:112"' in page.text and "988" not in page.text and "911" not in page.text
        assert StaffClient().get(f"{link}help/").url == f"{link}done/", "another browser learns nothing"

    def test_it_is_said_in_spanish_too(self, client, link, safety_week):
        say(safety_week, fever=1, worse=1, clot=1)
        client.post(f"{link}help/", {"language": "es"})
        page = client.get(f"{link}help/")
        assert '<html lang="es"' in page.text
        assert "Llame ahora al 512-555-0134." in words(page) and "Llamar al 911 (emergencias)" in words(page)

    def test_nothing_to_tell_nothing_to_see(self, client, link, safety_week):
        say(safety_week, wound=1)
        assert client.get(f"{link}help/").url == link
        assert client.get("/s/AAAAAAAAAAAAAAAA/help/").status_code == 404
        assert client.put(f"{link}help/").status_code == 405
        assert Alert.objects.get().level == "amber"


class TestTheStaff:
    def test_it_is_counted_on_every_page_and_listed_red_first(self, client, front_desk, alert, safety_week, set_now):
        set_now(DUE)
        client.force_login(front_desk)
        assert "1 red flag" in words(client.get("/patients/"))
        say(safety_week, wound=1)
        assert "1 red flag" in words(client.get("/patients/")), "amber is no red flag"
        for path in ("/today/", "/alerts/"):
            with AtMost(12):
                text = words(client.get(path))
            assert "Álvarez, Ruth" in text and "Is your right knee hot, red, or much more swollen? Yes" in text
            assert text.index("Red flag Hot, red or swollen") < text.index("To look at")
        overview = f"/patients/{alert.patient.public_id}/"
        with AtMost(18):
            text = words(client.get(overview))
        assert "Hot, red or swollen" in text and "Would rather not say: New weakness or numbness" in text

    def test_one_is_read_closed_once_and_then_shown_as_closed(self, client, front_desk, alert, safety_week):
        client.force_login(front_desk)
        path = f"/alerts/{alert.public_id}/"
        with AtMost(12):
            text = words(client.get(path))
        for said in ("14 days after the last treatment", "Call 512-555-0101", "I would rather not say", "call us now"):
            assert said in text
        assert "lots" not in text
        for lacking in CLOSED:
            answer = client.post(path, {**CLOSED, lacking: ""})
            assert answer.status_code == 422 and "There is a problem" in answer.text
        assert "at most 1000 characters" in client.post(path, {**CLOSED, "said": "x" * 1001}).text
        assert client.post(path, {**CLOSED, "outcome": "cured"}).status_code == 422
        assert Alert.objects.open().exists()
        answer = client.post(path, CLOSED, follow=True)
        assert "Closed: Álvarez, Ruth." in words(answer)
        assert "No answer waits for a person" in words(client.get("/alerts/"))
        assert "Comes in at eleven." in words(client.get(path)) and "Maya Okafor" in words(client.get(path))
        assert "To be seen by us" in words(client.get("/alerts/?show=closed"))
        assert client.post(path, CLOSED).status_code == 422
        assert client.put(path).status_code == 405 and client.post("/alerts/").status_code == 405

    def test_after_a_donors_product_its_lots_are_shown(self, client, front_desk, clinician, safety_week):
        lot = give_exosomes(safety_week, clinician)
        assert say(safety_week, fever=1) == [True]
        assert Alert.objects.get().rule == "donor_reaction"
        client.force_login(front_desk)
        with AtMost(13):
            text = words(client.get(f"/alerts/{Alert.objects.get().public_id}/"))
        assert "Check these lots" in text and "Example EV, lot EV-2026-014" in text
        assert str(lot.public_id) in client.get(f"/alerts/{Alert.objects.get().public_id}/").text

    def test_others_of_the_check_in_are_closed_with_it(self, client, front_desk, alert, safety_week):
        say(safety_week, clot=1, wound=1)
        client.force_login(front_desk)
        path = f"/alerts/{alert.public_id}/"
        assert "This also closes the 2 other answers" in words(client.get(path))
        assert "So are 2 more of this check-in." in words(
            client.post(path, {**CLOSED, "with_others": "on"}, follow=True)
        )
        assert not Alert.objects.open().exists()

    def test_the_work_list_looks_again_by_itself(self, client, front_desk, alert):
        client.force_login(front_desk)
        assert 'hx-get="/alerts/now/" hx-trigger="every 60s"' in client.get("/today/").text
        part = client.get("/alerts/now/")
        assert part.text.startswith("<section") and "Álvarez, Ruth" in part.text
        answer = StaffClient().get("/alerts/now/", headers={"HX-Request": "true"}, follow=True)
        assert answer.headers["HX-Refresh"] == "true", "once signed out, the whole page is loaded anew"

    def test_others_see_none_of_it(self, client, researcher, stranger, alert):
        path = f"/alerts/{alert.public_id}/"
        client.force_login(researcher)
        assert [client.get(one).status_code for one in ("/alerts/", path, "/setup/red-flags/")] == [403, 404, 403]
        client.force_login(stranger)
        assert client.get(path).status_code == client.post(path, CLOSED).status_code == 404
        text = words(client.get("/alerts/"))
        assert "Álvarez" not in text and "No red flags" in text


class TestTheSetup:
    def test_addresses_numbers_and_who_watches(self, client, clinic, clinician, front_desk):
        client.force_login(clinician)
        assert not open_alerts.may_ask_self_harm(clinic)
        sent = {
            "on_call_email": "On-Call@example.org",
            "second_on_call_email": "",
            "emergency_number": "112",
            "crisis_line": "",
            "confirms_queue": "on",
        }
        for wrong in (
            {"on_call_email": "nobody"},
            {"second_on_call_email": "a@b"},
            {"emergency_number": ""},
            {"emergency_number": "call us"},
            {"crisis_line": "<b>"},
        ):
            answer = client.post("/setup/red-flags/", {**sent, **wrong})
            assert answer.status_code == 422 and "There is a problem" in answer.text, wrong
        assert client.post("/setup/red-flags/", sent).status_code == 302
        clinic.refresh_from_db()
        assert (clinic.on_call_email, clinic.emergency_number, clinic.crisis_line) == ("on-call@example.org", "112", "")
        assert open_alerts.may_ask_self_harm(clinic) and clinic.queue_confirmed_by == clinician
        assert "Confirmed by Hana Lee" in words(client.get("/setup/red-flags/"))
        client.post("/setup/red-flags/", {**sent, "confirms_queue": ""})
        clinic.refresh_from_db()
        assert not open_alerts.may_ask_self_harm(clinic)
        client.force_login(front_desk)
        assert client.post("/setup/red-flags/", sent).status_code == 403


class TestTheApi:
    def test_list_read_and_acknowledge(self, program, front_desk, researcher, stranger, alert):
        client = program(front_desk)
        (row,) = client.get(f"{API}?open=true&level=red&patient={alert.patient.public_id}").json()["results"]
        assert (row["rule"], row["title"], row["day"]) == ("hot_joint", "Hot, red or swollen", 14)
        assert row["answers"] == [{"asked": "Is your right knee hot, red, or much more swollen?", "said": "Yes"}]
        path = f"{API}{row['id']}/acknowledge/"
        assert program(stranger).post(path, CLOSED).status_code == 404
        assert program(researcher).get(API).status_code == 403
        assert client.post(path, {**CLOSED, "said": ""}).status_code == 400
        key = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
        done = client.post(path, CLOSED, **key)
        assert done.status_code == 200 and done.json()["said"] == CLOSED["said"] and done.json()["acknowledged_at"]
        assert client.post(path, CLOSED, **key).json() == done.json(), "the same request is the same answer"
        assert client.post(path, CLOSED).json()["code"] == "alert_refused"
        assert client.get(f"{API}?open=true").json()["results"] == []
