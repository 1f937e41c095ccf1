"""What somebody typed into a form whose session was over when they sent it: kept, sealed, until they signed in again."""

import json
from dataclasses import dataclass

from django.http import HttpRequest

from clinic import field_keys

KEPT = "kept_form"
LARGEST = 100_000
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


@dataclass(frozen=True)
class KeptForm:
    """Where the form was sent to, and its fields in their order."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def is_draft(self) -> bool:
        """Whether the page sent it by itself while somebody typed: it is to be gone on with, not to be sent."""
        return ("draft", "save") in self.fields


def keep(request: HttpRequest, user_id: str) -> bool:
    """Put the form that was just sent into the session, for this person only; False when there is none to keep.

    Files and passwords are not kept.
    """
    if request.method != "POST" or request.content_type not in FORMS or request.FILES:
        return False
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
    content = json.dumps({"user": user_id, "path": request.get_full_path(), "fields": fields})
    if len(content) > LARGEST:
        return False
    request.session[KEPT] = field_keys.seal(content)
    return True


def kept_for(request: HttpRequest) -> KeptForm | None:
    """What this person typed before; nothing of anybody else's."""
    sealed = request.session.get(KEPT)
    content = json.loads(field_keys.opened(sealed)) if sealed else {}
    if content.get("user") != str(request.user.pk):
        return None
    return KeptForm(content["path"], [(name, value) for name, value in content["fields"]])


def forget_kept(request: HttpRequest) -> None:
    """It has been sent, or thrown away."""
    request.session.pop(KEPT, None)
