"""Files through the API: stored in base64, read back as they were."""

import base64
import binascii
import uuid

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.actions import store_file
from clinic.api_errors import refuse
from clinic.files import MAGIC, FileRefused
from clinic.models import Clinic, StoredFile
from clinic.parsers import FileJsonParser
from clinic.serializers import RowField, RowSerializer, StrictSerializer, Text
from clinic.views_files import file_response
from clinic.viewsets import RowViewSet

CONTENTS = {(200, kind): OpenApiTypes.BINARY for kind in MAGIC.values()}
EXAMPLE = OpenApiExample(
    "A scan",
    request_only=True,
    value={
        "clinic": "6a0d6f0e-5c0a-4f0c-9b0e-0d5b1a2c3d4e",
        "name": "consent-00418.pdf",
        "content": "JVBERi0xLjcKJeLjz9MK",
    },
)


class Base64Field(Text):
    """Bytes, written in base64 with the standard alphabet and nothing between."""

    default_error_messages = {"not_base64": "Write the file's bytes in base64 (RFC 4648), without line breaks."}

    def to_internal_value(self, data: object) -> bytes:
        text = super().to_internal_value(data)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            self.fail("not_base64")


class NewFileSerializer(StrictSerializer):
    """A PDF, PNG or JPEG of at most 10 MB; what it is, is told by its first bytes."""

    clinic = RowField(Clinic.objects.all())
    name = Text(max_length=160)
    content = Base64Field(trim_whitespace=False)


class FileSerializer(RowSerializer):
    """A stored file without its content."""

    id = serializers.UUIDField(source="public_id")
    clinic = RowField()

    class Meta:
        model = StoredFile
        fields = ("id", "clinic", "name", "media_type", "sha256", "stored_at")
        read_only_fields = fields


@extend_schema_view(retrieve=extend_schema(summary="Read about a stored file"))
class FileViewSet(RetrieveModelMixin, RowViewSet):
    """Scans, certificates and signed documents."""

    queryset = StoredFile.objects.select_related("clinic").defer("content")
    serializer_class = FileSerializer
    parser_classes = (FileJsonParser,)

    @extend_schema(
        summary="Store a file",
        request=NewFileSerializer,
        responses={201: FileSerializer},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """The body may be up to 14 MB here."""
        details = self.body(NewFileSerializer)
        try:
            return self.made(store_file(at=self.at, by=request.user, **details))
        except FileRefused as refused:
            raise refuse("content", refused.message, refused.code) from None

    @extend_schema(summary="Read a stored file's content", responses=CONTENTS)
    @action(detail=True, methods=["get"])
    def content(self, request: Request, id: uuid.UUID) -> HttpResponse:
        """The bytes as they were stored."""
        return file_response(self.get_object())
