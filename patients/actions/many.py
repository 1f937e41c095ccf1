"""Registering many patients at once: what ``register_patient`` and ``sign_consent`` do, in a few statements for all."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from clinic.actions import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from patients.actions.consents import check_day_of_signing, new_consent
from patients.actions.patients import chart_numbers_are_free, new_patient
from patients.models import Consent, ConsentDocument, ConsentKind, Patient


@dataclass(frozen=True)
class NewPatient:
    """Details as for ``register_patient``, and the day on which the contact document was signed on paper, if it was."""

    details: dict[str, Any]
    consented_on: dt.date | None


class ContactDocuments:
    """The versions of a clinic's contact document, and which one a patient signed on a day."""

    def __init__(self, clinic: Clinic) -> None:
        self._zone = ZoneInfo(clinic.time_zone)
        found = ConsentDocument.objects.filter(clinic=clinic, kind=ConsentKind.CONTACT)
        self._versions: list[ConsentDocument] = list(found.order_by("version"))

    def __bool__(self) -> bool:
        return bool(self._versions)

    def of(self, day: dt.date) -> ConsentDocument:
        """The version that was in force then; the first one before there was any."""
        out = [one for one in self._versions if one.published_at.astimezone(self._zone).date() <= day]
        return out[-1] if out else self._versions[0]

    def is_overtaken(self, document: ConsentDocument) -> bool:
        """A later version has to be signed again."""
        return any(one.version > document.version and one.must_sign_again for one in self._versions)

    def signed_at(self, day: dt.date, at: dt.datetime) -> dt.datetime:
        """The instant that is kept: noon at the clinic, and now for a day that has none yet."""
        return min(dt.datetime.combine(day, dt.time(12), self._zone), at)


@transaction.atomic
def register_patients(
    *, clinic: Clinic, people: Iterable[NewPatient], documents: ContactDocuments, at: dt.datetime, by: User
) -> list[tuple[Patient, Consent | None]]:
    """All of them, or nobody, each with the signature it brings.

    Raises ChartNumberTaken, NameRefused, ConsentRefused, PermissionDenied.
    """
    require(by, clinic, Permission.PATIENT_EDIT)
    made = [_made(one, clinic, documents, at, by) for one in people]
    with chart_numbers_are_free():
        Patient.objects.bulk_create([patient for patient, _consent in made])
    Consent.objects.bulk_create([consent for _patient, consent in made if consent])
    return made


def _made(
    one: NewPatient, clinic: Clinic, documents: ContactDocuments, at: dt.datetime, by: User
) -> tuple[Patient, Consent | None]:
    patient = new_patient(clinic=clinic, by=by, at=at, **one.details)
    if one.consented_on is None:
        return patient, None
    document, signed_at = documents.of(one.consented_on), documents.signed_at(one.consented_on, at)
    check_day_of_signing(patient, document, signed_at, at)
    patient.consented_at, patient.consented_by = signed_at, by
    patient.contact_lapsed_at = at if documents.is_overtaken(document) else None
    paper, name = Consent.Way.PAPER, f"{patient.given_name} {patient.family_name}".strip()
    return patient, new_consent(patient, document, patient.language, paper, name, signed_at, at=at, by=by)
