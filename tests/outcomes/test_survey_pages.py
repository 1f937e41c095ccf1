"""The patient's pages over HTTP: what they show, store, refuse, and leave alone."""

import datetime as dt
import gzip
import logging
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from clinic.log_lines import LogLine
from outcomes import actions
from outcomes.models import Answer, Score, Survey, SurveyLink
from tests.check_in import answer_all, ask, invitation_link, open_survey
from tests.conftest import NOON
from tests.treatments.treating import log
from treatments import actions as treatment_actions
from treatments.models import FollowUp

DUE = NOON + dt.timedelta(days=42)
# Paths under a link, with those of the questions first.
PAGES = ["1/", "6/", "", "check/", "later/", "done/"]


@pytest.fixture
def set_now(monkeypatch):
    """Sets what the views take for the time."""
    return lambda at: monkeypatch.setattr(timezone, "now", lambda: at)


@pytest.fixture
def link(week_6, set_now) -> str:
    """Ruth's link on the day her six-week survey is due."""
    set_now(DUE)
    return invitation_link(week_6, DUE)


def text_of(response) -> str:
    """What a reader sees: the page's words without its tags."""
    return " ".join(re.sub(r"<[^>]+>", "", response.content.decode()).split())


def answers(survey) -> dict[str, int | None]:
    return dict(survey.answers.values_list("item", "value"))


def everything() -> list:
    """Every row a patient's page could touch."""
    return [list(model.objects.order_by("pk").values()) for model in (Survey, Answer, Score, FollowUp, SurveyLink)]


def answer_pages(client, link, scores) -> None:
    for number, score in enumerate(scores, start=1):
        data = {"skip": "1"} if score is None else {"score": score}
        assert client.post(f"{link}{number}/", data).status_code == 303


def test_a_patient_goes_the_whole_way(client, link, week_6):
    page = client.get(link)
    assert "Hello, Ruth. We would like to know how you are. There are 6 short questions." in text_of(page)
    assert "until April 27" in text_of(page)
    page = client.post(link, follow=True)
    assert page.redirect_chain == [(f"{link}1/", 303)]
    assert "Question 1 of 6How bad is your right knee pain right now?" in text_of(page)
    for number, score in enumerate([4, 3, 5, 6, 4, 2], start=1):
        page = client.post(f"{link}{number}/", {"score": score}, follow=True)
    assert page.redirect_chain == [(f"{link}check/", 303)]
    assert "Change since your treatment Much improved" in text_of(page)
    page = client.post(f"{link}check/", follow=True)
    assert page.redirect_chain == [(f"{link}done/", 303)]
    assert "Your pain was 7 before your visit. Today it is 4. That is 3 points lower." in text_of(page)
    assert "<svg" in page.content.decode()
    assert answers(week_6) == {
        "nrs_now.now": 4, "nrs_average.average": 3, "peg.pain": 5, "peg.enjoyment": 6, "peg.activity": 4,
        "pgic.change": 2,
    }  # fmt: skip
    assert week_6.scores.count() == 4


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        ("9", "Today it is 9. That is 2 points higher. If this worries you, call us."),
        ("6", "Today it is 6. That is about the same."),
        ("8", "Today it is 8. That is about the same."),
        ("5", "Today it is 5. That is 2 points lower."),
    ],
)
def test_the_thank_you_says_what_changed_in_words(client, link, now, sentence):
    answer_pages(client, link, [now, None, None, None, None, None])
    assert f"Your pain was 7 before your visit. {sentence}" in text_of(client.post(f"{link}check/", follow=True))


def test_without_a_baseline_the_thank_you_says_only_how_it_is_today(client, baseline, set_now):
    at = NOON - dt.timedelta(days=6)
    set_now(at)
    link = invitation_link(baseline, at)
    answer_pages(client, link, [7, 6, 6, 7, 4])
    page = client.post(f"{link}check/", follow=True)
    assert "Your pain today is 7." in text_of(page)
    assert "before your visit" not in text_of(page)
    assert '<svg class="chart"' not in page.content.decode()


def test_a_skipped_main_question_gives_thanks_without_a_number(client, link):
    answer_pages(client, link, [None] * 6)
    page = text_of(client.post(f"{link}check/", follow=True))
    assert "Thank you. Your answers are saved." in page
    assert "Your pain" not in page.replace("Your pain over time", "")


def test_a_place_is_said_in_the_patients_words(client, patient, protocol, clinician, set_now):
    course = treatment_actions.open_course(
        patient=patient, protocol=protocol, icd10_code="M54.50", complaint="Low back pain", target="lumbar_disc",
        side="midline", on=NOON.date(), by=clinician,
    )  # fmt: skip
    set_now(NOON)
    link = invitation_link(open_survey(course.follow_ups.get(), NOON), NOON)
    assert "How bad is your lower back pain right now?" in text_of(client.get(f"{link}1/"))


# GET changes nothing


@pytest.mark.parametrize("is_sent", [False, True])
def test_scanners_change_nothing(client, link, week_6, is_sent):
    answer_pages(client, link, [4, None, 5])
    if is_sent:
        actions.submit_survey(survey=week_6, at=DUE)
    before = everything()
    for _ in range(50):
        for page in PAGES:
            client.get(link + page)
    for page in PAGES:
        client.head(link + page)
        client.options(link + page)
    assert everything() == before


def test_other_methods_are_refused(client, link):
    for page in PAGES:
        for send in (client.options, client.put, client.patch, client.delete, client.trace):
            response = send(link + page)
            assert response.status_code == 405
            assert response["Cache-Control"] == "no-store"


def test_head_answers_as_get_does(client, link):
    assert client.head(link).status_code == 200
    assert client.head(f"{link}1/").content == b""


# Stop, come back, change


def test_a_link_leads_back_to_where_the_patient_stopped(client, link):
    client.post(link)
    answer_pages(client, link, [4, None, 5])
    elsewhere = Client()
    page = elsewhere.get(link)
    assert "You stopped at question 4 of 6. Your answers so far are saved. Keep going" in text_of(page)
    assert elsewhere.post(link)["Location"] == f"{link}4/"


def test_a_finished_but_unsent_survey_leads_to_the_check_page(client, link):
    answer_pages(client, link, [4, None, 5, 5, 5, 2])
    assert "your answers are not sent yet" in text_of(client.get(link))
    assert client.post(link)["Location"] == f"{link}check/"


def test_only_starting_is_not_stopping_somewhere(client, link):
    client.post(link)
    assert "6 short questions" in text_of(client.get(link))


def test_an_earlier_answer_is_shown_and_can_be_changed(client, link, week_6):
    answer_pages(client, link, [4])
    assert 'value="4" id="score_4" checked' in client.get(f"{link}1/").content.decode()
    assert client.post(f"{link}1/", {"score": "8"})["Location"] == f"{link}2/"
    assert answers(week_6) == {"nrs_now.now": 8}


def test_nothing_is_preselected(client, link):
    assert "checked" not in client.get(f"{link}1/").content.decode()
    answer_pages(client, link, [None])
    assert "checked" not in client.get(f"{link}1/").content.decode()


def test_skipping_is_stored_apart_from_not_reached(client, link, week_6):
    answer_pages(client, link, [4, None])
    assert answers(week_6) == {"nrs_now.now": 4, "nrs_average.average": None}


def test_an_answer_can_be_taken_back_by_skipping(client, link, week_6):
    answer_pages(client, link, [4])
    client.post(f"{link}1/", {"score": "4", "skip": "1"})
    assert answers(week_6) == {"nrs_now.now": None}


def test_back_leads_one_page_back_and_from_a_change_to_the_check_page(client, link):
    assert 'href="../">Back' in client.get(f"{link}1/").content.decode()
    assert 'href="../2/">Back' in client.get(f"{link}3/").content.decode()
    assert 'href="../check/">Back' in client.get(f"{link}3/?change=1").content.decode()


def test_a_change_leads_back_to_the_check_page(client, link):
    answer_pages(client, link, [4, None, 5, 5, 5, 2])
    page = client.get(f"{link}check/")
    assert "You skipped 1 question. You can send without it." in text_of(page)
    assert 'href="../2/?change=1">Answer' in page.content.decode()
    page = client.post(f"{link}2/?change=1", {"score": "6"}, follow=True)
    assert page.redirect_chain == [(f"{link}check/", 303)]
    assert "You skipped" not in text_of(page)


def test_the_check_page_waits_until_every_question_was_seen(client, link, week_6):
    answer_pages(client, link, [4, 4])
    assert client.get(f"{link}check/")["Location"] == f"{link}3/"
    assert client.post(f"{link}check/")["Location"] == f"{link}3/"
    week_6.refresh_from_db()
    assert week_6.completed_at is None


def test_finish_later_says_until_when(client, link):
    page = text_of(client.get(f"{link}later/"))
    assert "Saved. You can finish later." in page
    assert "before April 27 is over" in page


# Wrong input


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"score": ""},
        {"score": "11"},
        {"score": "-1"},
        {"score": "x"},
        {"score": " 4"},
        {"score": "4.0"},
        {"score": "1_0"},
        {"score": "٤"},
        {"score": "\x00"},
        {"score": "9" * 5000},
        {"score": ["3", "4"]},
        {"answer": "4"},
    ],
)
def test_a_wrong_answer_is_refused_in_words_and_not_stored(client, link, week_6, data):
    page = client.post(f"{link}1/", data)
    assert page.status_code == 422
    content = page.content.decode()
    assert "<title>Error: Pain right now – Question 1 of 6</title>" in content
    assert content.count("Choose a number from 0 to 10, or skip this question") == 2
    assert 'role="alert" tabindex="-1" autofocus' in content
    assert 'href="#score_0"' in content
    assert answers(week_6) == {}


@pytest.mark.parametrize("score", ["", "0", "8"])
def test_a_choice_that_is_not_offered_is_refused(client, link, week_6, score):
    page = client.post(f"{link}6/", {"score": score})
    assert page.status_code == 422
    assert "Choose one answer, or skip this question" in text_of(page)
    assert answers(week_6) == {}


def test_a_wrong_answer_keeps_the_earlier_one_selected(client, link, week_6):
    answer_pages(client, link, [4])
    assert 'value="4" id="score_4" checked' in client.post(f"{link}1/", {"score": "x"}).content.decode()
    assert answers(week_6) == {"nrs_now.now": 4}


def test_what_cannot_be_skipped_has_no_skip_button_and_wants_an_answer(client, link, week_6):
    ask(week_6, ["safety_spine"])
    assert "Skip this question" not in text_of(client.get(f"{link}1/"))
    for data in ({"skip": "1"}, {}):
        page = client.post(f"{link}1/", data)
        assert page.status_code == 422
        assert page.content.decode().count("Choose one answer<") == 2
    assert answers(week_6) == {}
    client.post(f"{link}1/", {"score": "2"})
    assert answers(week_6) == {"safety_spine.saddle": 2}


@pytest.mark.parametrize(
    "typed", ["", "101", "-1", "7.5", "7,5", "1e2", "７５", "٧", "75%", "seventy", "0x1", "9" * 5000]
)
def test_a_number_that_is_none_is_refused_in_words_and_kept_to_be_corrected(client, link, week_6, typed):
    ask(week_6, ["sane"])
    page = client.post(f"{link}1/", {"score": typed})
    assert page.status_code == 422
    content = page.content.decode()
    assert content.count("Type a number from 0 to 100, like 75") == 2
    assert f'value="{typed[:20]}"' in content
    assert 'href="#score"' in content and 'aria-invalid="true"' in content
    assert answers(week_6) == {}


@pytest.mark.parametrize(("typed", "value"), [("0", 0), ("75", 75), (" 100 ", 100), ("007", 7)])
def test_a_number_is_typed_and_shown_again(client, link, week_6, typed, value):
    ask(week_6, ["sane"])
    assert 'inputmode="numeric" maxlength="3"' in client.get(f"{link}1/").content.decode()
    client.post(f"{link}1/", {"score": typed})
    assert answers(week_6) == {"sane.today": value}
    assert f'value="{value}"' in client.get(f"{link}1/").content.decode()


# In the patient's own words


def test_a_last_word_is_kept_as_it_was_typed(client, link, week_6):
    answer_all(week_6, {}, DUE)
    assert "Please do not use this for urgent problems." in text_of(client.get(f"{link}check/"))
    client.post(f"{link}check/", {"remark": "  Sleeps <b>well</b> \r\n again\0 " + "é" * 473})
    week_6.refresh_from_db()
    assert week_6.remark == "Sleeps <b>well</b> \n again " + "é" * 473
    assert len(week_6.remark) == 500


def test_too_many_last_words_are_refused_and_kept_to_be_shortened(client, link, week_6):
    answer_all(week_6, {}, DUE)
    page = client.post(f"{link}check/", {"remark": "<" * 501})
    assert page.status_code == 422
    assert "<title>Error: Check your answers</title>" in page.content.decode()
    assert page.content.decode().count("Write at most 500 characters") == 2
    assert "&lt;" * 501 in page.content.decode()
    week_6.refresh_from_db()
    assert (week_6.completed_at, week_6.remark) == (None, "")


@pytest.mark.parametrize("page", ["0/", "7/", "99999999999999999999/"])
def test_a_question_that_is_not_asked_is_not_found(client, link, page):
    assert client.get(link + page).status_code == 404
    assert client.post(link + page, {"score": "4"}).status_code == 404


# Twice


def test_posting_a_page_twice_stores_one_answer_and_goes_on(client, link, week_6):
    first, second = (client.post(f"{link}1/", {"score": "4"}) for _ in range(2))
    assert first["Location"] == second["Location"] == f"{link}2/"
    assert week_6.answers.count() == 1


def test_two_devices_and_a_page_left_open_for_a_week_lose_nothing(link, week_6, set_now):
    phone, tablet = Client(), Client()
    phone.post(link)
    tablet.post(link)
    answer_pages(phone, link, [4, 4])
    answer_pages(tablet, link, [5])
    assert tablet.post(link)["Location"] == f"{link}3/"
    set_now(DUE + dt.timedelta(days=7))
    assert phone.post(f"{link}3/", {"item": "peg.pain", "score": "6"})["Location"] == f"{link}4/"
    assert answers(week_6) == {"nrs_now.now": 5, "nrs_average.average": 4, "peg.pain": 6}
    answer_all(week_6, {"nrs_now.now": 5}, DUE)
    assert tablet.post(f"{link}check/")["Location"] == f"{link}done/"
    set_now(DUE + dt.timedelta(days=7, minutes=1))
    assert phone.post(f"{link}3/", {"item": "peg.pain", "score": "1"})["Location"] == f"{link}done/"
    assert phone.post(f"{link}check/", {"remark": "later"})["Location"] == f"{link}done/"
    week_6.refresh_from_db()
    assert (week_6.answers.get(item="peg.pain").value, week_6.remark) == (None, "")


def test_a_double_tap_on_send_gives_one_response_and_the_curve(link, week_6):
    answer_all(week_6, {"nrs_now.now": 4}, DUE)
    first, second = Client(), Client()
    assert first.post(f"{link}check/")["Location"] == f"{link}done/"
    assert "Your pain was 7" in text_of(second.post(f"{link}check/", follow=True))
    assert week_6.scores.count() == 4


def test_sending_again_later_shows_no_curve(link, week_6, set_now):
    answer_all(week_6, {"nrs_now.now": 4}, DUE)
    Client().post(f"{link}check/")
    set_now(DUE + dt.timedelta(minutes=1))
    page = Client().post(f"{link}check/", follow=True)
    assert page.redirect_chain == [(f"{link}done/", 303)]
    assert "You have already answered. Thank you." in text_of(page)


# Afterwards


def test_the_curve_is_only_for_the_browser_that_sent(client, link, week_6):
    answer_all(week_6, {"nrs_now.now": 4}, DUE)
    client.post(f"{link}check/")
    assert "Your pain was 7" in text_of(client.get(f"{link}done/"))
    page = Client().get(f"{link}done/")
    assert "You have already answered. Thank you." in text_of(page)
    assert '<svg class="chart"' not in page.content.decode()


def test_the_cookie_is_narrow_and_good_for_half_an_hour(client, link, week_6):
    answer_all(week_6, {}, DUE)
    cookie = client.post(f"{link}check/").cookies["sent"]
    assert (cookie["path"], cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (link, 1800, True, "Lax")


@pytest.mark.parametrize("forge", [str, lambda pk: f"{pk}:1:x", lambda pk: ""])
def test_a_forged_cookie_shows_no_curve(client, link, week_6, forge):
    answer_all(week_6, {"nrs_now.now": 4}, DUE)
    actions.submit_survey(survey=week_6, at=DUE)
    client.cookies["sent"] = forge(week_6.pk)
    assert "You have already answered" in text_of(client.get(f"{link}done/"))


def test_a_cookie_of_another_survey_shows_no_curve(client, link, week_6, baseline):
    answer_all(week_6, {"nrs_now.now": 4}, DUE)
    client.post(f"{link}check/")
    sent = client.cookies["sent"].value
    month_3 = open_survey(
        week_6.follow_up.course.follow_ups.get(timepoint__name="month 3"), NOON + dt.timedelta(days=80)
    )
    other = invitation_link(month_3, NOON + dt.timedelta(days=80))
    answer_all(month_3, {"nrs_now.now": 2}, NOON + dt.timedelta(days=80))
    actions.submit_survey(survey=month_3, at=NOON + dt.timedelta(days=80))
    stranger = Client()
    stranger.cookies["sent"] = sent
    assert "You have already answered" in text_of(stranger.get(f"{other}done/"))


def test_an_answered_link_says_so_on_every_page(link, week_6):
    answer_all(week_6, {"nrs_now.now": 4}, DUE)
    actions.submit_survey(survey=week_6, at=DUE)
    for page in PAGES:
        response = Client().get(link + page, follow=True)
        assert response.status_code == 200
        assert "You have already answered. Thank you." in text_of(response), page


def test_an_answer_after_sending_is_refused(link, week_6):
    answer_all(week_6, {"nrs_now.now": 4}, DUE)
    actions.submit_survey(survey=week_6, at=DUE)
    assert Client().post(f"{link}1/", {"score": "0"})["Location"] == f"{link}done/"
    assert Client().post(link).status_code == 200
    assert answers(week_6)["nrs_now.now"] == 4


def test_done_before_sending_leads_to_the_beginning(client, link):
    assert client.get(f"{link}done/")["Location"] == link


# Links that open nothing


@pytest.mark.parametrize("token", ["x", "'; --", "A" * 22, "é" * 40, "a" * 3000])
def test_an_unknown_link_says_so_in_the_same_words(client, week_6, token):
    responses = [send(f"/s/{token}/{page}") for page in PAGES for send in (client.get, client.post)]
    assert {response.status_code for response in responses} == {404}
    assert len({response.content for response in responses}) == 1
    assert "We cannot find this check-in" in text_of(responses[0])
    assert responses[0]["Referrer-Policy"] == "same-origin"


def test_a_closed_link_says_when_it_closed_and_whom_to_call(client, link, week_6, set_now):
    answer_pages(client, link, [4, 4])
    set_now(DUE + dt.timedelta(days=15))
    for page in PAGES:
        for response in (client.get(link + page), client.post(link + page, {"score": "1"})):
            assert response.status_code == 410
            assert "This check-in closed on April 27" in text_of(response)
            assert "512-555-0134" in text_of(response)
    assert answers(week_6) == {"nrs_now.now": 4, "nrs_average.average": 4}


def test_the_last_day_is_the_clinics_not_the_servers(client, link, set_now):
    # 27 April in Chicago, 28 April in UTC.
    set_now(dt.datetime(2026, 4, 28, 4, 59, tzinfo=dt.UTC))
    assert client.get(link).status_code == 200
    set_now(dt.datetime(2026, 4, 28, 5, 1, tzinfo=dt.UTC))
    assert client.get(link).status_code == 410


def test_treatment_closes_an_unanswered_baseline(client, course, baseline, clinician, set_now):
    link = invitation_link(baseline, NOON - dt.timedelta(days=7))
    set_now(NOON + dt.timedelta(hours=2))
    log(course, clinician)
    response = client.get(link)
    assert response.status_code == 410
    assert "This check-in closed on March 2" in text_of(response)


# Private, light, cheap


def test_pages_are_private_and_run_no_script(client, link):
    for page in PAGES:
        response = client.get(link + page)
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "script-src 'none'" in response["Content-Security-Policy"]
        assert not response.cookies
        assert "<script" not in response.content.decode()


def test_the_secret_is_in_no_page(client, link):
    token = link.split("/")[2]
    answer_pages(client, link, [4, 4, 4, 4, 4, 4])
    for page in PAGES:
        assert token not in client.get(link + page).content.decode()


@pytest.mark.parametrize(("page", "most"), [("", 2), ("1/", 2), ("check/", 2), ("later/", 1)])
def test_reading_a_page_takes_few_queries(client, link, django_assert_max_num_queries, page, most):
    answer_pages(client, link, [4, 4, 4, 4, 4, 4])
    with django_assert_max_num_queries(most):
        client.get(link + page)


def test_storing_an_answer_takes_few_queries(client, link, django_assert_max_num_queries):
    client.post(link)
    with django_assert_max_num_queries(6) as found:
        client.post(f"{link}1/", {"score": "4"})
    assert not [query for query in found if "session" in query["sql"]]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_weighs_at_most_ten_kilobytes_in_two_requests(client, link, week_6, language):
    styles = len(gzip.compress(Path(finders.find("clinic/app.css")).read_bytes()))
    client.post(link, {"language": language})
    answer_all(week_6, {"nrs_now.now": 4}, DUE)
    for page in ("", "1/", "check/", "later/", "done/"):
        if page == "done/":
            client.post(f"{link}check/")
        response = client.get(link + page, headers={"accept-encoding": "gzip"})
        assert response["Content-Encoding"] == "gzip"
        content = gzip.decompress(response.content).decode()
        fetched = [one for one in re.findall(r'(?:src|href)="([^"#]+)"', content) if one.startswith("/static")]
        assert fetched == ["/static/clinic/app.css"]
        assert len(response.content) + styles <= 10_000


def test_the_secret_is_in_no_log_line(client, link, set_now, caplog):
    client.post(f"{link}1/", {"score": "x"})
    client.options(link)
    set_now(DUE + dt.timedelta(days=15))
    client.get(link)
    (console,) = [handler for handler in logging.root.handlers if isinstance(handler.formatter, LogLine)]
    lines = [console.format(record) for record in caplog.records]
    assert link.split("/")[2] in caplog.text
    assert [line.partition("/s/")[2] for line in lines] == ["-/1/", "-/", "-/"]
