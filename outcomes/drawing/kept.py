"""Figures as pictures, each drawn once: kept in Redis by everything that decides how it looks."""

import json
import zlib
from base64 import b64decode, b64encode
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from django.core.cache import cache

from outcomes.drawing import process
from outcomes.figures.theme import Spec

# After the last look at it. Longer than from one night's drawings to the next.
KEPT_SECONDS = 26 * 60 * 60
# Of the text that is kept; a figure has 2 to 40 kB.
MOST_KEPT = 256_000


def source(spec: Spec) -> str:
    """The specification as text: the same figure, the same text."""
    return json.dumps(spec, separators=(",", ":"), ensure_ascii=False)


def svg(spec: str) -> str:
    """The figure of ``source(spec)`` as SVG. Raises NotDrawn."""
    return _picture("svg", spec).decode()


def png(spec: str) -> bytes:
    """The figure of ``source(spec)`` as PNG. Raises NotDrawn."""
    return _picture("png", spec)


def _picture(kind: str, spec: str) -> bytes:
    key = _key(kind, spec)
    kept = cache.get(key)
    if kept:
        cache.touch(key, KEPT_SECONDS)
        return zlib.decompress(b64decode(kept))
    drawn = process.draw(kind, spec)
    text = b64encode(zlib.compress(drawn)).decode()
    if len(text) <= MOST_KEPT:
        cache.set(key, text, KEPT_SECONDS)
    return drawn


def _key(kind: str, spec: str) -> str:
    """Width, theme, language and numbers are in the specification; the rest is who draws."""
    return f"figure:{kind}:{sha256(f'{_engine()}{spec}'.encode()).hexdigest()}"


@lru_cache(maxsize=1)
def _engine() -> str:
    code = Path(__file__).with_name("engine.py").read_bytes()
    return f"{version('vl-convert-python')} {sha256(code).hexdigest()}\n"
