"""The OpenAPI description of the API: generated once a process, with the errors that every operation has."""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

ERROR = {
    "type": "object",
    "description": "Every error has this shape.",
    "required": ["code", "message", "field"],
    "properties": {
        "code": {"type": "string", "description": "Stable; for programs."},
        "message": {"type": "string", "description": "A sentence for people: what is wrong and what to do."},
        "field": {
            "type": ["string", "null"],
            "description": "Which field, parameter or header, dotted inside the body; null when it is about the whole.",
        },
        "findings": {
            "type": "array",
            "description": "Only with code reasons_needed: each rule that needs a written reason, under its kind.",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("kind", "message", "field")},
            },
        },
        "current": {"type": "object", "description": "Only with 412: the row as it stands now."},
    },
}
# Every POST takes one: see clinic.idempotency.
KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A UUID you make for this request. The same key with the same body within a day changes nothing and "
    "gets the same answer; with another body it answers 422.",
    "schema": {"type": "string", "format": "uuid"},
}
EVERYWHERE = {
    "400": "A field, parameter or rule that does not fit",
    "401": "No token, or one that is not valid",
    "403": "Your role or your token does not allow this",
    "429": "Too many requests this minute; Retry-After says how many seconds to wait",
}
OF_ONE_ROW = {"404": "Nothing at this address that you may see"}
WITH_A_BODY = {"409": "Collides with a row that is there", "413": "Body over 1 MB", "415": "Body is not JSON"}
OF_A_VERSION = {"412": "Somebody else changed it first", "428": "If-Match is missing"}
OF_A_KEY = {"409": "A request with this Idempotency-Key is at work", "422": "This Idempotency-Key had another body"}


class BearerTokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes the tokens."""

    target_class = "clinic.authentication.BearerTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token from the page API tokens."}


def add_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Post-processing hook: one Error component, and the answers in that shape that each operation can give."""
    result["components"]["schemas"]["Error"] = ERROR
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if method == "post":
                operation.setdefault("parameters", []).append(KEY)
            for parameter in operation.get("parameters", []):
                # A yes-or-no filter is described by its type; its choices are texts, which no boolean is.
                if parameter["schema"].get("type") == "boolean":
                    parameter["schema"].pop("enum", None)
            for code, meaning in _errors_of(path, operation).items():
                operation["responses"].setdefault(code, _response(meaning))
    return result


def _errors_of(path: str, operation: dict[str, Any]) -> dict[str, str]:
    return {
        **EVERYWHERE,
        **(OF_ONE_ROW if "{" in path else {}),
        **(WITH_A_BODY if "requestBody" in operation else {}),
        **(OF_A_VERSION if _names(operation, "If-Match") else {}),
        **(OF_A_KEY if _names(operation, KEY["name"]) else {}),
    }


def _names(operation: dict[str, Any], header: str) -> bool:
    return any(parameter["name"] == header for parameter in operation.get("parameters", ()))


def _response(meaning: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


@cache
def api_schema() -> dict[str, Any]:
    """The whole description, the same for everybody."""
    return SchemaGenerator().get_schema(request=None, public=True)
