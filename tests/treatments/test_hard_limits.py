"""What cannot be is refused in a sentence that names the field and the rule; what is only unusual passes."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments import field_labels, hard_limits, soft_ranges
from treatments.hard_limits import check_limits
from treatments.models import CellPreparation, ExosomePreparation, Harvest, PrpPreparation, Spin

NOW = dt.datetime(2026, 3, 2, 18, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=1)
PRP = {"blood_volume_ml": 60, "anticoagulant": "acd_a", "prp_volume_ml": 6, "prp_injected_ml": 5, "activation": "none"}
BMAC = {"product_type": "bmac", "donor": "autologous", "manipulation": "minimal", "final_volume_ml": 6}
DONOR = {**BMAC, "product_type": "msc_allogeneic", "donor": "allogeneic", "donor_ref": "D-17"}
EXOSOME = {"source_tissue": "Cord MSC", "volume_ml": 2, "is_notice_acknowledged": True}
WHOLE = {"prp": PRP, "cell": BMAC, "exosome": EXOSOME}
MODELS = {"prp": PrpPreparation, "cell": CellPreparation, "exosome": ExosomePreparation}


def problem(modality, details):
    return check_limits(modality, details, at=NOW, today=NOW.date())


@pytest.mark.parametrize(("modality", "details"), [*WHOLE.items(), ("cell", DONOR)])
def test_a_plain_preparation_has_no_problem(modality, details):
    assert problem(modality, details) is None


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"blood_platelets": 150000}, "blood_platelets",
         "Blood platelets are counted in ×10³/µL: 150,000 would be 150 billion per mL. Did you mean 150?"),
        ({"prp_platelets": 1200000}, "prp_platelets", "Did you mean 1,200?"),
        ({"blood_leukocytes": 6100}, "blood_leukocytes", "Did you mean 6.1?"),
        ({"blood_erythrocytes": 4500}, "blood_erythrocytes", "counted in ×10⁶/µL"),
        ({"blood_platelets": "0.25", "prp_platelets": 1500}, "prp_platelets", "one of them is in another unit"),
        ({"blood_platelets": 0, "prp_platelets": 1}, "prp_platelets", "100 times"),
        ({"blood_platelets": -1}, "blood_platelets", "Blood platelets cannot be less than 0."),
        ({"blood_hematocrit": "100.1"}, "blood_hematocrit", "cannot be more than 100 %: 100.1 was entered."),
        ({"prp_hematocrit": 101}, "prp_hematocrit", "cannot be more than 100 %"),
        ({"blood_volume_ml": 0}, "blood_volume_ml", "must be more than 0 mL"),
        ({"blood_volume_ml": 60000}, "blood_volume_ml", "cannot be more than 1,000 mL"),
        ({"prp_injected_ml": "6.1"}, "prp_injected_ml", "More PRP is injected than was made."),
        ({"prp_volume_ml": 61, "prp_injected_ml": 5}, "prp_volume_ml", "More PRP is made than blood was drawn."),
        ({"anticoagulant": "none", "anticoagulant_ml": 8}, "anticoagulant_ml", "yet 8 mL were added"),
        ({"anticoagulant_ml": 61}, "anticoagulant_ml", "more anticoagulant than blood"),
        ({"blood_leukocytes": 6, "blood_neutrophils": "6.1"}, "blood_neutrophils", "all white cells (6 ×10³/µL)"),
        ({"prp_leukocytes": 9, "prp_neutrophils": 5, "prp_lymphocytes": 5}, "prp_leukocytes", "add up to 10"),
        ({"drawn_at": LATER}, "drawn_at", "cannot be in the future"),
        ({"drawn_at": NOW, "processed_at": NOW - dt.timedelta(minutes=5)}, "processed_at", "before the blood"),
        ({"spins": [{"rcf_g": 30000}]}, "spins.0.rcf_g", "Force cannot be more than 20,000 g"),
        ({"spins": [{"rcf_g": 300}, {"temperature_c": -40}]}, "spins.1.temperature_c", "less than -20 °C"),
        ({"spins": [{"rcf_g": 1800, "rpm": 1800, "rotor_radius_cm": 10}]}, "spins.0.rcf_g", "is 362 g, not 1,800 g"),
        ({"spins": [{"rcf_g": 300}] * 4}, "spins.3.rcf_g", "at most 3 spins"),
    ],
)  # fmt: skip
def test_impossible_prp(changes, field, message):
    found = problem("prp", {**PRP, **changes})
    assert found.field == field
    assert message in found.message


@pytest.mark.parametrize(
    "changes",
    [
        {"blood_platelets": 700, "prp_platelets": 5000},
        {"blood_platelets": 100, "prp_platelets": 4000},  # more than was in the blood: asked about, not refused
        {"blood_leukocytes": 6, "blood_neutrophils": 6},
        {"prp_leukocytes": 9, "prp_neutrophils": 5, "prp_lymphocytes": "4.1"},
        {"spins": [{"rcf_g": 360, "rpm": 1800, "rotor_radius_cm": 10}]},
        {"spins": [{"minutes": 10}]},
        {"drawn_at": NOW, "processed_at": NOW},
    ],
)
def test_unusual_prp_is_no_problem(changes):
    assert problem("prp", {**PRP, **changes}) is None


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"viability_percent": 101}, "viability_percent", "Viability cannot be more than 100 %"),
        ({"passage": 3}, "passage", "“Passage” does not belong to it"),
        ({"used_enzyme": False}, "used_enzyme", "does not belong"),
        ({"donor": "allogeneic", "donor_ref": "D-17"}, "donor_ref", "does not belong"),
        ({"donor": "allogeneic"}, "donor", "is always the patient's own"),
        ({"final_volume_ml": 0}, "final_volume_ml", "more than 0"),
        ({"nucleated_cells": 400, "cells_injected": 401}, "cells_injected", "More cells are injected"),
        ({"harvests": [{"site": "abdomen", "side": "left"}]}, "harvests.0.site", "not taken from this site"),
        ({"harvests": [{"site": "psis", "side": "left"}] * 2}, "harvests.1.site", "listed twice"),
        ({"harvests": [{"site": "psis", "side": "left", "volume_ml": 5000}]}, "harvests.0.volume_ml", "3,000 mL"),
        ({"release_tests": [{"kind": "sterility"}]}, "release_tests.0", "has no release tests"),
    ],
)
def test_impossible_marrow(changes, field, message):
    found = problem("cell", {**BMAC, **changes})
    assert found.field == field
    assert message in found.message


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"donor_ref": " "}, "donor_ref"),
        ({"donor_age": 121}, "donor_age"),
        ({"harvests": [{"site": "psis", "side": "left"}]}, "harvests.0"),
        ({"frozen_on": NOW.date(), "thawed_at": NOW - dt.timedelta(days=2)}, "thawed_at"),
        ({"frozen_on": NOW.date() + dt.timedelta(days=1)}, "frozen_on"),
        ({"release_tests": [{"kind": "sterility"}, {"kind": "sterility"}]}, "release_tests.1.kind"),
        ({"release_tests": [{"kind": "sterility", "tested_on": LATER.date() + dt.timedelta(days=1)}]},
         "release_tests.0.tested_on"),
    ],
)  # fmt: skip
def test_impossible_cells_of_a_donor(changes, field):
    assert problem("cell", {**DONOR, **changes}).field == field


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"particles_per_ml": 10**10}, "particles_per_ml", "Did you mean 10?"),
        ({"vial_volume_ml": 1}, "volume_ml", "More is injected than was ready"),
        ({"is_notice_acknowledged": False}, "is_notice_acknowledged", "no exosome product is FDA-approved"),
        ({"storage_c": -300}, "storage_c", "less than -273 °C"),
        ({"median_size_nm": 90000}, "median_size_nm", "5,000 nm"),
    ],
)
def test_impossible_vesicles(changes, field, message):
    found = problem("exosome", {**EXOSOME, **changes})
    assert found.field == field
    assert message in found.message


def columns(model):
    return {field.name: field for field in model._meta.fields if field.editable}


TABLES = [
    *[(MODELS[kind], hard_limits.PREPARATIONS[kind], soft_ranges.PREPARATIONS[kind]) for kind in MODELS],
    (Spin, hard_limits.ROWS["spins"], soft_ranges.ROWS["spins"]),
    (Harvest, hard_limits.ROWS["harvests"], soft_ranges.ROWS["harvests"]),
]


@pytest.mark.parametrize(("model", "limits", "ranges"), TABLES, ids=lambda table: getattr(table, "__name__", ""))
def test_every_amount_has_a_limit_that_its_column_can_hold(model, limits, ranges):
    assert set(limits) == set(ranges)
    for name, limit in limits.items():
        field = columns(model)[name]
        if field.get_internal_type() == "DecimalField":
            assert limit.most < 10 ** (field.max_digits - field.decimal_places)
        assert limit.least <= ranges[name].low <= ranges[name].high <= limit.most


@pytest.mark.parametrize("kind", MODELS)
def test_every_field_has_a_name_for_people(kind):
    assert set(field_labels.PREPARATIONS[kind]) == set(columns(MODELS[kind])) - {"id", "clinic", "session"}


@given(
    st.dictionaries(
        st.sampled_from(list(hard_limits.PREPARATIONS["prp"])),
        st.none() | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**12),
    )
)
def test_no_numbers_make_it_raise_and_what_passes_can_be_stored(changes):
    details = {**PRP, **{name: value for name, value in changes.items() if value is not None or name not in PRP}}
    if problem("prp", details) is None:
        for name, limit in hard_limits.PREPARATIONS["prp"].items():
            assert details.get(name) is None or 0 <= Decimal(details[name]) <= limit.most
