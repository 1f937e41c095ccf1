"""SQL that reads the audit trail's tables for sealing and verifying: each row with the digests of what it says.

A row is put into words as jsonb, which has one spelling for one value: names and texts quoted, numbers exact, times in
UTC to the microsecond.
"""

from collections.abc import Sequence

from clinic.models import AuditSeal
from clinic.sources import Source

SEALS = AuditSeal._meta.db_table
DIGEST = "sha256(convert_to((SELECT to_jsonb(said) FROM (SELECT {columns}) said)::text, 'UTF8'))"
UNSEALED = """
SELECT e.{key}, {clinic}, {at}, {kind}, {user}, {patient}, {plain}, {personal}
FROM {table} e {joins}
WHERE e.{key} > %s AND NOT EXISTS (SELECT 1 FROM {seals} seal WHERE seal.source = '{table}' AND seal.event_id = e.{key})
ORDER BY e.{key} LIMIT %s
"""
SEALED = """
SELECT e.{key}, {plain}, {personal}, {is_blank} FROM {table} e WHERE e.{key} = ANY(%s)
"""
# The highest row so old that nobody can still be writing one before it.
SETTLED = """
SELECT max(e.{key}) FROM {table} e WHERE e.{key} > %s AND {at} < least(%s, (
  SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
))
"""
# A row of history with its neighbour in time: the state before it, or after it where a history keeps what was.
SHOWN = """
(SELECT '{table}', e.{key}, to_jsonb(e), {other} FROM {table} e WHERE e.{key} = ANY(%s))
"""
BEFORE = """
(SELECT to_jsonb(o) FROM {table} o WHERE o.id = e.id AND o.{key} < e.{key} ORDER BY o.{key} DESC LIMIT 1)
"""
AFTER = """
coalesce((SELECT to_jsonb(o) FROM {table} o WHERE o.id = e.id AND o.{key} > e.{key} ORDER BY o.{key} LIMIT 1),
  (SELECT to_jsonb(o) FROM {live} o WHERE o.id = e.id))
"""
SLIPPED_IN = """
SELECT e.{key} FROM {table} e WHERE e.{key} <= %s
AND NOT EXISTS (SELECT 1 FROM {seals} seal WHERE seal.source = '{table}' AND seal.event_id = e.{key})
ORDER BY e.{key} LIMIT 1
"""


def unsealed(source: Source) -> str:
    """Rows after a key that no seal covers, in order: with clinic, time, kind, user, patient and both digests."""
    return UNSEALED.format(
        **_names(source),
        clinic=source.clinic,
        kind=source.kind,
        user=source.user,
        patient=source.patient,
        joins=" ".join(source.joins),
        plain=_digest(source.plain),
        personal=_digest(source.personal),
    )


def sealed(source: Source, plain: Sequence[str], personal: Sequence[str]) -> str:
    """Rows by key: both digests over the columns that were sealed, and whether nothing personal is left."""
    blank = f"num_nonnulls({_columns(personal)}) = 0" if personal else "true"
    return SEALED.format(**_names(source), plain=_digest(plain), personal=_digest(personal), is_blank=blank)


def settled(source: Source) -> str:
    """Up to which row, after a key, the table is quiet."""
    return SETTLED.format(**_names(source))


def slipped_in(source: Source) -> str:
    """The first row up to a key that no seal covers, though sealing went past it."""
    return SLIPPED_IN.format(**_names(source))


def shown(source: Source, live: str) -> str:
    """Rows by key as they are, each with its neighbour; ``live`` is the tracked table of a history that keeps what was."""
    names = _names(source)
    other = AFTER.format(**names, live=live) if live else BEFORE.format(**names) if source.is_history else "NULL::jsonb"
    return SHOWN.format(**names, other=other)


def _names(source: Source) -> dict[str, str]:
    return {"table": source.table, "key": source.key, "at": source.at, "seals": SEALS}


def _columns(columns: Sequence[str]) -> str:
    return ", ".join(f'e."{column}"' for column in columns)


def _digest(columns: Sequence[str]) -> str:
    return DIGEST.format(columns=_columns(columns)) if columns else "sha256(convert_to('{}', 'UTF8'))"
