"""Reports that take longer than a page can wait: asking for one, and how far it is. Works without JavaScript."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic.access import row_page, staff_page
from clinic.models import Job
from clinic.permissions import Permission
from outcomes.report_jobs import TooMuch, address_of, ask_for_comparison
from outcomes.reports import InvalidFilter

LOOK_AGAIN = 3  # seconds


@require_POST
@staff_page(Permission.REPORT_VIEW)
def ask(request: HttpRequest) -> HttpResponse:
    """Asks for the report whose address has this ``question`` for a query, then shows how far it is."""
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
@row_page(Job.objects.all())
def job(request: HttpRequest, job: Job) -> HttpResponse:
    """How far it is; the page looks again by itself, and goes on to the report when that is done."""
    if job.state == Job.State.DONE:
        return redirect(address_of(job))
    answer = render(request, "outcomes/job.html", {"section": "reports", "job": job, "question": address_of(job)})
    if not job.is_finished:
        answer.headers["Refresh"] = str(LOOK_AGAIN)
    return answer
