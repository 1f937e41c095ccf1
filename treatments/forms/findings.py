"""Findings of a session as the page shows them: what is wrong, what mends it, and the reason for going on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict

from treatments.findings import Finding
from treatments.models import ReviewItem

PREFIX = "reason-"
CHANGE_SIDE = "change_side"
MAX_REASON = 500


@dataclass(frozen=True)
class SideChange:
    """One injection on another side than planned. ``value`` is what the button that changes it sends."""

    number: int
    planned: str
    chosen: str
    value: str


@dataclass(frozen=True)
class FindingBlock:
    """All findings of one kind. ``lots``: public ids of the lots they are about, where they are about lots."""

    kind: str
    messages: list[str]
    needs_override: bool
    sides: list[SideChange] = field(default_factory=list)
    lots: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the input that takes the reason."""
        return f"{PREFIX}{self.kind}"

    @property
    def title(self) -> str:
        return str(ReviewItem.Kind(self.kind).label)


def reasons_in(data: QueryDict | None) -> dict[str, str]:
    """The written reasons that came with the page, by kind of finding."""
    typed = (
        {kind: data.get(f"{PREFIX}{kind}", "").strip()[:MAX_REASON] for kind in ReviewItem.Kind.values} if data else {}
    )
    return {kind: reason for kind, reason in typed.items() if reason}


def blocks_of(
    findings: Sequence[Finding], *, sides: Mapping[int, SideChange], lots: Sequence[str]
) -> list[FindingBlock]:
    """One block for each kind. ``sides``: the change that mends each injection; ``lots``: public ids by row."""
    blocks: dict[str, FindingBlock] = {}
    for finding in findings:
        block = blocks.setdefault(finding.kind, FindingBlock(finding.kind, [], finding.needs_override))
        block.messages.append(finding.message)
        part, _, rest = finding.field.partition(".")
        index = rest.partition(".")[0]
        number = int(index) if index.isdecimal() else -1
        if part == "injections" and number in sides:
            block.sides.append(sides[number])
        if part == "lots" and 0 <= number < len(lots):
            block.lots.append(lots[number])
    return list(blocks.values())


def with_changed_side(data: QueryDict) -> QueryDict:
    """What was typed, with the side of one injection changed to what the button said."""
    index, _, side = data.get(CHANGE_SIDE, "").partition("-")
    changed = data.copy()
    if index.isdecimal() and f"injections-{int(index)}-side" in data:
        changed[f"injections-{int(index)}-side"] = side
    return changed
