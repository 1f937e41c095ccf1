"""If-Match: a change says which version it started from, and does not run over somebody else's."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api_errors import PreconditionRequired, refuse
from clinic.rules import RuleBroken

IF_MATCH = "If-Match"
WORDS = 'The version you started from, in quotes: "3". Another one by now: 412.'
IF_MATCH_HEADER = OpenApiParameter(
    IF_MATCH, OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description=WORDS
)
IF_MATCH_WHERE_THERE_IS_ONE = OpenApiParameter(
    IF_MATCH, OpenApiTypes.STR, OpenApiParameter.HEADER, description=f"Needed where there is one already. {WORDS}"
)


def if_match(request: Request) -> int:
    """The version of the header, like "3" in quotes; 428 without one, 400 for anything else."""
    text = request.headers.get(IF_MATCH)
    if text is None:
        raise PreconditionRequired
    number = text.strip().removeprefix('"').removesuffix('"')
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        raise refuse(IF_MATCH, 'Give the version that you started from, in quotes, like "3".', "invalid")
    return int(number)


def changed_meanwhile(broken: RuleBroken, current: dict[str, Any]) -> Response:
    """412 with the row as it stands, because somebody else was faster."""
    problem = {"code": broken.code, "message": broken.message, "field": IF_MATCH}
    return Response({**problem, "current": current}, status=status.HTTP_412_PRECONDITION_FAILED)
