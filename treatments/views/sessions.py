"""Logging a session, and looking at one."""

import datetime as dt

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import allow, row_page
from clinic.form_drafts import keeps_draft
from clinic.models import User
from clinic.permissions import Permission
from treatments import session_words
from treatments.check_ins import check_ins_after
from treatments.forms import SessionDraft, defaults
from treatments.forms.entries import Entry, read
from treatments.forms.lots import Shelf
from treatments.forms.preparations import repeated_from
from treatments.models import Course, FollowUp, LotUse, ReviewItem, Timepoint, TreatmentSession
from treatments.records import KINDS, dose_of, groups_of, preparation_of
from treatments.reporting import meter_of
from treatments.revisions import revisions_of
from treatments.series import progress_of
from treatments.session_words import lines_of
from treatments.views.time_outs import STEP, ask_first, confirmed_at, go_on, sealed
from treatments.washouts import washout_of

UNDO_FOR = dt.timedelta(minutes=10)
SURROUNDINGS = (
    *("assistant", "room", "skin_prep", "anaesthetic_route", "anaesthetic_agent", "anaesthetic_percent"),
    *("anaesthetic_ml", "sedation", "reaction"),
)
IN_TABLE = ("target", "side", "level", "structure", "guidance", "volume_ml", "image")
INJECTION_DETAILS = {name: label for name, label in session_words.INJECTION.items() if name not in IN_TABLE}


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Course.objects.select_related("clinic", "patient", "protocol", "treatment_type"))
@keeps_draft(Permission.SESSION_LOG)
def log_session(request: HttpRequest, course: Course) -> HttpResponse:
    """One session on one page. Unusual values come back once with a question; rows are added without saving."""
    allow(request, course.clinic, Permission.SESSION_LOG)
    if course.protocol is None:
        messages.warning(request, "This course came with imported history. Open a new course to log a session.")
        return redirect("patient", course.patient.public_id)
    time_out_at = confirmed_at(request, course) if course.clinic.needs_time_out else None
    if course.clinic.needs_time_out and time_out_at is None:
        return ask_first(request, course)
    if time_out_at and STEP in request.POST and "idempotency_key" not in request.POST:
        return go_on(request, course, time_out_at)
    shelf, earlier = Shelf.at(course, by=request.user, on=timezone.localdate()), list(_earlier(course))
    entry = entry_of(request, shelf)
    draft = _new_draft(request, course, shelf, earlier, entry.data if entry else None)
    draft.opened_at, draft.time_out_at = request.form_opened.at, time_out_at
    if entry and entry.is_saving:
        session = saved(draft, entry)
        if session:
            return redirect("session", session.public_id)
    context = {
        **page_of(draft, entry),
        "time_out": time_out_at and sealed(request, course, time_out_at),
        "progress": progress_of(course, earlier),
        "check_ins": check_ins_after(
            course, on=timezone.localdate(), first_on=timezone.localdate(earlier[0].performed_at) if earlier else None
        ),
    }
    return render(request, "treatments/log_session.html", context, status=status_of(entry))


def entry_of(request: HttpRequest, shelf: Shelf) -> Entry | None:
    """The page as it was sent, or as somebody left it and goes on with it; None when it is new."""
    if request.method == "POST":
        return read(request.POST, shelf)
    taken = request.form_opened.taken
    return Entry(taken, is_saving=False) if taken else None


def saved(draft: SessionDraft, entry: Entry) -> TreatmentSession | None:
    """The stored session; None when something stands against it, which the draft then says."""
    if not draft.is_valid() or draft.look_again(entry.data.get("confirmed", "")):
        return None
    return draft.save()


def page_of(draft: SessionDraft, entry: Entry | None) -> dict[str, object]:
    """What the form's template needs, for logging and for changing alike."""
    if entry and not entry.is_saving:
        draft.leave_unjudged()
    return {
        "section": "patients",
        "draft": draft,
        "course": draft.course,
        "patient": draft.course.patient,
        "entry": entry,
        "is_checked": entry is not None and entry.is_saving,
        "shelf": draft.shelf.offered(),
        "back": reverse("patient", args=[draft.course.patient.public_id]),
    }


def status_of(entry: Entry | None) -> int:
    """422 where something was sent and could not be done."""
    return 422 if entry and (entry.is_saving or entry.problem) else 200


def _earlier(course: Course) -> QuerySet[TreatmentSession]:
    """The course's sessions in order of time, with what the next form repeats of the last one."""
    sessions = course.sessions.counted().select_related("course__treatment_type", *KINDS)
    return sessions.prefetch_related("injections").order_by("performed_at")


def _new_draft(
    request: HttpRequest, course: Course, shelf: Shelf, earlier: list[TreatmentSession], data: QueryDict | None
) -> SessionDraft:
    last, now = (earlier[-1] if earlier else None), timezone.localtime()
    prepared = repeated_from(last) if last else {}
    return SessionDraft(
        course,
        initial=defaults.new_session(course, last=last, prepared=prepared, now=now, by=request.user),
        shelf=shelf,
        last=last,
        now=now,
        by=request.user,
        data=data,
        stored=_sent_before(course, data),
        needs_reason=last is None and not course.baseline_missing_reason and not _has_baseline(course),
    )


def _sent_before(course: Course, data: QueryDict | None) -> TreatmentSession | None:
    """The session that this very page stored when it was sent the first time."""
    key = data.get("idempotency_key", "") if data else ""
    return course.sessions.filter(idempotency_key=key).first() if len(key) == 36 else None


def _has_baseline(course: Course) -> bool:
    return course.follow_ups.filter(timepoint__name=Timepoint.BASELINE, answered_at__isnull=False).exists()


@require_safe
@row_page(
    TreatmentSession.objects.select_related(
        *("clinic", "course__patient", "course__treatment_type", "course__protocol", "course__clinic"),
        *("performed_by", "logged_by", "time_out_by", "entered_in_error_by", "holds", "aftercare", *KINDS),
    ).prefetch_related(
        "injections",
        Prefetch("course__follow_ups", FollowUp.objects.select_related("timepoint")),
        Prefetch("lot_uses", LotUse.objects.select_related("lot__product", "injection").order_by("id")),
        Prefetch("review_items", ReviewItem.objects.select_related("raised_by", "settled_by")),
    )
)
def session(request: HttpRequest, session: TreatmentSession) -> HttpResponse:
    """Everything that was recorded, what follows from it, what was changed, and when the patient will be asked."""
    preparation = preparation_of(session)
    context = {
        "section": "patients",
        "session": session,
        "patient": session.course.patient,
        "visit": lines_of(session, {name: session_words.VISIT[name] for name in SURROUNDINGS}),
        "around": [
            ("Before", lines_of(getattr(session, "holds", None), session_words.HOLDS)),
            ("After", lines_of(getattr(session, "aftercare", None), session_words.AFTERCARE)),
        ],
        "injections": [(injection, lines_of(injection, INJECTION_DETAILS)) for injection in session.injections.all()],
        "groups": groups_of(preparation),
        "dose": dose_of(preparation),
        "completeness": meter_of(session),
        "washout": washout_of(session),
        "lot_uses": [use for use in session.lot_uses.all() if use.reversed_at is None or session.entered_in_error_at],
        "revisions": revisions_of(session),
        "can_undo": may_undo(session, by=request.user, at=timezone.now()),
    }
    return render(request, "treatments/session.html", context)


def may_undo(session: TreatmentSession, *, by: User, at: dt.datetime) -> bool:
    """Whether this person logged it within the last ten minutes and nobody has changed it since."""
    is_fresh = session.version == 1 and at - session.logged_at < UNDO_FOR
    return is_fresh and session.logged_by_id == by.pk and session.entered_in_error_at is None
