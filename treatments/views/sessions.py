"""Logging a session, and looking at one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import row_page
from clinic.actions import require
from clinic.permissions import Permission
from treatments.forms import SessionDraft, with_rows
from treatments.models import Course, TreatmentSession
from treatments.records import dose_of, groups_of, preparation_of


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Course.objects.select_related("patient", "protocol", "treatment_type"))
def log_session(request: HttpRequest, course: Course) -> HttpResponse:
    """One session on one page. Unusual values come back once with a question; rows are added without saving."""
    require(request.user, course.clinic, Permission.SESSION_LOG)
    if course.protocol is None:
        messages.warning(request, "This course came with imported history. Open a new course to log a session.")
        return redirect("patient", course.patient.public_id)
    data = request.POST if request.method == "POST" else None
    changes_rows = bool(data) and ("add" in data or "remove" in data)
    if changes_rows:
        data = with_rows(data, add="add" in data, remove=data.get("remove", ""))
    draft = SessionDraft(course, now=timezone.localtime(), by=request.user, data=data)
    if data and not changes_rows:
        session = _logged(draft, data.get("confirmed", ""))
        if session:
            messages.success(request, "Saved.")
            return redirect("session", session.public_id)
    context = {"section": "patients", "draft": draft, "course": course, "patient": course.patient}
    context["is_checked"] = bool(data) and not changes_rows
    return render(request, "treatments/log_session.html", context, status=422 if context["is_checked"] else 200)


def _logged(draft: SessionDraft, confirmed: str) -> TreatmentSession | None:
    if not draft.is_valid() or draft.look_again(confirmed):
        return None
    return draft.save()


@require_safe
@row_page(
    TreatmentSession.objects.select_related(
        *("course__patient", "course__treatment_type", "performed_by", "logged_by"),
        *("prp_preparation", "cell_preparation", "exosome_preparation"),
    ).prefetch_related("injections", "course__follow_ups__timepoint")
)
def session(request: HttpRequest, session: TreatmentSession) -> HttpResponse:
    """What was done, the dose that follows from it, and when the patient will be asked."""
    preparation = preparation_of(session)
    context = {
        "section": "patients",
        "session": session,
        "patient": session.course.patient,
        "groups": groups_of(preparation),
        "dose": dose_of(preparation),
    }
    return render(request, "treatments/session.html", context)
