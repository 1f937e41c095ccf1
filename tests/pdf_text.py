"""The words of a PDF that typst made, read back through its fonts' own tables of letters."""

import re
import zlib
from collections.abc import Iterator

ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def words_of(pdf: bytes) -> str:
    """Everything that is drawn, page after page, each run of letters parted from the next by a blank."""
    objects = {int(number): body for number, body in re.findall(rb"(?:^|\n)(\d+) 0 obj\s(.*?)endobj", pdf, re.S)}
    pages = (body for body in objects.values() if body.startswith(b"<</Type/Page/"))
    return " ".join(run for page in pages for run in _runs_of(page, objects))


def _runs_of(page: bytes, objects: dict[int, bytes]) -> Iterator[str]:
    fonts = {
        name: _letters(_stream(_named(b"ToUnicode", objects[int(font)], objects)))
        for name, font in re.findall(rb"/(f\d+) (\d+) 0 R", _named(b"Resources", page, objects))
    }
    for font, drawn in re.findall(rb"/(f\d+) [\d.]+ Tf(.*?)\nET", _stream(_named(b"Contents", page, objects)), re.S):
        codes = b"".join(_strings(drawn))
        yield "".join(fonts[font][int.from_bytes(codes[i : i + 2])] for i in range(0, len(codes), 2))


def _named(name: bytes, body: bytes, objects: dict[int, bytes]) -> bytes:
    return objects[int(re.search(rb"/" + name + rb" (\d+) 0 R", body)[1])]


def _stream(body: bytes) -> bytes:
    return zlib.decompress(re.search(rb"stream\n(.*)\nendstream", body, re.S)[1])


def _letters(table: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    return {int(code, 16): bytes.fromhex(letters.decode()).decode("utf-16-be") for code, letters in pairs}


def _strings(drawn: bytes) -> Iterator[bytes]:
    """The bytes between each pair of outer parentheses; inner ones that balance stand as they are."""
    depth, text = 0, b""
    for sign in re.findall(rb"\\[0-7]{3}|\\.|.", drawn, re.S):
        depth -= sign == b")"
        if depth:
            text += _plain(sign)
        elif sign == b")":
            yield text
            text = b""
        depth += sign == b"("


def _plain(sign: bytes) -> bytes:
    if len(sign) == 4:
        return bytes([int(sign[1:], 8)])
    return ESCAPED.get(sign[1:], sign[1:]) if len(sign) == 2 else sign
