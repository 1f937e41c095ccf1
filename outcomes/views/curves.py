"""The curve of one course as an image: drawn as every other figure, in the four guises that a page asks for."""

from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import row_page
from outcomes.courses_shown import CourseCard, course_card
from outcomes.drawing import process
from outcomes.drawing.kept import source
from outcomes.expected_courses import Expected, expected_course
from outcomes.figures import Spec, Variant
from outcomes.figures.patient_curve import patient_curve
from outcomes.figures.patient_words import CURVE
from outcomes.reports.scope import measure_at
from outcomes.views.report_pages import DESKTOP, PHONE, Picture
from treatments.models import Course

WIDTHS = (PHONE, DESKTOP)
COURSES = Course.objects.select_related("patient", "treatment_type", "protocol", "clinic")
VARIANTS = {variant.value: variant for variant in Variant}


@dataclass(frozen=True)
class CurveCard:
    """The curve with its addresses and sizes, for the page around it."""

    title: str
    phone: Picture
    phone_dark: Picture
    desktop: Picture
    desktop_dark: Picture


def curve_card(card: CourseCard, expected: Expected | None = None) -> CurveCard:
    """The image of a course in its four guises; with ``expected`` before the band of similar patients."""
    return CurveCard(
        title=_spec(card, expected, width=PHONE, variant=Variant.LIGHT)["description"],
        phone=_picture(card, expected, PHONE, Variant.LIGHT),
        phone_dark=_picture(card, expected, PHONE, Variant.DARK),
        desktop=_picture(card, expected, DESKTOP, Variant.LIGHT),
        desktop_dark=_picture(card, expected, DESKTOP, Variant.DARK),
    )


@require_safe
@row_page(COURSES)
def curve(request: HttpRequest, course: Course, width: int, variant: str) -> HttpResponse:
    """The image as SVG; with ``similar`` in the address before the band of similar patients."""
    if width not in WIDTHS or variant not in VARIANTS:
        raise Http404
    today = timezone.localdate()
    card = course_card(course, today=today, user=request.user)
    expected = expected_course(card, course.clinic, as_of=today) if "similar" in request.GET else None
    spec = _spec(card, expected, width=width, variant=VARIANTS[variant])
    # One person's answers are drawn and not kept in Redis.
    return HttpResponse(process.draw("svg", source(spec)), content_type="image/svg+xml")


@require_safe
@row_page(COURSES)
def expected(request: HttpRequest, course: Course) -> HttpResponse:
    """The curve before what became of similar patients; the patient's page asks for it once it is shown."""
    today = timezone.localdate()
    card = course_card(course, today=today, user=request.user)
    found = expected_course(card, course.clinic, as_of=today)
    curve = curve_card(card, found) if card.has_answers else None
    context = {"section": "patients", "patient": course.patient, "card": card, "curve": curve, "expected": found}
    return render(request, "patients/expected.html", context)


def picture_for_paper(card: CourseCard) -> Picture:
    """The image for a page that is printed."""
    return _picture(card, None, DESKTOP, Variant.PRINT)


def spec_for_paper(card: CourseCard) -> Spec:
    """The figure of the same image."""
    return _spec(card, None, width=DESKTOP, variant=Variant.PRINT)


def _spec(card: CourseCard, expected: Expected | None, *, width: int, variant: Variant) -> Spec:
    measure = measure_at(card.course.clinic, card.instrument)
    own = replace(card.curve, band=expected.band, similar=expected.n) if expected else card.curve
    return patient_curve(own, measure, width=width, variant=variant, said=CURVE["staff"])


def _picture(card: CourseCard, expected: Expected | None, width: int, variant: Variant) -> Picture:
    spec = _spec(card, expected, width=width, variant=variant)
    height = spec["height"] + spec["padding"]["top"] + spec["padding"]["bottom"]
    address = reverse("course-curve", args=[card.course.public_id, width, variant.value])
    return Picture(f"{address}?similar" if expected and expected.band else address, width, height)
