"""Is the audit trail as it was sealed? Reads every chain from its first link and says where it is not.

Memory stays flat: links are read some thousands at a time, in order.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import Min

from clinic import chain, digests
from clinic.anchors import Anchor
from clinic.models import AccessEvent, AuditMark, AuditSeal, AuditShape, ChainHead
from clinic.sources import Source, by_table

AT_ONCE = 5_000
ACCESSES = AccessEvent._meta.db_table


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed. ``number`` is the place in the chain, None where no link is concerned."""

    clinic: int | None
    number: int | None
    what: str

    def __str__(self) -> str:
        place = f"clinic {self.clinic}" if self.clinic else "no clinic"
        return f"{place}, entry {self.number}: {self.what}" if self.number else f"{place}: {self.what}"


def verify(anchors: Iterable[Anchor] = ()) -> Iterator[Finding]:
    """Everything that was changed, deleted, slipped in, moved or cut off, chain by chain, in order.

    A row whose personal columns were erased is sound when a sealed erasure of that patient came after it.
    """
    reader = _Reader()
    for head in ChainHead.objects.order_by("clinic_id"):
        yield from _chain(head, reader)
    for source in reader.sources.values():
        yield from _slipped_in(source)
    for anchor in anchors:
        yield from _anchored(anchor)
    yield from _headless()


def _chain(head: ChainHead, reader: "_Reader") -> Iterator[Finding]:
    number, last = 0, chain.GENESIS
    while seals := list(_after(head, number)):
        facts = reader.facts(seals)
        for seal in seals:
            found = _place(seal, number, last) or _said(seal, facts.get((seal.source, seal.event_id)), reader)
            if found:
                yield Finding(head.clinic_id, seal.number, found)
            number, last = seal.number, bytes(seal.digest)
    if (number, last) != (head.number, bytes(head.digest)):
        yield Finding(
            head.clinic_id, number + 1, f"is missing: the chain was cut off before its end, entry {head.number}"
        )


def _after(head: ChainHead, number: int) -> Iterable[AuditSeal]:
    """No further than the head that was read: others go on sealing."""
    between = {"number__gt": number, "number__lte": head.number}
    return AuditSeal.objects.filter(clinic=head.clinic_id, **between).order_by("number")[:AT_ONCE]


def _place(seal: AuditSeal, number: int, last: bytes) -> str:
    """What is wrong with a link among its neighbours, or nothing."""
    if seal.number != number + 1:
        return f"comes after entry {number}: what was between is missing"
    if bytes(seal.previous) != last:
        return "does not continue the entry before it: the chain was re-ordered, or an entry replaced"
    if chain.digest(_link(seal), last) != bytes(seal.digest):
        return "its seal was changed"
    return ""


def _link(seal: AuditSeal) -> chain.Link:
    return chain.Link(
        *(seal.clinic_id, seal.number, seal.source, seal.event_id, seal.shape_id, seal.at, seal.kind, seal.user_id),
        *(seal.patient_id, bytes(seal.plain_digest), bytes(seal.personal_digest)),
    )


def _said(seal: AuditSeal, facts: "_Facts | None", reader: "_Reader") -> str:
    """What is wrong with the row that a link speaks of, or nothing."""
    row = f"row {seal.event_id} of {seal.source}"
    if facts is None:
        return f"{row} was deleted"
    if facts.plain != bytes(seal.plain_digest):
        return f"{row} was changed"
    if facts.personal != bytes(seal.personal_digest) and not (facts.is_blank and reader.is_erased(seal)):
        return f"{row} was changed in what is personal"
    return ""


@dataclass(frozen=True)
class _Facts:
    """What a row says now, as digests over the columns that were sealed."""

    plain: bytes
    personal: bytes
    is_blank: bool


class _Reader:
    """Reads the rows that links speak of, some thousands with one statement for each table."""

    def __init__(self) -> None:
        self.sources = by_table()
        self.shapes = {shape.pk: shape for shape in AuditShape.objects.all()}

    def is_erased(self, seal: AuditSeal) -> bool:
        """Whether what was personal was taken away on purpose, and that is itself sealed."""
        whose = {"clinic": seal.clinic_id, "patient_id": seal.patient_id, "at__gte": seal.at}
        return AuditSeal.objects.filter(kind=AccessEvent.Kind.ERASED, source=ACCESSES, **whose).exists()

    def facts(self, seals: Iterable[AuditSeal]) -> dict[tuple[str, int], _Facts]:
        """By table and key."""
        keys: dict[tuple[str, int], list[int]] = defaultdict(list)
        for seal in seals:
            keys[seal.source, seal.shape_id].append(seal.event_id)
        found = {}
        for (table, shape), ids in keys.items():
            for key, *facts in self._rows(table, self.shapes.get(shape), ids):
                found[table, key] = _Facts(bytes(facts[0]), bytes(facts[1]), facts[2])
        return found

    def _rows(self, table: str, shape: AuditShape | None, ids: list[int]) -> list[tuple]:
        source = self.sources.get(table)
        if source is None or shape is None:
            return []
        with connection.cursor() as cursor:
            cursor.execute(digests.sealed(source, shape.plain, shape.personal), [ids])
            rows: list[tuple] = cursor.fetchall()
        return rows


def _slipped_in(source: Source) -> Iterator[Finding]:
    mark = AuditMark.objects.filter(source=source.table).first()
    with connection.cursor() as cursor:
        cursor.execute(digests.slipped_in(source), [mark.event_id if mark else 0])
        row = cursor.fetchone()
    if row:
        yield Finding(None, None, f"row {row[0]} of {source.table} was slipped in: sealing had already passed it")


def _anchored(anchor: Anchor) -> Iterator[Finding]:
    if anchor.number == 0:
        return
    seal = AuditSeal.objects.filter(clinic=anchor.clinic, number=anchor.number).first()
    if seal is None:
        yield Finding(anchor.clinic, anchor.number, f"is missing, and was there on {anchor.at}: the chain was cut off")
    elif bytes(seal.digest).hex() != anchor.digest:
        yield Finding(anchor.clinic, anchor.number, f"is not what it was on {anchor.at}: the chain was written anew")


def _headless() -> Iterator[Finding]:
    """Chains whose head was taken away."""
    heads = set(ChainHead.objects.values_list("clinic_id", flat=True))
    for row in AuditSeal.objects.order_by().values("clinic").annotate(first=Min("number")):
        if row["clinic"] not in heads:
            yield Finding(row["clinic"], row["first"], "begins a chain whose end is not known: its head was deleted")
