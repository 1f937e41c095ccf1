"""ICD-10-CM codes of complaints: the ones a clinic meets most, and the shape every other must have. No Django.

``definitions/icd10.csv`` holds billable codes of the public-domain CDC release of April 2026.
"""

import csv
import re
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent / "definitions" / "icd10.csv"
COMPLICATIONS = Path(__file__).parent / "definitions" / "icd10_complications.csv"
_SHAPE = re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?")


class CodeRefused(ValueError):
    """Not a code that can be recorded; the text says why and what to type."""


@cache
def common_codes() -> dict[str, str]:
    """The label of each common code, in the order of the codes."""
    return _labels(SOURCE)


@cache
def complication_codes() -> dict[str, str]:
    """The label of each code that an adverse event is often given, in the order of the codes."""
    return _labels(COMPLICATIONS)


def _labels(source: Path) -> dict[str, str]:
    with source.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["label"] for row in csv.DictReader(file)}


def checked(written: str) -> str:
    """``written`` as a code: capitals, the dot in its place ("m1711" is M17.11).

    Raises CodeRefused for what has no such shape, and for headers like M54.5, which must be made more exact.
    Codes that are not in the list of common ones are accepted as they are.
    """
    letters = re.sub(r"[\s.]", "", written).upper()
    code = letters if len(letters) <= 3 else f"{letters[:3]}.{letters[3:]}"
    if not _SHAPE.fullmatch(code):
        raise CodeRefused(f"“{written}” is not an ICD-10 code. Codes look like M17.11.")
    narrower = [common for common in common_codes() if common.startswith(code) and common != code]
    if narrower and code not in common_codes():
        raise CodeRefused(f"{code} is a heading. Choose a code below it: {_listed(narrower)}.")
    return code


def _listed(codes: list[str]) -> str:
    shown = codes if len(codes) <= 4 else [*codes[:3], "…"]
    return ", ".join(shown)
