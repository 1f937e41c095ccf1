"""Opening a course of treatment."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import allow, row_page
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.models import Patient
from treatments import actions, icd10
from treatments.forms import CourseForm
from treatments.models import Course


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Patient.objects.all())
def open_course(request: HttpRequest, patient: Patient) -> HttpResponse:
    """A new course of treatment, open from today."""
    allow(request, patient.clinic, Permission.COURSE_OPEN)
    is_sent = request.method == "POST"
    form = CourseForm(request.POST if is_sent else None, clinic=patient.clinic)
    if is_sent and form.is_valid() and _opened(request, patient, form):
        messages.success(request, "The course is open. Its baseline check-in is due now, before the first session.")
        return redirect("patient", patient.public_id)
    context = {"section": "patients", "form": form, "patient": patient, "codes": icd10.common_codes()}
    return render(request, "treatments/open_course.html", context, status=422 if is_sent else 200)


def _opened(request: HttpRequest, patient: Patient, form: CourseForm) -> Course | None:
    try:
        return actions.open_course(
            patient=patient, on=timezone.localdate(), at=timezone.now(), by=request.user, **form.cleaned_data
        )
    except RuleBroken as broken:
        form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        return None
