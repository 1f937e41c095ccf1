"""The lots of a session: that the needed ones are named, and on a change that only the differences move."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clinic.models import User
from treatments.actions.lots import lock_lots, lot_findings, move_lot, take_lots
from treatments.actions.sessions.parts import SessionParts
from treatments.actions.sessions.rows import SessionRows, place_of
from treatments.actions.sessions.rules import LotMissing
from treatments.findings import Finding
from treatments.models import (
    CellPreparation,
    ExosomePreparation,
    Lot,
    LotMovement,
    LotUse,
    Preparation,
    Product,
    ReviewItem,
    TreatmentSession,
)

Use = Mapping[str, Any]


def needed_product(record: Preparation) -> Product.Kind | None:
    """The kind of product without whose lot this preparation cannot be traced; None for the patient's own."""
    if isinstance(record, ExosomePreparation):
        return Product.Kind.EXOSOME_PRODUCT
    if isinstance(record, CellPreparation) and record.donor == CellPreparation.Donor.ALLOGENEIC:
        return Product.Kind.CELL_PRODUCT
    return None


def check_lots(parts: SessionParts, record: Preparation) -> None:
    """What was bought or donated names its lot; a use names one of the injections, or none."""
    needed = needed_product(record)
    if needed and not any(use["lot"].product.kind == needed for use in parts.lots):
        raise LotMissing(f"Name the lot of the {needed.label.lower()} that was used.", "lots")
    for index, use in enumerate(parts.lots):
        place = use.get("injection")
        if place is not None and not 0 <= place < len(parts.injections):
            raise LotMissing("There is no such injection in this session.", f"lots.{index}.injection")


@dataclass(frozen=True)
class Rebalancing:
    """What a change of lots comes to. ``added``: indexes of the uses that are new; ``removed``: what is given back."""

    uses: Sequence[Use]
    added: Sequence[int]
    removed: Sequence[LotUse]

    @property
    def new(self) -> list[Use]:
        """The uses that are new."""
        return [self.uses[index] for index in self.added]


def rebalance(session: TreatmentSession, parts: SessionParts, rows: SessionRows) -> Rebalancing:
    """Compare with what the session holds: the same lot, quantity and place is the same use. Locks every lot of both."""
    locked = lock_lots(parts.lots, clinic=session.clinic, session=session)
    uses = [{**use, "lot": lot} for use, lot in zip(parts.lots, locked, strict=True)]
    held = list(session.lot_uses.filter(reversed_at=None).select_related("injection", "lot").order_by("id"))
    added = []
    for index, use in enumerate(uses):
        wanted = (use["lot"].pk, use["quantity"], _place(use, rows))
        same = next((one for one in held if (one.lot_id, one.quantity, _place_of_use(one)) == wanted), None)
        if same is None:
            added.append(index)
        else:
            held.remove(same)
    return Rebalancing(uses, added, held)


def give_back(change: Rebalancing, *, at: dt.datetime, by: User) -> None:
    """Return what is no longer used, before anything is taken anew."""
    LotUse.objects.filter(pk__in=[use.pk for use in change.removed]).update(reversed_at=at, reversed_by=by)
    for use in change.removed:
        move_lot(use.lot, kind=LotMovement.Kind.RETURNED, quantity=use.quantity, at=at, by=by)


def findings_of(change: Rebalancing, *, day: dt.date) -> list[Finding]:
    """What speaks against the lots: against new ones everything, against kept ones that they had expired by ``day``."""
    kept = [index for index in range(len(change.uses)) if index not in change.added]
    expired = [
        finding
        for finding in lot_findings([change.uses[index] for index in kept], on=day)
        if finding.kind == ReviewItem.Kind.LOT_EXPIRED
    ]
    return [*_at(kept, expired), *_at(change.added, lot_findings(change.new, on=day))]


def take(session: TreatmentSession, change: Rebalancing, rows: SessionRows, *, at: dt.datetime, by: User) -> None:
    """Take what is new, in the injections as they are stored now."""
    order = [injection.pk for injection in sorted(rows.injections, key=lambda injection: injection.pk)]
    take_lots(session, [_ordered(use, rows, order) for use in change.new], at=at, by=by)


def lots_of(uses: Sequence[Use]) -> list[Lot]:
    """The lots named, each once."""
    return list({use["lot"].pk: use["lot"] for use in uses}.values())


def _ordered(use: Use, rows: SessionRows, order: list[int]) -> Use:
    place = use.get("injection")
    return use if place is None else {**use, "injection": order.index(rows.injections[place].pk)}


def _place(use: Use, rows: SessionRows) -> tuple[str, str, str] | None:
    index = use.get("injection")
    return None if index is None else place_of(rows.injections[index])


def _place_of_use(use: LotUse) -> tuple[str, str, str] | None:
    return None if use.injection is None else place_of(use.injection)


def _at(indexes: Sequence[int], findings: Sequence[Finding]) -> list[Finding]:
    """The findings about some of the uses, with the place that each has among all."""
    return [
        replace(finding, field=re.sub(r"\d+", lambda found: str(indexes[int(found[0])]), finding.field, count=1))
        for finding in findings
    ]
