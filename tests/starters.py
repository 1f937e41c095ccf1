"""What a clinic begins with: made once by the actions, then copied, because thousands of tests begin with a clinic."""

import uuid

from django.db.models import Model

from clinic.models import Clinic
from outcomes.models import AssignedInstrument, LadderStep
from outcomes.starter import install_starter_protocols
from patients.starter import install_consent_documents
from tests.days import PUBLISHED
from treatments.models import Protocol, Timepoint, TreatmentType

# A row's parents before the row.
KINDS = (TreatmentType, Protocol, Timepoint, AssignedInstrument, LadderStep)
_made: dict[type[Model], list[Model]] = {}


def furnish(clinic: Clinic) -> None:
    """The starter protocols and consent documents, as their actions make them."""
    install_consent_documents(clinic=clinic, at=PUBLISHED)  # with its own name in them
    if _made:
        _copy(clinic)
        return
    install_starter_protocols(clinic=clinic)
    _made.update({kind: list(kind.objects.filter(clinic=clinic).order_by("pk")) for kind in KINDS})


def _copy(clinic: Clinic) -> None:
    twins: dict[tuple[type[Model], int], int] = {}
    for kind, rows in _made.items():
        copies = kind.objects.bulk_create(_twin(row, clinic, twins) for row in rows)
        twins |= {(kind, row.pk): copy.pk for row, copy in zip(rows, copies, strict=True)}


def _twin(row: Model, clinic: Clinic, twins: dict[tuple[type[Model], int], int]) -> Model:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del values[row._meta.pk.attname]
    for field in row._meta.concrete_fields:
        if field.related_model in _made:
            values[field.attname] = twins[field.related_model, values[field.attname]]
    if "public_id" in values:
        values["public_id"] = uuid.uuid4()
    return type(row)(**{**values, "clinic_id": clinic.pk})
