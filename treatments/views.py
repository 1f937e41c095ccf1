"""Opening courses, logging sessions, looking at one session."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import row_page
from clinic.actions import require
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.models import Patient
from treatments import actions, icd10
from treatments.forms import CourseForm, SessionDraft, with_rows
from treatments.models import Course, TreatmentSession
from treatments.records import dose_of, groups_of, preparation_of


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Patient.objects.all())
def open_course(request: HttpRequest, patient: Patient) -> HttpResponse:
    """A new course of treatment, open from today."""
    require(request.user, patient.clinic, Permission.COURSE_OPEN)
    is_sent = request.method == "POST"
    form = CourseForm(request.POST if is_sent else None, clinic=patient.clinic)
    if is_sent and form.is_valid() and _opened(request, patient, form):
        messages.success(request, "The course is open. Its baseline check-in is due now, before the first session.")
        return redirect("patient", patient.public_id)
    context = {"section": "patients", "form": form, "patient": patient, "codes": icd10.common_codes()}
    return render(request, "treatments/open_course.html", context, status=422 if is_sent else 200)


def _opened(request: HttpRequest, patient: Patient, form: CourseForm) -> Course | None:
    try:
        return actions.open_course(patient=patient, on=timezone.localdate(), by=request.user, **form.cleaned_data)
    except RuleBroken as broken:
        form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        return None


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
