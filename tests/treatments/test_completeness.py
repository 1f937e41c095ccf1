"""The reporting checklists: what they ask, what counts as recorded, what applies to which product."""

import datetime as dt

import pytest

from patients.models import Patient
from treatments import field_labels
from treatments.cell_types import CELL_TYPES
from treatments.completeness import BY_CODE, CHECKLISTS, FILE, DefinitionInvalid, check, read
from treatments.models import (
    Aftercare,
    CellPreparation,
    ClinicalProfile,
    Course,
    ExosomePreparation,
    Harvest,
    Holds,
    Injection,
    LotUse,
    PrpPreparation,
    ReleaseTest,
    Spin,
    TreatmentSession,
)

TEXT = FILE.read_text(encoding="utf-8")
MODELS = {
    "patient": Patient, "profile": ClinicalProfile, "course": Course, "visit": TreatmentSession, "holds": Holds,
    "lots": LotUse, "injections": Injection, "aftercare": Aftercare,
}  # fmt: skip
KINDS = {"prp": PrpPreparation, "cell": CellPreparation, "exosome": ExosomePreparation}
ROWS = {"spins": Spin, "harvests": Harvest, "release_tests": ReleaseTest}

KNEE = {"target": "knee_joint", "side": "right", "structure": "intra_articular", "guidance": "ultrasound",
        "volume_ml": 6, "needle_gauge": 22}  # fmt: skip


def names_of(model):
    return {field.name for field in model._meta.fields}


@pytest.mark.parametrize("modality", CHECKLISTS)
def test_every_need_is_a_field_that_can_be_filled_in(modality):
    for item in CHECKLISTS[modality].items:
        for wanted in [one for need in item.needs for one in need]:
            part, name, *rest = wanted.steps
            if part == "preparation" and name in ROWS:
                assert rest[0] in names_of(ROWS[name])
            elif part == "preparation":
                assert name in names_of(KINDS[modality])
            else:
                assert name in names_of(MODELS[part]) | {"has_baseline"}


def test_mibo_has_its_twelve_categories_and_twenty_three_items():
    items = CHECKLISTS["prp"].items
    assert len(items) == 23
    assert len({item.category for item in items}) == 12


def mibo(**parts):
    return check(CHECKLISTS["prp"], parts)


def test_nothing_recorded_is_everything_missing():
    found = mibo()
    assert (found.checklist, found.recorded, len(found.missing)) == ("mibo-1", (), 23)
    assert BY_CODE[found.checklist].item("spins").category == "PRP processing"


@pytest.mark.parametrize(
    ("parts", "item"),
    [
        ({"preparation": {"prp_platelets": 0}}, "prp_platelets"),
        ({"preparation": {"prp_hematocrit": 4}}, "prp_red_cells"),
        ({"preparation": {"spins": [{"rpm": 1800, "minutes": 10}]}}, "spins"),
        ({"preparation": {"spins": [{"rpm": 1800, "minutes": 10}, {"rcf_g": 300, "minutes": 5}]}}, "spins"),
        ({"preparation": {"blood_volume_ml": 60, "anticoagulant": "none"}}, "blood_drawn"),
        ({"preparation": {"drawn_at": dt.datetime.now(dt.UTC), "processed_at": dt.datetime.now(dt.UTC)}}, "times"),
        ({"injections": [KNEE, KNEE]}, "guidance"),
        ({"holds": {"takes_no_nsaid": True, "antiplatelet": "not_taken"}}, "medicines_held"),
        ({"lots": [{"lot": 7}]}, "device"),
        ({"course": {"has_baseline": True}}, "baseline"),
    ],
)
def test_recorded(parts, item):
    assert item in mibo(**parts).recorded


@pytest.mark.parametrize(
    ("parts", "item"),
    [
        ({"preparation": {"prp_platelets": None}}, "prp_platelets"),
        ({"preparation": {"prp_leukocytes": 4}}, "prp_white_cells"),
        ({"preparation": {"spins": []}}, "spins"),
        ({"preparation": {"spins": [{"rcf_g": 300, "minutes": 10}, {"rcf_g": 300}]}}, "spins"),
        ({"preparation": {"blood_volume_ml": 60, "anticoagulant": "acd_a"}}, "blood_drawn"),
        ({"injections": [KNEE, {**KNEE, "needle_gauge": None}]}, "guidance"),
        ({"injections": []}, "guidance"),
        ({"holds": {"takes_no_nsaid": False, "antiplatelet": "held"}}, "medicines_held"),
        ({"course": {"has_baseline": False}}, "baseline"),
    ],
)
def test_not_recorded(parts, item):
    assert item in mibo(**parts).missing


def asked(product_type):
    found = check(CHECKLISTS["cell"], {"preparation": {"product_type": product_type}})
    return {*found.recorded, *found.missing}


@pytest.mark.parametrize(
    ("product_type", "asks", "leaves_out"),
    [
        ("bmac", {"harvest", "colonies", "platelets"}, {"culture", "donor", "enzyme", "release", "thawing"}),
        ("mfat", {"harvest", "washed"}, {"colonies", "anticoagulant", "enzyme"}),
        ("svf", {"enzyme", "colonies", "release"}, {"anticoagulant", "culture"}),
        ("msc_allogeneic", {"donor", "culture", "identity", "thawing", "release"}, {"harvest", "washed"}),
        ("placental", {"donor", "thawing", "lot"}, {"harvest", "culture", "device"}),
    ],
)
def test_only_what_applies_to_the_kind_is_asked(product_type, asks, leaves_out):
    assert asks <= asked(product_type)
    assert not leaves_out & asked(product_type)


def test_kinds_and_fields_of_cell_products_are_the_models():
    assert {code: kind.label for code, kind in CELL_TYPES.items()} == dict(CellPreparation.ProductType.choices)
    fields = {name for kind in CELL_TYPES.values() for name in kind.fields}
    assert fields == set(field_labels.CELL)
    for kind in CELL_TYPES.values():
        assert set(kind.donors) <= set(CellPreparation.Donor.values)
        assert kind.manipulation in CellPreparation.Manipulation.values
        assert kind.basis in {"", *CellPreparation.RegulatoryBasis.values}
        assert set(kind.harvest_sites) <= set(Harvest.Site.values)
        assert ("donor_ref" in kind.fields) == ("allogeneic" in kind.donors)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("preparation.blood_platelets", "preparation.blood_platlets", "no field of a session"),
        ("holds.antiplatelet", "hold.antiplatelet", "no field of a session"),
        ('code = "severity"', 'code = "diagnosis"', "stands there twice"),
        ('needs = ["preparation.prp_platelets"]', "needs = []", "at least one need"),
        ('name = "MIBO for PRP"\n', "", "'name' is missing"),
        ("[[checklist]]", "[[checklist", "not TOML"),
    ],
)
def test_a_checklist_with_a_slip_is_refused(old, new, message):
    assert old in TEXT
    with pytest.raises(DefinitionInvalid, match=message):
        read(TEXT.replace(old, new, 1))
