"""Pages by position, not by number: stable while rows are added, equally fast at any depth."""

from typing import Any, NamedTuple, Protocol

from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from clinic.api_errors import refuse

DEFAULT_SIZE = 50
MAX_SIZE = 200
# Signed, so that what comes back is always a place that a page of ours ended with.
_signer = Signer(salt="clinic.pagination")


class Ordered(Protocol):
    """A view that says by which fields its list may be ordered, its usual ordering first."""

    orderings: tuple[str, ...]


class Place(NamedTuple):
    """The row beside which a page begins: its value in the ordering, and its id among equals."""

    ordering: str
    is_backward: bool
    value: str
    pk: int

    def encode(self) -> str:
        return _signer.sign_object(list(self))

    @classmethod
    def decode(cls, text: str) -> "Place":
        """Raises BadSignature when the text is not one of ours."""
        return cls(*_signer.unsign_object(text))


def chosen_ordering(request: Request, orderings: tuple[str, ...]) -> str:
    """The ordering asked for, else the usual one; 400 for one that is not offered."""
    ordering = request.query_params.get("ordering", orderings[0])
    if ordering.lstrip("-") not in {name.lstrip("-") for name in orderings} or ordering.startswith("--"):
        raise refuse("ordering", f"Choose one of: {', '.join(both_ways(orderings))}.", "invalid_choice")
    return ordering


def both_ways(orderings: tuple[str, ...]) -> list[str]:
    """Every value that ``ordering`` may have: each field, ascending and descending."""
    return [sign + name.lstrip("-") for name in orderings for sign in ("", "-")]


def page_size(request: Request) -> int:
    """Rows a page, 1 to 200; 400 for anything else."""
    text = request.query_params.get("page_size", str(DEFAULT_SIZE))
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MAX_SIZE):
        raise refuse("page_size", f"Give a whole number from 1 to {MAX_SIZE}.", "invalid")
    return int(text)


def beyond(queryset: QuerySet[Any], name: str, place: Place, *, is_descending: bool) -> QuerySet[Any]:
    """The rows after ``place`` in the ordering of ``name`` and then id."""
    word = "lt" if is_descending else "gt"
    if name == "id":
        return queryset.filter(**{f"id__{word}": place.pk})
    value = queryset.model._meta.get_field(name).to_python(place.value)
    tie = Q(**{name: value, f"id__{word}": place.pk})
    # The first condition says nothing new; with it PostgreSQL enters the index at the right place.
    return queryset.filter(**{f"{name}__{word}e": value}).filter(Q(**{f"{name}__{word}": value}) | tie)


class CursorPagination(BasePagination):
    """``next`` and ``previous`` are whole addresses; clients follow them and never build one."""

    query_names = ("cursor", "ordering", "page_size")

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Ordered) -> list[Any]:
        self.request = request
        self.ordering = chosen_ordering(request, view.orderings)
        size = page_size(request)
        place = self._place(request)
        self.is_backward = place is not None and place.is_backward
        rows = list(self._from(queryset, place)[: size + 1])
        has_more = len(rows) > size
        rows = rows[:size][:: -1 if self.is_backward else 1]
        came_from = place is not None
        has_next, has_previous = (came_from, has_more) if self.is_backward else (has_more, came_from)
        self.next = self._link(rows[-1], is_backward=False) if rows and has_next else None
        self.previous = self._link(rows[0], is_backward=True) if rows and has_previous else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next, "previous": self.previous, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri", "description": "Follow as it is; null at the end."}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Ordered) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": DEFAULT_SIZE}
        orderings = {"type": "string", "enum": both_ways(view.orderings), "default": view.orderings[0]}
        return [
            _parameter("cursor", {"type": "string"}, "From `next` or `previous` of another page."),
            _parameter("ordering", orderings, "A leading minus turns it round. Equal rows keep a fixed order."),
            _parameter("page_size", size, "Rows a page."),
        ]

    def _place(self, request: Request) -> Place | None:
        text = request.query_params.get("cursor")
        if text is None:
            return None
        try:
            place = Place.decode(text)
        except BadSignature:
            message = "This is not a cursor of this list. Follow `next` as it is, or leave it out."
            raise refuse("cursor", message, "invalid") from None
        if place.ordering != self.ordering:
            raise refuse("cursor", f"This cursor belongs to ordering={place.ordering}.", "invalid")
        return place

    def _from(self, queryset: QuerySet[Any], place: Place | None) -> QuerySet[Any]:
        name = self.ordering.lstrip("-")
        is_descending = self.ordering.startswith("-") != self.is_backward
        sign = "-" if is_descending else ""
        if place is not None:
            queryset = beyond(queryset, name, place, is_descending=is_descending)
        return queryset.order_by(*dict.fromkeys([f"{sign}{name}", f"{sign}id"]))

    def _link(self, row: Model, *, is_backward: bool) -> str:
        value = getattr(row, self.ordering.lstrip("-"))
        text = value.isoformat() if hasattr(value, "isoformat") else str(value)
        cursor = Place(self.ordering, is_backward, text, row.pk).encode()
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
