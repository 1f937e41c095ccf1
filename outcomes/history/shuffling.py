"""The same folder with its rows in another order."""

import csv
import random
from pathlib import Path


def write_shuffled(folder: Path, target: Path, seed: int) -> None:
    """Copy the CSV files of ``folder`` into ``target``, headers first, all other rows shuffled by ``seed``."""
    order = random.Random(seed)  # noqa: S311 no secret
    for source in sorted(folder.glob("*.csv")):
        with source.open(encoding="utf-8-sig", newline="") as lines:
            header, *rows = csv.reader(lines)
        order.shuffle(rows)
        with (target / source.name).open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([header, *rows])
