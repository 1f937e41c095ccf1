"""Which code makes the figures: a hash of its source, because a running server knows neither a commit nor a package."""

import hashlib
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
# What decides about a number: rules, arithmetic, and the questions asked of the database.
DECIDES = ("outcome_*.py", "scoring/**/*.py", "scoring.py", "statistics/**/*.py", "reports/**/*.py")


@lru_cache(maxsize=1)
def code_version() -> str:
    """32 hex digits; the same wherever the same source runs."""
    found = hashlib.sha256()
    for path in sorted({path for pattern in DECIDES for path in HERE.glob(pattern)}):
        found.update(str(path.relative_to(HERE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:32]
