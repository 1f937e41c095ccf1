"""Set-up of instruments on pages and through the API: seen, brought, attested, retired, given away."""

import datetime as dt
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from outcomes import actions
from outcomes.actions import Asked, Licence, Moment, load_instrument, publish_protocol
from outcomes.bringing import read_file
from outcomes.licensed import known_definitions
from outcomes.models import LoadedInstrument, Score
from tests.check_in import invitation_link, open_survey
from tests.conftest import NOON
from tests.layers import layer
from tests.outcomes.bringing import GARDEN, option, questionnaire
from treatments.actions import SessionsPlan, TimepointPlan, open_course
from treatments.models import Protocol, TreatmentType

LIST, BRING, ATTEST = "/setup/instruments/", "/setup/instruments/bring/", "/setup/instruments/attest/"
TYPED = {"licence_holder": "Garden House", "licence_ref": "letter of 3 March", "expires_on": "", "attests": "on"}


@pytest.fixture
def signed_in(client, manager):
    client.force_login(manager)
    return client


@layer
def garden(clinic, manager) -> LoadedInstrument:
    return load_instrument(
        clinic=clinic,
        definition=read_file(GARDEN.encode()).definition,
        source="garden.toml",
        licence=Licence("Garden House", "letter of 3 March"),
        is_attested=True,
        at=timezone.now() - dt.timedelta(days=1),
        by=manager,
    )


def upload(client, content: bytes, name="garden.toml", **more):
    file = SimpleUploadedFile(name, content)
    return client.post(BRING, {"file": file, "language": "en", "method": "", "direction": "", **more})


def shown_in(answer) -> str:
    return re.search(r'name="shown" value="([^"]+)"', answer.content.decode())[1]


def test_the_list_says_what_is_on_and_why_others_are_not(signed_in, garden, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        page = signed_in.get(LIST).content.decode()
    for words in ("PEG pain and interference", "Waits for its official words", "Garden scale", "Garden House, letter"):
        assert words in page
    assert "Waits until somebody watches the answers" in page
    assert page.index("Garden scale") < page.index("KOOS, JR.")
    assert "setup/instruments/" in signed_in.get("/setup/").content.decode()


def test_one_page_shows_versions_questions_and_scoring(signed_in, garden, manager):
    page = signed_in.get(f"{LIST}garden/").content.decode()
    for words in (
        *("Version 1-", "Asked now", "Garden House", "garden.toml", manager.full_name, "Questions in Spanish (2)"),
        *("How well could you dig with your right knee?", "0: Nada · 1: Un poco", "every question needed"),
    ):
        assert words in page
    assert "No words in any language yet" in signed_in.get(f"{LIST}odi/").content.decode()
    assert signed_in.get(f"{LIST}nothing/").status_code == 404


def test_a_file_is_shown_and_stored_only_with_the_attestation(signed_in, clinic, manager):
    answer = upload(signed_in, GARDEN.encode())
    page = answer.content.decode()
    assert answer.status_code == 200 and not LoadedInstrument.objects.exists()
    assert "How well could you rake?" in page and "The sum of the answers; 0 to 6" in page
    refused = signed_in.post(ATTEST, {**TYPED, "shown": shown_in(answer), "attests": "", "licence_ref": ""})
    assert refused.status_code == 422
    assert "Tick that the clinic may use it" in refused.content.decode()
    assert (
        "Licence reference is missing" in refused.content.decode()
        and "How well could you rake?" in refused.content.decode()
    )
    past = signed_in.post(ATTEST, {**TYPED, "shown": shown_in(answer), "expires_on": "2020-01-01"})
    assert past.status_code == 422 and "run out already" in past.content.decode()
    assert not LoadedInstrument.objects.exists()
    taken = signed_in.post(ATTEST, {**TYPED, "shown": shown_in(answer)})
    assert taken.status_code == 302 and taken.url == f"{LIST}garden/"
    row = LoadedInstrument.objects.get()
    assert (row.clinic, row.attested_by, row.licence_ref, row.source) == (
        clinic,
        manager,
        "letter of 3 March",
        "garden.toml",
    )


def test_what_was_shown_cannot_be_swapped(signed_in):
    shown = shown_in(upload(signed_in, GARDEN.encode()))
    for forged in ("", "x", shown[:-2] + "xx", "a" + shown):
        answer = signed_in.post(ATTEST, {**TYPED, "shown": forged}, follow=True)
        assert "too old or was changed" in answer.content.decode()
    assert not LoadedInstrument.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"{", "not valid JSON"),
        (GARDEN.replace("maximum = 6", "maximum = 60").encode(), "the items come to 6"),
        (GARDEN.replace("you rake", "<script>alert(1)</script>").encode(), "holds HTML (&lt;s)"),
        (b"[" * 50_000, "nested deeper"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_why(signed_in, content, words):
    answer = upload(signed_in, content)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


def test_fhir_is_shown_with_what_could_not_be_carried_over(signed_in):
    content = questionnaire(
        {"type": "choice", "linkId": "a", "text": "How was it?", "required": True, "answerOption": [option("Good", 0), option("Bad", 1)]},
        {"type": "text", "linkId": "b", "text": "Tell us more"},
    )  # fmt: skip
    answer = upload(signed_in, content, "q.json", method="sum", direction="higher")
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in ("Not carried over", "Item 2", "cannot be asked", "has to be answered was not", "higher is better"):
        assert words in page
    assert signed_in.post(BRING, {"language": "en"}).status_code == 422


def words_of(code: str, language: str = "en", **more) -> dict[str, str]:
    """Made-up words for every question of a known instrument, as they are typed."""
    typed = {}
    for number, item in enumerate(known_definitions()[code]["items"]):
        typed[f"{language}-{item['code']}-text"] = f"Made-up question {number}\nabout  your {{target}}"
        if item["kind"] == "choice" and number == 0:
            typed[f"{language}-{item['code']}-options"] = "\n".join("abcdefgh"[: item["maximum"] - item["minimum"] + 1])
    return {**typed, **more}


def test_official_words_are_typed_shown_and_attested(signed_in, clinic):
    path = f"{LIST}koos_jr/words/"
    empty = signed_in.get(path).content.decode()
    assert empty.count("<textarea") == 2 * 7 * 2 and "English, question 1 (Stiffness after waking)" in empty
    wrong = signed_in.post(path, words_of("koos_jr", **{"en-rising-options": "a\nb"}))
    assert wrong.status_code == 422 and "answers from 0 to 4 need 5" in wrong.content.decode()
    half = signed_in.post(path, words_of("koos_jr", **{"es-stairs-text": "¿Escaleras?"}))
    assert half.status_code == 422 and "Item 1, es, text" in half.content.decode()
    shown = signed_in.post(path, words_of("koos_jr"))
    assert shown.status_code == 200 and "Made-up question 6 about your right knee" in shown.content.decode()
    signed_in.post(ATTEST, {**TYPED, "shown": shown_in(shown)})
    row = LoadedInstrument.objects.get(clinic=clinic)
    assert (row.code, row.source) == ("koos_jr", "Typed in from the official form")
    assert row.definition["items"][6]["en"]["options"] == list("abcde")
    again = signed_in.get(path).content.decode()
    assert "Made-up question 6 about your {target}" in again
    assert signed_in.get(f"{LIST}garden/words/").status_code == 404


def test_the_clinic_switches_phq9_on_only_when_somebody_watches(signed_in):
    page = signed_in.get(f"{LIST}phq9/words/").content.decode()
    assert "Feeling tired or having little energy" in page
    typed = {f"en-{item['code']}-text": item["en"]["text"] for item in known_definitions()["phq9"]["items"]}
    shown = signed_in.post(f"{LIST}phq9/words/", {**typed, "en-interest-options": "a\nb\nc\nd"})
    assert "Confirm first, under red flags" in shown.content.decode()
    refused = signed_in.post(ATTEST, {**TYPED, "shown": shown_in(shown)})
    assert refused.status_code == 422 and not LoadedInstrument.objects.exists()


def test_retiring_takes_it_out_of_what_is_asked_and_says_so(signed_in, clinic, manager, garden):
    publish_protocol(
        treatment_type=TreatmentType.objects.get(clinic=clinic, code="prp"),
        name="Gardeners",
        moments=[Moment(TimepointPlan("baseline", 0, 0, 30), [Asked("garden"), Asked("koos_jr")])],
        plan=SessionsPlan(),
        at=NOON,
        by=manager,
    )
    assert signed_in.post(f"{LIST}version/{garden.public_id}/retire/").url == f"{LIST}garden/"
    page = signed_in.get(f"{LIST}garden/").content.decode()
    assert "Retired: not asked" in page and "Gardeners" in page and "leave it out until it is on" in page
    protocol = Protocol.objects.get(name="Gardeners")
    page = signed_in.get(f"/setup/protocols/{protocol.public_id}/").content.decode()
    assert "garden (retired: not asked)" in page and "KOOS, JR. (waits for its official words)" in page
    assert "(not asked until its official words are here)" in signed_in.get("/setup/protocols/new/").content.decode()


def test_an_expired_licence_is_named_in_protocols(signed_in, clinic, garden):
    LoadedInstrument.objects.filter(pk=garden.pk).update(expires_on=dt.date(2026, 1, 5))
    assert (
        "Garden scale (licence expired on 5 Jan 2026: not asked)"
        in signed_in.get("/setup/protocols/new/").content.decode()
    )
    assert "Licence expired on 5 Jan 2026: not asked" in signed_in.get(LIST).content.decode()


def test_others_look_and_do_not_touch(client, clinician, researcher, garden):
    for user in (clinician, researcher):
        client.force_login(user)
        assert client.get(f"{LIST}garden/").status_code == 200
        assert "Bring a file" not in client.get(LIST).content.decode()
        for path in (BRING, f"{LIST}odi/words/"):
            assert client.get(path).status_code == 403
        assert client.post(f"{LIST}version/{garden.public_id}/retire/").status_code == 403
    assert "Ines" not in client.get(f"{LIST}garden/").content.decode(), "researchers do not read who works here"


def test_every_instrument_is_given_away_as_fhir_and_comes_back_the_same(signed_in, garden, stranger, client):
    answer = signed_in.get(f"{LIST}garden/fhir.json")
    assert answer["Content-Type"] == "application/fhir+json" and "garden.fhir.json" in answer["Content-Disposition"]
    shown = upload(signed_in, answer.content, "garden.fhir.json")
    assert f"version {garden.version} of Garden scale" in shown.content.decode()
    signed_in.post(ATTEST, {**TYPED, "shown": shown_in(shown)})
    assert LoadedInstrument.objects.get().attested_at == garden.attested_at
    client.force_login(stranger)
    assert client.get(f"{LIST}garden/").status_code == client.get(f"{LIST}garden/fhir.json").status_code == 404


def test_a_patient_is_asked_it_on_their_phone(client, clinic, manager, patient, clinician, garden, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    protocol = publish_protocol(
        treatment_type=TreatmentType.objects.get(clinic=clinic, code="prp"),
        name="Gardeners",
        moments=[Moment(TimepointPlan("baseline", 0, 0, 30), [Asked("garden")])],
        plan=SessionsPlan(),
        at=NOON,
        by=manager,
    )
    where = {"icd10_code": "M17.11", "complaint": "Knee", "target": "knee_joint", "side": "right"}
    course = open_course(patient=patient, protocol=protocol, on=NOON.date(), by=clinician, **where)
    survey = open_survey(course.follow_ups.get(), NOON)
    link = invitation_link(survey, NOON)
    client.post(link)
    answer = client.get(f"{link}1/")
    page = answer.content.decode()
    assert "How well could you dig with your" in page and "right knee" in page and "Very well" in page
    for number, score in ((1, "2"), (2, "3")):
        assert client.post(f"{link}{number}/", {"score": score}).status_code == 303
    actions.submit_survey(survey=survey, at=NOON)
    assert Score.objects.get(survey=survey).value == 5


def test_the_api_lists_reads_and_gives_away(program, clinic, manager, researcher, garden, stranger):
    api = program(researcher)
    listed = {one["code"]: one for one in api.get("/api/v1/instruments/").json()["results"]}
    assert listed["garden"] == {
        "code": "garden",
        "name": "Garden scale",
        "state": "on",
        "words": "On",
        "version": garden.version,
        "languages": ["en", "es"],
        "protocols": [],
    }
    assert (listed["odi"]["state"], listed["odi"]["languages"]) == ("waits", [])
    assert "PRP, standard follow-up" in listed["peg"]["protocols"]
    one = api.get("/api/v1/instruments/garden/").json()
    (version,) = one["versions"]
    assert (version["licence"], version["expires_on"]) == ("Garden House, letter of 3 March", None)
    assert version["items"][0] == {"code": "digging", "kind": "choice", "minimum": 0, "maximum": 3, "short": "Digging"}
    assert version["scales"][0]["maximum"] == "6" and version["scales"][0]["items"] == ["digging", "raking"]
    assert len(api.get("/api/v1/instruments/koos/").json()["versions"][0]["scales"]) == 5
    given = api.get("/api/v1/instruments/garden/fhir/")
    assert read_file(given.content).definition == {**garden.definition}
    assert api.get("/api/v1/instruments/nothing/").json()["code"] == "not_found"
    assert api.get("/api/v1/instruments/?clinic=x").json()["field"] == "clinic"
    assert api.get("/api/v1/instruments/?state=on").json()["code"] == "unknown_parameter"
    theirs = program(stranger).get("/api/v1/instruments/").json()["results"]
    assert "garden" not in {one["code"] for one in theirs}
    assert program(stranger).get(f"/api/v1/instruments/?clinic={clinic.public_id}").status_code == 400
    assert json.loads(given.content)["resourceType"] == "Questionnaire"
