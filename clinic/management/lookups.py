"""Words of a command line into rows. Commands run as the operator of the server, who sees every clinic."""

import uuid
from contextlib import suppress

from django.core.management.base import CommandError

from clinic.models import Clinic


def clinic_named(word: str) -> Clinic:
    """The clinic with this name or public id. Raises CommandError, with the names there are."""
    wanted = {"name": word}
    with suppress(ValueError):
        wanted = {"public_id": str(uuid.UUID(word))}
    clinic = Clinic.objects.filter(**wanted).first()
    if clinic is None:
        names = ", ".join(Clinic.objects.values_list("name", flat=True)[:20]) or "none yet; see create_clinic"
        raise CommandError(f"There is no clinic {word!r}. Clinics here: {names}.")
    return clinic
