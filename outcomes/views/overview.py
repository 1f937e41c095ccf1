"""One patient on one page: the curve, what comes next, the courses, and everything that happened."""

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from clinic.access import row_page
from outcomes import open_alerts
from outcomes.courses_shown import CourseCard, courses_of
from outcomes.models import Alert, SendingPause
from outcomes.patient_sheet import sheet
from outcomes.report_pdf import made_words
from outcomes.timelines.page import GROUPS, time_line
from outcomes.timelines.sessions import lines_of, lines_of_sessions
from outcomes.views.curves import curve_card, picture_for_paper, spec_for_paper
from outcomes.views.merging import merged_page, merges_into
from patients.consents import latest_signatures
from patients.models import Patient, PatientMerge
from treatments.models import RecallCase

# Most patients have none of these: then nothing is asked for.
WITH_NOTICES = Patient.also_merged.annotate(
    has_alert=Exists(Alert.objects.open().filter(patient=OuterRef("pk"))),
    has_pause=Exists(SendingPause.objects.active().filter(clinic=OuterRef("clinic"))),
    has_recall=Exists(RecallCase.objects.filter(patient=OuterRef("pk")).exclude(state=RecallCase.State.CLOSED)),
    has_merge=Exists(PatientMerge.objects.standing().filter(kept=OuterRef("pk"))),
    has_rather_not=Exists(open_alerts.not_said().filter(survey__follow_up__course__patient=OuterRef("pk"))),
)


@require_safe
@row_page(WITH_NOTICES.select_related("consented_by", "withdrawn_by", "died_recorded_by", "merged_into"))
def patient(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The overview of one patient; ``course`` chooses whose curve is shown, ``show`` a kind of entry of the time line.

    Of a record that was merged into another: where it is now.
    """
    if patient.merged_into_id:
        return merged_page(request, patient)
    today = timezone.localdate()
    cards = courses_of(patient, today=today, user=request.user)
    main = _chosen(cards, request.GET.get("course", ""))
    context = {
        "section": "patients",
        "patient": patient,
        "cards": cards,
        "main": main,
        "curve": curve_card(main) if main and main.has_answers else None,
        "agreed": latest_signatures(patient),
        **_time_line(request, patient, cards),
    }
    if patient.has_alert:
        context["alerts"] = open_alerts.of_patient(patient, user=request.user)
    if patient.has_rather_not:
        context["unsaid"] = open_alerts.unsaid(patient, at=timezone.now(), user=request.user)
    if patient.has_merge:
        context["merges"], context["undoable"] = merges_into(patient)
    if patient.has_pause:
        context["pauses"] = _pauses(request, patient, cards)
    return render(request, "patients/patient.html", context)


@require_safe
@row_page(Patient.objects.all())
def patient_print(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The chosen course on one sheet of paper: curve, check-ins and sessions."""
    today = timezone.localdate()
    cards = courses_of(patient, today=today, user=request.user)
    main = _chosen(cards, request.GET.get("course", ""))
    context = {
        "section": "patients",
        "patient": patient,
        "main": main,
        "picture": picture_for_paper(main) if main and main.has_answers else None,
        "sessions": lines_of_sessions(main.counted) if main else [],
    }
    return render(request, "patients/print.html", context)


@require_safe
@row_page(Patient.objects.all())
def patient_pdf(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The same sheet as PDF, with the patient's name also where the screen hides it."""
    now = timezone.localtime()
    cards = courses_of(patient, today=now.date(), user=request.user)
    main = _chosen(cards, request.GET.get("course", ""))
    curve = spec_for_paper(main) if main and main.has_answers else None
    content = sheet(patient, main, curve=curve, on=now.date(), made=made_words(now))
    name = content_disposition_header(False, f"chart-{slugify(patient.chart_number)}.pdf")
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


def _time_line(request: HttpRequest, patient: Patient, cards: list[CourseCard]) -> dict[str, object]:
    """One page of the time line. Sessions of the courses are read already."""
    group = request.GET.get("show", "")
    group = group if group in GROUPS else ""
    asked = {"today": timezone.localdate(), "user": request.user, "group": group}
    found = time_line(patient, before=request.GET.get("before", ""), **asked)
    sessions = [session for card in cards for session in card.sessions]
    return {
        "lines": lines_of(found.happenings, sessions),
        "older": found.older,
        "groups": GROUPS.items(),
        "group": group,
        "is_newest": "before" not in request.GET,
    }


def _chosen(cards: list[CourseCard], public_id: str) -> CourseCard | None:
    """The course that was asked for; else the latest one with an answer, else the latest."""
    if public_id:
        for card in cards:
            if str(card.course.public_id) == public_id:
                return card
        raise Http404
    return next((card for card in cards if card.has_answers), cards[0] if cards else None)


def _pauses(request: HttpRequest, patient: Patient, cards: list[CourseCard]) -> list[SendingPause]:
    """What holds back this patient's messages now: a pause of their own, of a protocol they follow, or of everything."""
    protocols = {card.course.protocol_id for card in cards if card.course.protocol_id}
    about = Q(patient=patient) | Q(protocol__in=protocols) | Q(patient=None, protocol=None)
    active = SendingPause.objects.active().visible_to(request.user).filter(about, clinic=patient.clinic_id)
    return list(active.select_related("began_by", "protocol"))
