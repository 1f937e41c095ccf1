"""Changing a logged session, and taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import allow, row_page
from clinic.form_drafts import keeps_draft
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from treatments import actions
from treatments.actions.sessions import SessionChanged
from treatments.consequences import consequences_of_voiding
from treatments.forms import defaults
from treatments.forms.corrections import CorrectionDraft, VoidForm
from treatments.forms.entries import read
from treatments.forms.lots import Shelf
from treatments.forms.merging import STALE, Merge, chosen, merge
from treatments.models import TreatmentSession
from treatments.records import KINDS
from treatments.views.sessions import entry_of, may_undo, page_of, saved, status_of

SESSIONS = TreatmentSession.objects.select_related(
    *("clinic", "course__clinic", "course__patient", "course__treatment_type", "course__protocol", "performed_by"),
    *("holds", "aftercare", *KINDS),
)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(SESSIONS)
@keeps_draft(Permission.SESSION_LOG)
def session_edit(request: HttpRequest, session: TreatmentSession) -> HttpResponse:
    """The session's form again, filled in. Two people who change it at once are asked to choose, field by field."""
    allow(request, session.clinic, Permission.SESSION_LOG)
    if session.entered_in_error_at:
        messages.warning(request, "This session was entered in error and cannot be changed any more.")
        return redirect("session", session.public_id)
    if request.method != "POST":
        entry = entry_of(request, _shelf(request, session))
        return _form_page(request, _draft(request, session, entry.data if entry else None), entry)
    data, missing = chosen(request.POST)
    if missing:
        return _choices_page(request, session, _merged(request, session, data, data.get(STALE, "")), missing)
    try:
        return _save(request, session, data)
    except SessionChanged as changed:
        return _merge_and_save(request, SESSIONS.get(pk=changed.session.pk), data)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(SESSIONS)
def session_void(request: HttpRequest, session: TreatmentSession) -> HttpResponse:
    """Says what entering the session in error means, then does it."""
    allow(request, session.clinic, Permission.SESSION_LOG)
    if session.entered_in_error_at:
        messages.warning(request, "This session was entered in error already.")
        return redirect("session", session.public_id)
    now, is_sent = timezone.now(), request.method == "POST"
    data = request.POST.copy() if is_sent else None
    if data and "undo" in data and may_undo(session, by=request.user, at=now):
        data["reason"] = "Undone right after it was saved."
    form = VoidForm(data, initial={"version": session.version})
    if is_sent and form.is_valid():
        try:
            actions.void_session(session=session, at=now, by=request.user, **form.cleaned_data)
        except SessionChanged as changed:
            form.add_error(None, changed.message)
            form.data["version"] = str(changed.session.version)
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        else:
            messages.success(request, "The session is entered in error. It stays on record, struck through.")
            return redirect("session", session.public_id)
    context = {"section": "patients", "session": session, "patient": session.course.patient, "form": form}
    context["consequences"] = consequences_of_voiding(session)
    return render(request, "treatments/session_void.html", context, status=422 if is_sent else 200)


def _draft(request: HttpRequest, session: TreatmentSession, data: QueryDict | None) -> CorrectionDraft:
    return CorrectionDraft(
        session, shelf=_shelf(request, session), now=timezone.localtime(), by=request.user, data=data
    )


def _shelf(request: HttpRequest, session: TreatmentSession) -> Shelf:
    return Shelf.at(session.course, by=request.user, on=timezone.localdate())


def _save(request: HttpRequest, session: TreatmentSession, data: QueryDict) -> HttpResponse:
    """Raises SessionChanged when the page showed another version than the current one."""
    entry = read(data, _shelf(request, session))
    if entry.is_saving and data.get("version") != str(session.version):
        raise SessionChanged(session)
    draft = _draft(request, session, entry.data)
    if entry.is_saving and saved(draft, entry):
        messages.success(request, "Saved. What stood here before is kept below, under changes.")
        return redirect("session", session.public_id)
    return _form_page(request, draft, entry)


def _merge_and_save(request: HttpRequest, session: TreatmentSession, data: QueryDict) -> HttpResponse:
    """Without a clash both changes are kept and saved; with one somebody has to choose."""
    merged = _merged(request, session, data, data.get("version", ""))
    if merged is None or merged.clashes:
        return _choices_page(request, session, merged, [])
    try:
        return _save(request, session, merged.data)
    except SessionChanged as changed:
        return _choices_page(request, changed.session, None, [])


def _merged(request: HttpRequest, session: TreatmentSession, data: QueryDict, version: str) -> Merge | None:
    """Both changes since ``version`` put together; None when there never was such a version."""
    known = session.revisions.filter(version=int(version)) if version.isdecimal() and len(version) < 9 else None
    revision = known.first() if known is not None else None
    if revision is None:
        return None
    options = {"shelf": _shelf(request, session), "now": timezone.localtime(), "by": request.user}
    return merge(
        data,
        mine=CorrectionDraft(session, data=data, **options),
        base=CorrectionDraft(session, initial=defaults.of_parts(revision.snapshot), **options),
        theirs=CorrectionDraft(session, **options),
    )


def _choices_page(
    request: HttpRequest, session: TreatmentSession, merged: Merge | None, missing: list[str]
) -> HttpResponse:
    if merged is None:
        messages.warning(request, "This page was out of date. Here is the session as it stands now.")
        return redirect("session-edit", session.public_id)
    last = session.revisions.select_related("replaced_by").order_by("-version").first()
    context = {
        "section": "patients",
        "session": session,
        "patient": session.course.patient,
        "merged": merged,
        "missing": missing,
        "last": last,
        "stale": request.POST.get(STALE) if missing else request.POST.get("version"),
    }
    return render(request, "treatments/session_changed.html", context, status=409)


def _form_page(request: HttpRequest, draft: CorrectionDraft, entry: object = None) -> HttpResponse:
    context = {
        **page_of(draft, entry),
        "session": draft.stored,
        "back": reverse("session", args=[draft.stored.public_id]),
    }
    return render(request, "treatments/session_edit.html", context, status=status_of(entry))
