"""Request bodies: JSON in UTF-8, each key once, not larger than the limit."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from clinic.api_errors import BodyTooLarge, refuse


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise refuse(twice, "This field is given twice.", "given_twice")
    return dict(pairs)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


class StrictJsonParser(BaseParser):
    """RFC 8259 and no more: no NaN, no other encoding, no field given twice."""

    media_type = "application/json"
    most_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(self.most_bytes + 1)
        if len(raw) > self.most_bytes:
            raise BodyTooLarge(f"The request body is larger than {self.most_bytes // 1_000_000} MB.")
        try:
            data = json.loads(raw.decode(), object_pairs_hook=_each_key_once, parse_constant=_no_constant)
            # Half a surrogate pair, written as an escape, could be neither stored nor shown in an error.
            json.dumps(data, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is not valid JSON: {error}") from None
        return data


class FileJsonParser(StrictJsonParser):
    """The same, with room for a file of 10 MB in base64."""

    most_bytes = 14_000_000
