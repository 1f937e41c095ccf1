"""Questions of reports under a name."""

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import allow, granted_by, row_page, staff_page
from clinic.forms import attempted
from clinic.permissions import Permission
from outcomes.actions import delete_view, save_view
from outcomes.forms.keeping import ViewForm
from outcomes.models import SavedView
from outcomes.report_kinds import EVERY_KIND
from outcomes.reports import scope_of


def views_of(request: HttpRequest, kind: str = "") -> list[dict[str, object]]:
    """The views that this person finds at the active clinic, of one report or of all there still are, with addresses."""
    pages = {one.name: one for one in EVERY_KIND if kind in ("", one.name)}
    rows = SavedView.objects.visible_to(request.user).filter(clinic=request.clinic, kind__in=pages)
    may_delete = "MEMBER_MANAGE" in granted_by(request.memberships, request.clinic)
    return [
        {
            "row": row,
            "title": pages[row.kind].title,
            "url": f"{reverse(pages[row.kind].page_name)}?{row.parameters}",
            "may_delete": may_delete or row.saved_by_id == request.user.pk,
        }
        for row in rows
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.REPORT_VIEW)
def saved_views(request: HttpRequest) -> HttpResponse:
    """What one may open and delete; a POST saves another."""
    is_sent = request.method == "POST"
    form = ViewForm(request.POST if is_sent else None, scope=scope_of(request.user), clinic=request.clinic)
    if is_sent and form.is_valid():
        said = form.cleaned_data
        save = partial(
            save_view,
            clinic=request.clinic,
            name=said["name"],
            kind=said["kind"].name,
            parameters=urlencode(said["asked"].parameters()),
            is_shared=said["is_shared"],
            at=timezone.now(),
            by=request.user,
        )
        if attempted(form, save):
            messages.success(request, f"Saved as “{said['name']}”.")
            return redirect("saved-views")
    context = {"section": "reports", "form": form, "views": views_of(request), "may_delete_here": True}
    return render(request, "outcomes/saved_views.html", context, status=422 if is_sent else 200)


@require_POST
@row_page(SavedView.objects.all())
def saved_view_delete(request: HttpRequest, view: SavedView) -> HttpResponse:
    """Forget one of one's own; managers also those for everybody."""
    allow(request, view.clinic, Permission.REPORT_VIEW)
    delete_view(view=view, by=request.user)
    messages.success(request, f"“{view.name}” is deleted.")
    return redirect("saved-views")
