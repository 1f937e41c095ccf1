"""Answers typed in for a patient: the action, its page and its address in the API."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from outcomes import actions
from outcomes.models import Alert, Answer, Call, Score, Survey
from tests.check_in import ask, invitation_link, open_survey
from tests.conftest import NOON
from tests.population import assert_sums_are_exact, scored_in_sums
from tests.treatments.treating import log
from treatments.actions import end_follow_ups
from treatments.models import FollowUp

DUE = NOON + dt.timedelta(days=42)
ON = DUE.date()
GIVEN = {
    "nrs_now.now": 4,
    "nrs_average.average": 3,
    "peg.pain": 5,
    "peg.enjoyment": None,
    "peg.activity": 4,
    "pgic.change": 2,
}
USUAL = {"mode": "phone", "answered_by": "patient", "answered_on": ON, "language": "en"}
FORM = {
    **USUAL,
    "answered_on": str(ON),
    **{f"answers.{item}": "" if value is None else str(value) for item, value in GIVEN.items()},
    "blank_meant": "on",
}


@pytest.fixture
def enter(week_6, front_desk):
    """Somebody of the front desk enters answers to Ruth's six-week check-in on the day it is due."""

    def enter(**other) -> Survey:
        how = {"survey": week_6, "answers": GIVEN, "at": DUE, "by": front_desk, **USUAL, **other}
        return actions.enter_answers(**how)

    return enter


@pytest.fixture
def staff(client, front_desk, monkeypatch):
    """Their browser on that day."""
    monkeypatch.setattr(timezone, "now", lambda: DUE)
    client.force_login(front_desk)
    return client


def scores(survey) -> dict[str, tuple]:
    rows = Score.objects.filter(survey=survey).values_list("instrument", "value", "excluded")
    return {code: (value, excluded) for code, value, excluded in rows}


def test_entering_sends_the_check_in_in_and_ends_what_waited_for_it(enter, week_6, front_desk, client):
    link = invitation_link(week_6, DUE)
    patient = week_6.follow_up.course.patient
    made = {"reason": "no_answer", "made_at": DUE, "call_on": ON}
    call = Call.objects.create(clinic=week_6.clinic, survey=week_6, patient=patient, **made)
    # The patient began alone: what is entered counts.
    actions.start_survey(survey=week_6, at=DUE, language="es", device="phone")
    actions.answer_item(survey=week_6, item="nrs_now.now", value=9, at=DUE)
    survey = enter(remark="  The stairs. ", answered_by="helped")
    assert dict(Answer.objects.filter(survey=survey).values_list("item", "value")) == GIVEN
    assert scores(survey) == {"nrs_now": (4, ""), "nrs_average": (3, ""), "peg": (None, ""), "pgic": (2, "")}
    assert set(survey.scores.values_list("taken_on", "day", "baseline").filter(instrument="nrs_now")) == {(ON, 42, 7)}
    how = ("mode", "answered_by", "answered_on", "language", "device", "entered_by", "remark", "completed_at")
    assert [getattr(survey, name) for name in how] == [
        *("phone", "helped", ON, "en", "", front_desk, "The stairs.", DUE)
    ]
    call.refresh_from_db()
    assert (call.closed_at, call.outcome) == (DUE, "not_needed")
    assert FollowUp.objects.get(survey=survey).answered_at == DUE
    assert "You have already answered" in client.get(link).text
    with pytest.raises(actions.AlreadyCompleted):
        enter()


def test_paper_counts_on_the_day_it_was_filled_in(enter, week_6):
    """Also when it is typed in two weeks after the window closed, which phone calls may not be."""
    closed = week_6.follow_up.closes_on
    late = NOON.replace(year=closed.year, month=closed.month, day=closed.day) + dt.timedelta(days=14)
    end_follow_ups(clinic=week_6.clinic, on=late.date())
    with pytest.raises(actions.EntryRefused, match=f"until {closed:%-d %b %Y}"):
        enter(at=late, answered_on=closed)
    with pytest.raises(actions.EntryRefused, match="could be typed in until") as refused:
        enter(at=late + dt.timedelta(days=1), answered_on=closed, mode="paper")
    assert refused.value.field == "mode"
    survey = enter(at=late, answered_on=closed, mode="paper")
    assert set(survey.scores.values_list("taken_on", flat=True)) == {closed}
    assert FollowUp.objects.get(survey=survey).answered_at.date() == closed
    assert_sums_are_exact()
    assert scored_in_sums(timepoint="week 6") == len(survey.scores.exclude(value=None))


def test_a_baseline_on_paper_counts_when_it_was_filled_in_before_the_treatment(course, baseline, clinician):
    log(course, clinician)
    paper = {"survey": baseline, "mode": "paper", "answered_by": "patient", "language": "en", "by": clinician}
    answers = {item: value for item, value in GIVEN.items() if not item.startswith("pgic")}
    with pytest.raises(actions.EntryRefused, match="counts only when it was answered from") as refused:
        actions.enter_answers(**paper, answers=answers, answered_on=NOON.date(), at=NOON + dt.timedelta(hours=3))
    assert refused.value.field == "answered_on"
    the_day_before = NOON.date() - dt.timedelta(days=1)
    survey = actions.enter_answers(
        **paper, answers=answers, answered_on=the_day_before, at=NOON + dt.timedelta(hours=3)
    )
    actions.exclude_late_baselines()
    assert scores(survey)["nrs_now"] == (4, "")


def test_someone_else_s_answers_are_kept_and_left_out_of_reports(enter, course, baseline, clinician):
    survey = enter(answered_by="someone_else")
    assert scores(survey)["nrs_now"] == (4, "proxy")
    assert not Score.objects.filter(survey=survey, excluded="").exists()


def test_a_baseline_of_someone_else_is_no_baseline(course, clinician, baseline):
    answers = {item: value for item, value in GIVEN.items() if not item.startswith("pgic")}
    at = NOON - dt.timedelta(days=1)
    how = {**USUAL, "answered_by": "someone_else", "answered_on": at.date(), "at": at, "by": clinician}
    actions.enter_answers(survey=baseline, answers=answers, **how)
    log(course, clinician, baseline_missing_reason="")
    later = open_survey(course.follow_ups.get(timepoint__name="week 6"), NOON + dt.timedelta(days=35))
    actions.enter_answers(survey=later, answers=GIVEN, at=DUE, by=clinician, **USUAL)
    assert set(later.scores.values_list("baseline", flat=True)) == {None}


@pytest.mark.parametrize(
    ("other", "field", "words"),
    [
        ({"mode": "link"}, "mode", "on the phone, on paper or in person"),
        ({"answered_by": ""}, "answered_by", "Say who answered"),
        ({"language": "fr"}, "language", "no words in that language"),
        ({"answered_on": ON + dt.timedelta(days=1)}, "answered_on", "in the future"),
        ({"answered_on": ON - dt.timedelta(days=8)}, "answered_on", "from 6 Apr 2026 to 27 Apr 2026"),
        ({"answers": GIVEN | {"peg.pain": 11}}, "answers.peg.pain", "whole number from 0 to 10"),
        ({"answers": GIVEN | {"peg.pain": True}}, "answers.peg.pain", "whole number from 0 to 10"),
        ({"answers": GIVEN | {"safety.fever": 0}}, "answers.safety.fever", "does not ask that"),
        ({"answers": {"nrs_now.now": 4}}, "answers.nrs_average.average", "is missing"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(enter, week_6, other, field, words):
    with pytest.raises((actions.EntryRefused, actions.UnknownItem), match=words) as refused:
        enter(**other)
    assert refused.value.field == field
    week_6.refresh_from_db()
    assert week_6.started_at is None and not week_6.answers.exists()


def test_what_cannot_be_skipped_needs_an_answer(enter, week_6):
    ask(week_6, ["safety"])
    items = ("fever", "worse", "joint", "nerve", "clot", "wound")
    answers = {f"safety.{item}": 0 for item in items}
    with pytest.raises(actions.EntryRefused, match="needs an answer") as refused:
        enter(answers=answers | {"safety.nerve": None})
    assert refused.value.field == "answers.safety.nerve"
    assert enter(answers=answers | {"safety.nerve": 2}).completed_at == DUE


def test_nobody_else_may_and_nothing_that_is_over_takes_answers(enter, week_6, stranger, researcher, front_desk):
    for by in (stranger, researcher):
        with pytest.raises(PermissionDenied):
            enter(by=by)
    actions.cancel_survey(survey=week_6, reason="Moved abroad", at=DUE, by=front_desk)
    with pytest.raises(actions.SurveyClosed):
        enter()


# The page


def test_the_page_asks_everything_in_the_patient_s_language(staff, week_6):
    path = reverse("enter-answers", args=[week_6.public_id])
    page = staff.get(path + "?how=phone")
    text = page.text
    assert text.count('class="short"') == 7, "five answers, and two of them once more"
    assert "1. How bad is your right knee pain right now?" in text
    assert "0 = No pain. 10 = Pain as bad as you can imagine." in text
    assert '<option value="2">2 Much improved</option>' in text
    assert "Do not suggest a number" in text and "I am calling from Dr. Lee&#x27;s office" in text
    assert 'value="phone"' in text and "checked" in text.split('value="phone"')[1].split(">")[0]
    in_spanish = staff.get(path + "?language=es").text
    assert "rodilla derecha" in in_spanish and "le llamo de" in in_spanish and "Do not suggest a number" in in_spanish
    assert '<input type="hidden" name="language" value="es"' in in_spanish


def test_what_was_typed_is_saved_and_shown(staff, week_6, front_desk):
    path = reverse("enter-answers", args=[week_6.public_id])
    answer = staff.post(path, FORM, follow=True)
    assert answer.redirect_chain == [(reverse("check-in", args=[week_6.public_id]), 302)]
    assert "Saved: on the phone." in answer.text and "Much improved" in answer.text
    assert dict(Answer.objects.values_list("item", "value").filter(survey=week_6)) == GIVEN
    assert staff.post(path, FORM).status_code == 409
    assert "already answered" in staff.get(path).text


PAPER = {"mode": "paper", "again.nrs_now.now": "4", "again.nrs_average.average": "3"}


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"mode": ""}, "Say how it was answered."),
        ({"answered_by": "nobody"}, "Say who answered: choose from the list."),
        ({"answered_on": "soon"}, "Day it was answered is not a date"),
        ({"language": "fr"}, "Say in which language it was asked"),
        ({"answers.peg.pain": "11"}, "type a whole number from 0 to 10"),
        ({"answers.peg.pain": "４"}, "type a whole number from 0 to 10"),
        ({"answers.pgic.change": "9"}, "choose from the list"),
        ({"blank_meant": ""}, "Tick this if the patient did not answer: “"),
        (PAPER | {"again.nrs_now.now": "7"}, "is 4 above and 7 here. Look at the sheet again."),
        (PAPER | {"again.nrs_average.average": ""}, "is 3 above and blank here"),
        ({"answered_on": str(ON + dt.timedelta(days=1))}, "lies in the future"),
    ],
)
def test_a_slip_is_named_and_nothing_is_saved(staff, week_6, other, words):
    answer = staff.post(reverse("enter-answers", args=[week_6.public_id]), FORM | other)
    assert answer.status_code == 422
    assert words in answer.text
    assert "There is a problem" in answer.text and 'name="answers.nrs_now.now" value="4"' in answer.text
    assert not week_6.answers.exists()


def test_a_red_flag_leads_to_it_while_the_patient_may_still_be_on_the_line(staff, week_6):
    ask(week_6, ["safety"])
    safe = {f"answers.safety.{item}": "0" for item in ("fever", "worse", "joint", "nerve", "clot", "wound")}
    answer = staff.post(
        reverse("enter-answers", args=[week_6.public_id]),
        {**USUAL, "answered_on": str(ON), **safe, "answers.safety.clot": "1"},
    )
    alert = Alert.objects.get(survey=week_6)
    assert (alert.rule, answer.url) == ("clot", reverse("alert", args=[alert.public_id]))
    assert "One of these answers needs a person now." in staff.get(answer.url).text


def test_paper_that_was_typed_the_same_twice_is_saved(staff, week_6):
    assert staff.post(reverse("enter-answers", args=[week_6.public_id]), FORM | PAPER).status_code == 302
    assert Survey.objects.get(pk=week_6.pk).mode == "paper"


def test_the_page_is_for_staff_of_the_clinic(client, week_6, stranger, researcher):
    path = reverse("enter-answers", args=[week_6.public_id])
    assert client.get(path).url.startswith("/login/")
    for user in (stranger, researcher):
        client.force_login(user)
        assert client.post(path, FORM).status_code == 404
    assert not week_6.answers.exists()


# The API


def test_programs_enter_answers_once(program, front_desk, stranger, week_6, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: DUE)
    path = f"/api/v1/surveys/{week_6.public_id}/answers/"
    body = {**USUAL, "mode": "paper", "answered_on": str(ON), "answers": GIVEN, "remark": "Fine."}
    post = program(front_desk).post
    wrong = post(path, body | {"answers": GIVEN | {"peg.pain": 12}})
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (
        *(400, "entry_refused", "answers.peg.pain"),
    )
    assert post(path, body | {"answers": {"nrs_now.now": "4"}}).status_code == 400
    assert program(stranger).post(path, body).status_code == 404
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = post(path, body, headers=key)
    assert first.status_code == 200, first.content
    told = {name: first.json()[name] for name in ("state", "mode", "answered_by", "answered_on", "language", "device")}
    assert told == {
        "state": "completed", "mode": "paper", "answered_by": "patient", "answered_on": str(ON), "language": "en",
        "device": "",
    }  # fmt: skip
    assert post(path, body, headers=key).headers["Idempotency-Replayed"] == "true"
    assert post(path, body).json()["code"] == "survey_already_completed"
    assert "Fine." not in first.text, "the patient's own words stay inside"
