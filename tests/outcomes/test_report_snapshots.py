"""Kept reports: exactly the numbers of that day, never changed, and what the same question gives now."""

import json
import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.urls import reverse

from outcomes import actions
from outcomes.models import Outcome, ReportSnapshot
from outcomes.outcome_rules import RULE_VERSION
from outcomes.report_keeping import ask_again, json_of
from outcomes.report_kinds import KINDS
from outcomes.reports import scope_of
from outcomes.reports.data_version import data_version
from outcomes.reports.kept import is_same, report_of
from outcomes.reports.shapes import Statistic
from tests.days import NOON
from tests.layers import layer
from tests.pdf_text import words_of
from tests.population import add_course
from treatments.models import Course

LIST = "/reports/snapshots/"


@layer
def treated_patients(clinic):
    for number in range(10):
        add_course(clinic, "prp", baseline=8, month_3=8 - number % 9)
    recompute()


def recompute() -> None:
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)


def add_one_more(clinic) -> None:
    add_course(clinic, "prp", baseline=8, month_3=0)
    recompute()


@pytest.fixture
def page(client, researcher):
    client.force_login(researcher)
    return client


def keep(page, **asked: str):
    given = {"kind": "responders", "query": "", "audience": "clinic", **asked}
    return page.post(LIST, given)


@pytest.fixture
def kept(page, treated_patients) -> ReportSnapshot:
    assert keep(page).status_code == 302
    return ReportSnapshot.objects.get()


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def address_of(snapshot: ReportSnapshot) -> str:
    return f"{LIST}{snapshot.public_id}/"


def test_the_page_of_a_report_keeps_it_under_the_next_number(page, clinic, researcher, treated_patients):
    shown = page.get(reverse("report-responders"), {"region": "knee"}).content.decode()
    fields = dict(re.findall(r'name="(kind|query)" value="([^"]*)"', shown))
    for number in (1, 2):
        answer = keep(page, **{name: value.replace("&amp;", "&") for name, value in fields.items()})
        made = ReportSnapshot.objects.get(number=number)
        assert answer.url == address_of(made)
    assert (made.clinic, made.made_by, made.kind, made.rule_version) == (clinic, researcher, "responders", RULE_VERSION)
    assert made.answer["filter"]["region"] == ["knee"]
    assert len(made.code_version) == 32
    assert made.data_version == data_version(clinic)


def test_exactly_what_the_api_answered_is_kept(page, kept):
    answered = page.get(reverse("api-report-responders")).json()
    # A page's day is the clinic's, the API's the server's.
    assert kept.answer == {**answered, "as_of": kept.answer["as_of"]}
    assert page.get(f"/api/v1{address_of(kept)}").json()["answer"] == kept.answer


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_report_can_be_kept_and_read_back(page, treated_patients, kind):
    keep(page, kind=kind.name, query="start=8")
    kept = ReportSnapshot.objects.get()
    again = report_of(kept.answer)
    assert json_of(again) == kept.answer
    assert page.get(address_of(kept)).status_code == 200


def test_the_page_shows_the_kept_numbers_also_after_the_data_changed(page, clinic, kept):
    first = text_of(page.get(address_of(kept)))
    assert "6 of 10 improved by at least 30 % of their own baseline, 5 by at least 50 %." in first
    assert "identical, every number and every sentence" in first
    assert "outcomes are the same, rules are the same, the code that counts is the same" in first
    add_one_more(clinic)
    then = text_of(page.get(address_of(kept)))
    assert "6 of 10 improved by at least 30 % of their own baseline, 5 by at least 50 %." in then
    assert "identical" not in then
    assert "12 numbers differ." in then
    assert "Today: “7 of 11 improved by at least 30 % of their own baseline, 6 by at least 50 %.”" in then
    assert re.search(r"PRP .*? ≥ 30 % 60 % \(31 % to 83 %\), 6 of 10 64 % \(35 % to 85 %\), 7 of 11", then)
    assert "outcomes have changed, rules are the same" in then


def test_a_score_that_changes_in_place_changes_the_version_of_the_data(clinic, treated_patients):
    actions.recompute_marked(at=NOON)
    before = data_version(clinic)
    assert before.endswith(", 0 to be worked out")
    recompute()
    assert data_version(clinic) == before, "working out anew what stayed the same"
    Outcome.objects.filter(timepoint="month 3", value=8).update(language="es")
    after = data_version(clinic)
    assert after != before
    actions.mark_courses([(clinic.pk, Course.objects.first().pk)])
    assert data_version(clinic) == after.replace(", 0 to", ", 1 to")


def test_numbers_are_the_same_to_nine_digits():
    one = Statistic(0.1 + 0.2, 10, (0.1, 0.5), 3)
    assert is_same(one, Statistic(0.3, 10, (0.1, 0.5), 3))
    for other in (
        Statistic(0.3, 11, (0.1, 0.5), 3),
        Statistic(0.3, 10, (0.1, 0.5), 4),
        Statistic(0.3, 10, (0.1, 0.501), 3),
        Statistic(0.3, 10, None, 3),
        Statistic(0.30001, 10, (0.1, 0.5), 3),
        Statistic(None, 10, (0.1, 0.5), 3),
        None,
    ):
        assert not is_same(one, other)
        assert not is_same(other, one)
    assert is_same(None, None)
    assert not is_same(0, None)


def test_what_cannot_be_asked_again_says_why(researcher, kept):
    gone = ReportSnapshot(kind="abolished", clinic=kept.clinic, answer=kept.answer)
    again = ask_again(gone, scope=scope_of(researcher), on=NOON.date())
    assert again.problem == "There is no such report any more."
    unknown = ReportSnapshot(
        kind="responders", parameters="instrument=abolished", clinic=kept.clinic, answer=kept.answer
    )
    again = ask_again(unknown, scope=scope_of(researcher), on=NOON.date())
    assert "Choose one of" in again.problem
    assert not again.is_identical


def test_it_is_never_changed_or_deleted(kept):
    for change in (
        lambda: ReportSnapshot.objects.update(title="Better"),
        lambda: ReportSnapshot.objects.all().delete(),
        lambda: ReportSnapshot.objects.filter(pk=kept.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            change()
    assert ReportSnapshot.objects.get().title == kept.title


def test_one_of_a_month_and_somebody_made_every_other(clinic, researcher, kept):
    again = {name: getattr(kept, name) for name in ("kind", "title", "parameters", "answer", "data_version")}
    again |= {"clinic": clinic, "code_version": kept.code_version, "at": NOON}
    actions.take_snapshot(**again, by=None, of_month=NOON.date().replace(day=1))
    for wrong in (
        {"by": None, "of_month": NOON.date().replace(day=1)},
        {"by": None},
        {"by": researcher, "of_month": NOON.date()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            actions.take_snapshot(**again, **wrong)


def test_on_paper_it_has_the_kept_numbers(page, clinic, kept):
    add_one_more(clinic)
    answer = page.get(reverse("report-snapshot-pdf", args=[kept.public_id]))
    assert answer["Content-Type"] == "application/pdf"
    words = re.sub(r"\s+", " ", words_of(answer.content))
    assert "6 of 10 improved by at least 30 %" in words
    assert "Snapshot 1, for use inside the clinic." in words


def test_what_a_manager_keeps_names_no_clinician(page, client, clinic, manager, treated_patients):
    """Managers see whose result is whose; everybody sees what they keep."""
    Outcome.objects.update(source_clinician="Dr. Osei")
    client.force_login(manager)
    assert "Dr. Osei" in text_of(client.get(reverse("report-clinicians")))
    keep(client, kind="clinicians")
    kept = ReportSnapshot.objects.get()
    shown = text_of(client.get(address_of(kept)))
    assert "Clinician A" in shown and "identical" in shown
    assert "Osei" not in shown + json.dumps(kept.answer)


def test_for_outside_weak_reports_are_refused_in_words(page, treated_patients):
    answer = keep(page, audience="outside")
    assert answer.status_code == 422
    assert "10 courses are too few to be shown outside the clinic" in text_of(answer)
    assert not ReportSnapshot.objects.exists()


def test_for_outside_small_counts_are_hidden_in_what_is_kept(page, clinic, monkeypatch):
    for number in range(36):
        add_course(clinic, "prp", baseline=8, month_3=9 * (number % 2))
    for _few in range(3):
        add_course(clinic, "cell", baseline=8, month_3=2)
    recompute()
    # Imported courses are never due, and without that nothing is complete enough.
    Outcome.objects.filter(timepoint="month 3").update(is_closed=True, is_due=True)
    assert keep(page, audience="outside").status_code == 302
    kept = ReportSnapshot.objects.get()
    words = text_of(page.get(address_of(kept)))
    assert "Counts of fewer than 11 people are hidden" in words
    assert "too few to show" in words
    assert "39" not in json.dumps([kept.answer[name] for name in ("who", "finding", "caveats", "tables")])
    assert "identical, every number" in words


def test_bad_input_is_refused_in_words_and_keeps_nothing(page, clinic, stranger, treated_patients):
    theirs = stranger.memberships.get().clinic.public_id
    for asked, why in (
        ({"kind": "abolished"}, "Select a valid choice"),
        ({"query": "region=tail"}, "region: Choose one of"),
        ({"query": f"clinic={theirs}"}, "clinic: Choose one of"),
        ({"query": "x" * 5000}, "at most 4000"),
        ({"audience": "press"}, "Select a valid choice"),
    ):
        answer = keep(page, **asked)
        assert (answer.status_code, why in text_of(answer)) == (422, True), (asked, text_of(answer))
    assert page.post(LIST).status_code == 422
    assert page.put(LIST).status_code == 405
    assert not ReportSnapshot.objects.exists()


def test_another_clinic_s_is_not_there(client, stranger, kept):
    client.force_login(stranger)
    for address in (address_of(kept), f"{address_of(kept)}report.pdf", f"/api/v1{address_of(kept)}"):
        assert client.get(address).status_code == 404
    assert kept.title not in text_of(client.get(LIST))
    assert client.get(f"/api/v1{LIST}").json()["results"] == []


def test_methods_and_strangers_are_refused(client, page, kept):
    for address in (address_of(kept), f"{address_of(kept)}report.pdf"):
        assert page.post(address).status_code == 405
    assert page.delete(f"/api/v1{address_of(kept)}").status_code == 405
    page.logout()
    for address in (LIST, address_of(kept), f"{address_of(kept)}report.pdf"):
        assert page.get(address).status_code == 302


def test_clinics_count_on_their_own(page, client, stranger, kept):
    client.force_login(stranger)
    assert keep(client).status_code == 302
    assert list(ReportSnapshot.objects.order_by("pk").values_list("number", flat=True)) == [1, 1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowsecurity FROM pg_tables WHERE tablename = 'outcomes_reportsnapshot'")
        assert cursor.fetchone() == (True,)
