"""Words and codes from other programs made fit: markup taken out, names made into codes."""

import html
import re
import unicodedata

_TAG = re.compile(r"<[/!a-zA-Z][^<>]*>?")
# These stand within a word or a sentence; where others end, a blank comes.
_WITHIN = re.compile(r"</?(?:b|i|u|em|strong|span|font|small|big|sub|sup|a|mark)\b[^<>]*>", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")


def without_markup(text: str) -> tuple[str, bool]:
    """The words alone, in one line, and whether there was markup in them."""
    bare = html.unescape(_untagged(text))
    # What was written as an entity may be markup in its turn.
    bare = _untagged(bare).replace("{", "(").replace("}", ")")
    plain = _BLANKS.sub(" ", bare).strip()
    return plain, plain != _BLANKS.sub(" ", text).strip()


def _untagged(text: str) -> str:
    return _TAG.sub(" ", _WITHIN.sub("", text))


def code_from(name: str, otherwise: str = "item") -> str:
    """A code like a name: small letters, digits and _."""
    ascii_ = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    code = re.sub(r"[^a-z0-9]+", "_", ascii_).strip("_")
    code = code if code[:1].isalpha() else f"{otherwise}_{code}" if code else otherwise
    return code[:40].rstrip("_")


def clipped(text: str, longest: int) -> str:
    """At most so many characters, cut between words."""
    if len(text) <= longest:
        return text
    return f"{text[: longest - 1].rsplit(' ', 1)[0].rstrip(' ,.;:')}…"[:longest]
