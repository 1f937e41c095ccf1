"""Reports whose numbers were kept: the list, keeping one, and what the same question gives today."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import allow, row_page, staff_page
from clinic.actions import set_monthly_report
from clinic.permissions import Permission
from outcomes.forms.keeping import MonthlyForm, SnapshotForm
from outcomes.models import ReportSnapshot
from outcomes.report_keeping import NotWorkedOut, ask_again, keep_report
from outcomes.report_pdf import compiled, made_words, source
from outcomes.report_words import table_words, words
from outcomes.reports import scope_of
from outcomes.reports.kept import Difference, definitions_of, report_of
from outcomes.reports.outside import NotForOutside
from outcomes.reports.sentences import filter_words

SNAPSHOTS = ReportSnapshot.objects.select_related("made_by")
SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.REPORT_VIEW)
def snapshots(request: HttpRequest) -> HttpResponse:
    """What was kept at the active clinic, newest first; a POST keeps another."""
    is_sent = request.method == "POST"
    form = SnapshotForm(request.POST if is_sent else None, scope=scope_of(request.user), clinic=request.clinic)
    if is_sent and form.is_valid():
        made = _kept(form, request)
        if made:
            messages.success(request, f"Kept as number {made.number}.")
            return redirect("report-snapshot", made.public_id)
    rows = SNAPSHOTS.visible_to(request.user).filter(clinic=request.clinic).defer("answer")
    context = {"section": "reports", "form": form, "snapshots": rows[:SHOWN]}
    return render(request, "outcomes/report_snapshots.html", context, status=422 if is_sent else 200)


@require_POST
@staff_page(Permission.MEMBER_MANAGE)
def monthly(request: HttpRequest) -> HttpResponse:
    """Begin or end the monthly report of the active clinic."""
    form = MonthlyForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("Say whether to send it: yes or no.", content_type="text/plain")
    sends = form.cleaned_data["sends"] == "yes"
    set_monthly_report(clinic=request.clinic, sends=sends, by=request.user)
    messages.success(request, "It comes once a month from now on." if sends else "It does not come any more.")
    return redirect("report-snapshots")


def _kept(form: SnapshotForm, request: HttpRequest) -> ReportSnapshot | None:
    """What was kept; None with the reason in the form where that is refused."""
    question = {name: form.cleaned_data[name] for name in ("kind", "asked", "audience")}
    try:
        return keep_report(
            **question,
            scope=form.scope,
            clinic=request.clinic,
            at=timezone.now(),
            on=timezone.localdate(),
            by=request.user,
        )
    except (NotForOutside, NotWorkedOut) as refused:
        form.add_error(None, str(refused))
        return None


@require_safe
@row_page(SNAPSHOTS)
def snapshot(request: HttpRequest, kept: ReportSnapshot) -> HttpResponse:
    """Exactly the numbers that were kept, and whether the same question gives them today."""
    allow(request, kept.clinic, Permission.REPORT_VIEW)
    report = report_of(kept.answer)
    again = ask_again(kept, scope=scope_of(request.user), on=timezone.localdate())
    context: dict[str, Any] = {
        "section": "reports",
        "kept": kept,
        "report": report,
        "filter": filter_words(report.filter, report.measure),
        "tables": [(table, table_words(table)) for table in report.tables],
        "definitions": definitions_of(kept.answer),
        "again": again,
        "differences": [_difference(one) for one in again.differences[:SHOWN]],
        "today": timezone.localdate(),
    }
    return render(request, "outcomes/report_snapshot.html", context)


@require_safe
@row_page(SNAPSHOTS)
def snapshot_pdf(request: HttpRequest, kept: ReportSnapshot) -> HttpResponse:
    """The kept numbers on paper, without figures."""
    allow(request, kept.clinic, Permission.REPORT_VIEW)
    summary = (
        f"Snapshot {kept.number}, {kept.get_audience_display().lower()}. These numbers were kept and stay as they were."
    )
    said = source(report_of(kept.answer), title=kept.title, summary=summary, definitions=definitions_of(kept.answer))
    made = made_words(timezone.localtime(kept.made_at))
    return HttpResponse(compiled(said, made=made), content_type="application/pdf")


def _difference(one: Difference) -> dict[str, str]:
    table, line, column = one.place
    return {
        "table": table,
        "line": line,
        "column": column,
        "kept": words(one.column, one.kept),
        "now": words(one.column, one.now),
    }
