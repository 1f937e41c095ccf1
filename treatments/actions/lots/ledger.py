"""One line in a lot's ledger, and the state that follows from what is left."""

import datetime as dt
from decimal import Decimal

from clinic.models import User
from clinic.rules import RuleBroken
from treatments.models import Lot, LotMovement

# Of the ledger's column.
LARGEST = Decimal(9_999_999)


class LotQuantityRefused(RuleBroken):
    code = "lot_quantity_refused"


def plain(quantity: Decimal) -> str:
    """The quantity as it is said: "3" for 3.000, "0.5" for 0.500."""
    text = format(quantity, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def check_quantity(quantity: Decimal, field: str) -> None:
    """Raises LotQuantityRefused unless the ledger can hold the quantity: above 0, at most three decimals."""
    if quantity <= 0:
        raise LotQuantityRefused("The quantity must be more than 0.", field)
    if quantity > LARGEST:
        raise LotQuantityRefused(f"The quantity cannot be more than {LARGEST:,}.", field)
    if quantity != round(quantity, 3):
        raise LotQuantityRefused("Give the quantity with at most three digits after the point.", field)


def move_lot(
    lot: Lot, *, kind: LotMovement.Kind, quantity: Decimal, reason: str = "", at: dt.datetime, by: User | None
) -> LotMovement:
    """Write one line (above 0: into the lot, below 0: out of it) and let the state follow. The caller holds the lock.

    A released lot with nothing left is used up, a used-up lot with something left is released again; a lot in
    quarantine, discarded or recalled stays what it is.
    """
    movement = LotMovement.objects.create(
        clinic_id=lot.clinic_id, lot=lot, kind=kind, quantity=quantity, reason=reason, moved_at=at, moved_by=by
    )
    left = Lot.objects.with_quantity().get(pk=lot.pk)
    if left.status == Lot.Status.RELEASED and left.quantity <= 0:
        Lot.objects.filter(pk=lot.pk).update(status=Lot.Status.USED_UP)
    elif left.status == Lot.Status.USED_UP and left.quantity > 0:
        Lot.objects.filter(pk=lot.pk).update(status=Lot.Status.RELEASED)
    return movement
