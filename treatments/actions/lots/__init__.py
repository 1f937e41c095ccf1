"""Every change of lots: what comes in, what is used, what goes out."""

from treatments.actions.lots.ledger import LotQuantityRefused, move_lot
from treatments.actions.lots.using import (
    LotDiscarded,
    LotRecalled,
    LotUnknown,
    lock_lots,
    lot_findings,
    return_lots,
    take_lots,
)

__all__ = [
    "LotDiscarded",
    "LotQuantityRefused",
    "LotRecalled",
    "LotUnknown",
    "lock_lots",
    "lot_findings",
    "move_lot",
    "return_lots",
    "take_lots",
]
