"""The clinical profile that a course begins with."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import allow, row_page
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from treatments import actions
from treatments.forms.profiles import ProfileForm, brought_along
from treatments.models import ClinicalProfile, Course
from treatments.profiles import bmi


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Course.objects.select_related("patient", "treatment_type"))
def course_profile(request: HttpRequest, course: Course) -> HttpResponse:
    """What case mix needs to know; filled in from the patient's last profile, but for the severity."""
    allow(request, course.clinic, Permission.EVENT_RECORD)
    profile = ClinicalProfile.objects.filter(course=course).select_related("recorded_by").first()
    initial = {} if profile else brought_along(course)
    data = request.POST if request.method == "POST" else None
    form = ProfileForm(data, instance=profile, course=course, initial=initial)
    if data is not None and form.is_valid() and _saved(request, course, form):
        return redirect("course-profile", course.public_id)
    context = {
        "section": "patients",
        "course": course,
        "patient": course.patient,
        "form": form,
        "profile": profile,
        "is_brought": bool(initial),
        "bmi": bmi(profile.height_cm, profile.weight_kg) if profile else None,
    }
    return render(request, "treatments/course_profile.html", context, status=422 if data is not None else 200)


def _saved(request: HttpRequest, course: Course, form: ProfileForm) -> bool:
    try:
        actions.record_profile(
            course=course,
            details=form.cleaned_data,
            version=form.instance.version if form.instance.pk else 0,
            at=timezone.now(),
            by=request.user,
        )
    except RuleBroken as broken:
        form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        return False
    messages.success(request, "Saved.")
    return True
