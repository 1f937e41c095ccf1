"""A check-in handed over in the clinic: QR code, the tablet from hand-over to lock, and the sheet of paper."""

import datetime as dt

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.actions import set_curve_on_tablet
from clinic.models import BrowserSession
from outcomes import actions, paper_form
from outcomes.asking import instruments_of
from outcomes.how_answered import code_of
from outcomes.models import Survey, SurveyLink
from outcomes.qr import BORDER, qr_of
from outcomes.survey_flow import questions_of
from tests.check_in import answer_all, ask
from tests.conftest import NOON
from tests.pdf_text import words_of
from treatments.places import place_for_patient

DUE = NOON + dt.timedelta(days=42)
LOCKED = "/kiosk/locked/"


@pytest.fixture
def staff(client, front_desk, monkeypatch):
    """The front desk's tablet on the day the six-week check-in is due."""
    monkeypatch.setattr(timezone, "now", lambda: DUE)
    client.force_login(front_desk)
    return client


@pytest.fixture
def handed_over(staff, week_6):
    """The same tablet, now in Ruth's hands."""
    answer = staff.post(reverse("hand-over", args=[week_6.public_id]), {"way": "tablet"})
    assert (answer.status_code, answer.url) == (302, "/kiosk/")
    return staff


def answer_on_tablet(tablet, week_6) -> list:
    """Every page up to Send; what each of them answered."""
    pages = [tablet.post("/kiosk/", {"answer": "yes"})]
    pages += [tablet.post(f"/s/tablet/{number}/", {"score": "2"}) for number in range(1, 7)]
    assert tablet.get("/s/tablet/check/").headers["Refresh"] == "300; url=/kiosk/pause/"
    return [*pages, tablet.post("/s/tablet/check/")]


# The own phone


def test_the_qr_code_opens_a_fresh_link(staff, week_6, client):
    path = reverse("hand-over", args=[week_6.public_id])
    assert "Show a QR code" in staff.get(path).text
    page = staff.post(path, {"way": "phone"}).text
    link = page.split('id="link">')[1].split("<")[0]
    assert link.startswith("http") and qr_of(link).path in page
    assert "style=" not in page
    assert SurveyLink.objects.filter(survey=week_6, delivery=None).count() == 1
    phone = Client()
    path = link[link.index("/s/") :]
    assert "Hello, Ruth." in phone.get(path).text
    phone.post(path)
    assert Survey.objects.get(pk=week_6.pk).mode == "link"


def test_a_qr_code_has_its_quiet_zone_and_every_module():
    qr = qr_of("https://outcomes.example.org/s/abcdefghijklmnopqrstuv/")
    assert qr.size == 33 + 2 * BORDER
    assert qr.path.startswith(f"M{BORDER} {BORDER}h7v1h-7z"), "the first finder pattern"
    assert qr.svg.startswith("<svg ") and "style" not in qr.svg


@pytest.mark.parametrize("way", ["", "post", "paper"])
def test_another_way_is_refused_in_words(staff, week_6, way):
    answer = staff.post(reverse("hand-over", args=[week_6.public_id]), {"way": way})
    assert answer.status_code == 422
    assert "Choose the patient&#x27;s own phone or this tablet." in answer.text


def test_what_is_over_is_not_handed_over(staff, week_6, front_desk):
    path = reverse("hand-over", args=[week_6.public_id])
    answer_all(week_6, {}, DUE)
    actions.submit_survey(survey=week_6, at=DUE)
    answer = staff.post(path, {"way": "tablet"})
    assert answer.status_code == 409 and "already answered" in answer.text
    assert staff.get("/patients/").status_code == 200, "nobody was signed out"
    assert "Show a QR code" not in staff.get(path).text
    assert staff.post(reverse("paper-form", args=[week_6.public_id])).status_code == 302
    assert not SurveyLink.objects.exists()


def test_nobody_else_hands_it_over(client, week_6, stranger, researcher):
    paths = [reverse(name, args=[week_6.public_id]) for name in ("hand-over", "paper-form")]
    for path in paths:
        assert client.post(path).url.startswith("/login/")
    for user in (stranger, researcher):
        client.force_login(user)
        for path in paths:
            assert client.post(path, {"way": "tablet"}).status_code == 404
    assert client.get(paths[1]).status_code == 405
    assert not SurveyLink.objects.exists()


# The tablet


def test_handing_over_signs_staff_out_and_opens_one_check_in(handed_over, week_6):
    cookie = handed_over.cookies["kiosk"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", 3600)
    assert not BrowserSession.objects.filter(user__isnull=False).exists()
    page = handed_over.get("/kiosk/")
    assert "Are you Ruth, born in 1958?" in page.text and 'class="patient tablet"' in page.text
    assert page.headers["Refresh"] == "120; url=/kiosk/pause/" and page.headers["Cache-Control"] == "no-store"
    assert SurveyLink.objects.get(survey=week_6).token_hash
    assert week_6.follow_up.course.patient.family_name not in page.text


def test_a_patient_goes_the_whole_way_on_the_tablet(handed_over, week_6):
    pages = answer_on_tablet(handed_over, week_6)
    assert [page.status_code for page in pages] == [303] * 8
    assert pages[0].url == "/s/tablet/check/" and pages[-1].url == "/s/tablet/done/"
    survey = Survey.objects.get(pk=week_6.pk)
    assert (survey.mode, survey.device, survey.answered_by) == ("tablet", "tablet", "patient")
    assert survey.completed_at == DUE
    end = handed_over.get("/s/tablet/done/")
    assert "Thank you. Please give the tablet back." in end.text
    assert "Your pain was" not in end.text and '<svg class="chart"' not in end.text
    assert end.headers["Refresh"] == f"60; url={LOCKED}"
    assert handed_over.cookies["kiosk"].value == ""
    # Back, and everything that was open on the way.
    for path in ("/s/tablet/done/", "/s/tablet/check/", "/s/tablet/1/", "/kiosk/", "/kiosk/pause/"):
        again = handed_over.get(path)
        assert (again.status_code, again.url) == (303, LOCKED), path
    assert handed_over.get(LOCKED).status_code == 200
    assert handed_over.get(reverse("patient", args=[survey.follow_up.course.patient.public_id])).url.startswith(
        "/login/"
    )


def test_the_page_asks_the_right_person_first(handed_over, week_6):
    assert handed_over.post("/kiosk/").status_code == 422
    refused = handed_over.post("/kiosk/", {"answer": "no"})
    assert (refused.status_code, refused.url) == (303, LOCKED)
    assert handed_over.cookies["kiosk"].value == ""
    week_6.refresh_from_db()
    assert week_6.started_at is None


def test_it_goes_on_where_it_stopped_and_locks_when_nobody_is_there(handed_over, week_6):
    handed_over.post("/kiosk/", {"answer": "yes"})
    handed_over.post("/s/tablet/1/", {"score": "4"})
    question = handed_over.get("/s/tablet/2/")
    assert question.headers["Refresh"] == "120; url=/kiosk/pause/" and 'class="patient tablet"' in question.text
    wrong = handed_over.post("/s/tablet/2/", {"score": "12"})
    assert (wrong.status_code, wrong.headers["Refresh"]) == (422, "120; url=/kiosk/pause/")
    idle = handed_over.get("/kiosk/pause/")
    assert "Still there?" in idle.text and idle.headers["Refresh"] == f"60; url={LOCKED}"
    on = handed_over.post("/kiosk/pause/", follow=True)
    assert on.redirect_chain == [("/s/tablet/check/", 303), ("/s/tablet/2/", 303)]
    locked = handed_over.get(LOCKED)
    assert locked.text.count("The tablet is locked") >= 2 and handed_over.cookies["kiosk"].value == ""
    assert handed_over.get("/s/tablet/2/").url == LOCKED
    assert dict(week_6.answers.values_list("item", "value")) == {"nrs_now.now": 4}


def test_stopping_half_way_locks_it(handed_over):
    handed_over.post("/kiosk/", {"answer": "yes"})
    assert handed_over.get("/s/tablet/later/").url == LOCKED
    assert handed_over.get("/s/tablet/1/").url == LOCKED


def test_while_it_is_handed_over_nothing_of_the_clinic_opens(handed_over, week_6):
    value = handed_over.cookies["kiosk"].value
    for path in ("/", "/login/", "/patients/", reverse("check-in", args=[week_6.public_id]), "/api/v1/patients/"):
        handed_over.cookies["kiosk"] = value
        answer = handed_over.get(path)
        assert (answer.status_code, answer.url) == (303, LOCKED), path
        assert answer.cookies["kiosk"].value == ""


@pytest.mark.parametrize("value", ["", "abc", "abcdefghijklmnopqrstuv:1:forged"])
def test_a_cookie_that_we_did_not_sign_opens_nothing(client, value):
    client.cookies["kiosk"] = value
    for path in ("/kiosk/", "/s/tablet/", "/s/tablet/1/"):
        assert client.post(path, {"answer": "yes", "score": "1"}).url == LOCKED


def test_after_an_hour_it_locks(handed_over, monkeypatch):
    monkeypatch.setattr(signing.time, "time", lambda: NOON.timestamp() + 10**9)
    assert handed_over.get("/kiosk/").url == LOCKED


def test_a_clinic_may_show_the_curve(handed_over, week_6, manager):
    set_curve_on_tablet(clinic=week_6.clinic, shows=True, by=manager)
    answer_on_tablet(handed_over, week_6)
    end = handed_over.get("/s/tablet/done/").text
    assert "Your pain was <strong>7</strong>" in end and '<svg class="chart"' in end
    assert "Please give the tablet back." in end and "close this page" not in end
    assert handed_over.cookies["kiosk"].value == ""


def test_the_curve_is_turned_on_under_setup(client, clinic, manager, front_desk):
    client.force_login(front_desk)
    assert client.post("/setup/tablet/", {"shows": "on"}).status_code == 403
    client.force_login(manager)
    for shown in (True, False):
        client.post("/setup/tablet/", {"shows": "on"} if shown else {})
        clinic.refresh_from_db()
        assert clinic.shows_curve_on_tablet is shown
        assert ("checked" in client.get("/setup/tablet/").text) is shown


def test_an_answered_or_stopped_check_in_is_said_on_the_tablet(handed_over, week_6, front_desk):
    actions.cancel_survey(survey=week_6, reason="Moved abroad", at=DUE, by=front_desk)
    page = handed_over.get("/kiosk/")
    assert page.status_code == 410 and page.headers["Refresh"] == f"60; url={LOCKED}"


def test_messages_to_staff_stay_with_staff(staff, week_6):
    """What was to be said on their next page names patients; it does not wait in the tablet's browser."""
    assert staff.post(reverse("send-now", args=[week_6.public_id]), {"channel": "fax"}).status_code == 302
    assert staff.cookies["messages"].value
    staff.post(reverse("hand-over", args=[week_6.public_id]), {"way": "tablet"})
    assert staff.cookies["messages"].value == ""


# Paper


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_sheet_asks_what_the_screen_asks(week_6, language):
    week_6.language = language
    ask(week_6, ["safety", "nrs_now", "peg", "pgic", "sane"])
    link = "https://outcomes.example.org/s/abcdefghijklmnopqrstuv/"
    read = " ".join(words_of(paper_form.of_survey(week_6, link=link)).split())
    place = place_for_patient("knee_joint", "right", language)
    at = 0
    for question in questions_of(instruments_of(week_6), language):
        for words in _spoken(question, place):
            assert words in read[at:], (question.key, words)
        at = read.index(_spoken(question, place)[0], at)
    assert code_of(week_6) in read and "512-555-0134" in read and "Dr. Lee" in read
    assert ("is not watched" if language == "en" else "Nadie vigila esta hoja") in read


def _spoken(question, place) -> list[str]:
    """Its words as they are drawn, line by line no longer than a few."""
    before, _, after = question.wording.text.partition("{target}")
    wording = question.wording
    labels = [choice.label for choice in question.choices] if question.item.kind == "choice" else []
    whole = [before, after, wording.low, wording.high, *labels]
    # Lines are broken where the page ends: the first words of each part are together.
    return [f"{question.number}.", *(" ".join(part.split()[:3]) for part in whole if part.strip())]


def test_staff_get_the_sheet_with_a_link_of_its_own(staff, week_6):
    answer = staff.post(reverse("paper-form", args=[week_6.public_id]))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'inline; filename="check-in-{code_of(week_6)}.pdf"'
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert words_of(answer.content).count("Ruth") >= 1
    assert SurveyLink.objects.filter(survey=week_6, delivery=None).count() == 1
