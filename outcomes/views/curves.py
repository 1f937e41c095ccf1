"""The curve of one course as an image: drawn as every other figure, in the four guises that a page asks for."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import row_page
from outcomes.courses_shown import CourseCard, course_card
from outcomes.drawing import process
from outcomes.drawing.kept import source
from outcomes.figures import Spec, Variant
from outcomes.figures.patient_curve import patient_curve
from outcomes.figures.patient_words import CURVE
from outcomes.reports.scope import measure_at
from outcomes.views.report_pages import DESKTOP, PHONE, Picture
from treatments.models import Course

WIDTHS = (PHONE, DESKTOP)
VARIANTS = {variant.value: variant for variant in Variant}


@dataclass(frozen=True)
class CurveCard:
    """The curve with its addresses and sizes, for the page around it."""

    title: str
    phone: Picture
    phone_dark: Picture
    desktop: Picture
    desktop_dark: Picture


def curve_card(card: CourseCard) -> CurveCard:
    """The image of a course in its four guises."""
    return CurveCard(
        title=spec_of(card, width=PHONE, variant=Variant.LIGHT)["description"],
        phone=_picture(card, PHONE, Variant.LIGHT),
        phone_dark=_picture(card, PHONE, Variant.DARK),
        desktop=_picture(card, DESKTOP, Variant.LIGHT),
        desktop_dark=_picture(card, DESKTOP, Variant.DARK),
    )


@require_safe
@row_page(Course.objects.select_related("patient", "treatment_type", "protocol", "clinic"))
def curve(request: HttpRequest, course: Course, width: int, variant: str) -> HttpResponse:
    """The image as SVG."""
    if width not in WIDTHS or variant not in VARIANTS:
        raise Http404
    card = course_card(course, today=timezone.localdate(), user=request.user)
    spec = spec_of(card, width=width, variant=VARIANTS[variant])
    # One person's answers are drawn and not kept in Redis.
    return HttpResponse(process.draw("svg", source(spec)), content_type="image/svg+xml")


def picture_for_paper(card: CourseCard) -> Picture:
    """The same for a page that is printed."""
    return _picture(card, DESKTOP, Variant.PRINT)


def spec_of(card: CourseCard, *, width: int, variant: Variant) -> Spec:
    """The figure's specification."""
    measure = measure_at(card.course.clinic, card.instrument)
    return patient_curve(card.curve, measure, width=width, variant=variant, said=CURVE["staff"])


def _picture(card: CourseCard, width: int, variant: Variant) -> Picture:
    spec = spec_of(card, width=width, variant=variant)
    height = spec["height"] + spec["padding"]["top"] + spec["padding"]["bottom"]
    return Picture(reverse("course-curve", args=[card.course.public_id, width, variant.value]), width, height)
