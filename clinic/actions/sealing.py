"""The audit trail is sealed: every new row becomes a link of its clinic's chain.

Rows are written plainly, so that no request waits for another; this comes after. Whoever seals holds the heads of all
chains, so that no chain can fork. What a rolled back transaction would have written was never there.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import connection, transaction

from clinic import chain, digests
from clinic.models import AuditMark, AuditShape, ChainHead
from clinic.sources import Source, sources

AT_ONCE = 10_000
# Longer than any transaction takes; one that runs even longer is asked for as well, where the database lets us see it.
QUIET = dt.timedelta(hours=6)
# One statement and one text for ten thousand links: several times as fast as as many rows of parameters.
INSERT = """
INSERT INTO clinic_auditseal (clinic_id, number, source, event_id, shape_id, at, kind, user_id, patient_id,
  plain_digest, personal_digest, previous, digest)
SELECT clinic_id, number, source, event_id, shape_id, at, kind, user_id, patient_id,
  decode(plain_digest, 'hex'), decode(personal_digest, 'hex'), decode(previous, 'hex'), decode(digest, 'hex')
FROM jsonb_to_recordset(%s) AS link (clinic_id bigint, number bigint, source text, event_id bigint, shape_id bigint,
  at timestamptz, kind text, user_id bigint, patient_id bigint,
  plain_digest text, personal_digest text, previous text, digest text)
"""


class Row(NamedTuple):
    """One row that waits to be sealed."""

    event_id: int
    clinic: int | None
    at: dt.datetime
    kind: str
    user: int | None
    patient: int | None
    plain: bytes
    personal: bytes
    source: str
    shape: int


def seal_audit(*, at: dt.datetime) -> int:
    """Seal everything that was committed until now; how many rows. Repeatable, also by two workers at once."""
    total = 0
    while sealed := _seal_some(at):
        total += sealed
    return total


@transaction.atomic
def _seal_some(at: dt.datetime) -> int:
    heads = _hold_heads()
    marks = {mark.source: mark for mark in AuditMark.objects.all()}
    waiting: list[Row] = []
    for source in sources():
        mark = marks.get(source.table) or AuditMark(source=source.table)
        # Asked first: what is committed between the two statements must not be passed over.
        quiet = _quiet(mark, source, at)
        waiting.extend(_waiting(source, mark.event_id, AT_ONCE - len(waiting)))
        if len(waiting) >= AT_ONCE:
            break
        if quiet is not None:
            mark.event_id = quiet
            mark.save()
    waiting.sort(key=lambda row: (row.at, row.source, row.event_id))
    _insert(_links(waiting, heads))
    _keep(heads)
    return len(waiting)


def _hold_heads() -> dict[int | None, ChainHead]:
    """Every chain's end, held. The chain of what is of no clinic is always there, so nobody else holds any."""
    ChainHead.objects.bulk_create([ChainHead(clinic=None, digest=chain.GENESIS)], ignore_conflicts=True)
    held = ChainHead.objects.select_for_update().order_by("pk")
    return {head.clinic_id: head for head in held}


def _waiting(source: Source, after: int, most: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(digests.unsealed(source), [after, most])
        rows = cursor.fetchall()
    shape = _shape(source) if rows else 0
    digested = [(*facts, bytes(plain), bytes(personal), source.table, shape) for *facts, plain, personal in rows]
    return list(map(Row._make, digested))


def _shape(source: Source) -> int:
    plain, personal = list(source.plain), list(source.personal)
    shape, _ = AuditShape.objects.get_or_create(source=source.table, plain=plain, personal=personal)
    return shape.pk


def _quiet(mark: AuditMark, source: Source, at: dt.datetime) -> int | None:
    """Up to which row nobody can still be writing one before it."""
    with connection.cursor() as cursor:
        cursor.execute(digests.settled(source), [mark.event_id, at - QUIET])
        [key] = cursor.fetchone()
    return key if key is None else int(key)


def _links(rows: Iterable[Row], heads: dict[int | None, ChainHead]) -> Iterator[dict[str, Any]]:
    for row in rows:
        head = heads.setdefault(row.clinic, ChainHead(clinic_id=row.clinic, digest=chain.GENESIS))
        previous = bytes(head.digest)
        head.number += 1
        head.digest = chain.digest(_link(row, head.number), previous)
        yield {
            "clinic_id": row.clinic,
            "number": head.number,
            "source": row.source,
            "event_id": row.event_id,
            "shape_id": row.shape,
            "at": row.at.isoformat(),
            "kind": row.kind,
            "user_id": row.user,
            "patient_id": row.patient,
            "plain_digest": row.plain.hex(),
            "personal_digest": row.personal.hex(),
            "previous": previous.hex(),
            "digest": head.digest.hex(),
        }


def _insert(links: Iterable[dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [json.dumps(list(links))])


def _link(row: Row, number: int) -> chain.Link:
    return chain.Link(
        *(row.clinic, number, row.source, row.event_id, row.shape, row.at, row.kind, row.user, row.patient),
        *(row.plain, row.personal),
    )


def _keep(heads: dict[int | None, ChainHead]) -> None:
    ChainHead.objects.bulk_create([head for head in heads.values() if head.pk is None])
    ChainHead.objects.bulk_update([head for head in heads.values() if head.pk], ["number", "digest"])
