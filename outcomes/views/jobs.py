"""Work that takes longer than a page can wait: asking for it, and how far it is. Works without JavaScript."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import row_page, staff_page
from clinic.models import Job
from clinic.permissions import Permission
from outcomes import export_jobs
from outcomes.report_jobs import TooMuch, address_of, ask_for_comparison
from outcomes.reports import InvalidFilter
from patients import import_jobs
from patients.models import PatientImport

LOOK_AGAIN = 3  # seconds
SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.REPORT_VIEW)
def jobs(request: HttpRequest) -> HttpResponse:
    """Long work of the active clinic, newest first. A POST asks for the report whose address has this ``question``."""
    if request.method == "POST":
        return _asked(request)
    found = Job.objects.visible_to(request.user).filter(clinic=request.clinic).order_by("-made_at")[:SHOWN]
    return render(request, "outcomes/jobs.html", {"section": "reports", "jobs": found})


def _asked(request: HttpRequest) -> HttpResponse:
    try:
        job = ask_for_comparison(question=request.POST.get("question", ""), by=request.user, at=timezone.now())
    except InvalidFilter as error:
        messages.warning(request, f"Nothing was asked for. {error}")
    except TooMuch as error:
        messages.warning(request, error.words)
    else:
        return redirect("job", job.public_id)
    return redirect("report-compare")


@require_safe
@row_page(Job.objects.select_related("made_by"))
def job(request: HttpRequest, job: Job) -> HttpResponse:
    """How far it is; the page looks again by itself. Then it goes on to the report, or shows what is in the file."""
    if job.kind in import_jobs.TITLES:
        return _of_an_import(request, job)
    is_export = job.kind == export_jobs.KIND
    if job.state == Job.State.DONE and not is_export:
        return redirect(address_of(job))
    context = {
        "section": "reports",
        "job": job,
        "is_export": is_export,
        "manifest": export_jobs.manifest_of(job, request.user),
        "is_kept": job.file_until is not None and timezone.now() < job.file_until,
    }
    answer = render(request, "outcomes/job.html", context | ({} if is_export else {"question": address_of(job)}))
    if not job.is_finished:
        answer.headers["Refresh"] = str(LOOK_AGAIN)
    return answer


def _of_an_import(request: HttpRequest, job: Job) -> HttpResponse:
    """Whoever may bring patients goes on to the import; others see how far it is."""
    found = PatientImport.objects.visible_to(request.user).filter(public_id=job.asked[0][1]).first()
    if found:
        return redirect("patient-import", found.public_id)
    context = {"section": "reports", "job": job, "title": import_jobs.TITLES[job.kind]}
    return render(request, "outcomes/job_of_import.html", context)
