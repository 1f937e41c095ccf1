"""Specification → SVG or PNG, kept by content. The only module that touches the drawing engine.

The engine starts at the first figure and lives in threads of that process. A process forked from it later would wait
for ever, so it is refused at once: figures are drawn by web and task workers, never by a master that forks them.
Drawing takes about 50 ms and holds the interpreter, hence the cache.
"""

import hashlib
import json
import os
import re
import threading
from functools import lru_cache
from html import escape

import vl_convert

from outcomes.figures.theme import Spec

VEGA_LITE = "6.4"
_FONT = re.compile(r' font-family="([^"]*)"')
_NOISE = re.compile(
    r' (?:aria-hidden="true"|pointer-events="none"|opacity="1"|aria-roledescription="[^"]*"'
    r'|role="graphics-(?:object|symbol)")'
)
_HOLLOW = re.compile(r'<path class="(?:background|foreground)"[^>]*d="(?:M0,0h0v0h0Z)?"[^>]*/>')
_GEOMETRY = re.compile(r' (d|transform)="([^"]*)"')
_LONG_NUMBER = re.compile(r"(\d\.\d{2})\d+")
_MARKS = re.compile(r' class="marks"([^>]*)>')


class StartedBeforeFork(RuntimeError):
    """This process was forked from one that had already drawn a figure; it would wait for ever."""


class _Engine:
    """Remembers which process started the engine."""

    def __init__(self) -> None:
        self._owner: int | None = None
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raises StartedBeforeFork unless this process started the engine, or may."""
        with self._lock:
            self._owner = self._owner or os.getpid()
        if self._owner != os.getpid():
            raise StartedBeforeFork("Figures were drawn before this process was forked. Draw them in workers only.")


_ENGINE = _Engine()


def source(spec: Spec) -> str:
    """The specification as text: the same figure, the same text."""
    return json.dumps(spec, separators=(",", ":"), ensure_ascii=False)


@lru_cache(maxsize=256)
def svg(spec: str) -> str:
    """The figure of ``source(spec)`` as SVG with a title and description; its ids are its own in any page."""
    _ENGINE.check()
    about = json.loads(spec)
    uid = "f" + hashlib.sha256(spec.encode()).hexdigest()[:8]
    drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    font = _FONT.search(drawn)
    drawn = _HOLLOW.sub("", _NOISE.sub("", _FONT.sub("", drawn)))
    drawn = _GEOMETRY.sub(_shortened, drawn)
    drawn = drawn.replace(' id="', f' id="{uid}-').replace("url(#", f"url(#{uid}-")
    head = (
        f' role="img" aria-labelledby="{uid}-t" aria-describedby="{uid}-d"{font[0] if font else ""}>'
        f'<title id="{uid}-t">{escape(about["usermeta"]["title"])}</title>'
        f'<desc id="{uid}-d">{escape(about["description"])}</desc>'
    )
    return _MARKS.sub(lambda match: f' class="figure"{match[1]}{head}', drawn, count=1)


def _shortened(match: re.Match[str]) -> str:
    geometry = _LONG_NUMBER.sub(r"\1", match[2])
    return f' {match[1]}="{geometry}"'


@lru_cache(maxsize=64)
def png(spec: str) -> bytes:
    """The figure of ``source(spec)`` as PNG at twice its size, for slides and documents."""
    _ENGINE.check()
    drawn: bytes = vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, scale=2, allowed_base_urls=[])
    return drawn
