"""Staff forms that keep what is typed: a page says which permission sending needs, and shows two parts of a template.

The form's own address takes drafts, too, so that whoever cannot open the form cannot leave one. Without JavaScript
nothing is kept before the form is sent. Files are never kept.
"""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar
from urllib.parse import urlsplit

from django import forms
from django.core import signing
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from clinic import field_keys
from clinic.access import allow
from clinic.accesses import unnote
from clinic.actions import discard_draft, save_draft
from clinic.kept_forms import forget_kept, kept_for
from clinic.models import FormDraft
from clinic.permissions import Permission
from clinic.rules import RuleBroken

# The button or address that asks for a draft, and the hidden input that says which page the form was opened on.
DRAFT, OPENED = "draft", "opened"
NOT_KEPT = {"csrfmiddlewaretoken", DRAFT}
View = Callable[..., HttpResponse]
Form = TypeVar("Form", bound=forms.BaseForm)


@dataclass(frozen=True)
class OpenedForm:
    """One form on one page: which, and since when somebody is at it. ``token`` says so, signed, in a hidden input.

    ``waiting_since``: there is a draft of another page to be offered. ``taken``: the draft that this page goes on with.
    """

    token: str
    page: uuid.UUID
    at: dt.datetime
    waiting_since: dt.datetime | None = None
    taken: QueryDict | None = None


def keeps_draft(needs: Permission) -> Callable[[View], View]:
    """A form page that can be left and taken up again; inside of ``row_page`` or ``staff_page``.

    What is sent and answered by leading to another page is done, and its draft goes.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            asked = request.POST.get(DRAFT)
            if asked == "save":
                return _save(request, needs)
            if asked == "discard":
                _discard(request)
                return redirect(request.path)
            request.form_opened = _opened(request)
            response = view(request, *args, **kwargs)
            if request.method == "POST" and response.status_code == 302 and response.url != request.path:
                _discard(request, request.form_opened)
            return response

        return opened

    return decorate


def typed_into(request: HttpRequest) -> QueryDict | None:
    """What the form is bound to: what was sent, else the draft that was taken up, else nothing."""
    return request.POST if request.method == "POST" else request.form_opened.taken


def unjudged(form: Form, request: HttpRequest) -> Form:
    """The form, without a word about what is wrong unless it was sent."""
    if request.method != "POST":
        form._errors = ErrorDict()
    return form


def _opened(request: HttpRequest) -> OpenedForm:
    now = timezone.now()
    if request.method == "POST":
        return _read(request, request.POST.get(OPENED, "")) or _new(request, now)
    waiting = _waiting(request, now)
    if waiting is None:
        return _new(request, now)
    before = _read(request, waiting.get(OPENED, ""))
    if before and request.GET.get(DRAFT):
        return OpenedForm(before.token, before.page, before.at, taken=waiting)
    new = _new(request, now)
    return OpenedForm(new.token, new.page, new.at, waiting_since=before.at if before else now)


def _new(request: HttpRequest, now: dt.datetime) -> OpenedForm:
    page = uuid.uuid4()
    return OpenedForm(signing.dumps([str(page), now.isoformat()], salt=_salt(request)), page, now)


def _read(request: HttpRequest, token: str) -> OpenedForm | None:
    try:
        page, at = signing.loads(token, salt=_salt(request))
    except signing.BadSignature:
        return None
    return OpenedForm(token, uuid.UUID(page), dt.datetime.fromisoformat(at))


def _salt(request: HttpRequest) -> str:
    """A token is good for one person's form at one address."""
    return f"form:{request.user.pk}:{request.path}"


def _waiting(request: HttpRequest, now: dt.datetime) -> QueryDict | None:
    """What this person left in this form: what came after the session was over is newer than any draft."""
    kept = kept_for(request)
    if kept and urlsplit(kept.path).path == request.path:
        return _as_sent(kept.fields)
    drafts = FormDraft.objects.visible_to(request.user).kept(now)
    draft = drafts.filter(clinic=request.clinic, path=request.path).first()
    return _as_sent(json.loads(field_keys.opened(draft.sealed_fields))) if draft else None


def _as_sent(fields: list[tuple[str, str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in fields:
        if name != DRAFT:
            data.appendlist(name, value)
    return data


def _save(request: HttpRequest, needs: Permission) -> HttpResponse:
    allow(request, request.clinic, needs)
    # Nothing of the patient's is shown: typing is no further look into the record.
    unnote(request)
    form, now = _read(request, request.POST.get(OPENED, "")), timezone.now()
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in NOT_KEPT]
    whose = {"clinic": request.clinic, "path": request.path, "by": request.user}
    problem = "Not kept: this page is too old. Reload it."
    if form:
        try:
            save_draft(**whose, page=form.page, fields=fields, needs=needs, begun_at=form.at, at=now)
        except RuleBroken as broken:
            problem = broken.message
        else:
            return render(request, "_components/draft_saved.html", {"saved_at": now})
    return render(request, "_components/draft_saved.html", {"problem": problem}, status=409)


def _discard(request: HttpRequest, form: OpenedForm | None = None) -> None:
    """What was left in this form, or only what was typed on the page that is done with: another draft waits on."""
    discard_draft(clinic=request.clinic, path=request.path, by=request.user, page=form.page if form else None)
    kept = kept_for(request)
    if kept and urlsplit(kept.path).path == request.path and (not form or (OPENED, form.token) in kept.fields):
        forget_kept(request)
