"""What was done against a rule or the plan: the list to look at, and saying what came of each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import row_page, staff_page
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.pages import page_of
from treatments import actions
from treatments.forms.reviews import SettleForm
from treatments.models import ReviewItem

STATES = (("open", "To look at"), ("settled", "Settled"))
ITEMS = ReviewItem.objects.select_related(
    "session__course__patient", "session__course__treatment_type", "raised_by", "settled_by"
)


@require_safe
@staff_page(Permission.PATIENT_VIEW)
def reviews(request: HttpRequest) -> HttpResponse:
    """The clinic's review items: those nobody has looked at, the oldest first, or those that are settled."""
    show = "settled" if request.GET.get("show") == "settled" else "open"
    items = ITEMS.visible_to(request.user).filter(clinic=request.clinic, settled_at__isnull=show == "open")
    order = ("raised_at", "id") if show == "open" else ("-settled_at", "-id")
    page = page_of(items.order_by(*order), request.GET.get("page", ""))
    context = {"section": "patients", "page": page, "show": show, "states": STATES}
    return render(request, "treatments/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(ITEMS)
def review(request: HttpRequest, item: ReviewItem) -> HttpResponse:
    """One exception: the rule, the reason given, and what came of it."""
    is_sent = request.method == "POST"
    form = SettleForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        try:
            actions.settle_review(item=item, at=timezone.now(), by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        else:
            undo = reverse("review-reopen", args=[item.public_id])
            messages.success(request, "Settled.", extra_tags=undo)
            return redirect("reviews")
    context = {"section": "patients", "item": item, "patient": item.session.course.patient, "form": form}
    return render(request, "treatments/review.html", context, status=422 if is_sent else 200)


@require_POST
@row_page(ITEMS)
def reopen(request: HttpRequest, item: ReviewItem) -> HttpResponse:
    """It was settled by mistake."""
    try:
        actions.reopen_review(item=item, at=timezone.now(), by=request.user)
        messages.success(request, "Taken back. It waits to be looked at again.")
    except RuleBroken as broken:
        messages.warning(request, broken.message)
    return redirect("review", item.public_id)
