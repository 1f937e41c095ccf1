"""Every instrument that a clinic could ask: what is on, and why the others are not."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from clinic.models import Clinic
from outcomes.instruments import Instrument, instrument_of, library, shipped_definitions
from outcomes.licensed import known, known_definitions, structures
from outcomes.models import AssignedInstrument, LoadedInstrument
from outcomes.open_alerts import may_ask_self_harm
from outcomes.self_harm import asks_about_self_harm, refusal_of

SOON = dt.timedelta(days=60)


class State(StrEnum):
    """Whether an instrument is asked."""

    ON = "on"
    WAITS = "waits"
    EXPIRED = "expired"
    RETIRED = "retired"

    @property
    def is_on(self) -> bool:
        return self is State.ON


@dataclass(frozen=True)
class Version:
    """One version. ``row``: as the clinic brought it; None where it ships or is known without words."""

    instrument: Instrument
    definition: Mapping[str, Any]
    row: LoadedInstrument | None = None

    @property
    def licence(self) -> str:
        """Whose it is, in one line."""
        if self.row is None:
            return str(self.definition.get("licence", ""))
        return f"{self.row.licence_holder}, {self.row.licence_ref}"


@dataclass(frozen=True)
class Entry:
    """One instrument. ``now``: the version that is asked, else the newest. ``uses``: protocols that new courses follow.

    ``words``: its state in words. ``versions``: all that were brought or ship, the newest first.
    """

    code: str
    state: State
    words: str
    now: Version
    versions: tuple[Version, ...]
    uses: tuple[str, ...]
    is_soon_over: bool = False

    @property
    def can_be_worded(self) -> bool:
        """Mendline knows its questions, so that only their words are missing or could be others."""
        return self.code in known_definitions()


def catalogue(clinic: Clinic, *, on: dt.date) -> list[Entry]:
    """Every instrument the clinic has or could bring, by name, those that are on first; two queries."""
    rows: dict[str, list[LoadedInstrument]] = {}
    for row in LoadedInstrument.objects.filter(clinic=clinic).order_by("-pk"):
        rows.setdefault(row.code, []).append(row)
    uses = _uses(clinic)
    entries = [
        _entry(clinic, code, rows.get(code, []), uses.get(code, ()), on) for code in {**known(), **dict.fromkeys(rows)}
    ]
    return sorted(entries, key=lambda entry: (not entry.state.is_on, entry.now.instrument.name.casefold()))


def entry_of(clinic: Clinic, code: str, *, on: dt.date) -> Entry | None:
    """One of them; None where there is none with this code."""
    brought = LoadedInstrument.objects.filter(clinic=clinic, code=code).select_related("attested_by")
    rows = list(brought.order_by("-pk"))
    return _entry(clinic, code, rows, _uses(clinic).get(code, ()), on) if rows or code in known() else None


def why_not_asked(clinic: Clinic, *, on: dt.date) -> dict[str, str]:
    """Of every instrument that is not asked now, why, by code."""
    return {entry.code: entry.words for entry in catalogue(clinic, on=on) if not entry.state.is_on}


def _uses(clinic: Clinic) -> dict[str, tuple[str, ...]]:
    assigned = AssignedInstrument.objects.filter(clinic=clinic, timepoint__protocol__is_retired=False)
    pairs = assigned.order_by().values_list("instrument", "timepoint__protocol__name").distinct()
    found: dict[str, tuple[str, ...]] = {}
    for code, name in sorted(pairs):
        found[code] = (*found.get(code, ()), name)
    return found


def _entry(clinic: Clinic, code: str, rows: Sequence[LoadedInstrument], uses: tuple[str, ...], on: dt.date) -> Entry:
    brought = [Version(instrument_of(row.definition), row.definition, row) for row in rows]
    own = _own_versions(code)
    is_watched = may_ask_self_harm(clinic)
    usable = [
        one
        for one in brought
        if one.row and _is_usable(one.row, on) and not refusal_of(one.definition, is_watched=is_watched)
    ]
    now = next(iter([*usable, *(own if code in library() else ()), *brought, *own]))
    state, words = _state(clinic, code, usable, rows, now, on)
    ends = now.row.expires_on if now.row and state is State.ON else None
    is_soon_over = ends is not None and ends < on + SOON
    return Entry(code, state, words, now, (*brought, *own), uses, is_soon_over)


def _own_versions(code: str) -> list[Version]:
    """The newest first: those that ship, or what Mendline knows of one that does not."""
    shipped = [Version(instrument_of(raw), raw) for (name, _), raw in shipped_definitions().items() if name == code]
    known_only = [Version(structures()[code], known_definitions()[code])] if code in structures() else []
    return [*reversed(shipped), *known_only]


def _is_usable(row: LoadedInstrument, on: dt.date) -> bool:
    return row.retired_at is None and (row.expires_on is None or row.expires_on >= on)


def _state(
    clinic: Clinic,
    code: str,
    usable: Sequence[Version],
    rows: Sequence[LoadedInstrument],
    now: Version,
    on: dt.date,
) -> tuple[State, str]:
    if usable:
        ends = now.row.expires_on if now.row else None
        return State.ON, f"On; licence expires on {_day(ends)}" if ends else "On"
    if code in library() and library()[code].is_ready:
        return State.ON, "On"
    if refusal_of(now.definition, is_watched=may_ask_self_harm(clinic)):
        return State.WAITS, "Waits until somebody watches the answers"
    over = [row.expires_on for row in rows if row.retired_at is None and row.expires_on and row.expires_on < on]
    if over:
        return State.EXPIRED, f"Licence expired on {_day(max(over))}: not asked"
    if rows:
        return State.RETIRED, "Retired: not asked"
    if asks_about_self_harm(now.definition):
        return State.WAITS, "Can be switched on"
    return State.WAITS, "Waits for its official words"


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"
