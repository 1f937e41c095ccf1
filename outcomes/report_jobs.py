"""Reports that take longer than a page can wait: asked for as a job, worked out by a worker in the asker's scope."""

import datetime as dt

from django.http import QueryDict
from django.urls import reverse

from clinic.actions import ask_for_job, fail_job, finish_job, report_progress, take_job
from clinic.clock import Clock
from clinic.models import Job, User
from outcomes.reports import InvalidFilter, Scope, parse_filter, scope_of
from outcomes.reports.compare import CODE_VERSION, KIND, MOST_ROWS_OF_ALL, compared_now, fits_a_worker
from outcomes.reports.filters import ReportFilter
from outcomes.reports.stored import to_json
from outcomes.reports.versions import version_of

NO_LONGER = "Whoever asked may no longer see these reports."


class TooMuch(ValueError):
    """The question is about several clinics, or about more than fits into a worker."""

    words = f"Choose one clinic, and at most {MOST_ROWS_OF_ALL:,} follow-ups."


def ask_for_comparison(*, question: str, by: User, at: dt.datetime) -> Job:
    """The job for this question, which is the query of the report's address; the one there is, if nothing has changed.

    Raises InvalidFilter or TooMuch.
    """
    scope = scope_of(by)
    asked = _read(question, scope)
    if not fits_a_worker(asked, scope):
        raise TooMuch
    return ask_for_job(
        clinic=scope.clinics[asked.clinic[0]],
        kind=KIND,
        asked=[list(pair) for pair in asked.parameters()],
        version=version_of(asked, scope, CODE_VERSION),
        by=by,
        at=at,
    )


def work_out_next(*, clock: Clock) -> bool:
    """Take one job and bring it to its end; False without one.

    The answer is of what the person who asked may see now, not of what the worker could see.
    """
    job = take_job(kind=KIND, at=clock())
    if job is None:
        return False
    scope = scope_of(job.made_by)
    try:
        asked = _read(job.query(), scope)
    except InvalidFilter:
        fail_job(job=job, problem=NO_LONGER, at=clock())
        return True
    answer = compared_now(asked, scope, lambda percent: report_progress(job=job, percent=percent, at=clock()))
    finish_job(job=job, result=to_json(answer), at=clock())
    return True


def address_of(job: Job) -> str:
    """Where its answer is shown, as a path."""
    return f"{reverse(f'report-{job.kind}')}?{job.query()}"


def _read(question: str, scope: Scope) -> ReportFilter:
    return parse_filter(dict(QueryDict(question).lists()), scope)
