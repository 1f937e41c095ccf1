"""What a request shows of patients' records, said by the pages and resources that show it."""

from typing import Any

from django.db import models

from clinic.models import AccessEvent
from clinic.sources import way_to_subject

Kind = AccessEvent.Kind


def note(request: Any, kind: Kind, **facts: object) -> None:
    """What this request shows, unless it is refused: ``clinic_id``, ``patient_id``, ``n_rows``; the last word counts."""
    plain = getattr(request, "_request", request)
    plain.accessed = {**getattr(plain, "accessed", {}), "kind": kind, **facts}


def unnote(request: Any) -> None:
    """This request shows nothing of any record after all."""
    vars(getattr(request, "_request", request)).pop("accessed", None)


def note_row(request: Any, row: models.Model) -> None:
    """One row of a patient's record is shown. Rows that belong to no patient are no record."""
    way = way_to_subject(type(row))
    patient_id = subject_of(row, way) if way is not None else None
    if patient_id is None:
        return
    of: Any = row
    # A clinical profile goes by the id of its course.
    named = of if hasattr(of, "public_id") else of.course
    note(
        request,
        Kind.READ,
        clinic_id=of.clinic_id,
        patient_id=patient_id,
        row=str(named.public_id),
        kind_of_row=row._meta.label_lower,
    )


def subject_of(row: models.Model, way: list[Any]) -> int | None:
    """The key of the patient a row is about: along what is loaded already, else with one query. None: about nobody."""
    for number, link in enumerate(way):
        if number == len(way) - 1:
            key: int | None = getattr(row, link.attname)
            return key
        if not link.is_cached(row):
            names = "__".join([each.name for each in way[number:-1]] + [way[-1].attname])
            found: int | None = type(row)._base_manager.values_list(names, flat=True).get(pk=row.pk)
            return found
        row = getattr(row, link.name)
    return int(row.pk)
