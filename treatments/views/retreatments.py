"""The same target treated again elsewhere: recorded on the course, and taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import allow, row_page
from clinic.forms import attempted
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from treatments import actions
from treatments.forms.retreatments import RetreatmentForm
from treatments.models import Course, Retreatment


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Course.objects.select_related("patient", "treatment_type"))
def retreatment_new(request: HttpRequest, course: Course) -> HttpResponse:
    """What is recorded already, and a form for more."""
    allow(request, course.clinic, Permission.SESSION_LOG)
    is_sent = request.method == "POST"
    form = RetreatmentForm(request.POST if is_sent else None)
    if is_sent and form.is_valid() and (recorded := _recorded(request, course, form)):
        undo = reverse("retreatment-void", args=[recorded.public_id])
        messages.success(
            request, "Recorded. Answers from that day on are marked as after re-treatment.", extra_tags=undo
        )
        return redirect("retreatment-new", course.public_id)
    context = {
        "section": "patients",
        "course": course,
        "patient": course.patient,
        "form": form,
        "retreatments": course.retreatments.select_related("recorded_by", "next_course"),
    }
    return render(request, "treatments/retreatment_new.html", context, status=422 if is_sent else 200)


def _recorded(request: HttpRequest, course: Course, form: RetreatmentForm) -> Retreatment | None:
    return attempted(
        form,
        lambda: actions.record_retreatment(course=course, at=timezone.now(), by=request.user, **form.cleaned_data),
    )


@require_POST
@row_page(Retreatment.objects.select_related("course"))
def void(request: HttpRequest, retreatment: Retreatment) -> HttpResponse:
    """It was entered in error; it stays to be seen."""
    try:
        actions.void_retreatment(retreatment=retreatment, at=timezone.now(), by=request.user)
        messages.success(request, "Marked as entered in error. Answers are marked again by what is left.")
    except RuleBroken as broken:
        messages.error(request, broken.message)
    return redirect("retreatment-new", retreatment.course.public_id)
