"""Every change of lots: what comes in, what is used, what goes out."""

from treatments.actions.lots.codes import CodeRefused, check_donation_code, check_identification
from treatments.actions.lots.keeping import (
    attach_certificate,
    correct_quantity,
    discard_lot,
    quarantine_lot,
    receive_lot,
    record_storage_reading,
    release_lot,
)
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
    "CodeRefused",
    "LotDiscarded",
    "LotQuantityRefused",
    "LotRecalled",
    "LotUnknown",
    "attach_certificate",
    "check_donation_code",
    "check_identification",
    "correct_quantity",
    "discard_lot",
    "lock_lots",
    "lot_findings",
    "move_lot",
    "quarantine_lot",
    "receive_lot",
    "record_storage_reading",
    "release_lot",
    "return_lots",
    "take_lots",
]
