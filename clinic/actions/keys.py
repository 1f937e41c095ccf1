"""Sealing again, with the current key, what was sealed with an earlier one."""

from typing import Any

from django.apps import apps
from django.db import transaction

from clinic import field_keys

# Models of ours and of libraries that hold sealed values, and the field, a text or JSON, in which they do.
SEALED = {"clinic.StaffLetter": "sealed_link", "clinic.FormDraft": "sealed_fields", "mfa.Authenticator": "data"}
# How everything begins that Fernet sealed.
MARK = "gAAAA"


@transaction.atomic
def renew_sealed_values() -> int:
    """Every sealed value of the database under the current of FIELD_KEYS; how many rows. Raises KeyMissing."""
    count = 0
    for model in apps.get_models():
        name = SEALED.get(model._meta.label, "")
        for row in model._base_manager.select_for_update().order_by("pk") if name else ():
            setattr(row, name, renewed(getattr(row, name)))
            row.save(update_fields=[name])
            count += 1
    return count


def renewed(value: Any) -> Any:
    """The same text or JSON, in which every sealed text is sealed with the current key. Raises KeyMissing."""
    if isinstance(value, dict):
        return {key: renewed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [renewed(inner) for inner in value]
    return field_keys.renewed(value) if isinstance(value, str) and value.startswith(MARK) else value
