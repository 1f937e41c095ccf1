"""What no preparation may be beside its session: more given than was made, times out of order, cells of nobody.

What cannot be in a preparation taken by itself, ``treatments.hard_limits`` says.
"""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from clinic.models import Clinic
from clinic.rules import RuleBroken
from treatments.actions.lots.codes import check_identification
from treatments.actions.sessions.checks import check_values
from treatments.actions.sessions.parts import SessionParts
from treatments.actions.sessions.rows import SessionRows
from treatments.actions.sessions.rules import DonorRefused, IndMissing, PreparationRefused
from treatments.hard_limits import check_limits
from treatments.models import CellPreparation, Course, ExosomePreparation, Preparation, PrpPreparation

TIMES = {"drawn_at": "the blood draw", "processed_at": "the first spin", "thawed_at": "thawing"}


def check_preparation(
    course: Course, parts: SessionParts, rows: SessionRows, *, day: dt.date, at: dt.datetime, today: dt.date
) -> None:
    """Every rule of the kind of preparation. ``day``: the session's; ``today``: that of ``at``, in the clinic's calendar."""
    record = rows.preparation
    problem = check_limits(record.modality.value, parts.preparation, at=at, today=today)
    if problem:
        raise PreparationRefused(problem.message, f"preparation.{problem.field}")
    _check_rows(rows)
    if isinstance(record, PrpPreparation):
        _check_prp(record, parts)
    elif isinstance(record, CellPreparation):
        _check_cells(record, parts, course.clinic, day)
    elif isinstance(record, ExosomePreparation):
        _check_exosomes(record, parts)
    if course.protocol is not None and course.protocol.needs_ind:
        _check_ind(record, "This protocol is research: give the IND number.")


def _refuse_if(is_broken: bool, message: str, field: str, rule: type[RuleBroken] = PreparationRefused) -> None:
    if is_broken:
        raise rule(message, f"preparation.{field}")


def _check_rows(rows: SessionRows) -> None:
    check_values(rows.preparation, "preparation")
    for name, listed in rows.preparation_rows.items():
        for index, row in enumerate(listed):
            check_values(row, f"preparation.{name}.{index}")
    for index, spin in enumerate(rows.preparation_rows.get("spins", ())):
        is_empty = all(getattr(spin, name) is None for name in ("rcf_g", "rpm", "minutes"))
        _refuse_if(is_empty, "Give the force, the turns a minute or the minutes of this spin.", f"spins.{index}.rcf_g")


def _check_prp(record: PrpPreparation, parts: SessionParts) -> None:
    _refuse_if(
        record.prp_injected_ml > parts.injected_ml,
        f"More PRP is entered ({record.prp_injected_ml} mL) than the injections add up to ({parts.injected_ml} mL).",
        "prp_injected_ml",
    )
    _check_order(record, ("drawn_at", "processed_at"), parts.performed_at)


def _check_order(record: Preparation, names: Sequence[str], performed_at: dt.datetime) -> None:
    """Each of these times, where known, is not after the next one, and none after the session."""
    known = [(name, TIMES[name], at) for name in names if (at := getattr(record, name)) is not None]
    for (name, word, at), (_, later, then) in pairwise([*known, ("", "the session", performed_at)]):
        _refuse_if(at > then, f"{word.capitalize()} cannot be after {later}: correct one of the two times.", name)


def _check_cells(record: CellPreparation, parts: SessionParts, clinic: Clinic, day: dt.date) -> None:
    if record.donor_ref:
        check_identification(record.donor_ref, clinic=clinic, field="preparation.donor_ref")
    _refuse_if(
        record.donor_eligibility == CellPreparation.Eligibility.INELIGIBLE,
        "The donor was found ineligible: these cells may not be given.",
        "donor_eligibility",
        DonorRefused,
    )
    _refuse_if(
        parts.injected_ml > record.final_volume_ml,
        f"More is injected ({parts.injected_ml} mL) than was ready ({record.final_volume_ml} mL).",
        "final_volume_ml",
    )
    if record.regulatory_basis == CellPreparation.RegulatoryBasis.IND:
        _check_ind(record, "Cells under an IND need its number.")
    _check_order(record, ("thawed_at",), parts.performed_at)
    is_frozen_later = record.frozen_on is not None and record.frozen_on > day
    _refuse_if(is_frozen_later, "Freezing cannot be after the session: correct one of the two days.", "frozen_on")


def _check_exosomes(record: ExosomePreparation, parts: SessionParts) -> None:
    if not record.is_outside_us:
        _check_ind(record, "Exosomes are given under an IND only: give its number, or say that it is outside the US.")
    _refuse_if(
        parts.injected_ml > record.volume_ml,
        f"The injections add up to more ({parts.injected_ml} mL) than was injected in all ({record.volume_ml} mL).",
        "volume_ml",
    )
    _check_order(record, ("thawed_at",), parts.performed_at)


def _check_ind(record: Preparation, message: str) -> None:
    number: str | None = getattr(record, "ind_number", None)
    _refuse_if(number is not None and not number.strip(), message, "ind_number", IndMissing)
