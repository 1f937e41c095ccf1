"""What no session may be: each rule says so in a sentence, names the field, and saves nothing."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from clinic.models import StoredFile
from clinic.rules import RuleBroken
from tests.conftest import NOON
from tests.treatments.api_sessions import course_of, vesicles
from tests.treatments.treating import KNEE, PRP, log
from treatments.models import Lot, Protocol, TreatmentSession

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
TODAY = NOON.date()
BMAC = {
    "product_type": "bmac",
    "donor": "autologous",
    "manipulation": "minimal",
    "final_volume_ml": Decimal(6),
    "nucleated_cells": Decimal(400),
}
DONATED = {
    "product_type": "umbilical_cord",
    "donor": "allogeneic",
    "donor_ref": "D-2291",
    "manipulation": "minimal",
    "final_volume_ml": Decimal(6),
}
VESICLES = {
    "source_tissue": "Umbilical cord MSC",
    "vial_volume_ml": Decimal(6),
    "volume_ml": Decimal(5),
    "ind_number": "IND 00002",
    "is_notice_acknowledged": True,
}


def refused(course, by, **changes):
    """The rule that logging with these changes broke; nothing was saved."""
    with pytest.raises(RuleBroken) as broken:
        log(course, by, **changes)
    assert not TreatmentSession.objects.exists()
    assert broken.value.message.endswith((".", "?")), "a sentence"
    return broken.value


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"performed_at": NOON + DAY}, "performed_at"),
        ({"performed_at": NOON - 30 * DAY}, "performed_at"),
        ({"injections": []}, "injections"),
        ({"injections": [KNEE, KNEE]}, "injections.1.target"),
        ({"injections": [{**KNEE, "side": "midline"}]}, "injections.0.side"),
        ({"injections": [{**KNEE, "target": "tail"}]}, "injections.0.target"),
        ({"injections": [{**KNEE, "guidance": "dowsing"}]}, "injections.0.guidance"),
        ({"injections": [{**KNEE, "volume_ml": Decimal(-5)}]}, "injections.0.volume_ml"),
        ({"injections": [{**KNEE, "volume_ml": Decimal(500)}]}, "injections.0.volume_ml"),
        ({"injections": [{**KNEE, "needle_gauge": 220}]}, "injections.0.needle_gauge"),
        ({"injections": [{**KNEE, "needle_length_mm": 2}]}, "injections.0.needle_length_mm"),
        ({"injections": [{**KNEE, "passes": 0}]}, "injections.0.passes"),
        ({"injections": [{**KNEE, "guidance": "landmark", "used_contrast": True}]}, "injections.0.used_contrast"),
        ({"injections": [{**KNEE, "guidance": "landmark", "confirmed_needle": True}]}, "injections.0.confirmed_needle"),
        ({"visit": {"skin_prep": "soap"}}, "skin_prep"),
        ({"visit": {"anaesthetic_ml": Decimal(-1)}}, "anaesthetic_ml"),
        ({"visit": {"anaesthetic_route": "none", "anaesthetic_ml": Decimal(2)}}, "anaesthetic_route"),
        ({"note": "x" * 2001}, "note"),
        ({"holds": {"nsaid_stopped_on": TODAY + DAY}}, "holds.nsaid_stopped_on"),
        ({"holds": {"nsaid_stopped_on": TODAY, "takes_no_nsaid": True}}, "holds.nsaid_stopped_on"),
        ({"holds": {"last_steroid_on": TODAY + DAY}}, "holds.last_steroid_on"),
        ({"holds": {"anticoagulant": "perhaps"}}, "holds.anticoagulant"),
        ({"aftercare": {"therapy_starts_on": TODAY - DAY}}, "aftercare.therapy_starts_on"),
        ({"aftercare": {"avoid_nsaid_until": TODAY - DAY}}, "aftercare.avoid_nsaid_until"),
        ({"aftercare": {"back_to_activity_on": TODAY + 4000 * DAY}}, "aftercare.back_to_activity_on"),
        ({"aftercare": {"rest_days": 5000}}, "aftercare.rest_days"),
        ({"overrides": {"because": "I say so"}}, "overrides.because"),
    ],
)
def test_a_session_that_cannot_be(course, clinician, changes, field):
    assert refused(course, clinician, **changes).field == field


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"prp_platelets": Decimal(-1)}, "prp_platelets", "cannot be less than 0"),
        ({"prp_platelets": Decimal(150_000)}, "prp_platelets", "Did you mean 150?"),
        ({"blood_volume_ml": Decimal(0)}, "blood_volume_ml", "more than 0"),
        ({"prp_injected_ml": Decimal(7)}, "prp_injected_ml", "than was made"),
        ({"prp_injected_ml": Decimal("5.5")}, "prp_injected_ml", "than the injections add up to"),
        ({"drawn_at": NOON, "processed_at": NOON - HOUR}, "processed_at", "before the blood was drawn"),
        ({"drawn_at": NOON + HOUR / 2}, "drawn_at", "cannot be after the session"),
        ({"processed_at": NOON + HOUR / 2}, "processed_at", "cannot be after the session"),
        ({"processed_at": NOON + DAY}, "processed_at", "cannot be in the future"),
        ({"activation": "wishing"}, "activation", "not a valid choice"),
        ({"device": "x" * 121}, "device", "at most 120 characters"),
        ({"spins": [{}]}, "spins.0.rcf_g", "Give the force"),
        ({"spins": [{"minutes": Decimal(600)}]}, "spins.0.minutes", "cannot be more than 120"),
        ({"spins": [{"rpm": 3000, "rotor_radius_cm": Decimal(10), "rcf_g": Decimal(9000)}]}, "spins.0.rcf_g", "not 9,000"),
    ],
)  # fmt: skip
def test_a_prp_that_cannot_be(course, clinician, changes, field, words):
    broken = refused(course, clinician, preparation={**PRP, **changes})
    assert broken.field == f"preparation.{field}"
    assert words in broken.message


@pytest.mark.parametrize(
    ("preparation", "field", "words"),
    [
        ({**BMAC, "final_volume_ml": Decimal(4)}, "final_volume_ml", "More is injected (5 mL) than was ready (4 mL)"),
        ({**BMAC, "cells_injected": Decimal(401)}, "cells_injected", "than were counted"),
        ({**BMAC, "passage": 3}, "passage", "does not belong to it"),
        ({**BMAC, "donor": "allogeneic"}, "donor", "always the patient's own"),
        ({**BMAC, "harvests": [{"site": "abdomen", "side": "midline"}]}, "harvests.0.site", "not taken from this site"),
        ({**BMAC, "regulatory_basis": "ind"}, "ind_number", "under an IND need its number"),
        ({**DONATED, "donor_ref": " "}, "donor_ref", "donor's reference"),
        ({**DONATED, "donor_ref": "Álvarez-7"}, "donor_ref", "cannot|name|letters"),
        ({**DONATED, "donor_ref": "123-45-6789"}, "donor_ref", "social security"),
        ({**DONATED, "donor_eligibility": "ineligible"}, "donor_eligibility", "may not be given"),
        ({**DONATED, "frozen_on": TODAY, "thawed_at": NOON + HOUR / 2}, "thawed_at", "cannot be after the session"),
        ({**DONATED, "release_tests": [{"kind": "sterility", "result": "passed"}] * 2}, "release_tests.1.kind", "twice"),
    ],
)  # fmt: skip
def test_cells_that_cannot_be(patient, clinician, preparation, field, words):
    broken = refused(course_of("cell", patient, clinician), clinician, preparation=preparation)
    assert broken.field == f"preparation.{field}"
    assert any(word in broken.message for word in words.split("|"))


def test_cells_of_a_donor_name_their_lot(patient, clinician):
    broken = refused(course_of("cell", patient, clinician), clinician, preparation=DONATED)
    assert (broken.code, broken.field) == ("lot_missing", "lots")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"is_notice_acknowledged": False}, "is_notice_acknowledged"),
        ({"ind_number": " "}, "ind_number"),
        ({"vial_volume_ml": Decimal(4)}, "volume_ml"),
        ({"volume_ml": Decimal(4)}, "volume_ml"),
        ({"thawed_at": NOON + HOUR / 2}, "thawed_at"),
        ({"transmembrane_markers": ["cd999"]}, "transmembrane_markers"),
    ],
)
def test_vesicles_that_cannot_be(patient, clinician, changes, field):
    course = course_of("exosome", patient, clinician)
    assert refused(course, clinician, preparation={**VESICLES, **changes}).field == f"preparation.{field}"


def test_vesicles_name_their_lot_and_need_no_ind_outside_the_us(patient, clinician):
    course, lot = course_of("exosome", patient, clinician), vesicles(clinician, patient)
    given = {**VESICLES, "ind_number": "", "is_outside_us": True}
    assert refused(course, clinician, preparation=given).field == "lots"
    assert log(course, clinician, preparation=given, lots=[{"lot": lot, "quantity": Decimal(1), "injection": None}])


def test_a_research_protocol_needs_the_ind_number(patient, clinician):
    Protocol.objects.filter(clinic=patient.clinic).update(needs_ind=True)
    course = course_of("exosome", patient, clinician)
    given = {**VESICLES, "ind_number": "", "is_outside_us": True}
    assert refused(course, clinician, preparation=given).field == "preparation.ind_number"


@pytest.mark.parametrize(
    ("target", "side", "level", "words"),
    [
        ("knee_joint", "right", "L4/5", "lies at no level of the spine"),
        ("lumbar_facet", "right", "C4/5", "L4/5"),
        ("lumbar_facet", "right", "L9", "L4/5"),
    ],
)
def test_a_level_that_the_target_does_not_have(course, clinician, target, side, level, words):
    place = {**KNEE, "target": target, "side": side, "level": level}
    broken = refused(course, clinician, injections=[place])
    assert (broken.code, broken.field) == ("level_does_not_fit", "injections.0.level")
    assert words in broken.message


def test_each_level_of_the_spine_is_an_injection_of_its_own(patient, clinician):
    course = course_of("prp", patient, clinician, target="lumbar_facet")
    facet = {**KNEE, "target": "lumbar_facet"}
    levels = [{**facet, "level": "L4/5"}, {**facet, "level": "L5/S1"}]
    assert log(course, clinician, injections=levels).injections.count() == 2


def test_a_file_of_another_clinic_is_no_image(course, clinician, other_clinic):
    image = StoredFile.objects.create(
        clinic=other_clinic, name="a.png", media_type="image/png", content=b"", sha256="0", stored_at=timezone.now()
    )
    broken = refused(course, clinician, injections=[{**KNEE, "image": image}])
    assert (broken.code, broken.field) == ("file_unknown", "injections.0.image")


def test_a_use_of_a_lot_names_one_of_the_injections(patient, clinician):
    course, lot = course_of("exosome", patient, clinician), vesicles(clinician, patient)
    use = {"lot": lot, "quantity": Decimal(1), "injection": 3}
    assert refused(course, clinician, preparation=VESICLES, lots=[use]).field == "lots.0.injection"
    assert Lot.objects.with_quantity().get().quantity == 5
