"""What the demo's mail server received, for everybody to read. Its addresses exist only where settings.DEMO is on."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHOWN = 100


@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """The newest messages, newest first."""
    files = _received()
    messages = [{"key": file.name, **_headers(_parsed(file))} for file in files[:SHOWN]]
    return render(request, "clinic/demo_mail.html", {"messages_received": messages, "count": len(files)})


@require_safe
@never_cache
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """One message as its reader sees it, with the link to press."""
    file = next((file for file in _received() if file.name == key), None)
    if file is None:
        raise Http404
    message = _parsed(file)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    return render(request, "clinic/demo_mail_letter.html", {"letter": _headers(message), "text": text})


def _received() -> list[Path]:
    folder = Path(settings.DEMO_MAIL_DIR)
    files = [file for name in ("new", "cur") for file in folder.glob(f"{name}/*")]
    return sorted(files, key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)


def _parsed(file: Path) -> EmailMessage:
    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


def _headers(message: EmailMessage) -> dict[str, object]:
    sent = message["Date"]
    names = {"sender": "From", "recipient": "To", "subject": "Subject"}
    return {**{name: message[header] for name, header in names.items()}, "sent_at": sent.datetime if sent else None}


urlpatterns = [
    path("", inbox, name="demo-mail"),
    path("<str:key>/", letter, name="demo-mail-letter"),
]
