"""What one person's reports may be about: their clinics, and the instruments those clinics have scores of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from clinic.models import Clinic, User
from clinic.permissions import Permission
from outcomes.asking import scales_brought
from outcomes.instruments import Scale, scales
from outcomes.models import ImportedInstrument, LoadedInstrument


@dataclass(frozen=True)
class Measure:
    """An instrument as a report needs it. ``mcid`` in points of its score; None where no threshold is published."""

    code: str
    label: str
    minimum: Decimal
    maximum: Decimal
    is_higher_better: bool
    is_imported: bool = False
    mcid: Decimal | None = None
    mcid_source: str = ""


@dataclass(frozen=True)
class Scope:
    """The clinics somebody may see reports of, by public id, and of each what it imported or brought, by code."""

    clinics: dict[UUID, Clinic]
    own: dict[UUID, dict[str, Measure]]

    def measures(self, clinics: Iterable[UUID]) -> dict[str, set[Measure]]:
        """Every definition of every instrument at these clinics. More than one for a code: the clinics disagree."""
        found: dict[str, set[Measure]] = {code: {measure} for code, measure in _library().items()}
        for clinic in clinics:
            for code, measure in self.own.get(clinic, {}).items():
                if code not in _library():
                    found.setdefault(code, set()).add(measure)
        return found


def _library() -> dict[str, Measure]:
    return _measures(scales())


def _measures(known: Mapping[str, Scale]) -> dict[str, Measure]:
    return {
        i.code: Measure(
            code=i.code,
            label=i.name,
            minimum=i.minimum,
            maximum=i.maximum,
            is_higher_better=i.higher_is_better,
            mcid=i.mcid,
            mcid_source=i.mcid_source,
        )
        for i in known.values()
        if i.is_amount
    }


def scope_of(user: User) -> Scope:
    """What ``user`` may see reports of; three queries. Every report starts here.

    What a clinic brought counts before what came with its history under the same code.
    """
    clinics = {clinic.pk: clinic for clinic in Clinic.objects.granting(user, Permission.REPORT_VIEW)}
    own: dict[int, dict[str, Measure]] = {}
    for row in ImportedInstrument.objects.visible_to(user):
        measure = Measure(row.code, row.label, row.minimum, row.maximum, row.is_higher_better, is_imported=True)
        own.setdefault(row.clinic_id, {})[row.code] = measure
    for clinic_id, brought in scales_brought(LoadedInstrument.objects.visible_to(user)).items():
        own.setdefault(clinic_id, {}).update(_measures(brought))
    return Scope(
        {clinic.public_id: clinic for clinic in clinics.values()},
        {clinics[clinic_id].public_id: measures for clinic_id, measures in own.items()},
    )
