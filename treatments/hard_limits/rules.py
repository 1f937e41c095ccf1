"""The rules between the fields of a preparation, and the walk through all of it."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from treatments import field_labels
from treatments.cell_types import CELL_TYPES
from treatments.classification import relative_force_g
from treatments.hard_limits.amounts import PREPARATIONS, ROWS, THOUSANDS, Limit, plain

Details = Mapping[str, Any]
Found = Iterable["Problem"]


@dataclass(frozen=True)
class Problem:
    """One value that cannot be. ``field`` is dotted within the preparation: "prp_platelets", "spins.0.minutes"."""

    field: str
    message: str


MAX_SPINS = 3
# More than any device concentrates: one of the two counts is in another unit.
MOST_CONCENTRATION = 100
# White cells are rounded on the analyser: their parts may add up to a little more than the whole.
ROUNDING = Decimal("1.02")
# A force that is given and one that follows from speed and radius may differ by reading the rotor's radius.
FORCES_AGREE = Decimal("1.25")


def check_limits(modality: str, details: Details, *, at: dt.datetime, today: dt.date) -> Problem | None:
    """The first thing in a preparation that cannot be, None when all of it can.

    ``details``: the fields and row lists that ``log_session`` takes. ``at`` is the moment of recording and ``today``
    its day in the clinic's calendar: nothing that was measured can lie after them.
    """
    return next(iter(_problems(modality, details, at, today)), None)


def _problems(modality: str, details: Details, at: dt.datetime, today: dt.date) -> Found:
    yield from _amounts(details, PREPARATIONS[modality], field_labels.PREPARATIONS[modality], "")
    yield from _moments(details, field_labels.PREPARATIONS[modality], "", at, today)
    for kind, limits in ROWS.items():
        for index, row in enumerate(details.get(kind) or ()):
            yield from _amounts(row, limits, field_labels.ROWS[kind], f"{kind}.{index}.")
            yield from _moments(row, field_labels.ROWS[kind], f"{kind}.{index}.", at, today)
    yield from RULES[modality](details)


def _amounts(details: Details, limits: Mapping[str, Limit], labels: Mapping[str, str], place: str) -> Found:
    for name, limit in limits.items():
        value = _number(details, name)
        refusal = "" if value is None else limit.refusal(labels[name], value)
        if refusal:
            yield Problem(place + name, refusal)


def _moments(details: Details, labels: Mapping[str, str], place: str, at: dt.datetime, today: dt.date) -> Found:
    for name, label in labels.items():
        value = details.get(name)
        is_later = value > at if isinstance(value, dt.datetime) else isinstance(value, dt.date) and value > today
        if is_later:
            yield Problem(place + name, f"{label} cannot be in the future.")


def _prp(details: Details) -> Found:
    yield from _positive(details, field_labels.PRP, "blood_volume_ml", "prp_volume_ml", "prp_injected_ml")
    yield from _prp_volumes(details)
    yield from _white_cells(details, "blood", ("blood_neutrophils",))
    yield from _white_cells(details, "prp", ("prp_neutrophils", "prp_monocytes", "prp_lymphocytes"))
    blood, prp = _number(details, "blood_platelets"), _number(details, "prp_platelets")
    if blood is not None and prp is not None and prp > MOST_CONCENTRATION * blood:
        yield Problem(
            "prp_platelets",
            f"PRP platelets are more than {MOST_CONCENTRATION} times the blood's ({plain(blood)}): "
            f"both are counted in {THOUSANDS}, and one of them is in another unit.",
        )
    drawn, processed = details.get("drawn_at"), details.get("processed_at")
    if drawn and processed and processed < drawn:
        yield Problem("processed_at", "The first spin cannot begin before the blood was drawn.")
    yield from _spins(details.get("spins") or ())


def _prp_volumes(details: Details) -> Found:
    made, injected = _number(details, "prp_volume_ml"), _number(details, "prp_injected_ml")
    blood, added = _number(details, "blood_volume_ml"), _number(details, "anticoagulant_ml") or Decimal(0)
    if made is not None and injected is not None and injected > made:
        yield Problem("prp_injected_ml", "More PRP is injected than was made.")
    if added and details.get("anticoagulant") == "none":
        yield Problem("anticoagulant_ml", f"No anticoagulant was chosen, yet {plain(added)} mL were added.")
    if blood is not None and added > blood:
        yield Problem("anticoagulant_ml", "There is more anticoagulant than blood.")
    if blood is not None and made is not None and made > blood + added:
        yield Problem("prp_volume_ml", "More PRP is made than blood was drawn.")


def _white_cells(details: Details, side: str, parts: Sequence[str]) -> Found:
    whole = _number(details, f"{side}_leukocytes")
    counted = {name: value for name in parts if (value := _number(details, name)) is not None}
    if whole is None:
        return
    for name, value in counted.items():
        if value > whole:
            yield Problem(
                name, f"{field_labels.PRP[name]} cannot be more than all white cells ({plain(whole)} {THOUSANDS})."
            )
    if sum(counted.values()) > whole * ROUNDING:
        yield Problem(
            f"{side}_leukocytes",
            f"The kinds of white cells add up to {plain(sum(counted.values(), Decimal(0)))} {THOUSANDS}, "
            "more than all white cells.",
        )


def _spins(spins: Sequence[Details]) -> Found:
    if len(spins) > MAX_SPINS:
        yield Problem(f"spins.{MAX_SPINS}.rcf_g", f"A preparation has at most {MAX_SPINS} spins.")
    for index, spin in enumerate(spins):
        given, rpm, radius = (_number(spin, name) for name in ("rcf_g", "rpm", "rotor_radius_cm"))
        if not given or not rpm or not radius:
            continue
        follows = relative_force_g(rpm=rpm, radius_cm=radius)
        if max(given, follows) > min(given, follows) * FORCES_AGREE:
            yield Problem(
                f"spins.{index}.rcf_g",
                f"{plain(rpm)} rpm at {plain(radius)} cm is {plain(follows)} g, not {plain(given)} g.",
            )


def _cell(details: Details) -> Found:
    kind = CELL_TYPES.get(details.get("product_type", ""))
    if kind is None:
        return
    for name in field_labels.CELL:
        if name not in kind.fields and details.get(name) not in (None, "", []):
            yield Problem(name, f"{kind.label}: “{field_labels.CELL[name]}” does not belong to it. Leave it empty.")
    for rows in ("harvests", "release_tests"):
        if details.get(rows) and rows not in kind.rows():
            yield Problem(f"{rows}.0", f"{kind.label} has no {field_labels.ROW_NAMES[rows].lower()}s.")
    yield from _donor(details, kind.donors, kind.label)
    yield from _harvests(details.get("harvests") or (), kind.harvest_sites, kind.label)
    yield from _tested_once(details)
    yield from _positive(details, field_labels.CELL, "final_volume_ml")
    yield from _no_more(
        details, "cells_injected", "nucleated_cells", "More cells are injected than were counted in the product."
    )
    frozen, thawed = details.get("frozen_on"), details.get("thawed_at")
    if frozen and thawed and thawed.date() < frozen:
        yield Problem("thawed_at", "The product cannot be thawed before it was frozen.")


def _donor(details: Details, donors: Sequence[str], label: str) -> Found:
    if details.get("donor") not in donors:
        own = "the patient's own" if donors == ("autologous",) else "of a donor"
        yield Problem("donor", f"{label} is always {own}.")
    if details.get("donor") == "allogeneic" and not (details.get("donor_ref") or "").strip():
        yield Problem("donor_ref", "Cells of a donor need the donor's reference.")


def _harvests(harvests: Sequence[Details], sites: Sequence[str], label: str) -> Found:
    seen = set()
    for index, harvest in enumerate(harvests):
        place = (harvest.get("site"), harvest.get("side"))
        if sites and place[0] not in sites:
            yield Problem(f"harvests.{index}.site", f"{label} is not taken from this site.")
        if place in seen:
            yield Problem(f"harvests.{index}.site", "This site and side is listed twice: enter one row for it.")
        seen.add(place)


def _exosome(details: Details) -> Found:
    yield from _positive(details, field_labels.EXOSOME, "volume_ml")
    yield from _no_more(details, "volume_ml", "vial_volume_ml", "More is injected than was ready to inject.")
    if not details.get("is_notice_acknowledged"):
        yield Problem("is_notice_acknowledged", "The patient must be told that no exosome product is FDA-approved.")
    yield from _tested_once(details)


def _tested_once(details: Details) -> Found:
    seen = set()
    for index, test in enumerate(details.get("release_tests") or ()):
        if test.get("kind") in seen:
            yield Problem(f"release_tests.{index}.kind", "This test is listed twice: keep its last result.")
        seen.add(test.get("kind"))


def _positive(details: Details, labels: Mapping[str, str], *names: str) -> Found:
    for name in names:
        if _number(details, name) == 0:
            yield Problem(name, f"{labels[name]} must be more than 0 mL.")


def _no_more(details: Details, part: str, whole: str, message: str) -> Found:
    some, every = _number(details, part), _number(details, whole)
    if some is not None and every is not None and some > every:
        yield Problem(part, message)


def _number(details: Details, name: str) -> Decimal | None:
    value = details.get(name)
    return None if value is None or value == "" else Decimal(str(value))


RULES: dict[str, Callable[[Details], Found]] = {"prp": _prp, "cell": _cell, "exosome": _exosome}
