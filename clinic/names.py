"""How patients are called on the screen of this request: by name, or where others can look on, by their initials.

One switch for everything that a page prints, so that a new page cannot forget it; whoever sends no page leaves it off.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HIDDEN = "hidden"
# Fields that say who a patient is, wherever they are shown one by one.
TELLING = frozenset({"family_name", "given_name", "signed_name", "email", "search_text"})

_are_hidden: ContextVar[bool] = ContextVar("names_are_hidden", default=False)


def are_hidden() -> bool:
    """Whether names are not to be printed now."""
    return _are_hidden.get()


@contextmanager
def hidden(is_on: bool) -> Iterator[None]:
    """Names are hidden, or not, until the end."""
    before = _are_hidden.set(is_on)
    try:
        yield
    finally:
        _are_hidden.reset(before)


def initials_of(*names: str) -> str:
    """Like "R. Á." for "Ruth", "Álvarez"."""
    return " ".join(f"{name[0]}." for name in names if name)
