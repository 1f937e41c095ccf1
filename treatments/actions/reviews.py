"""Looking at what was done against a rule, and saying what came of it."""

import datetime as dt

from django.db import transaction

from clinic.actions import require
from clinic.models import Membership, User
from clinic.permissions import Permission, roles_with
from clinic.rules import RuleBroken
from treatments.models import ReviewItem


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


def _is_there_somebody_else(item: ReviewItem, by: User) -> bool:
    settlers = Membership.objects.filter(clinic_id=item.clinic_id, role__in=roles_with(Permission.REVIEW_SETTLE))
    return settlers.exclude(user=by).exists()
