"""What kind of file somebody brought, by its first bytes and never by its name. No Django, no database."""

import hashlib
from dataclasses import dataclass

from clinic.rules import RuleBroken

MOST_BYTES = 10_000_000
MAGIC = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
ENDINGS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}


class FileRefused(RuleBroken):
    code = "file_refused"


@dataclass(frozen=True)
class Inspected:
    """A file that may be kept: its name with the right ending, its media type, its SHA-256 in hexadecimal digits."""

    name: str
    media_type: str
    sha256: str


def inspect(name: str, content: bytes) -> Inspected:
    """Raises FileRefused unless it is a PDF, PNG or JPEG of at most 10 MB."""
    if len(content) > MOST_BYTES:
        raise FileRefused("The file is larger than 10 MB. Scan it in grey, or page by page.", "file")
    media_type = next((kind for start, kind in MAGIC.items() if content.startswith(start)), None)
    if media_type is None:
        raise FileRefused("The file is neither a PDF nor a PNG or JPEG picture.", "file")
    return Inspected(tidy_name(name, ENDINGS[media_type]), media_type, hashlib.sha256(content).hexdigest())


def tidy_name(name: str, ending: str) -> str:
    """A name that is safe in a header and on a disk, whatever came from outside."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign if sign.isalnum() or sign in " ._-()" else "_" for sign in last).strip(" .")
    stem = kept.rpartition(".")[0] or kept or "file"
    return stem[: 160 - len(ending)] + ending
