"""Answers, scores and outcomes as files: whole, without names, for whoever may, for a day, with a manifest that is true."""

import csv
import datetime as dt
import hashlib
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.db import models
from django.urls import reverse
from django.utils import timezone

from clinic.actions import end_membership, forget_job_files
from clinic.models import AccessEvent, Job, JobFilePart
from outcomes import actions, tasks
from outcomes.export_jobs import KeptFile, ask_for_export, manifest_of, write_next_export
from outcomes.exports import DATASETS, ExportRefused, parse_question, writing
from outcomes.exports.columns import PSEUDONYM
from outcomes.models import Answer, Outcome, Score
from outcomes.outcome_rules import RULE_VERSION
from tests.check_in import answer_all
from tests.days import NOON
from tests.population import add_course
from treatments.models import Course

HOUR = dt.timedelta(hours=1)
NRS = {"nrs_average.average": 7, "nrs_worst.worst": 9}


@pytest.fixture
def answered(baseline):
    """Ruth's baseline, sent in: some questions answered, the others skipped."""
    at = baseline.opened_at + HOUR
    actions.start_survey(survey=baseline, at=at)
    answer_all(baseline, NRS, at)
    actions.submit_survey(survey=baseline, at=at)
    return baseline


def exported(question, clinic, by, at=NOON) -> Job:
    job = ask_for_export(question=question, clinic=clinic, by=by, at=at)
    assert write_next_export(clock=lambda: at)
    job.refresh_from_db()
    return job


def content_of(job, by) -> bytes:
    return b"".join(KeptFile(job, by))


def lines_of(job, by) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content_of(job, by).decode("utf-8-sig"))))


def test_every_answer_is_a_line_and_the_manifest_is_true(answered, clinic, researcher):
    job = exported("dataset=answers", clinic, researcher)
    lines, content, manifest = lines_of(job, researcher), content_of(job, researcher), manifest_of(job, researcher)
    assert job.state == "done"
    assert len(lines) == Answer.objects.count() == manifest["rows"] == 5
    assert (manifest["sha256"], manifest["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert [column["name"] for column in manifest["columns"]] == list(lines[0])
    assert (manifest["dataset"], manifest["filters"], manifest["rule_version"]) == ("answers", {}, RULE_VERSION)
    assert manifest["data_version"].startswith("checksum ") and not manifest["data_changed_meanwhile"]
    assert manifest["created_by"] == researcher.full_name
    average = next(one for one in lines if (one["instrument"], one["item"]) == ("nrs_average", "average"))
    assert (average["value"], average["timepoint"], average["region"], average["modality"]) == (
        *("7", "baseline", answered.follow_up.course.region, "prp"),
    )
    assert average["course"] == str(answered.follow_up.course.public_id)
    assert average["version"] == answered.versions[answered.instruments.index("nrs_average")]
    assert average["day"] == str(Score.objects.get(instrument="nrs_average").day)
    skipped = {item for item, value in Answer.objects.values_list("item", "value") if value is None}
    assert {f"{one['instrument']}.{one['item']}" for one in lines if one["value"] == ""} == skipped != set()


def test_nothing_in_a_file_says_who(answered, clinic, manager, patient):
    """Not the name, not the chart number, not an id of the patient's page, and no calendar day."""
    for dataset in DATASETS:
        text = content_of(exported(f"dataset={dataset}", clinic, manager), manager).decode()
        said = (patient.family_name, patient.chart_number, patient.email, str(patient.public_id), str(patient.born_on))
        assert [one for one in said if one and one in text] == []
        assert f"{answered.opened_at:%Y-%m}" not in text


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_no_column_comes_from_a_personal_field(dataset):
    seen = 0
    for column in dataset.columns:
        if isinstance(column.source, str) and column.name != "patient":
            *way, last = column.source.split("__")
            owner = dataset.model
            for name in way:
                owner = owner._meta.get_field(name).related_model
            assert last in owner.Privacy.plain, column.name
            assert not isinstance(owner._meta.get_field(last), models.DateField | models.TextField), column.name
            seen += 1
    assert seen > 5
    assert [one.name for one in dataset.columns if one.privacy == PSEUDONYM] == ["patient", "course"]
    assert all(one.meaning for one in dataset.columns)


def test_one_person_has_one_pseudonym_here_and_another_elsewhere(clinic, other_clinic, researcher, stranger, settings):
    first, second = add_course(clinic, baseline=7, week_6=3), add_course(clinic, baseline=6)
    Course.objects.create(
        **{name: getattr(first, name) for name in ("clinic_id", "patient_id", "treatment_type_id", "opened_on")},
        region="hip",
        external_ref="again",
    )
    lines = lines_of(exported("dataset=scores", clinic, researcher), researcher)
    names = {one["course"]: one["patient"] for one in lines}
    assert len(lines) == 3 and len(names) == len(set(names.values())) == 2
    assert {str(first.public_id), str(second.public_id)} == set(names)
    again = lines_of(exported("dataset=scores", clinic, researcher, NOON + HOUR), researcher)
    assert {one["course"]: one["patient"] for one in again} == names
    settings.TOKEN_PEPPERS = ["x" * 32]
    other = lines_of(exported("dataset=scores", clinic, researcher, NOON + 2 * HOUR), researcher)
    assert not {one["patient"] for one in other} & set(names.values())


def test_scores_and_outcomes_are_exact(clinic, researcher):
    add_course(clinic, baseline=7, week_6="4.5")
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)
    scores = lines_of(exported("dataset=scores&timepoint=week 6", clinic, researcher), researcher)
    [score] = scores
    assert (score["value"], score["baseline"], score["is_responder_30"], score["band"]) == ("4.5", "7", "true", "1")
    outcomes = lines_of(exported("dataset=outcomes&timepoint=week 6", clinic, researcher), researcher)
    [outcome] = outcomes
    assert (outcome["status"], outcome["improvement"], outcome["was_sent"]) == ("obtained", "2.5", "")
    assert len(outcomes) == Outcome.objects.filter(timepoint="week 6").count()


def test_filters_narrow_and_unknown_ones_are_refused(answered, clinic, researcher):
    add_course(clinic, "cell", "shoulder", baseline=5)
    assert {
        one["region"] for one in lines_of(exported("dataset=scores&region=shoulder", clinic, researcher), researcher)
    } == {"shoulder"}
    found = lines_of(exported("dataset=answers&instrument=nrs_average", clinic, researcher), researcher)
    assert {one["instrument"] for one in found} == {"nrs_average"}
    for field, question in {
        "dataset": "dataset=patients",
        "region": "dataset=scores&region=tail",
        "patient": "dataset=scores&patient=1",
        "instrument": "dataset=scores&instrument=%00",
        "timepoint": "dataset=scores&timepoint=a&timepoint=b",
    }.items():
        with pytest.raises(ExportRefused) as refused:
            parse_question(question)
        assert refused.value.field == field


def test_a_file_of_many_pieces_is_the_same_file(clinic, researcher, monkeypatch):
    for number in range(40):
        add_course(clinic, baseline=9, week_6=number % 10)
    whole = content_of(exported("dataset=scores", clinic, researcher), researcher)
    monkeypatch.setattr(writing, "PIECE", 500)
    job = exported("dataset=scores", clinic, researcher, NOON + HOUR)
    parts = list(JobFilePart.objects.filter(job=job).values_list("n_rows", flat=True))
    assert len(parts) > 10 and sum(parts) == 80
    assert content_of(job, researcher) == whole


def test_an_attempt_that_died_leaves_nothing_in_the_next_file(clinic, researcher, monkeypatch):
    add_course(clinic, baseline=9, week_6=3)
    job = ask_for_export(question="dataset=scores", clinic=clinic, by=researcher, at=NOON)
    for number in range(3):
        JobFilePart.objects.create(clinic=clinic, job=job, number=number, n_rows=1, content=b"old")
    write_next_export(clock=lambda: NOON)
    assert JobFilePart.objects.filter(job=job).count() == 1
    assert len(lines_of(job, researcher)) == 2


def test_who_may(clinic, front_desk, stranger, clinician, manager, researcher, program):
    for nobody in (front_desk, stranger):
        with pytest.raises(PermissionDenied):
            ask_for_export(question="dataset=answers", clinic=clinic, by=nobody, at=NOON)
    for somebody in (clinician, manager, researcher):
        ask_for_export(question="dataset=answers", clinic=clinic, by=somebody, at=NOON)
    reader = program(researcher, may_write=False)
    assert reader.post("/api/v1/jobs/", {"kind": "export", "question": "dataset=answers"}).status_code == 403


def test_whoever_left_meanwhile_gets_nothing(clinic, researcher, manager):
    job = ask_for_export(question="dataset=answers", clinic=clinic, by=researcher, at=NOON)
    end_membership(membership=researcher.memberships.get(), by=manager, at=NOON)
    assert write_next_export(clock=lambda: NOON)
    job.refresh_from_db()
    assert (job.state, job.file_parts.count()) == ("failed", 0)


def test_only_rows_of_the_clinic(clinic, other_clinic, researcher, stranger):
    add_course(other_clinic, baseline=3)
    add_course(clinic, baseline=9)
    assert [one["value"] for one in lines_of(exported("dataset=scores", clinic, researcher), researcher)] == ["9"]
    job = Job.objects.get()
    assert content_of(job, stranger) == b""


def test_asking_twice_while_it_is_at_work_is_one_job(clinic, researcher, manager):
    job = ask_for_export(question="dataset=answers", clinic=clinic, by=researcher, at=NOON)
    assert ask_for_export(question="dataset=answers", clinic=clinic, by=researcher, at=NOON) == job
    assert ask_for_export(question="dataset=answers", clinic=clinic, by=manager, at=NOON) != job
    assert ask_for_export(question="dataset=scores", clinic=clinic, by=researcher, at=NOON) != job
    write_next_export(clock=lambda: NOON)
    assert ask_for_export(question="dataset=answers", clinic=clinic, by=researcher, at=NOON) != job


def test_from_the_button_to_the_file(client, answered, clinic, researcher):
    client.force_login(researcher)
    assert reverse("export") in client.get(reverse("reports")).content.decode()
    assert client.post(reverse("export"), {"dataset": "answers", "region": "tail"}).status_code == 422
    asked = client.post(reverse("export"), {"dataset": "answers", "region": answered.follow_up.course.region})
    waiting = client.get(asked.url)
    assert (waiting.status_code, waiting["Refresh"]) == (200, "3")
    tasks.work_out_reports()
    page = client.get(asked.url).content.decode()
    job = Job.objects.get()
    assert job.result["sha256"] in page and f"{Answer.objects.count()}" in page
    answer = client.get(reverse("export-file", args=[job.public_id]))
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == job.result["sha256"]
    assert int(answer["Content-Length"]) == len(content)
    assert client.get(reverse("export-manifest", args=[job.public_id])).json()["rows"] == Answer.objects.count()
    assert asked.url in client.get(reverse("jobs")).content.decode()


def test_taking_a_file_is_recorded_with_its_rows(client, answered, clinic, researcher):
    job = exported("dataset=answers", clinic, researcher, timezone.now())
    client.force_login(researcher)
    b"".join(client.get(reverse("export-file", args=[job.public_id])).streaming_content)
    began, ended = AccessEvent.objects.order_by("id")
    assert (began.kind, began.user, began.clinic, began.row) == ("exported", researcher, clinic, job.public_id)
    assert (ended.kind, ended.n_rows, ended.kind_of_row) == ("export_ended", Answer.objects.count(), "outcomes.answer")


def test_after_a_day_the_file_is_gone_and_the_manifest_stays(client, answered, clinic, researcher):
    now = timezone.now()
    job = exported("dataset=answers", clinic, researcher, now - dt.timedelta(hours=24, minutes=1))
    other = exported("dataset=scores", clinic, researcher, now)
    client.force_login(researcher)
    address = reverse("export-file", args=[job.public_id])
    assert client.get(address).status_code == 404
    assert forget_job_files(at=now) == 1
    assert "no longer kept" in client.get(reverse("job", args=[job.public_id])).content.decode()
    assert client.get(reverse("export-manifest", args=[job.public_id])).json()["sha256"] == job.result["sha256"]
    assert client.get(reverse("export-file", args=[other.public_id])).status_code == 200


def test_through_the_api(program, answered, clinic, researcher, front_desk):
    client = program(researcher)
    asked = client.post("/api/v1/jobs/", {"kind": "export", "question": "dataset=answers"})
    assert asked.status_code == 202 and asked.json()["file"] is None
    tasks.work_out_reports()
    found = client.get(asked["Location"]).json()
    assert (found["state"], found["report"], found["manifest"]["rows"]) == ("done", None, Answer.objects.count())
    taken = client.get(found["file"])
    assert hashlib.sha256(b"".join(taken.streaming_content)).hexdigest() == found["manifest"]["sha256"]
    assert client.get(found["file"], HTTP_IF_NONE_MATCH=taken["ETag"]).status_code == 304
    assert [one["id"] for one in client.get("/api/v1/jobs/?kind=export").json()["results"]] == [found["id"]]
    wrong = client.post("/api/v1/jobs/", {"kind": "export", "question": "dataset=answers&colour=red"})
    assert (wrong.status_code, wrong.json()["field"]) == (400, "question") and "colour" in wrong.json()["message"]
    assert program(front_desk).get(found["file"]).status_code == 403
