"""The API's description: the schema for programs, and a page for people made from the same schema."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiYamlRenderer2
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api_schema import api_schema
from clinic.filters import refuse_unknown_parameters
from clinic.viewsets import SignedInView

Schema = dict[str, Any]


class SchemaView(SignedInView):
    """The OpenAPI 3.1 description, as JSON or with ``?format=yaml`` as YAML."""

    schema = None
    renderer_classes = (JSONRenderer, OpenApiYamlRenderer2)

    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request.query_params, ["format"])
        return Response(api_schema())


@dataclass(frozen=True)
class Field:
    """One line of a table: a parameter, or a field of a body with its dotted place."""

    name: str
    kind: str
    is_required: bool
    description: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    title: str
    command: str


@dataclass(frozen=True)
class Operation:
    """One method at one address."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Resource:
    name: str
    operations: tuple[Operation, ...]


def resolved(schema: Schema) -> Schema:
    """``schema`` with its reference followed; what stands beside the reference wins."""
    parts = [*schema.get("allOf", []), *[one for one in schema.get("oneOf", []) if one != {"type": "null"}]]
    target = schema.get("$ref") or next((part["$ref"] for part in parts if "$ref" in part), None)
    if target is None:
        return schema
    found = resolved(api_schema()["components"]["schemas"][target.rpartition("/")[2]])
    return {**found, **{key: value for key, value in schema.items() if key not in {"$ref", "allOf", "oneOf"}}}


def kind_of(schema: Schema) -> str:
    """The type in words: "date-time", "list of string", "object"."""
    if "items" in schema:
        return f"list of {kind_of(resolved(schema['items']))}"
    kinds = schema.get("type", "string")
    named = [kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null"]
    return (
        schema.get("format") if schema.get("format") in {"uuid", "date", "date-time", "email", "decimal"} else named[0]
    )


def choices_of(schema: Schema) -> tuple[str, ...]:
    """The values an enumeration offers; what may be left empty is not one of them."""
    offered = schema.get("enum") or [
        value for one in schema.get("oneOf", []) for value in resolved(one).get("enum", ())
    ]
    return tuple(str(value) for value in offered if value not in ("", None))


def fields_of(schema: Schema, place: str = "") -> Iterator[Field]:
    """The fields of an object, those inside it after it, depth first."""
    schema = resolved(schema)
    if "items" in schema:
        yield from fields_of(schema["items"], f"{place}[].".replace(".[]", "[]"))
        return
    required = schema.get("required", ())
    for name, raw in schema.get("properties", {}).items():
        inner = resolved(raw)
        yield Field(place + name, kind_of(inner), name in required, described(inner), choices_of(inner))
        nested = resolved(inner["items"]) if "items" in inner else inner
        if "properties" in nested:
            yield from fields_of(nested, f"{place}{name}{'[]' if 'items' in inner else ''}.")


def described(schema: Schema) -> str:
    """The first paragraph, without markup; lists of values that the generator adds are shown as choices instead."""
    first = schema.get("description", "").partition("\n")[0]
    return "" if first.startswith("* ") else first.replace("`", "")


def parameters_of(operation: Schema) -> tuple[Field, ...]:
    return tuple(
        Field(
            raw["name"] if raw["in"] == "query" else f"{raw['name']} ({raw['in']})",
            kind_of(raw["schema"]),
            raw.get("required", False),
            described(raw),
            choices_of(raw["schema"]),
        )
        for raw in operation.get("parameters", ())
    )


def json_schema(content: Schema) -> Schema:
    return content.get("content", {}).get("application/json", {}).get("schema", {})


def examples_of(operation: Schema, method: str, path: str) -> tuple[Example, ...]:
    """A command for each example body; for a GET, one without."""
    head = f"curl -H 'Authorization: Bearer YOUR_TOKEN' {settings.SITE_URL}{path}"
    if method == "get":
        return (Example("Try it", head),)
    if "requestBody" not in operation:
        return (Example("Try it", f"{head} -X {method.upper()}"),)
    given = operation["requestBody"]["content"]["application/json"].get("examples", {})
    return tuple(
        Example(one.get("summary", key), f"{head} \\\n  --json '{pretty(one['value'])}'") for key, one in given.items()
    )


def pretty(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def operation_of(path: str, method: str, raw: Schema) -> Operation:
    good = next((answer for code, answer in raw["responses"].items() if code.startswith("2")), {})
    return Operation(
        id=raw["operationId"],
        method=method.upper(),
        path=path,
        summary=raw.get("summary", ""),
        description=described(raw),
        parameters=parameters_of(raw),
        body=tuple(fields_of(json_schema(raw.get("requestBody", {})))),
        answer=tuple(fields_of(json_schema(good))),
        examples=examples_of(raw, method, path),
    )


@cache
def resources() -> tuple[Resource, ...]:
    """Every operation of the schema under its resource, in the schema's order."""
    by_name: dict[str, list[Operation]] = {}
    for path, operations in api_schema()["paths"].items():
        for method, raw in operations.items():
            by_name.setdefault(raw["tags"][0], []).append(operation_of(path, method, raw))
    return tuple(Resource(name, tuple(operations)) for name, operations in by_name.items())


@require_safe
@login_required
def api_docs(request: HttpRequest) -> HttpResponse:
    """The reference for people who write programs."""
    context = {"resources": resources(), "api": f"{settings.SITE_URL}/api/v1/", "section": "setup"}
    return render(request, "clinic/api_docs.html", context)
