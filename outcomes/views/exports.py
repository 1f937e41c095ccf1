"""Answers, scores and outcomes as a file: asking for one, taking it, and what describes it."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import allow, recently_authenticated, row_page, staff_page
from clinic.models import Job
from clinic.permissions import Permission
from outcomes.export_jobs import KIND, ask_for_export, file_name, manifest_of
from outcomes.exports import DATASETS, ExportRefused
from outcomes.forms.exports import ExportForm
from outcomes.job_files import kept_file

SHOWN = 20
EXPORTS = Job.objects.filter(kind=KIND).select_related("made_by")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.ANSWERS_EXPORT)
@recently_authenticated
def export(request: HttpRequest) -> HttpResponse:
    """What can be taken out of the active clinic, and what was of late; a POST asks for a file."""
    is_sent = request.method == "POST"
    form = ExportForm(request.POST if is_sent else None, initial={"dataset": "answers"})
    if is_sent and form.is_valid():
        try:
            job = ask_for_export(question=form.question(), clinic=request.clinic, by=request.user, at=timezone.now())
        except ExportRefused as refused:
            form.add_error(refused.field, refused.message)
        else:
            return redirect("job", job.public_id)
    context = {
        "section": "reports",
        "form": form,
        "datasets": DATASETS.values(),
        "jobs": EXPORTS.visible_to(request.user).filter(clinic=request.clinic).order_by("-made_at")[:SHOWN],
    }
    return render(request, "outcomes/export.html", context, status=422 if is_sent else 200)


@require_safe
@row_page(Job.objects.all())
@recently_authenticated
def export_file(request: HttpRequest, job: Job) -> HttpResponseBase:
    """The file; 404 for a job that made none, or when it is no longer kept."""
    allow(request, job.clinic, Permission.ANSWERS_EXPORT)
    return kept_file(request, job, by=request.user, at=timezone.now())


@require_safe
@row_page(Job.objects.select_related("made_by"))
def export_manifest(request: HttpRequest, job: Job) -> HttpResponse:
    """What describes the file, to be kept beside it."""
    allow(request, job.clinic, Permission.ANSWERS_EXPORT)
    manifest = manifest_of(job, request.user)
    if manifest is None:
        raise Http404
    return HttpResponse(
        json.dumps(manifest, indent=2, ensure_ascii=False),
        content_type="application/json",
        headers={"Content-Disposition": content_disposition_header(True, f"{file_name(job)}.json")},
    )
