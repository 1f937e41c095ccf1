"""The staff's page of one check-in: state, how it was answered, answers as they were asked, scores worked out again."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from outcomes import actions
from outcomes.models import LoadedInstrument, Score, Survey
from tests.check_in import answer_all
from tests.conftest import NOON

DUE = NOON + dt.timedelta(days=42)


@pytest.fixture
def page(client, front_desk, week_6, monkeypatch):
    """What the page of the six-week check-in says on the day it is due."""
    monkeypatch.setattr(timezone, "now", lambda: DUE + dt.timedelta(hours=1))
    client.force_login(front_desk)
    return lambda: client.get(reverse("check-in", args=[week_6.public_id])).text


def test_before_it_is_sent_it_shows_no_answer(page, week_6, front_desk):
    text = page()
    assert "Check-in “Week 6”" in text and "6 Apr" in text and "27 Apr 2026" in text and "None yet." in text
    for name in ("hand-over", "enter-answers", "paper-form"):
        assert reverse(name, args=[week_6.public_id]) in text
    actions.start_survey(survey=week_6, at=DUE, device="phone", language="en")
    actions.answer_item(survey=week_6, item="nrs_now.now", value=9, at=DUE)
    text = page()
    assert "Begun 13 Apr 2026" in text and "may still change them" in text
    assert 'class="strong" lang="en">9<' not in text


def test_answers_are_shown_as_they_were_asked(page, week_6):
    actions.start_survey(survey=week_6, at=DUE, device="phone", language="es")
    answer_all(week_6, {"nrs_now.now": 4, "pgic.change": 2}, DUE)
    actions.submit_survey(
        survey=week_6, at=DUE + dt.timedelta(minutes=3), remark="Subo <escaleras>.", answered_by="helped"
    )
    text = page()
    assert "rodilla derecha" in text and "Mucho mejor" in text and "Subo &lt;escaleras&gt;." in text
    assert text.count("Not answered") == 4
    assert "Own device, with help, in Spanish" in text and "3 minutes" in text and "Phone" in text
    assert "The two differ" not in text and text.count('class="hint">The same') == 4
    Score.objects.filter(survey=week_6, instrument="nrs_now").update(value=Decimal("5"))
    text = page()
    assert text.count("The two differ") == 1
    assert reverse("hand-over", args=[week_6.public_id]) not in text


DEFINITION = {
    "code": "own_pain",
    "version": "1",
    "name": "Our own pain question",
    "asked": "always",
    "items": [
        {
            "code": "now",
            "kind": "choice",
            "maximum": 1,
            "en": {"text": "Is your {target} sore?", "short": "Sore", "options": ["Not at all", "Sore indeed"]},
        }
    ],
    "scales": [{"method": "value", "minimum": 0, "maximum": 1, "higher_is_better": False}],
}


def test_an_old_version_keeps_its_words_and_its_rules(page, week_6, manager):
    """The version the clinic asks now has other words and another rule."""
    newer = DEFINITION | {
        "version": "2",
        "items": [DEFINITION["items"][0] | {"en": {"text": "Sore?", "short": "Sore", "options": ["Nope", "Yep"]}}],
        "scales": [DEFINITION["scales"][0] | {"method": "percent", "maximum": 100}],
    }
    for definition in (DEFINITION, newer):
        LoadedInstrument.objects.create(
            clinic=week_6.clinic, code="own_pain", version=definition["version"], definition=definition,
            source="typed in", licence_holder="Northside", licence_ref="ours", attested_at=DUE, attested_by=manager,
        )  # fmt: skip
    Survey.objects.filter(pk=week_6.pk).update(instruments=["own_pain"], versions=["1"])
    week_6.refresh_from_db(fields=["instruments", "versions"])
    actions.answer_item(survey=week_6, item="own_pain.now", value=1, at=DUE)
    actions.submit_survey(survey=week_6, at=DUE)
    text = page()
    assert "Is your right knee sore?" in text and "Sore indeed" in text and "Our own pain question, version 1" in text
    assert "Yep" not in text and "The two differ" not in text
    assert Score.objects.get(survey=week_6).value == 1


def test_it_says_who_entered_it_and_what_reports_leave_out(page, week_6, front_desk):
    answers = {"nrs_now.now": 4, "nrs_average.average": 3, "peg.pain": 1, "peg.enjoyment": 2, "peg.activity": 3}
    actions.enter_answers(
        survey=week_6, answers=answers | {"pgic.change": None}, mode="paper", answered_by="someone_else",
        answered_on=DUE.date() - dt.timedelta(days=2), language="en", at=DUE, by=front_desk,
    )  # fmt: skip
    text = page()
    assert "On paper, by someone else" in text and "by Maya Okafor" in text and "11 Apr 2026" in text
    assert text.count("Left out of reports: answered by someone else for the patient") == 4
    assert "Took" not in text


def test_the_patient_s_page_leads_to_it_and_marks_help(client, page, week_6, front_desk):
    actions.enter_answers(
        survey=week_6, mode="phone", answered_by="patient", answered_on=DUE.date(), language="en", at=DUE, by=front_desk,
        answers=dict.fromkeys(("nrs_now.now", "nrs_average.average", "peg.pain", "peg.enjoyment", "peg.activity"), 4)
        | {"pgic.change": 2},
    )  # fmt: skip
    text = client.get(reverse("patient", args=[week_6.follow_up.course.patient.public_id])).text
    assert f'href="{reverse("check-in", args=[week_6.public_id])}"' in text
    assert "On the phone" in text and text.count("answered with help") == 1


def test_it_is_for_staff_of_the_clinic_to_read(client, week_6, stranger, researcher, django_assert_max_num_queries):
    path = reverse("check-in", args=[week_6.public_id])
    assert client.get(path).url.startswith("/login/")
    for user in (stranger, researcher):
        client.force_login(user)
        assert client.get(path).status_code == 404
    assert client.post(path).status_code == 405


def test_a_sent_check_in_costs_a_dozen_queries(client, week_6, front_desk, django_assert_max_num_queries):
    answer_all(week_6, {"nrs_now.now": 4}, DUE)
    actions.submit_survey(survey=week_6, at=DUE)
    client.force_login(front_desk)
    with django_assert_max_num_queries(12):
        client.get(reverse("check-in", args=[week_6.public_id]))
