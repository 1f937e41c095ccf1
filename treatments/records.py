"""A preparation record as people read it: titled groups of lines, a few telling words, and what was worked out."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from treatments import field_labels, soft_ranges
from treatments.classification import relative_force_g
from treatments.dose import Dose, dose_of
from treatments.forms.preparations import FORMS
from treatments.models import (
    CellPreparation,
    ExosomePreparation,
    Harvest,
    Preparation,
    PrpPreparation,
    ReleaseTest,
    Spin,
    TreatmentSession,
)

__all__ = ["KINDS", "Dose", "Line", "dose_of", "groups_of", "plain", "preparation_of", "words_of"]

KINDS = ("prp_preparation", "cell_preparation", "exosome_preparation")


class Line(NamedTuple):
    """One recorded value with its unit; "" where it has none."""

    label: str
    value: str
    unit: str


def preparation_of(session: TreatmentSession) -> Preparation | None:
    """The session's preparation record of whichever kind. Costs no query when KINDS were selected with it."""
    return next((record for kind in KINDS if (record := getattr(session, kind, None))), None)


def groups_of(preparation: Preparation | None) -> list[tuple[str, list[Line]]]:
    """What was recorded, grouped as on the page where it was entered; what was left empty is left out.

    Costs one query for each list of rows, at most two.
    """
    if preparation is None:
        return []
    found = []
    for group in FORMS[preparation.modality.value].groups:
        lines = _lines(preparation, (*group.fields, *group.more)) + _row_lines(preparation, group.rows)
        found.append((group.title, lines))
    return [(title, lines) for title, lines in found if lines]


def words_of(preparation: Preparation | None) -> list[str]:
    """What tells one session from another at a glance, like ["6 mL PRP", "9.0 × 10⁹ platelets", "LR-PRP"]."""
    if isinstance(preparation, PrpPreparation):
        return _prp_words(preparation)
    if isinstance(preparation, CellPreparation):
        cells = f"{plain(preparation.cells_injected)} × 10⁶ cells" if preparation.cells_injected else ""
        viable = f"{plain(preparation.viability_percent)} % viable" if preparation.viability_percent else ""
        return [word for word in (preparation.get_product_type_display(), cells, viable) if word]
    if isinstance(preparation, ExosomePreparation):
        return [f"{plain(preparation.volume_ml)} mL of vesicles"]
    return []


def plain(number: Decimal | int) -> str:
    """A number without trailing zeros, thousands apart: "1,250.5"."""
    return f"{Decimal(number).normalize():,f}"


def _prp_words(preparation: PrpPreparation) -> list[str]:
    words = [f"{plain(preparation.prp_injected_ml)} mL PRP"]
    if preparation.dose_billions is not None:
        words.append(f"{preparation.dose_billions:.1f} × 10⁹ platelets")
    if preparation.paw_code:
        return [*words, f"PAW {preparation.paw_code}"]
    return [*words, f"{preparation.leukocyte_class}-PRP"] if preparation.leukocyte_class else words


def _lines(record: Preparation, names: Iterable[str]) -> list[Line]:
    modality = record.modality.value
    labels, ranges = field_labels.PREPARATIONS[modality], soft_ranges.PREPARATIONS[modality]
    return [
        Line(labels[name], _shown(record, name), ranges[name].unit if name in ranges else "")
        for name in names
        if _is_recorded(record, name)
    ]


def _row_lines(preparation: Preparation, kind: str) -> list[Line]:
    if kind == "release_tests":
        return [_test(row) for row in ReleaseTest.objects.filter(session_id=preparation.session_id)]
    rows = getattr(preparation, kind).all() if kind else ()
    return [_spin(row) if isinstance(row, Spin) else _harvest(row) for row in rows]


def _spin(spin: Spin) -> Line:
    force = spin.rcf_g
    if force is None and spin.rpm and spin.rotor_radius_cm:
        force = relative_force_g(rpm=spin.rpm, radius_cm=spin.rotor_radius_cm)
    said = [
        f"{plain(force)} g" if force is not None else "",
        f"{plain(spin.rpm)} rpm" if spin.rpm else "",
        f"{plain(spin.rotor_radius_cm)} cm" if spin.rotor_radius_cm else "",
        f"{plain(spin.minutes)} min" if spin.minutes is not None else "",
        f"{plain(spin.temperature_c)} °C" if spin.temperature_c is not None else "",
        {True: "braked", False: "not braked", None: ""}[spin.is_braked],
    ]
    return Line(f"Spin {spin.position}", _joined(said), "")


def _harvest(harvest: Harvest) -> Line:
    said = [
        f"{plain(harvest.volume_ml)} mL" if harvest.volume_ml is not None else "",
        f"{harvest.punctures} puncture{'s'[: harvest.punctures != 1]}" if harvest.punctures else "",
    ]
    return Line(str(harvest), _joined(said) or "volume not recorded", "")


def _test(test: ReleaseTest) -> Line:
    day = f"{test.tested_on:%-d %b %Y}" if test.tested_on else ""
    return Line(test.get_kind_display(), _joined([test.get_result_display(), test.value, day]), "")


def _joined(words: Iterable[str]) -> str:
    return " · ".join(word for word in words if word)


def _shown(record: models.Model, name: str) -> str:
    value = getattr(record, name)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value):%-d %b %Y, %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%-d %b %Y}"
    if isinstance(value, list):
        return ", ".join(map(_labels(record, name).__getitem__, value))
    display = getattr(record, f"get_{name}_display", None)
    return str(display() if display else value) or str(value)


def _is_recorded(record: models.Model, name: str) -> bool:
    """No is an answer only where the question can be left unanswered."""
    value = getattr(record, name)
    if value is False:
        return bool(record._meta.get_field(name).null)
    return value is not None and value != "" and value != []


def _labels(record: models.Model, name: str) -> dict[str, str]:
    field = record._meta.get_field(name)
    choices = field.base_field.choices if isinstance(field, ArrayField) else None
    return {str(code): str(label) for code, label in choices or ()}
