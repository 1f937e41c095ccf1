"""``python -m clinic.translations``: what was translated in ``locale/``, in the form that gettext reads. No Django.

The compiled form is made on every machine and not committed; without it pages would quietly fall back to English.
"""

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_all() -> None:
    """Compile every catalogue that changed since it was last compiled. Processes may do this at the same time."""
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            _compile(source, compiled)


def _compile(source: Path, compiled: Path) -> None:
    with source.open("rb") as file:
        catalog = read_po(file, abort_invalid=True)
    handle, name = tempfile.mkstemp(dir=compiled.parent, suffix=".mo.new")
    with os.fdopen(handle, "wb") as file:
        write_mo(file, catalog)
    Path(name).chmod(0o644)
    Path(name).replace(compiled)


if __name__ == "__main__":
    compile_all()
