"""Text from outside as data: never more than the limits, each name once, nothing that JSON or TOML do not have."""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any, NoReturn

from outcomes.bringing.findings import Unreadable

MOST_BYTES = 1_000_000
MOST_DEPTH = 20
MOST_VALUES = 20_000
# A dotted name nests: what has many dots takes TOML's reader long.
MOST_DOTS = 20
# A string, ended or not, or a sign that begins, ends or parts values. It never looks at a character twice.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
_QUOTED = re.compile(r"\"(?:[^\"\\]++|\\.)*+\"|'[^']*+'")


def text_of(content: bytes) -> str:
    """The file as text. Raises Unreadable when it is too large, empty, or not UTF-8."""
    if len(content) > MOST_BYTES:
        raise Unreadable("The file is larger than 1 MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("The file is not UTF-8 text. Save it as UTF-8, a spreadsheet as “CSV UTF-8”.") from None
    if "\0" in text or not text.strip():
        raise Unreadable("The file is empty, or no text file.")
    return text


def json_in(text: str) -> Any:
    """The JSON in a text, before anything of which is built its depth and size are looked at. Raises Unreadable."""
    _check_size(text)
    try:
        return json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_constant, parse_int=_whole)
    except ValueError as error:
        raise Unreadable(f"The file is not valid JSON: {error}.") from None


def toml_in(text: str) -> dict[str, Any]:
    """The TOML in a text, with days as text. Raises Unreadable."""
    _check_size(text)
    for number, line in enumerate(text.splitlines(), start=1):
        if _QUOTED.sub("", line).count(".") > MOST_DOTS:
            raise Unreadable(f"Line {number} of the file has more than {MOST_DOTS} dots outside of quotes.")
    try:
        return {name: _said(value) for name, value in tomllib.loads(text).items()}
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"The file is not valid TOML: {error}.") from None


def _said(value: Any) -> Any:
    return str(value) if isinstance(value, dt.date | dt.time) else value


def _check_size(text: str) -> None:
    depth = values = 0
    for token in _TOKEN.finditer(text):
        sign = text[token.start()]
        depth += (sign in "[{") - (sign in "]}")
        values += sign in "[{,"
        if depth > MOST_DEPTH:
            raise Unreadable(f"The file is nested deeper than {MOST_DEPTH} levels.")
        if values > MOST_VALUES:
            raise Unreadable(f"The file has more than {MOST_VALUES:,} values.")


def _each_once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    given = dict(pairs)
    if len(given) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} is given twice")
    return given


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _whole(text: str) -> int:
    if len(text) > 40:
        raise ValueError("a number has more than 40 digits")
    return int(text)
