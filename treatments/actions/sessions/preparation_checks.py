"""What no preparation may be: more given than was made, times out of order, fields of another kind, cells of nobody."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from clinic.models import Clinic
from clinic.rules import RuleBroken
from treatments.actions.lots.codes import check_identification
from treatments.actions.sessions.checks import check_values
from treatments.actions.sessions.parts import SessionParts
from treatments.actions.sessions.rows import SessionRows
from treatments.actions.sessions.rules import DonorRefused, IndMissing, PreparationRefused
from treatments.cell_types import CELL_TYPES
from treatments.models import CellPreparation, Course, ExosomePreparation, Preparation, PrpPreparation

Product = CellPreparation.ProductType
EXPANDED = {Product.MSC_AUTOLOGOUS, Product.MSC_ALLOGENEIC}


def check_preparation(course: Course, parts: SessionParts, rows: SessionRows, *, day: dt.date) -> None:
    """Every rule of the kind of preparation. ``day``: the session's, in the clinic's calendar."""
    record = rows.preparation
    check_values(record, "preparation")
    for name, listed in rows.preparation_rows.items():
        for index, row in enumerate(listed):
            check_values(row, f"preparation.{name}.{index}")
    if isinstance(record, PrpPreparation):
        _check_prp(record, parts)
    elif isinstance(record, CellPreparation):
        _check_cells(record, course.clinic, parts, day)
    elif isinstance(record, ExosomePreparation):
        _check_exosomes(record, parts)
    if course.protocol is not None and course.protocol.needs_ind:
        _check_ind(record, "This protocol is research: give the IND number.")
    _check_rows(rows, day)


def _refuse_if(is_broken: bool, message: str, field: str, rule: type[RuleBroken] = PreparationRefused) -> None:
    if is_broken:
        raise rule(message, f"preparation.{field}")


def _check_prp(record: PrpPreparation, parts: SessionParts) -> None:
    _refuse_if(
        record.prp_injected_ml > record.prp_volume_ml,
        f"More PRP is injected ({record.prp_injected_ml} mL) than was made ({record.prp_volume_ml} mL).",
        "prp_injected_ml",
    )
    _refuse_if(
        record.prp_injected_ml > parts.injected_ml,
        f"More PRP is entered ({record.prp_injected_ml} mL) than the injections add up to ({parts.injected_ml} mL).",
        "prp_injected_ml",
    )
    _check_order(record, ("drawn_at", "processed_at"), parts.performed_at)
    for side in ("blood", "prp"):
        whole = getattr(record, f"{side}_leukocytes")
        for part in ("neutrophils", "monocytes", "lymphocytes"):
            count = getattr(record, f"{side}_{part}", None)
            _refuse_if(
                None not in (whole, count) and count > whole,
                f"There cannot be more {part} ({count}) than white cells ({whole}).",
                f"{side}_{part}",
            )


TIMES = {"drawn_at": "the blood draw", "processed_at": "the first spin", "thawed_at": "thawing"}


def _check_order(record: Preparation, names: Sequence[str], performed_at: dt.datetime) -> None:
    """Each of these times, where known, is not after the next one, and none after the session."""
    known = [(name, TIMES[name], at) for name in names if (at := getattr(record, name)) is not None]
    for (name, word, at), (_, later, then) in pairwise([*known, ("", "the session", performed_at)]):
        _refuse_if(at > then, f"{word.capitalize()} cannot be after {later}: correct one of the two times.", name)


def _check_cells(record: CellPreparation, clinic: Clinic, parts: SessionParts, day: dt.date) -> None:
    _check_donor(record, clinic)
    _refuse_if(
        parts.injected_ml > record.final_volume_ml,
        f"More is injected ({parts.injected_ml} mL) than was ready ({record.final_volume_ml} mL).",
        "final_volume_ml",
    )
    given, made = record.cells_injected, record.nucleated_cells
    _refuse_if(
        given is not None and made is not None and record.product_type not in EXPANDED and given > made,
        f"More cells are injected ({given} × 10⁶) than were counted ({made} × 10⁶).",
        "cells_injected",
    )
    if record.regulatory_basis == CellPreparation.RegulatoryBasis.IND:
        _check_ind(record, "Cells under an IND need its number.")
    _check_order(record, ("thawed_at",), parts.performed_at)
    _refuse_if(
        record.frozen_on is not None and record.frozen_on > day,
        "The cells were frozen before the session.",
        "frozen_on",
    )


def _check_donor(record: CellPreparation, clinic: Clinic) -> None:
    is_donated = record.donor == CellPreparation.Donor.ALLOGENEIC
    whose = "comes from a donor" if is_donated else "comes from the patient"
    _refuse_if(
        record.donor not in CELL_TYPES[record.product_type].donors,
        f"{record.get_product_type_display()} is none that {whose}.",
        "donor",
        DonorRefused,
    )
    _refuse_if(
        is_donated and not record.donor_ref.strip(),
        "Cells of a donor need the donor's reference.",
        "donor_ref",
        DonorRefused,
    )
    if record.donor_ref:
        check_identification(record.donor_ref, clinic=clinic, field="preparation.donor_ref")
    _refuse_if(
        record.donor_eligibility == CellPreparation.Eligibility.INELIGIBLE,
        "The donor was found ineligible: these cells may not be given.",
        "donor_eligibility",
        DonorRefused,
    )


def _check_exosomes(record: ExosomePreparation, parts: SessionParts) -> None:
    _refuse_if(
        not record.is_notice_acknowledged,
        "The patient must be told that no exosome product is FDA-approved.",
        "is_notice_acknowledged",
    )
    if not record.is_outside_us:
        _check_ind(record, "Exosomes are given under an IND only: give its number, or say that it is outside the US.")
    _refuse_if(
        record.vial_volume_ml is not None and record.volume_ml > record.vial_volume_ml,
        f"More is injected ({record.volume_ml} mL) than the vials held ({record.vial_volume_ml} mL).",
        "volume_ml",
    )
    _refuse_if(
        parts.injected_ml > record.volume_ml,
        f"The injections add up to more ({parts.injected_ml} mL) than was injected in all ({record.volume_ml} mL).",
        "volume_ml",
    )
    _check_order(record, ("thawed_at",), parts.performed_at)


def _check_ind(record: Preparation, message: str) -> None:
    number: str | None = getattr(record, "ind_number", None)
    _refuse_if(number is not None and not number.strip(), message, "ind_number", IndMissing)


def _check_rows(rows: SessionRows, day: dt.date) -> None:
    seen: set[object] = set()
    for name, key in (("harvests", ("site", "side")), ("release_tests", ("kind",))):
        for index, row in enumerate(rows.preparation_rows.get(name, ())):
            place = (name, *(getattr(row, part) for part in key))
            _refuse_if(place in seen, "This is listed twice: enter it once.", f"{name}.{index}.{key[0]}")
            seen.add(place)
    for index, spin in enumerate(rows.preparation_rows.get("spins", ())):
        is_empty = (spin.rcf_g, spin.rpm, spin.minutes) == (None, None, None)
        _refuse_if(is_empty, "Give the force, the turns a minute or the minutes of this spin.", f"spins.{index}.rcf_g")
    drawn = [row.volume_ml for row in rows.preparation_rows.get("harvests", ())]
    if isinstance(rows.preparation, CellPreparation) and drawn and None not in drawn:
        _check_yield(rows.preparation, sum(drawn, Decimal(0)))


def _check_yield(record: CellPreparation, drawn_ml: Decimal) -> None:
    _refuse_if(
        record.product_type in {Product.BMAC} and record.final_volume_ml > drawn_ml,
        f"A concentrate cannot be more ({record.final_volume_ml} mL) than was drawn ({drawn_ml} mL).",
        "final_volume_ml",
    )
