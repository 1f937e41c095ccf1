"""What follows from the counts of PRP: the worked examples to their printed digits, and what is missing stays missing."""

from dataclasses import fields
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.classification import INPUT_WORDS, VALUES, Derived, derive, relative_force_g
from treatments.models import PrpPreparation

# blood mL, blood platelets, blood white cells, PRP mL (all injected), PRP platelets, PRP white cells, red cells,
# activation -> dose, capture, fold, purity, PAW, DEPA, PLRA, Mishra
EXAMPLES = [
    ("60", "250", "6.0", "6", "1500", "20", "1.00", "none",
     "9.00", "60.0", "6.00", "59.5", "P4-Aα", "A·C·C·no", "P 1,500,000/µL, 6 mL L− R+ A−", "1A"),
    ("30", "220", "6.5", "4", "620", "1.2", "0.05", "calcium_chloride",
     "2.48", "37.6", "2.82", "92.4", "P2-x-Bβ", "C·C·A·yes", "P 620,000/µL, 4 mL L− R+ A+", "4B"),
    ("15", "240", "5.5", "5", "400", "0.2", "0.02", "none",
     "2.00", "55.6", "1.67", "95.2", "P2-Bβ", "C·C·A·no", "P 400,000/µL, 5 mL L− R+ A−", "3B"),
    ("120", "230", "6.0", "8", "1800", "30", "0.90", "none",
     "14.40", "52.2", "7.83", "65.9", "P4-Aα", "A·C·C·no", "P 1,800,000/µL, 8 mL L+ R+ A−", "1A"),
]  # fmt: skip

COUNTED = {
    "blood_volume_ml": "60", "blood_platelets": "250", "blood_leukocytes": "6", "blood_neutrophils": "4",
    "prp_volume_ml": "6", "prp_injected_ml": "6", "prp_platelets": "1500", "prp_leukocytes": "20",
    "prp_neutrophils": "12", "prp_erythrocytes": "1", "activation": "none",
}  # fmt: skip


def derived(**changes):
    return derive(**{**COUNTED, **changes})


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_worked_examples(example):
    blood_ml, blood_platelets, blood_white, prp_ml, platelets, white, red, activation, *expected = example
    # The examples let the neutrophils follow the white cells; real data need both counts.
    found = derive(
        blood_volume_ml=Decimal(blood_ml),
        blood_platelets=Decimal(blood_platelets),
        blood_leukocytes=Decimal(blood_white),
        blood_neutrophils=Decimal(blood_white) * Decimal("0.6"),
        prp_volume_ml=Decimal(prp_ml),
        prp_injected_ml=Decimal(prp_ml),
        prp_platelets=Decimal(platelets),
        prp_leukocytes=Decimal(white),
        prp_neutrophils=Decimal(white) * Decimal("0.6"),
        prp_erythrocytes=Decimal(red),
        activation=activation,
    )
    dose, capture, fold, purity, paw, depa, plra, mishra = expected
    assert f"{found.dose_billions:.2f}" == dose
    assert f"{found.capture_percent:.1f}" == capture
    assert f"{found.concentration_factor:.2f}" == fold
    assert f"{found.purity_percent:.1f}" == purity
    assert (found.paw_code, found.depa_code, found.plra_code, found.mishra_code) == (paw, depa, plra, mishra)
    assert not found.missing


def test_the_dose_counts_what_was_injected_and_capture_what_was_made():
    found = derived(prp_platelets="1250", prp_injected_ml="4")
    assert found.dose_billions == Decimal(5)
    assert found.capture_percent == Decimal(50)


def test_blood_counted_with_its_anticoagulant_is_taken_with_its_volume():
    assert derived(is_blood_diluted=True, anticoagulant_ml="6").capture_percent == Decimal("54.55")
    assert derived(anticoagulant_ml="6").capture_percent == Decimal(60)
    undecided = derived(is_blood_diluted=True)
    assert undecided.capture_percent is None
    assert undecided.missing["capture_percent"] == "The capture needs the volume of the anticoagulant."
    assert derived(is_blood_diluted=True, anticoagulant="none").capture_percent == Decimal(60)


@pytest.mark.parametrize(
    ("platelets", "level"),
    [("250", "P1"), ("250.1", "P2"), ("750", "P2"), ("750.1", "P3"), ("1250", "P3"), ("1250.1", "P4")],
)
def test_paw_levels_end_where_the_paper_says(platelets, level):
    assert derived(prp_platelets=platelets).paw_code == f"{level}-Aα"


def test_at_or_below_the_blood_comes_before_every_other_level():
    assert derived(blood_platelets="1400", prp_platelets="1300").paw_code == "P1-Aα"


def test_as_many_white_cells_as_the_blood_is_leukocyte_poor():
    found = derived(prp_leukocytes="6", prp_neutrophils="4")
    assert (found.leukocyte_class, found.paw_code, found.mishra_code) == ("LP", "P4-Bβ", "3A")


@pytest.mark.parametrize(("capture_of", "letter"), [("2250", "B"), ("2250.1", "A"), ("1750", "B"), ("1749.9", "C")])
def test_depa_efficiency_bands_meet_without_a_gap(capture_of, letter):
    assert derived(prp_platelets=capture_of).depa_code.split("·")[1] == letter


def test_fivefold_is_mishras_a():
    assert derived(prp_platelets="1250").mishra_code == "1A"
    assert derived(prp_platelets="1249.9").mishra_code == "1B"


def test_what_was_not_counted_is_named_and_never_guessed():
    found = derived(blood_platelets=None, prp_neutrophils=None, activation="")
    assert found.missing == {
        "concentration_factor": "The concentration needs the blood's platelet count.",
        "capture_percent": "The capture needs the blood's platelet count.",
        "paw_code": "PAW needs the blood's platelet count, the PRP's neutrophil count and the activation.",
        "depa_code": "DEPA needs the blood's platelet count and the activation.",
        "plra_code": "PLRA needs the activation.",
        "mishra_code": "Mishra needs the blood's platelet count and the activation.",
    }
    assert (found.concentration_factor, found.paw_code) == (None, "")
    assert found.dose_billions == Decimal(9)


def test_nothing_counted_is_nothing_derived():
    found = derive()
    assert set(found.missing) == set(VALUES)
    assert not any(found.stored()[name] for name in VALUES)


def test_a_count_of_nought_is_no_divisor():
    found = derived(blood_platelets="0", prp_platelets="0", prp_leukocytes="0", prp_erythrocytes="0")
    assert (found.concentration_factor, found.capture_percent, found.purity_percent) == (None, None, None)
    assert "is 0" in found.missing["purity_percent"]
    assert found.dose_billions == 0


def test_the_force_of_a_centrifuge():
    assert relative_force_g(rpm=1800, radius_cm=10) == 362


def test_every_derived_column_is_worked_out():
    columns = {f.name for f in PrpPreparation._meta.fields if not f.editable} - {"id"}
    assert columns == set(derived().stored())
    assert {field.name for field in fields(Derived)} == columns | {"missing"}
    assert set(INPUT_WORDS) <= {field.name for field in PrpPreparation._meta.fields}


def decimals(name):
    field = PrpPreparation._meta.get_field(name)
    top = Decimal(10) ** (field.max_digits - field.decimal_places) - 1
    return st.none() | st.decimals(0, top, places=field.decimal_places, allow_nan=False)


MEASURED = st.fixed_dictionaries(
    {name: decimals(name) for name in INPUT_WORDS if name != "activation"}
    | {"activation": st.sampled_from(["", "none", "thrombin"]), "is_blood_diluted": st.booleans()}
)


@given(MEASURED)
def test_it_never_raises_and_is_either_known_or_says_why_not(measured):
    found = derive(**measured)
    for name in VALUES:
        assert (getattr(found, name) in (None, "")) == (name in found.missing)
    assert found.purity_percent is None or 0 <= found.purity_percent <= 100


@given(MEASURED)
def test_codes_fit_their_columns(measured):
    found = derive(**measured)
    for name in ("leukocyte_class", "paw_code", "depa_code", "plra_code", "mishra_code"):
        assert len(getattr(found, name)) <= PrpPreparation._meta.get_field(name).max_length


@given(st.decimals("0.1", 5000, places=1), st.integers(2, 9))
def test_the_dose_scales_with_the_count_and_the_volume(platelets, times):
    one = derived(prp_platelets=platelets, prp_injected_ml=1)
    assert derived(prp_platelets=platelets, prp_injected_ml=times).dose_billions == pytest.approx(
        one.dose_billions * times, abs=Decimal("0.01")
    )
    assert derived(prp_platelets=platelets * times, prp_injected_ml=1).dose_billions == pytest.approx(
        one.dose_billions * times, abs=Decimal("0.01")
    )


@given(st.decimals("0.1", 5000, places=1), st.decimals("0.1", 5000, places=1))
def test_more_platelets_never_make_a_worse_preparation(one, other):
    fewer, more = (derived(prp_platelets=count) for count in sorted((one, other)))
    for name in ("dose_billions", "concentration_factor", "capture_percent", "purity_percent"):
        assert getattr(fewer, name) <= getattr(more, name)
    assert fewer.paw_code[:2] <= more.paw_code[:2]
    assert fewer.depa_code[0] >= more.depa_code[0]
