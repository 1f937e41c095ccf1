"""What a protocol would ask when, for given days of treatment: a preview, also of a patient's course."""

from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import row_page
from outcomes.forms import ScheduleForm
from outcomes.previews import preview
from treatments.models import Course, Protocol


@require_safe
@row_page(Protocol.objects.select_related("treatment_type"))
def protocol_schedule(request: HttpRequest, protocol: Protocol) -> HttpResponse:
    """Every window and every message, for the days and the time zone asked for; ``?course=`` fills them in."""
    course = _course(request, protocol)
    asked = {name: request.GET[name] for name in ("treated_on", "time_zone") if name in request.GET}
    form = ScheduleForm({**_initial(protocol, course), **asked})
    shown = None
    if form.is_valid():
        shown = preview(
            protocol,
            treated_on=form.cleaned_data["treated_on"],
            time_zone=form.cleaned_data["time_zone"],
            region=course.region if course else "",
        )
    context = {"section": "setup", "protocol": protocol, "form": form, "course": course, "shown": shown}
    return render(request, "outcomes/protocol_schedule.html", context, status=200 if shown else 422)


def _course(request: HttpRequest, protocol: Protocol) -> Course | None:
    wanted = request.GET.get("course")
    if not wanted:
        return None
    try:
        found = Course.objects.visible_to(request.user).filter(public_id=wanted, protocol=protocol)
        course: Course = found.select_related("patient", "clinic").get()
    except (Course.DoesNotExist, ValidationError):
        raise Http404 from None
    return course


def _initial(protocol: Protocol, course: Course | None) -> dict[str, str]:
    """The days a course was treated on and its patient's time zone; else today at the clinic."""
    zone = ZoneInfo(protocol.clinic.time_zone)
    instants = [] if course is None else course.sessions.counted().order_by("performed_at")
    days = [one.performed_at.astimezone(zone).date() for one in instants] or [timezone.localdate()]
    patients_zone = course.patient.time_zone if course else ""
    return {
        "treated_on": " ".join(map(str, dict.fromkeys(days))),
        "time_zone": patients_zone or protocol.clinic.time_zone,
    }
