"""What every resource of the API has in common: the row gate, strict queries, pages, no caching."""

import hashlib
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from clinic.accesses import Kind, note, note_row
from clinic.api_errors import refuse_unstorable
from clinic.filters import refuse_unknown_parameters
from clinic.idempotency import once
from clinic.models import Clinic
from clinic.pagination import CursorPagination
from clinic.parsers import StrictJsonParser
from clinic.serializers import NothingSerializer
from clinic.sources import way_to_subject


class MaySeeThisKind(BasePermission):
    """403, in words, for somebody whose roles never let them see this kind of row; which rows, ``visible_to`` says."""

    def has_permission(self, request: Request, view: Any) -> bool:
        needed = getattr(view.queryset, "view_permission", None)
        if needed and not Clinic.objects.granting(request.user, needed).exists():
            raise PermissionDenied(f"Your role does not let you {needed.value}.")
        return True


class OnlyJson(BaseContentNegotiation):
    """There is one representation, so nothing to negotiate; errors are readable whatever was asked for."""

    def select_renderer(
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type

    def select_parser(self, request: Request, parsers: list[Any]) -> Any:
        essence = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == essence), None)


class SignedInView(APIView):
    """A view of the API for everybody who is signed in. Takes no body unless it says so; refuses what cannot be kept."""

    permission_classes = (IsAuthenticated,)
    parser_classes = ()
    metadata_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        for name, values in request.query_params.lists():
            for text in (name, *values):
                refuse_unstorable(name, text)

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """What was read carries a weak ETag of its content: asked for with If-None-Match, it is 304 until it changes.

        Weak, because it is no version that If-Match could name.
        """
        final = super().finalize_response(request, response, *args, **kwargs)
        is_read = request.method in ("GET", "HEAD") and final.status_code == status.HTTP_200_OK
        if not is_read or final.streaming or final.has_header("ETag"):
            return final
        if isinstance(final, Response):
            final.render()
        etag = f'W/"{hashlib.sha256(final.content).hexdigest()[:32]}"'
        final["ETag"] = etag
        kept: HttpResponseBase = get_conditional_response(request._request, etag=etag, response=final)
        return kept


class RowViewSet(SignedInView, GenericViewSet):
    """Rows of the person's own clinics, by public id.

    ``queryset`` has ``visible_to``; ``orderings`` are non-null fields, the usual ordering first.
    """

    orderings: ClassVar[tuple[str, ...]] = ("id",)
    post: Callable[..., Response]
    permission_classes = (IsAuthenticated, MaySeeThisKind)
    parser_classes = (StrictJsonParser,)
    content_negotiation_class = OnlyJson
    filter_backends = (DjangoFilterBackend,)
    pagination_class = CursorPagination
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not hasattr(cls.queryset, "visible_to"):
            raise TypeError(f"{cls.__name__} needs a queryset with visible_to, or it would show everybody's rows.")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.at = timezone.now()
        if request.method == "POST" and hasattr(self, "post"):
            # Called next by REST framework.
            self.post = once(self.post)
        refuse_unknown_parameters(request.query_params, self.query_names() if self.action == "list" else ())

    def query_names(self) -> set[str]:
        """The query parameters that the list understands."""
        filters = getattr(self, "filterset_class", None)
        return {*CursorPagination.query_names, *(filters.base_filters if filters else ())}

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().visible_to(self.request.user)

    def get_object(self) -> Any:
        """The row asked for; that it was read is recorded when it is of a patient's record."""
        row = super().get_object()
        note_row(self.request, row)
        return row

    def paginate_queryset(self, queryset: QuerySet[Any]) -> list[Any] | None:
        """One page of the list; one record for all of it."""
        rows = super().paginate_queryset(queryset)
        if way_to_subject(queryset.model) is not None:
            note(self.request, Kind.LISTED, n_rows=len(rows or ()), kind_of_row=queryset.model._meta.label_lower)
        return rows

    def get_serializer_context(self) -> dict[str, Any]:
        """Serializers that depend on the calendar find the request's instant under ``at``."""
        return {**super().get_serializer_context(), "at": self.at}

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    def body(self, serializer_class: type) -> dict[str, Any]:
        """The request body in the shape of ``serializer_class``; 400 when it is not."""
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def no_body(self) -> None:
        """400 for a request that brings something where nothing is taken."""
        self.body(NothingSerializer)

    def made(self, row: Model, code: int = status.HTTP_201_CREATED) -> Response:
        """The row as a GET would show it, with its address."""
        data = self.get_serializer(self.get_queryset().get(pk=row.pk)).data
        address = self.request.build_absolute_uri(f"{self.request.path}{row.public_id}/")
        return Response(data, status=code, headers={"Location": address})
