"""Values worth a second look: stored as they came, and said in every answer."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.db.models import Model
from rest_framework import serializers

from clinic.serializers import Text, exact
from treatments import soft_ranges
from treatments.models import TreatmentSession
from treatments.soft_ranges import SoftRange, outside
from treatments.vocabulary import Modality


class WarningSerializer(serializers.Serializer):
    """A value worth a second look. ``field`` is dotted, like "injections.0.volume_ml"."""

    field = Text()
    value = Text()
    usual_low = Text()
    usual_high = Text()
    unit = Text()


def warnings_of(session: TreatmentSession) -> list[dict[str, str]]:
    """Every measured value of the session outside its usual range. No query when its parts were prefetched."""
    kind = session.course.treatment_type.modality
    return [warning for place, ranges, row in _measured(session, kind) for warning in _unusual(place, ranges, row)]


def _measured(session: TreatmentSession, kind: str) -> Iterator[tuple[str, Mapping[str, SoftRange], Model]]:
    for index, injection in enumerate(session.injections.all()):
        yield f"injections.{index}", soft_ranges.INJECTION, injection
    record = getattr(session, f"{kind}_preparation")
    yield kind, soft_ranges.PREPARATIONS[kind], record
    if kind == Modality.PRP:
        yield kind, soft_ranges.DERIVED, record
    for name, ranges in soft_ranges.ROWS.items():
        if hasattr(record, name):
            for index, row in enumerate(getattr(record, name).all()):
                yield f"{kind}.{name}.{index}", ranges, row


def _unusual(place: str, ranges: Mapping[str, SoftRange], row: Model) -> list[dict[str, str]]:
    values = {name: getattr(row, name) for name in ranges}
    return [
        {
            "field": f"{place}.{name}",
            "value": exact(Decimal(values[name])),
            "usual_low": str(usual.low),
            "usual_high": str(usual.high),
            "unit": usual.unit,
        }
        for name, usual in outside(ranges, values).items()
    ]
