"""One shape for every error of the API: ``{code, message, field}``."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler


def first_problem(detail: Any, field: str | None = None) -> tuple[str, str, str | None]:
    """(code, message, dotted field path) of the first problem in a DRF error detail."""
    if isinstance(detail, dict):
        name, inner = next(iter(detail.items()))
        path = None if name == "non_field_errors" else name if field is None else f"{field}.{name}"
        return first_problem(inner, path or field)
    if isinstance(detail, list):
        index = next((i for i, inner in enumerate(detail) if inner), 0)
        is_row = isinstance(detail[index], dict)
        return first_problem(detail[index], f"{field}.{index}" if is_row and field else field)
    return getattr(detail, "code", "invalid"), str(detail), field


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Django's and DRF's exceptions as one JSON shape; anything else stays a 500."""
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, Http404):
        code, message, field = "not_found", "There is nothing at this address that you may see.", None
    elif isinstance(error, PermissionDenied):
        code, message, field = "permission_denied", str(error), None
    else:
        assert isinstance(error, exceptions.APIException)
        code, message, field = first_problem(error.detail)
    response.data = {"code": code, "message": message, "field": field}
    return response
