"""Looking at what was done against a rule, and saying what came of it."""

import datetime as dt

from django.db import transaction

from clinic.actions import require
from clinic.models import Membership, User
from clinic.permissions import Permission, roles_with
from clinic.rules import RuleBroken
from treatments.models import ReviewItem

REOPENED_WITHIN = dt.timedelta(minutes=10)


class ReviewRefused(RuleBroken):
    code = "review_refused"


@transaction.atomic
def settle_review(*, item: ReviewItem, settlement: str, at: dt.datetime, by: User) -> ReviewItem:
    """Close the item with what came of looking at it, in words.

    Nobody settles what they raised themselves, unless they are the only one at the clinic who may settle anything.
    Raises PermissionDenied, ReviewRefused.
    """
    require(by, item.clinic, Permission.REVIEW_SETTLE)
    item = ReviewItem.objects.select_for_update().get(pk=item.pk)
    if item.settled_at:
        raise ReviewRefused("Somebody has settled this already.")
    if not settlement.strip():
        raise ReviewRefused("Say what came of it.", "settlement")
    if item.raised_by_id == by.pk and _is_there_somebody_else(item, by):
        raise ReviewRefused("You gave the reason yourself: somebody else has to look at it.")
    item.settlement, item.settled_at, item.settled_by = settlement.strip(), at, by
    item.save(update_fields=["settlement", "settled_at", "settled_by"])
    return item


@transaction.atomic
def reopen_review(*, item: ReviewItem, at: dt.datetime, by: User) -> ReviewItem:
    """It was settled by mistake: it waits again. Within ten minutes, by whoever settled it; its words go to the history.

    Raises PermissionDenied, ReviewRefused.
    """
    require(by, item.clinic, Permission.REVIEW_SETTLE)
    item = ReviewItem.objects.select_for_update().get(pk=item.pk)
    if item.settled_at is None or item.settled_by_id != by.pk or at - item.settled_at > REOPENED_WITHIN:
        raise ReviewRefused("Only whoever settled it can take that back, within ten minutes.")
    item.settlement, item.settled_at, item.settled_by = "", None, None
    item.save(update_fields=["settlement", "settled_at", "settled_by"])
    return item


def _is_there_somebody_else(item: ReviewItem, by: User) -> bool:
    settlers = Membership.objects.filter(clinic_id=item.clinic_id, role__in=roles_with(Permission.REVIEW_SETTLE))
    return settlers.exclude(user=by).exists()
