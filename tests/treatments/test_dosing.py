"""The derived values of PRP: the worked examples of the clinical reference, and what is missing stays missing."""

from decimal import Decimal

import pytest

from treatments.dosing import prp_dose

# blood mL, blood platelets, blood leukocytes, PRP mL, PRP platelets, PRP leukocytes -> dose, recovery, fold, class
EXAMPLES = [
    ("60", "250", "6.0", "6", "1500", "20", "9.00", "60.0", "6.00", "LR-PRP"),
    ("30", "220", "6.5", "4", "620", "1.2", "2.48", "37.6", "2.82", "LP-PRP"),
    ("15", "240", "5.5", "5", "400", "0.2", "2.00", "55.6", "1.67", "LP-PRP"),
    ("120", "230", "6.0", "8", "1800", "30", "14.40", "52.2", "7.83", "LR-PRP"),
]


def dose(blood, platelets, leukocytes, volume, prp_platelets, prp_leukocytes, injected=None):
    return prp_dose(
        blood_volume_ml=Decimal(blood),
        blood_platelets=platelets and Decimal(platelets),
        blood_leukocytes=leukocytes and Decimal(leukocytes),
        prp_volume_ml=Decimal(volume),
        prp_injected_ml=Decimal(injected or volume),
        prp_platelets=prp_platelets and Decimal(prp_platelets),
        prp_leukocytes=prp_leukocytes and Decimal(prp_leukocytes),
    )


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_worked_examples(example):
    *measured, billions, recovery, fold, leukocytes = example
    found = dose(*measured)
    assert f"{found.platelets_billions:.2f}" == billions
    assert f"{found.recovery_percent:.1f}" == recovery
    assert f"{found.concentration_factor:.2f}" == fold
    assert found.leukocyte_class == leukocytes


def test_the_dose_counts_what_was_injected_and_recovery_what_was_made():
    found = dose("60", "250", "6", "6", "1250", "4", injected="4")
    assert found.platelets_billions == Decimal("5")
    assert found.recovery_percent == Decimal("50")


def test_as_many_white_cells_as_the_blood_is_leukocyte_poor():
    assert dose("60", "250", "6", "6", "1250", "6").leukocyte_class == "LP-PRP"


def test_what_was_not_counted_is_not_known():
    found = dose("60", None, None, "6", "1250", "4")
    assert found.platelets_billions == Decimal("7.5")
    assert (found.concentration_factor, found.recovery_percent, found.leukocyte_class) == (None, None, "")
    assert dose("60", "250", "6", "6", None, None).platelets_billions is None


def test_a_blood_count_of_nought_is_no_divisor():
    assert dose("60", "0", "6", "6", "1250", "4").recovery_percent is None
