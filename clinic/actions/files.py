"""Files: kept as they came."""

import datetime as dt

from clinic import files
from clinic.actions.gate import require
from clinic.models import Clinic, StoredFile, User
from clinic.permissions import Permission


def store_file(*, clinic: Clinic, name: str, content: bytes, at: dt.datetime, by: User | None) -> StoredFile:
    """A PDF, PNG or JPEG, kept as it came. ``by`` is None for what the server or a patient made.

    Raises FileRefused, PermissionDenied.
    """
    if by is not None:
        require(by, clinic, Permission.PATIENT_EDIT)
    inspected = files.inspect(name, content)
    return StoredFile.objects.create(
        clinic=clinic,
        name=inspected.name,
        media_type=inspected.media_type,
        sha256=inspected.sha256,
        content=content,
        stored_at=at,
        stored_by=by,
    )
