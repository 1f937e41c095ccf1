"""Who opens a patient's link: links that open nothing, programs that open all, and the date that a stranger does not know."""

import datetime as dt
import email
import email.policy
import re
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from clinic.actions import set_recipient_check
from clinic.links import hash_link, new_token
from clinic.models import AccessEvent
from outcomes import actions
from outcomes.models import Answer, Score, Survey, SurveyLink
from outcomes.text_rules import banned_words
from patients import actions as patient_actions
from patients.birthdays import Birthday, read
from patients.models import BirthCheck, BirthGuesses, Patient, PatientLetter
from tests.check_in import invitation_link, open_survey
from tests.conftest import NOON
from tests.layers import layer
from treatments import actions as treatment_actions
from treatments.models import FollowUp

DUE = NOON + dt.timedelta(days=42)
RIGHT, WRONG = {"year": "1958"}, {"year": "1957"}
RIGHT_DATE = {"month": "3", "day": "3", "year": "1958"}


@pytest.fixture
def set_now(monkeypatch):
    """Sets what the views take for the time."""
    return lambda at: monkeypatch.setattr(timezone, "now", lambda: at)


@pytest.fixture
def link(week_6, set_now) -> str:
    """Ruth's link on the day her six-week survey is due."""
    set_now(DUE)
    return invitation_link(week_6, DUE)


@layer
def asking(clinic, clinician):
    """The clinic asks for the year of birth."""
    return set_recipient_check(clinic=clinic, kind="year", by=clinician)


def register(clinic, by, chart_number, **details) -> Patient:
    return patient_actions.register_patient(
        clinic=clinic, by=by, at=NOON, chart_number=chart_number, family_name="Field", **details
    )


def another_link(survey) -> str:
    """A link of the same survey that went out later."""
    token = new_token()
    SurveyLink.objects.create(clinic_id=survey.clinic_id, survey=survey, token_hash=hash_link(token), issued_at=DUE)
    return f"/s/{token}/"


def another_survey(course, clinician) -> Survey:
    """The open baseline of Ruth's left knee."""
    other = treatment_actions.open_course(
        patient=course.patient,
        protocol=course.protocol,
        icd10_code="M17.12",
        complaint="Osteoarthritis of the left knee",
        target="knee_joint",
        side="left",
        on=DUE.date(),
        by=clinician,
    )
    return open_survey(other.follow_ups.get(timepoint__name="baseline"), DUE)


def everything() -> list:
    """Every row that a patient's page could touch."""
    tables = (Survey, Answer, Score, FollowUp, SurveyLink, Patient, PatientLetter, BirthCheck, BirthGuesses)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# The check


def test_nothing_of_the_patient_is_shown_before_the_year_of_birth(asking, client, link, week_6):
    for path in ("", "you/"):
        page = client.get(link + path)
        assert page.status_code == 200
        for told in ("Ruth", "knee", "Pain", "pain", "Álvarez"):
            assert told not in page.text
    before = everything()
    assert client.post(link).url == f"{link}you/"
    for path in ("1/", "check/", "later/", "done/"):
        for send in (client.get, client.post):
            answer = send(link + path, {"score": "7"})
            assert (answer.status_code, answer.url) == (303, f"{link}you/")
    assert everything() == before


def test_whoever_says_the_year_goes_on_for_an_hour_behind_this_link_alone(asking, client, link, week_6):
    said = client.post(f"{link}you/", RIGHT)
    assert (said.status_code, said.url) == (303, f"{link}1/")
    cookie = said.cookies["you"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["path"]) == (True, "Lax", 3600, link)
    assert "right knee" in client.get(f"{link}1/").text
    assert client.post(f"{link}1/", {"score": "4"}).url == f"{link}2/"
    assert dict(week_6.answers.values_list("item", "value")) == {"nrs_now.now": 4}
    elsewhere = another_link(week_6)
    client.cookies["you"]["path"] = "/"
    assert client.get(f"{elsewhere}1/").url == f"{elsewhere}you/"
    # It is not asked twice, and a browser without the cookie is asked again.
    assert client.get(f"{link}you/").url == link
    assert Client().get(f"{link}2/").url == f"{link}you/"


def test_the_date_is_asked_where_two_patients_share_an_address(client, link, clinic, clinician, week_6):
    assert "Ruth" in client.get(link).text
    register(clinic, clinician, "00500", email="RUTH@example.org", born_on=dt.date(1958, 5, 1))
    assert "Ruth" not in client.get(link).text
    assert client.post(link).url == f"{link}you/"
    assert '<option value="3">March</option>' in client.get(f"{link}you/").text
    assert client.post(f"{link}you/", {"month": "5", "day": "1", "year": "1958"}).status_code == 422
    assert client.post(f"{link}you/", RIGHT_DATE).url == f"{link}1/"


def test_one_phone_number_however_it_is_written_is_one_address(client, link, clinic, clinician, other_clinic, stranger):
    register(other_clinic, stranger, "1", email="ruth@example.org", born_on=dt.date(1960, 1, 1))
    assert "Ruth" in client.get(link).text, "another clinic's patients do not count"
    register(clinic, clinician, "00500", phone="(512) 555 0101")
    assert "Ruth" not in client.get(link).text


def test_where_no_date_of_birth_is_recorded_nothing_is_asked(asking, client, link, patient):
    Patient.objects.update(born_on=None)
    assert client.post(link).url == f"{link}1/"


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("year", {}),
        ("year", {"year": "58"}),
        ("year", {"year": "１９５８"}),
        ("year", {"year": "1958.0"}),
        ("date", {"year": "1958", "month": "2", "day": "30"}),
        ("date", {"year": "1958", "month": "3"}),
        ("date", {"year": "1958", "month": "-3", "day": "3"}),
        ("date", {"year": "1958", "month": "3", "day": "٣"}),
    ],
)
def test_what_is_no_day_of_the_calendar_is_not_read(kind, typed):
    assert read(kind, typed) is None


def test_a_birthday_is_a_year_or_a_whole_date():
    born_on = dt.date(1958, 3, 3)
    assert read("year", {"year": " 1958 "}) == Birthday(1958)
    assert read("date", RIGHT_DATE).is_of(born_on)
    assert Birthday(1958).is_of(born_on)
    assert not Birthday(1958, 3, 4).is_of(born_on)
    assert not Birthday(1957).is_of(born_on)


def test_bad_input_is_named_and_costs_no_try(asking, client, link):
    page = client.post(f"{link}you/", {"year": "58"})
    assert page.status_code == 422
    assert "Type the year of birth with four digits, like 1958" in page.text
    assert 'value="58"' in page.text
    assert not BirthCheck.objects.exists()
    page = client.post(f"{link}you/", WRONG)
    assert page.status_code == 422
    assert "This is not the year we have. You can try 4 more times." in page.text
    assert client.put(f"{link}you/").status_code == 405


# Few tries


def test_dob1_five_wrong_answers_pause_every_link_of_the_survey_until_staff_say_so(
    asking, client, front_desk, link, week_6, course, clinician
):
    others = another_link(another_survey(course, clinician))
    for n, path in enumerate((link, another_link(week_6), link, link)):
        # That one is right takes nothing back of what was wrong.
        assert Client().post(f"{path}you/", RIGHT).status_code == 303
        assert f"You can try {4 - n} more time" in client.post(f"{path}you/", WRONG).text
    last = client.post(f"{another_link(week_6)}you/", WRONG)
    assert last.status_code == 403
    assert "Please call us" in last.text
    assert week_6.clinic.phone in last.text
    for path in (link, f"{link}you/", f"{link}1/", another_link(week_6)):
        assert client.get(path).status_code == 403
    assert client.post(f"{link}you/", RIGHT).status_code == 403
    assert client.post(f"{others}you/", RIGHT).status_code == 303

    client.force_login(front_desk)
    page = client.get("/messages/")
    assert "Links that are paused" in page.text
    lift = re.search(r"/paused-links/[\w-]+/lift/", page.text)[0]
    assert "works again" in client.post(lift, follow=True).text
    check = BirthCheck.objects.get(survey=week_6.public_id)
    assert (check.failures, check.paused_at, check.lifted_by) == (0, None, front_desk)
    assert Client().post(f"{link}you/", RIGHT).status_code == 303


def test_dob1_failures_of_the_day_before_are_over(asking, client, link, set_now):
    for _ in range(4):
        client.post(f"{link}you/", WRONG)
    set_now(DUE + dt.timedelta(hours=24))
    assert "4 more times" in client.post(f"{link}you/", WRONG).text


@pytest.mark.parametrize(("address", "most"), [("127.0.0.1", 20), (None, 200)])
def test_dob1_an_address_and_a_clinic_have_a_limit_each_hour(asking, client, link, set_now, address, most):
    client.post(f"{link}you/", WRONG)
    BirthGuesses.objects.filter(address=address).update(failures=most)
    page = client.post(f"{link}you/", RIGHT)
    assert page.status_code == 429
    assert "wait an hour" in page.text
    assert BirthCheck.objects.get().failures == 1, "what was not looked at is not counted against the survey"
    assert not BirthGuesses.objects.filter(failures__gt=most).exists()
    set_now(DUE + dt.timedelta(hours=1))
    assert client.post(f"{link}you/", RIGHT).status_code == 303


# Links that open nothing (F-42)


def spoilt(link: str) -> Iterator[str]:
    token = link.split("/")[2]
    yield f"/s/{token[:-1]}{'a' if token[-1] != 'a' else 'b'}/"
    yield f"/s/{token[:-1]}/"
    yield f"/s/{token.swapcase()}/"
    yield f"/s/{new_token()}/"


def test_f42_links_that_open_nothing_are_all_alike(client, link, week_6, other_clinic):
    revoked = another_link(week_6)
    SurveyLink.objects.filter(token_hash=hash_link(revoked.split("/")[2])).delete()
    paths = [*spoilt(link), revoked]
    answers = [client.get(path + page) for path in paths for page in ("", "1/", "you/")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert AccessEvent.objects.filter(kind="link_refused", status=404).count() == len(answers)
    assert client.get(link).status_code == 200


def test_f42_a_link_of_another_clinic_sees_its_own_clinic_alone(asking, client, link, week_6, other_clinic):
    assert client.get(link).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT clinic_id FROM outcomes_surveylink")
        assert {row[0] for row in cursor.fetchall()} == {week_6.clinic_id}


def test_f42_a_closed_check_in_says_when_and_nothing_of_the_patient(asking, client, link, week_6, set_now):
    set_now(DUE + dt.timedelta(days=30))
    page = client.get(link)
    assert page.status_code == 410
    assert "April 27" in page.text
    for told in ("Ruth", "knee", "pain"):
        assert told not in page.text


@pytest.mark.slow
def test_f42_a_forged_link_takes_as_long_as_an_unknown_one(client, link):
    forged, unknown = next(spoilt(link)), f"/s/{new_token()}/"
    took: dict[str, list[float]] = {forged: [], unknown: []}
    for _ in range(220):
        for path, times in took.items():
            start = time.perf_counter()
            client.get(path)
            times.append(time.perf_counter() - start)
    medians = [statistics.median(times[20:]) for times in took.values()]
    assert max(medians) <= 1.1 * min(medians)


# Programs that open every link (F-43)


def storm(client, link, count) -> None:
    pages = ["", "?first=7", "1/", "1/?first=7", "you/", "you/?first=7", "check/", "done/", "later/", "my-page/"]
    for n in range(count):
        (client.head if n % 3 == 0 else client.get)(link + pages[n % len(pages)])


def test_f43_programs_that_open_everything_change_nothing(asking, client, link, week_6):
    before = everything()
    storm(client, link, 200)
    for path in ("", "1/", "check/", "later/", "you/", "my-page/"):
        client.post(link + path, {"score": "7", "first": "7"})
    assert everything() == before
    assert client.post(f"{link}you/", RIGHT).url == f"{link}1/"


@pytest.mark.slow
def test_f43_a_thousand_times(asking, client, link, week_6):
    before = everything()
    storm(client, link, 1000)
    assert everything() == before
    assert client.post(f"{link}you/", RIGHT).url == f"{link}1/"


# Somebody who guesses (F-44)


@pytest.mark.django_db(transaction=True)
def test_f44_of_two_hundred_guesses_at_once_five_are_looked_at(asking, link, week_6, course, clinician, settings):
    """Whatever is written into X-Forwarded-For, and although somebody keeps asking from somewhere else."""
    others = another_link(another_survey(course, clinician))

    def guess(number: int) -> int:
        try:
            headers = {"X-Forwarded-For": f"192.0.2.{number}"}
            return Client(headers=headers).post(f"{link}you/", {"year": str(1900 + number % 50)}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as threads:
        statuses = list(threads.map(guess, range(200)))
    assert statuses.count(422) == 4, "the fifth pauses the link"
    assert statuses.count(403) == 196
    check = BirthCheck.objects.get()
    assert (check.failures, check.survey) == (5, week_6.public_id)
    assert sum(BirthGuesses.objects.filter(address="127.0.0.1").values_list("failures", flat=True)) == 5
    assert Client().post(f"{link}you/", RIGHT).status_code == 403
    assert Client().post(f"{others}you/", RIGHT).status_code == 303
    patient_actions.lift_pause(check=check, at=DUE, by=clinician)
    assert Client().post(f"{link}you/", RIGHT).status_code == 303


# The first answer


def test_a_number_tapped_in_the_message_is_proposed_and_not_stored(client, link, week_6):
    page = client.get(f"{link}?first=7")
    assert '<input type="hidden" name="first" value="7">' in page.text
    assert client.post(link, {"first": "7"}).url == f"{link}1/?first=7"
    page = client.get(f"{link}1/?first=7")
    assert 'value="7" id="score_7" checked' in page.text
    assert not week_6.answers.exists()
    client.post(f"{link}1/?first=7", {"score": "4"})
    assert 'value="4" id="score_4" checked' in client.get(f"{link}1/?first=7").text
    assert dict(week_6.answers.values_list("item", "value")) == {"nrs_now.now": 4}


@pytest.mark.parametrize("raw", ["11", "-1", "７", "7.0", "x", ""])
def test_a_number_that_the_question_does_not_offer_is_not_proposed(client, link, raw):
    assert 'name="first"' not in client.get(link, {"first": raw}).text
    assert client.post(link, {"first": raw}).url == f"{link}1/"
    assert "checked" not in client.get(f"{link}1/", {"first": raw}).text
    assert "checked" not in client.get(f"{link}2/", {"first": "7"}).text


def test_the_proposed_number_survives_the_check(asking, client, link):
    assert client.post(link, {"first": "7"}).url == f"{link}you/?first=7"
    assert 'name="first" value="7"' in client.get(f"{link}you/?first=7").text
    assert 'name="first" value="7"' in client.post(f"{link}you/", {**WRONG, "first": "7"}).text
    assert client.post(f"{link}you/", {**RIGHT, "first": "7"}).url == f"{link}1/?first=7"


# What staff set


def test_a_clinic_says_what_is_asked(client, clinic, clinician, front_desk):
    client.force_login(clinician)
    assert "Who opens a link" in client.get("/setup/links/").text
    assert client.post("/setup/links/", {"kind": "name"}).status_code == 422
    assert client.post("/setup/links/", {"kind": "date"}).status_code == 302
    clinic.refresh_from_db()
    assert clinic.recipient_check == "date"
    client.force_login(front_desk)
    assert client.get("/setup/links/").status_code == 403


def test_completed_check_ins_lead_from_the_check_to_the_end(asking, client, link, week_6):
    client.post(f"{link}you/", RIGHT)
    for number in range(1, 7):
        client.post(f"{link}{number}/", {"skip": "1"})
    assert client.post(f"{link}check/").url == f"{link}done/"
    assert "You have already answered" in Client().get(link).text
    stranger = Client()
    assert stranger.post(f"{link}you/", RIGHT).url == f"{link}done/"
    assert "You have already answered" in stranger.get(f"{link}done/").text
    assert actions.is_stopped(week_6) is False


def mail_of(survey) -> tuple[str, str]:
    """The plain and the formatted body of what is sent next about this survey."""
    ours = set(survey.deliveries.values_list("pk", flat=True))
    (claim,) = (one for one in actions.claim_deliveries(channel="email", at=DUE) if one.delivery_id in ours)
    content = actions.start_delivery(claim, at=DUE).content
    message = email.message_from_bytes(content, policy=email.policy.default)
    return tuple(message.get_body([kind]).get_content() for kind in ("plain", "html"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_mail_offers_the_numbers_of_the_first_question_and_not_its_words(week_6, language):
    Patient.objects.update(language=language)
    plain, html = mail_of(week_6)
    path = re.search(r"/s/\w+/", plain)[0]
    assert re.findall(r"/s/\w+/\?first=(\d+)", html) == [str(number) for number in range(11)]
    assert set(re.findall(r"/s/\w+/", html)) == {path}
    assert "first=" not in plain
    assert html.count('width="44" height="44"') == 11
    assert not banned_words(re.sub(r"<[^>]+>|https?://\S+", " ", html))


def test_whoever_has_begun_is_not_offered_numbers(week_6):
    actions.start_survey(survey=week_6, at=DUE)
    assert "first=" not in mail_of(week_6)[1]
