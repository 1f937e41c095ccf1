"""One shape for every error of the API: ``{code, message, field}``."""

import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from clinic.rules import RuleBroken

# What is asked for collides with a row that is already there, or with an earlier request; everything else is a request
# to correct.
STATUSES = {
    "chart_number_taken": status.HTTP_409_CONFLICT,
    "patient_merged": status.HTTP_410_GONE,
    "idempotency_key_reused": status.HTTP_422_UNPROCESSABLE_ENTITY,
    "idempotency_key_in_use": status.HTTP_409_CONFLICT,
}


class BodyTooLarge(exceptions.APIException):
    """The request body is larger than the server reads."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = "The request body is larger than 1 MB."


class PreconditionRequired(exceptions.APIException):
    """A change that does not say which version it started from."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "if_match_missing"
    default_detail = {"If-Match": 'Give the version that you started from in this header, like "3" in quotes.'}


def refuse(field: str, message: str, code: str) -> exceptions.ValidationError:
    """A 400 about one named field or parameter, to be raised."""
    return exceptions.ValidationError({field: [exceptions.ErrorDetail(message, code)]})


def refuse_unstorable(field: str | None, text: str) -> None:
    """400 for a text that PostgreSQL cannot keep or JSON cannot show: with a NUL, or with half a surrogate pair."""
    if "\0" in text:
        message = "This contains a character that cannot be stored (NUL)."
        raise refuse(field or "non_field_errors", message, "null_characters_not_allowed")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise exceptions.ParseError("The body is not valid JSON: it has half a surrogate pair, which cannot be stored.")


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
    """Broken rules, Django's and DRF's exceptions as one JSON shape; anything else stays a 500."""
    if isinstance(error, RuleBroken):
        problem = {"code": error.code, "message": error.message, "field": error.field, **error.details()}
        return Response(problem, status=STATUSES.get(error.code, status.HTTP_400_BAD_REQUEST))
    response = exception_handler(error, context)
    if response is not None:
        code, message, field = said(error)
        response.data = {"code": code, "message": message, "field": field}
    return response


def said(error: Exception) -> tuple[str, str, str | None]:
    """(code, message, field) of an error that is not one of our own rules."""
    if isinstance(error, Http404):
        return "not_found", "There is nothing at this address that you may see.", None
    if isinstance(error, PermissionDenied):
        return "permission_denied", str(error), None
    return first_problem(getattr(error, "detail", str(error)))


def unavailable(request: HttpRequest) -> HttpResponse:
    """Nothing is broken for good: the same request may work in a moment."""
    answer = server_error(request)
    answer.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke on our side: programs get the API's own shape, people a page.

    503 when it is the database that is away, full or too busy: the same request works once it is back.
    """
    if request.path.startswith("/api/"):
        message = "Something went wrong on our side. It was recorded. Try again later."
        answer: HttpResponse = JsonResponse({"code": "server_error", "message": message, "field": None}, status=500)
    elif request.path.startswith(("/s/", "/my/", "/kiosk/")):
        # Whose page it is cannot be known any more, so it is said in both languages.
        answer = HttpResponseServerError(render_to_string("500_patient.html", {"codes": dict(settings.LANGUAGES)}))
    else:
        answer = defaults.server_error(request)
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        answer.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
        answer.headers["Retry-After"] = "10"
    return answer
