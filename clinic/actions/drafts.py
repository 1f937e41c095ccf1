"""What staff typed and did not send yet: kept as it is typed, and forgotten once it is sent or a week old."""

import datetime as dt
import json
import uuid

from django.db import transaction

from clinic import field_keys
from clinic.actions.gate import require
from clinic.models import Clinic, FormDraft, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken

LARGEST = 100_000


class DraftTooLong(RuleBroken):
    code = "draft_too_long"


class AnotherDraftWaits(RuleBroken):
    code = "another_draft_waits"


@transaction.atomic
def save_draft(
    *,
    clinic: Clinic,
    path: str,
    page: uuid.UUID,
    fields: list[tuple[str, str]],
    needs: Permission,
    begun_at: dt.datetime,
    at: dt.datetime,
    by: User,
) -> FormDraft:
    """Keep what this person typed into the form at ``path``, in place of what the same ``page`` sent before.

    ``needs``: what sending the form needs. Raises PermissionDenied, DraftTooLong, and AnotherDraftWaits where another
    page has left something that nobody took up or discarded.
    """
    require(by, clinic, needs)
    content = json.dumps(fields)
    if len(content) > LARGEST:
        raise DraftTooLong("Too long to be kept as a draft.")
    mine = FormDraft.objects.filter(clinic=clinic, user=by, path=path)
    mine.filter(saved_at__lt=at - FormDraft.KEPT).delete()
    typed = {"saved_at": at, "sealed_fields": field_keys.seal(content)}
    draft, is_new = FormDraft.objects.get_or_create(
        clinic=clinic, user=by, path=path, defaults={"page": page, "begun_at": begun_at, **typed}
    )
    if draft.page != page:
        raise AnotherDraftWaits("Not kept: an earlier draft waits. Reload the page to continue or discard it.")
    if not is_new:
        mine.filter(page=page).update(**typed)
    draft.saved_at = at
    return draft


def discard_draft(*, clinic: Clinic, path: str, by: User, page: uuid.UUID | None = None) -> None:
    """Forget what this person typed into the form at ``path``, if anything; with ``page`` only what was typed there."""
    drafts = FormDraft.objects.visible_to(by).filter(clinic=clinic, path=path)
    (drafts.filter(page=page) if page else drafts).delete()


def forget_drafts(*, at: dt.datetime) -> int:
    """Delete what was typed a week ago and never sent; how many."""
    return FormDraft.objects.filter(saved_at__lt=at - FormDraft.KEPT).delete()[0]
