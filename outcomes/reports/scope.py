"""What one person's reports may be about: their clinics, and the instruments those clinics have scores of."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from clinic.models import Clinic, User
from clinic.permissions import Permission
from outcomes.instruments import scales
from outcomes.models import ImportedInstrument


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
    """The clinics somebody may see reports of, by public id, and the imported instruments of each, by code."""

    clinics: dict[UUID, Clinic]
    imported: dict[UUID, dict[str, Measure]]

    def measures(self, clinics: Iterable[UUID]) -> dict[str, set[Measure]]:
        """Every definition of every instrument at these clinics. More than one for a code: the clinics disagree."""
        found: dict[str, set[Measure]] = {code: {measure} for code, measure in _library().items()}
        for clinic in clinics:
            for code, measure in self.imported.get(clinic, {}).items():
                if code not in _library():
                    found.setdefault(code, set()).add(measure)
        return found


def _library() -> dict[str, Measure]:
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
        for i in scales().values()
    }


def scope_of(user: User) -> Scope:
    """What ``user`` may see reports of; two queries. Every report starts here."""
    clinics = {clinic.pk: clinic for clinic in Clinic.objects.granting(user, Permission.REPORT_VIEW)}
    imported: dict[UUID, dict[str, Measure]] = {}
    for row in ImportedInstrument.objects.visible_to(user):
        measure = Measure(row.code, row.label, row.minimum, row.maximum, row.is_higher_better, is_imported=True)
        imported.setdefault(clinics[row.clinic_id].public_id, {})[row.code] = measure
    return Scope({clinic.public_id: clinic for clinic in clinics.values()}, imported)
