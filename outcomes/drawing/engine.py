"""Specification → SVG or PNG, by a program of its own that reads orders and writes pictures.

The drawing engine takes about 250 MB, holds the interpreter while it draws and would hang in a process forked after its
start. So nobody else imports it: ``outcomes.drawing.process`` starts this program and talks to it.

An order is a line of JSON, ``[kind, spec]``; the answer a line of JSON, ``[is_drawn, bytes]``, and so many bytes: the
picture, or what went wrong. The program ends when nobody can order any more, after a minute without an order, and after
so many pictures that what the engine keeps of each could be felt.
"""

import json
import os
import re
import select
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from html import escape

import vl_convert

VEGA_LITE = "6.4"
IDLE_SECONDS = 60
MOST_PICTURES = 1_000
_FONT = re.compile(r' font-family="([^"]*)"')
_NOISE = re.compile(
    r' (?:aria-hidden="true"|pointer-events="none"|opacity="1"|aria-roledescription="[^"]*"'
    r'|role="graphics-(?:object|symbol)")'
)
_HOLLOW = re.compile(r'<path class="(?:background|foreground)"[^>]*d="(?:M0,0h0v0h0Z)?"[^>]*/>')
_GEOMETRY = re.compile(r' (d|transform)="([^"]*)"')
_LONG_NUMBER = re.compile(r"(\d\.\d{2})\d+")
_MARKS = re.compile(r' class="marks"([^>]*)>')


def svg(spec: str) -> bytes:
    """The figure as SVG with a title and description; its ids are its own in any page."""
    about = json.loads(spec)
    uid = "f" + sha256(spec.encode()).hexdigest()[:8]
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
    return _MARKS.sub(lambda match: f' class="figure"{match[1]}{head}', drawn, count=1).encode()


def _shortened(match: re.Match[str]) -> str:
    geometry = _LONG_NUMBER.sub(r"\1", match[2])
    return f' {match[1]}="{geometry}"'


def png(spec: str) -> bytes:
    """The figure as PNG at twice its size, for slides and documents."""
    drawn: bytes = vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, scale=2, allowed_base_urls=[])
    return drawn


DRAWERS: Mapping[str, Callable[[str], bytes]] = {"svg": svg, "png": png}


def serve(orders: int, answers: int) -> None:
    """Draw what is ordered on one descriptor and answer on the other, until it is time to end."""
    with open(orders, "rb", buffering=0) as source, open(answers, "wb") as sink:
        for _ in range(MOST_PICTURES):
            if not select.select([source], [], [], IDLE_SECONDS)[0]:
                return
            order = source.readline()
            if not order.endswith(b"\n"):
                return
            is_drawn, said = _answer(order)
            sink.write(json.dumps([is_drawn, len(said)]).encode() + b"\n" + said)
            sink.flush()


def _answer(order: bytes) -> tuple[bool, bytes]:
    kind, spec = json.loads(order)
    try:
        return True, DRAWERS[kind](spec)
    except ValueError as error:
        return False, str(error).encode()


if __name__ == "__main__":
    # What libraries print must not run into the pictures.
    pictures = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.fileno(), pictures)
