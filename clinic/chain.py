"""How one seal is bound to the one before it. No database: given the same row, always the same digest."""

import datetime as dt
import hashlib
from dataclasses import dataclass

GENESIS = bytes(32)


@dataclass(frozen=True)
class Link:
    """What a seal says about one row of the audit trail. ``at`` is UTC, to the microsecond, as the database keeps it."""

    clinic: int | None
    number: int
    source: str
    event_id: int
    shape: int
    at: dt.datetime
    kind: str
    user: int | None
    patient: int | None
    plain: bytes
    personal: bytes


def digest(link: Link, previous: bytes) -> bytes:
    """SHA-256 over the link and the digest before it; every part goes with its length, so that none runs into the next."""
    numbers = (link.clinic, link.number, link.event_id, link.shape, link.user, link.patient)
    texts = (link.source, link.at.astimezone(dt.UTC).isoformat(timespec="microseconds"), link.kind)
    parts = [previous, *(str(part).encode() for part in (*numbers, *texts)), link.plain, link.personal]
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()
