"""Taking from lots for a session, and giving back. The ledger is the only quantity; the row lock makes it exact."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from clinic.models import Clinic, User
from clinic.rules import RuleBroken
from treatments.actions.lots.ledger import check_quantity, move_lot, plain
from treatments.findings import Finding
from treatments.models import Lot, LotMovement, LotUse, ReviewItem, TreatmentSession


class LotUnknown(RuleBroken):
    code = "lot_unknown"


class LotRecalled(RuleBroken):
    code = "lot_recalled"


class LotDiscarded(RuleBroken):
    code = "lot_discarded"


def lock_lots(
    uses: Sequence[Mapping[str, Any]], *, clinic: Clinic, session: TreatmentSession | None = None
) -> list[Lot]:
    """The lots of these uses, locked until the transaction ends, in the order of the uses.

    With ``session`` also what that session holds already is locked, so that changing it cannot deadlock; what it
    holds may stay even where the lot has been recalled or discarded since. Raises LotUnknown, LotQuantityRefused,
    LotRecalled, LotDiscarded, each naming its place, like "lots.0.lot".
    """
    held = _held(session)
    wanted = {use["lot"].pk for use in uses}
    locked = Lot.objects.select_for_update(of=("self",), no_key=True).filter(clinic_id=clinic.pk)
    found = {lot.pk: lot for lot in locked.filter(pk__in=wanted | set(held)).select_related("product").order_by("id")}
    asked: Counter[int] = Counter()
    for index, use in enumerate(uses):
        lot = found.get(use["lot"].pk)
        if lot is None:
            raise LotUnknown("There is no such lot at this clinic.", f"lots.{index}.lot")
        check_quantity(use["quantity"], f"lots.{index}.quantity")
        asked[lot.pk] += use["quantity"]
        if asked[lot.pk] > held.get(lot.pk, Decimal(0)):
            _check_usable(lot, f"lots.{index}.lot")
    return [found[use["lot"].pk] for use in uses]


def lot_findings(uses: Sequence[Mapping[str, Any]], *, on: dt.date) -> list[Finding]:
    """What speaks against these uses on this day of the clinic's calendar and may be passed with a reason.

    Each lot is named once for each reason. True while the lots are locked (``lock_lots``).
    """
    lots = Lot.objects.with_quantity().select_related("product").in_bulk([use["lot"].pk for use in uses])
    places: dict[int, int] = {}
    asked: Counter[int] = Counter()
    for index, use in enumerate(uses):
        places.setdefault(use["lot"].pk, index)
        asked[use["lot"].pk] += use["quantity"]
    return [
        finding
        for pk, index in places.items()
        for finding in _doubts(lots[pk], lots[pk].quantity, Decimal(asked[pk]), f"lots.{index}", on)
    ]


def take_lots(session: TreatmentSession, uses: Sequence[Mapping[str, Any]], *, at: dt.datetime, by: User) -> None:
    """Take what the session used out of the lots. A released lot of which nothing is left is used up.

    The caller holds the locks (``lock_lots``) and has decided about ``lot_findings``; ``injection`` of a use is the
    place of one of the session's injections, in the order of their ids, or None.
    """
    injections = list(session.injections.order_by("id"))
    LotUse.objects.bulk_create(
        LotUse(
            clinic_id=session.clinic_id,
            lot=use["lot"],
            session=session,
            patient_id=session.course.patient_id,
            injection=None if use.get("injection") is None else injections[use["injection"]],
            quantity=use["quantity"],
            used_at=session.performed_at,
        )
        for use in uses
    )
    for use in uses:
        move_lot(use["lot"], kind=LotMovement.Kind.USED, quantity=-use["quantity"], at=at, by=by)


@transaction.atomic
def return_lots(session: TreatmentSession, *, at: dt.datetime, by: User) -> None:
    """Give back all that the session took; doing it twice changes nothing. A used-up lot is released again."""
    locked = Lot.objects.select_for_update(of=("self",), no_key=True)
    list(locked.filter(pk__in=_held(session)).order_by("id"))
    uses = list(session.lot_uses.filter(reversed_at=None).select_related("lot"))
    session.lot_uses.filter(reversed_at=None).update(reversed_at=at, reversed_by=by)
    for use in uses:
        move_lot(use.lot, kind=LotMovement.Kind.RETURNED, quantity=use.quantity, at=at, by=by)


def _held(session: TreatmentSession | None) -> dict[int, Decimal]:
    """What the session has taken and not given back, by id of the lot."""
    held: Counter[int] = Counter()
    if session is not None:
        for lot_id, quantity in session.lot_uses.filter(reversed_at=None).values_list("lot_id", "quantity"):
            held[lot_id] += quantity
    return {lot_id: Decimal(quantity) for lot_id, quantity in held.items()}


def _check_usable(lot: Lot, field: str) -> None:
    if lot.status == Lot.Status.RECALLED:
        raise LotRecalled(
            f"Lot {lot.lot_number} is recalled and cannot be used. If the patient has already received it, open the "
            "recall and add the patient there with a note, so that they are on its work list.",
            field,
        )
    if lot.status == Lot.Status.DISCARDED:
        raise LotDiscarded(f"Lot {lot.lot_number} was discarded and cannot be used.", field)


def _doubts(lot: Lot, left: Decimal, asked: Decimal, place: str, on: dt.date) -> list[Finding]:
    doubts = []
    if lot.expires_on and lot.expires_on < on:
        message = f"Lot {lot.lot_number} expired on {lot.expires_on:%-d %b %Y}."
        doubts.append(Finding(ReviewItem.Kind.LOT_EXPIRED.value, message, f"{place}.lot"))
    if asked > left:
        message = (
            f"Lot {lot.lot_number} holds {plain(left)} ({lot.product.unit}), less than the {plain(asked)} entered."
        )
        doubts.append(Finding(ReviewItem.Kind.LOT_OVERDRAWN.value, message, f"{place}.quantity"))
    if lot.status == Lot.Status.QUARANTINE:
        message = f"Lot {lot.lot_number} is in quarantine and was not released."
        doubts.append(Finding(ReviewItem.Kind.LOT_NOT_RELEASED.value, message, f"{place}.lot"))
    return doubts
