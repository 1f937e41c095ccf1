"""Request bodies: JSON in UTF-8, each key once, and never more than the limits, whatever is done with it afterwards."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from clinic.api_errors import BodyTooLarge, refuse, refuse_unstorable

MOST_DEPTH = 20
MOST_VALUES = 2_000
MOST_DIGITS = 40
# A string, whole or not ended, or a sign that begins, ends or parts values. It never looks at a character twice.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)


def _check_size(raw: bytes) -> None:
    """Before anything is built: not nested too deep, not too many values."""
    depth = values = 0
    for token in _TOKEN.finditer(raw):
        sign = raw[token.start()]
        depth += (sign in b"[{") - (sign in b"]}")
        values += sign in b"[{,"
        if depth > MOST_DEPTH:
            raise ParseError(f"The body is nested deeper than {MOST_DEPTH} levels.", "too_deep")
        if values > MOST_VALUES:
            raise ParseError(f"The body has more than {MOST_VALUES:,} values.", "too_many_values")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise refuse(twice, "This field is given twice.", "given_twice")
    return given


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"a number has more than {MOST_DIGITS} digits")
    return int(text)


def _fraction(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:MOST_DIGITS]} is too large a number")
    return number


def _texts(data: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text in ``data`` with its dotted place; the name of a member stands at the place of its object."""
    if isinstance(data, str):
        yield place, data
    elif isinstance(data, Mapping):
        for name, inner in data.items():
            yield place, name
            yield from _texts(inner, f"{place}.{name}" if place else name)
    elif isinstance(data, list):
        for index, inner in enumerate(data):
            yield from _texts(inner, f"{place}.{index}" if place else str(index))


class StrictJsonParser(BaseParser):
    """RFC 8259 and no more: no NaN, no other encoding, no field given twice, no text that cannot be stored."""

    media_type = "application/json"
    most_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        data = self._read(stream)
        for place, text in _texts(data):
            refuse_unstorable(place or None, text)
        return data

    def _read(self, stream: IO[bytes]) -> Any:
        raw = stream.read(self.most_bytes + 1)
        if len(raw) > self.most_bytes:
            raise BodyTooLarge(f"The request body is larger than {self.most_bytes // 1_000_000} MB.")
        _check_size(raw)
        try:
            return json.loads(
                raw.decode(),
                object_pairs_hook=_each_key_once,
                parse_constant=_no_constant,
                parse_int=_whole,
                parse_float=_fraction,
            )
        except ValueError as error:
            raise ParseError(f"The body is not valid JSON: {error}") from None


class FileJsonParser(StrictJsonParser):
    """The same, with room for a file of 10 MB in base64."""

    most_bytes = 14_000_000
