"""A text as a QR code that a template can draw. No Django."""

from itertools import groupby
from typing import NamedTuple

import segno

# Quiet zone that readers need around the code, in modules.
BORDER = 4


class Qr(NamedTuple):
    """A square of ``size`` units; ``path`` draws the dark ones, as SVG says it."""

    size: int
    path: str

    @property
    def svg(self) -> str:
        """The whole picture, for where no template draws it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.size} {self.size}">'
            f'<path fill="#000" d="{self.path}"/></svg>'
        )


def qr_of(text: str) -> Qr:
    """The code of a text; readable with an eighth of it lost."""
    rows = segno.make_qr(text, error="m").matrix
    path = "".join(_run(y, x, length) for y, row in enumerate(rows) for x, length in _dark(row))
    return Qr(len(rows) + 2 * BORDER, path)


def _dark(row: bytearray) -> list[tuple[int, int]]:
    """Where each run of dark modules begins, and how long it is."""
    runs, start = [], 0
    for is_dark, modules in groupby(row):
        length = len(list(modules))
        if is_dark:
            runs.append((start, length))
        start += length
    return runs


def _run(y: int, x: int, length: int) -> str:
    return f"M{x + BORDER} {y + BORDER}h{length}v1h-{length}z"
