"""What rows were before: the database itself keeps a history of every tracked table.

Triggers write it (django-pghistory), so that raw SQL, COPY and bulk statements leave their traces like everything else.
They fire for each row: measured on 100,000 rows, triggers for each statement saved half of a bulk update and cost a
single one, which is what patients wait for, 15 ms more.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

import pghistory
from django.db import models
from django.http import HttpRequest
from django.utils.functional import LazyObject
from pghistory.models import Event

from clinic.change_context import changing

Row = TypeVar("Row", bound=type[models.Model])

OWN = ("pgh_id", "pgh_created_at", "pgh_label", "pgh_context", "pgh_context_id")
# Models without a history, and why that is right. A test holds every other model to one of the two decorators.
UNTRACKED = {
    "clinic.AccessEvent": "is a record of what happened itself",
    "clinic.AuditSeal": "seals history",
    "clinic.AuditShape": "describes seals",
    "clinic.AuditMark": "where sealing goes on",
    "clinic.ChainHead": "where sealing goes on",
    "clinic.BrowserSession": "comes and goes; signing in and out are access events",
    "clinic.CodeTries": "a counter; failing to sign in is an access event",
    "clinic.KeyedRequest": "a request that may come again, kept for a day; what it changed has a history",
    "clinic.FormDraft": "what is typed and not sent yet; what sending it changes has a history",
    "clinic.Job": "the queue of long work: its states and times are in the row",
    "clinic.JobFilePart": "a file of a day; who asked for it is in its job, who took it is an access event",
    "clinic.Heartbeat": "a sign of life, overwritten by the next",
    "clinic.StaffLetter": "the queue of letters: its states and times are in the row",
    "patients.BirthCheck": "a counter; who let a paused link work again is in the row",
    "patients.BirthGuesses": "a counter",
    "patients.MergedRow": "made once and never changed; who and when are in its merge",
    "patients.PatientLink": "only the hash of a secret, made once and never changed",
    "patients.PatientLetter": "the queue of letters: its states and times are in the row",
    "patients.ImportedPatient": "what an import can still undo, for a day; what it did is in the history of patients",
    "outcomes.Delivery": "the queue: every step between its states is a DeliveryChange, every attempt a row",
    "outcomes.DeliveryChange": "is a record of what happened itself",
    "outcomes.ProviderEvent": "is a record of what happened itself",
    "outcomes.ContactDecision": "worked out anew at every look; what was sent has rows of its own",
    "outcomes.DeliveryAttempt": "the queue's own record of what happened",
    "outcomes.SurveyLink": "only the hash of a secret, made once and never changed",
    "outcomes.TrialMessage": "the queue of test messages: its states and times are in the row",
    "outcomes.MessageText": "its versions are rows of their own, which never change",
    "outcomes.Outcome": "worked out from scores, sessions and follow-ups, which have a history",
    "outcomes.ReportSnapshot": "made once and never changed or deleted; who and when are in the row",
    "outcomes.SavedView": "a name for a question, without any number; who and when are in the row",
    "outcomes.OutcomeMark": "what is to be worked out anew; comes and goes",
    "outcomes.OutcomeTally": "sums of outcomes, which are worked out from what has a history",
}


class History(Event):
    """One state of one row: copied columns, when it was so, and in what context it was changed.

    Every copied column may be empty: what is personal can be blanked, and new columns were not there before. None is a
    key: history outlives what it refers to.
    """

    pgh_id = models.BigAutoField(primary_key=True)

    # The row as it was before the change, not after it.
    keeps_old: ClassVar[bool] = False

    class Meta:
        abstract = True


def history(*, without: Iterable[str] = ()) -> Callable[[Row], Row]:
    """For tables that staff change: each new row, each change and each deletion, with the row as it then was."""
    return _tracked((pghistory.InsertEvent, pghistory.UpdateEvent, pghistory.DeleteEvent), without, keeps_old=False)


def history_of_changes(*, without: Iterable[str] = ()) -> Callable[[Row], Row]:
    """For rows that patients and machines write by the thousand: only what a change or deletion took away."""
    return _tracked((pghistory.UpdateEvent, pghistory.DeleteEvent), without, keeps_old=True)


def _tracked(trackers: Iterable[Any], without: Iterable[str], *, keeps_old: bool) -> Callable[[Row], Row]:
    def decorate(model: Row) -> Row:
        left_out = {*without, *(field.name for field in model._meta.local_fields if field.generated)}
        kinds = [kind(row="OLD") if keeps_old and kind.row == "NEW" else kind() for kind in trackers]
        made_of: dict[str, Any] = {
            "attrs": {"Privacy": _privacy(model, left_out), "keeps_old": keeps_old, **_keys(model)},
            "meta": {"ordering": ("pgh_id",)},
        }
        decorated: Row = pghistory.track(
            *kinds,
            exclude=list(left_out),
            base_model=History,
            obj_field=None,
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(),
            **made_of,
        )(model)
        return decorated

    return decorate


def _keys(model: type[models.Model]) -> dict[str, models.Field]:
    """The row's own key, by which its history is found, and where it referred to, as plain numbers."""
    links = [field for field in model._meta.local_fields if field.is_relation]
    numbers = {field.name: models.BigIntegerField(null=True, db_column=field.column) for field in links}
    return {"id": models.BigIntegerField(db_index=True), **numbers}


def _privacy(model: type[models.Model], left_out: set[str]) -> type:
    """What is personal in a row is personal in its history."""
    tracked: Any = model
    personal = tracked.Privacy.personal - left_out
    return type("Privacy", (), {"personal": personal, "plain": tracked.Privacy.plain - left_out | set(OWN)})


def of_request(request: HttpRequest) -> changing:
    """The context of one request: who, by which method, on which page, and which program acts for them."""
    return changing(
        method=request.method,
        route=lambda: route_of(request),
        user=lambda: known_user_of(request),
        token=lambda: _token(request),
    )


def route_of(request: HttpRequest) -> str:
    """The name of the page or resource; never its address, which may hold a patient's link."""
    return request.resolver_match.view_name if request.resolver_match else ""


def user_of(request: HttpRequest) -> int | None:
    """Who is signed in."""
    user = getattr(request, "user", None)
    return user.pk if user is not None and user.is_authenticated else None


def known_user_of(request: HttpRequest) -> int | None:
    """The same, and nobody while that is still being found out.

    Finding it out may write: Django renews the session of somebody who was signed in with an earlier SECRET_KEY.
    """
    is_asked_for_later = isinstance(getattr(request, "user", None), LazyObject) and not hasattr(request, "_cached_user")
    return None if is_asked_for_later else user_of(request)


def _token(request: HttpRequest) -> str | None:
    token = getattr(request, "auth", None)
    return str(token.public_id) if token is not None else None
