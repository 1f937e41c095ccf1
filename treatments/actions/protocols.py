"""Treatment types and protocol versions. A published version never changes."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction

from clinic.models import Clinic
from treatments.models import Protocol, Timepoint, TreatmentType
from treatments.vocabulary import Modality


class TimepointPlan(NamedTuple):
    """A moment to measure, in days from the course's opening (baseline) or from its last session so far."""

    name: str
    target_day: int
    opens_day: int
    closes_day: int


def create_treatment_type(*, clinic: Clinic, code: str, label: str, modality: Modality) -> TreatmentType:
    """A kind of treatment this clinic gives."""
    return TreatmentType.objects.create(clinic=clinic, code=code, label=label, modality=modality.value)


@transaction.atomic
def create_protocol(*, treatment_type: TreatmentType, name: str, timepoints: Iterable[TimepointPlan]) -> Protocol:
    """The next version of the clinic's protocol of this name, with its timepoints."""
    clinic_id = treatment_type.clinic_id
    version = Protocol.objects.filter(clinic_id=clinic_id, name=name).count() + 1
    protocol = Protocol.objects.create(clinic_id=clinic_id, treatment_type=treatment_type, name=name, version=version)
    Timepoint.objects.bulk_create(
        Timepoint(clinic_id=clinic_id, protocol=protocol, **plan._asdict()) for plan in timepoints
    )
    return protocol
