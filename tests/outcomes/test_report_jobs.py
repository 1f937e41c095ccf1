"""Reports that a page cannot wait for: asked for once, worked out by a worker, shown where they were asked."""

import datetime as dt
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from clinic.actions import ask_for_job, end_membership, take_job
from clinic.models import Job
from outcomes import actions, tasks
from outcomes.report_jobs import ask_for_comparison, work_out_next
from outcomes.reports import compare, parse_filter, scope_of
from outcomes.reports.stored import from_json, to_json
from tests.days import NOON
from tests.layers import layer
from tests.population import add_course, add_scores
from treatments.models import Course

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def much(clinic, monkeypatch):
    """Twelve PRP and eleven stem cell courses, which are more than a page of this test can wait for."""
    for number in range(23):
        kind, change = ("prp", 2) if number < 12 else ("cell", 4)
        add_course(clinic, kind, baseline=9 - number % 3, week_6=9 - change - number % 4, month_3=6 - number % 5)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)
    monkeypatch.setattr(compare, "MOST_ROWS", 10)


@layer
def question(clinic):
    return f"clinic={clinic.public_id}"


def ask(question, person, at=NOON) -> Job:
    return ask_for_comparison(question=question, by=person, at=at)


def test_from_the_question_to_the_answer_on_pages(client, researcher, much):
    client.force_login(researcher)
    page = client.get(reverse("report-compare"))
    assert "46 follow-ups are more than the 10" in page.content.decode()
    asked = client.post(reverse("jobs"), {"question": page.context["question"]})
    job = Job.objects.get()
    assert asked.url == reverse("job", args=[job.public_id])
    waiting = client.get(asked.url)
    assert (waiting.status_code, waiting["Refresh"]) == (200, "3")
    assert work_out_next(clock=lambda: NOON)
    done = client.get(client.get(asked.url).url)
    assert "Differences from PRP, the largest group" in done.content.decode()
    assert "Work it out" not in done.content.decode()
    assert client.get(reverse("api-report-compare"), {"format": "svg", "width": "360"}).status_code == 200


def test_from_the_question_to_the_answer_in_the_api(client, researcher, much, question):
    client.force_login(researcher)
    body = json.dumps({"kind": "compare", "question": question})
    answer = client.post(reverse("api-job-list"), body, content_type="application/json")
    assert answer.status_code == 202 and answer.json()["state"] == "queued"
    tasks.work_out_reports()
    found = client.get(answer["Location"]).json()
    assert (found["state"], found["progress"]) == ("done", 100)
    assert [table["key"] for table in client.get(found["report"]).json()["tables"]][:2] == ["means", "differences"]


def test_what_no_worker_can_do_is_refused(client, researcher, much, question, monkeypatch):
    client.force_login(researcher)
    monkeypatch.setattr(compare, "MOST_ROWS_OF_ALL", 20)
    assert "Work it out" not in client.get(reverse("report-compare")).content.decode()
    for wrong in (question, "region=tail"):
        body = json.dumps({"kind": "compare", "question": wrong})
        assert client.post(reverse("api-job-list"), body, content_type="application/json").status_code == 400
        assert client.post(reverse("jobs"), {"question": wrong}).url == reverse("report-compare")
    assert not Job.objects.exists()


def test_what_is_stored_is_the_answer_itself(researcher, much, question):
    scope = scope_of(researcher)
    asked = parse_filter({}, scope)
    answer = compare.compared_now(asked, scope)
    assert answer.tables and answer.comparison.means
    assert from_json(json.loads(json.dumps(to_json(answer)))) == answer


def test_the_same_question_is_one_job_until_the_data_change(researcher, much, question, clinic):
    job = ask(question, researcher)
    assert ask(question, researcher, at=NOON + HOUR) == job
    assert ask(f"{question}&region=knee", researcher) != job
    course = add_course(clinic, "prp", baseline=7)
    add_scores(course, week_6=3)
    actions.recompute_outcomes(course_ids=[course.pk], at=NOON)
    assert ask(question, researcher) != job


def test_one_job_is_at_work_at_a_time(researcher, much, question):
    """Messages share the workers."""
    first, second = ask(question, researcher), ask(f"{question}&region=knee", researcher)
    take_job(kind="compare", at=timezone.now())
    tasks.work_out_reports()
    second.refresh_from_db()
    assert (first.public_id != second.public_id, second.state) == (True, "queued")


def test_a_dead_workers_job_is_taken_up_again_and_in_the_end_given_up(researcher, much, question):
    job, at = ask(question, researcher), NOON
    for _ in range(Job.MOST_ATTEMPTS):
        assert take_job(kind="compare", at=at) == job
        assert take_job(kind="compare", at=at + dt.timedelta(minutes=14)) is None
        at += HOUR
    assert take_job(kind="compare", at=at) is None
    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", "No worker came to the end of it.")
    assert ask(question, researcher) != job


def test_nobody_gets_more_than_they_may_see(client, researcher, stranger, manager, clinic, much, question):
    job = ask(question, researcher)
    with pytest.raises(PermissionDenied):
        ask_for_job(clinic=clinic, kind="compare", asked=[], version="x", by=stranger, at=NOON)
    client.force_login(stranger)
    assert client.get(reverse("job", args=[job.public_id])).status_code == 404
    assert client.get(reverse("api-job-detail", args=[job.public_id])).status_code == 404
    end_membership(membership=researcher.memberships.get(), by=manager, at=NOON)
    work_out_next(clock=lambda: NOON)
    job.refresh_from_db()
    assert (job.state, job.result) == ("failed", None)
