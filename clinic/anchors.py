"""Where each chain ended on some day, signed: kept in a second place, it shows when a chain's end was cut off."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.signing import BadSignature, Signer

from clinic.models import ChainHead

_signer = Signer(salt="clinic.anchors", sep=" ")


class NotAnAnchor(Exception):
    """A line that this server did not sign."""


@dataclass(frozen=True)
class Anchor:
    """One chain's end at one moment."""

    at: str
    clinic: int | None
    number: int
    digest: str

    def line(self) -> str:
        """The anchor as one line of text, with the signature last."""
        return _signer.sign(f"{self.at} {self.clinic or '-'} {self.number} {self.digest}")

    @classmethod
    def read(cls, line: str) -> "Anchor":
        """Raises NotAnAnchor."""
        try:
            at, clinic, number, digest = _signer.unsign(line.strip()).split(" ")
        except (BadSignature, ValueError):
            raise NotAnAnchor(line.strip()) from None
        return cls(at, None if clinic == "-" else int(clinic), int(number), digest)


def anchors(heads: Iterable[ChainHead], at: dt.datetime) -> list[Anchor]:
    """Where the chains end now."""
    return [
        Anchor(at.isoformat(timespec="seconds"), head.clinic_id, head.number, bytes(head.digest).hex())
        for head in heads
    ]


def write(lines: Iterable[str], path: Path) -> None:
    """Add to the file, which belongs on another disk or machine."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def read(path: Path) -> Iterator[Anchor]:
    """Every anchor of a file. Raises NotAnAnchor."""
    with path.open(encoding="utf-8") as file:
        yield from (Anchor.read(line) for line in file if line.strip())
