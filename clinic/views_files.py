"""A stored file, for those who may see the clinic's patients."""

from csp.constants import HEADER
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from clinic.access import row_page
from clinic.models import StoredFile


@require_safe
@row_page(StoredFile.objects.all())
def stored_file(request: HttpRequest, stored: StoredFile) -> HttpResponse:
    """The file as it came: a picture is shown, a PDF is downloaded, neither may do anything in our name."""
    return file_response(stored)


def file_response(stored: StoredFile) -> HttpResponse:
    """The content with headers that keep a browser from guessing what it is, running it, or framing it."""
    is_picture = stored.media_type.startswith("image/")
    return HttpResponse(
        bytes(stored.content),
        content_type=stored.media_type,
        headers={
            "Content-Disposition": content_disposition_header(not is_picture, stored.name),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
            HEADER: "default-src 'none'; sandbox; frame-ancestors 'none'",
        },
    )
