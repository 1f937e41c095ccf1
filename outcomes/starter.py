"""What a new clinic begins with: three treatment types, one protocol each, and what is asked when."""

from django.db import transaction

from clinic.models import Clinic
from outcomes.instruments import library
from outcomes.models import AssignedInstrument
from treatments.actions import TimepointPlan, create_protocol, create_treatment_type
from treatments.models import Timepoint
from treatments.vocabulary import Modality

# Windows do not overlap. Days and widths: the programmes of published injection cohorts, rounded to these windows.
TIMEPOINTS = (
    TimepointPlan("baseline", 0, 0, 30),
    TimepointPlan("week 1", 7, 5, 10),
    TimepointPlan("week 2", 14, 11, 18),
    TimepointPlan("week 6", 42, 35, 56),
    TimepointPlan("month 3", 91, 77, 119),
    TimepointPlan("month 6", 182, 154, 224),
    TimepointPlan("month 12", 365, 320, 425),
)
PROTOCOLS = {
    Modality.PRP: "PRP, standard follow-up",
    Modality.CELL: "Stem cell, standard follow-up",
    Modality.EXOSOME: "Exosome, standard follow-up",
}
ORDER = ("nrs_now", "nrs_average", "peg", "pgic")


@transaction.atomic
def install_starter_protocols(*, clinic: Clinic) -> None:
    """Treatment types, protocols and assigned instruments for a clinic that has none."""
    for modality, name in PROTOCOLS.items():
        treatment_type = create_treatment_type(
            clinic=clinic, code=modality.value, label=modality.label, modality=modality
        )
        protocol = create_protocol(treatment_type=treatment_type, name=name, timepoints=TIMEPOINTS)
        for timepoint in protocol.timepoints.all():
            _assign_instruments(timepoint)


def _assign_instruments(timepoint: Timepoint) -> None:
    asked = [library()[code] for code in ORDER if library()[code].is_asked_at_baseline or not timepoint.is_baseline]
    AssignedInstrument.objects.bulk_create(
        AssignedInstrument(
            clinic_id=timepoint.clinic_id, timepoint=timepoint, instrument=instrument.code, position=position
        )
        for position, instrument in enumerate(asked)
    )
