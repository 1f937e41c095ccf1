"""Handing out what a job made, for pages and the API alike."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from clinic import scope
from clinic.accesses import Kind, note
from clinic.csv_files import CsvFile
from clinic.models import Job, User
from outcomes.export_jobs import KIND, KeptFile, file_name
from outcomes.exports import DATASETS


def kept_file(request: Any, job: Job, *, by: User, at: dt.datetime) -> HttpResponseBase:
    """The CSV file of an export, piece by piece; 404 once it is no longer kept. That it was taken is recorded."""
    found = KeptFile(job, by)
    if job.kind != KIND or not found.is_there(job, at):
        raise Http404
    result: Any = job.result
    etag = quote_etag(result["sha256"])
    not_modified = get_conditional_response(getattr(request, "_request", request), etag=etag)
    if isinstance(not_modified, HttpResponse):
        not_modified["ETag"] = etag
        return not_modified
    kind_of_row = DATASETS[result["dataset"]].model._meta.label_lower
    note(request, Kind.EXPORTED, clinic_id=job.clinic_id, row=str(job.public_id), kind_of_row=kind_of_row)
    answer = CsvFile(scope.streamed(found), content_type="text/csv; charset=utf-8")
    answer.counted = found.counted
    answer["Content-Disposition"] = content_disposition_header(True, f"{file_name(job)}.csv")
    answer["Content-Length"], answer["ETag"] = str(result["bytes"]), etag
    return answer
