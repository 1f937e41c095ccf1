"""A session as somebody writes it down: the whole of it, in the words of both doors."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from django.db.models import Model

from clinic.models import User
from treatments.models import (
    CellPreparation,
    Course,
    ExosomePreparation,
    Harvest,
    Preparation,
    PrpPreparation,
    ReleaseTest,
    Spin,
)

PREPARATIONS: dict[str, type[Preparation]] = {
    model.modality.value: model for model in (PrpPreparation, CellPreparation, ExosomePreparation)
}
# The rows that belong to each kind of preparation, under the names of log_session.
ROWS: dict[str, dict[str, type[Model]]] = {
    "prp": {"spins": Spin},
    "cell": {"harvests": Harvest, "release_tests": ReleaseTest},
    "exosome": {"release_tests": ReleaseTest},
}
# The visit's own fields, each with what stands for not recorded.
VISIT: dict[str, str | None] = {
    **dict.fromkeys(["assistant", "room", "skin_prep", "anaesthetic_route", "anaesthetic_agent"], ""),
    **dict.fromkeys(["anaesthetic_percent", "anaesthetic_ml"]),
    **dict.fromkeys(["sedation", "reaction"], ""),
}


@dataclass(frozen=True, kw_only=True)
class SessionParts:
    """Everything that is written down about one session, whichever door it came through.

    ``visit``, ``injections``, ``holds`` and ``aftercare``: fields of TreatmentSession, Injection, Holds and Aftercare;
    holds or aftercare without a value mean not recorded. ``preparation``: fields of the course's kind of record and its
    lists of rows: "spins" for PRP, "harvests" and "release_tests" for cells, "release_tests" for exosomes. ``lots``:
    {"lot": Lot, "quantity": Decimal, "injection": index of the injection or None}. ``overrides``: the written reason
    for going on against a rule, by the values of ReviewItem.Kind.
    """

    performed_at: dt.datetime
    performed_by: User
    injections: Sequence[Mapping[str, Any]]
    preparation: Mapping[str, Any]
    visit: Mapping[str, Any] = field(default_factory=dict)
    lots: Sequence[Mapping[str, Any]] = ()
    holds: Mapping[str, Any] = field(default_factory=dict)
    aftercare: Mapping[str, Any] = field(default_factory=dict)
    overrides: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    baseline_missing_reason: str = ""

    @property
    def injected_ml(self) -> Decimal:
        """The volumes of all injections together, in mL."""
        return sum((injection["volume_ml"] for injection in self.injections), Decimal(0))

    def fingerprint(self, course: Course) -> str:
        """SHA-256 of what was written for this course: the same for 6 mL and 6.0 mL, another for anything else."""
        written = {one.name: getattr(self, one.name) for one in fields(self)}
        text = json.dumps(_canonical({"course": course, **written}), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def is_recorded(values: Mapping[str, Any]) -> bool:
    """Whether any of these fields says something."""
    return any(value not in (None, "", False) for value in values.values())


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _canonical(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(inner) for inner in value]
    if isinstance(value, Model):
        return f"{value._meta.label}:{value.pk}"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)
