"""The file of cut-points: what it says, and that a slip in it stops the start and not a patient's class."""

from decimal import Decimal

import pytest

from treatments.prp_classes import FILE, PRP_CLASSES, DefinitionInvalid, read

TEXT = FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("scale", "value", "letter"),
    [
        ("dose", "5.001", "A"), ("dose", "5", "B"), ("dose", "3", "B"), ("dose", "2.999", "C"), ("dose", "1", "C"),
        ("dose", "0.999", "D"), ("purity", "90", "B"), ("purity", "90.01", "A"), ("efficiency", "30", "C"),
        ("efficiency", "29.99", "D"), ("purity", "0", "D"),
    ],
)  # fmt: skip
def test_bands_of_depa(scale, value, letter):
    assert getattr(PRP_CLASSES, scale).letter(Decimal(value)) == letter


def test_rules_nobody_has_checked_say_so():
    assert not PRP_CLASSES.is_depa_checked
    assert not PRP_CLASSES.is_plra_checked
    assert PRP_CLASSES.note
    assert "Magalon" in PRP_CLASSES.depa_source


def test_a_scale_reads_as_words():
    assert str(PRP_CLASSES.dose) == "A above 5, B from 3, C from 1, D below"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("above = 5", "above = 2", "bands go from the best down"),
        ("above = 5", "above = -5", "no cut-point"),
        ("above = 5", 'above = "5"', "no cut-point"),
        ("above = 5", "above = 5\nfrom = 5", "not both"),
        ("above = 5\n", "", "every band but the last"),
        ('letter = "B"', 'letter = "A"', "stands there twice"),
        ('letter = "A"', 'letter = ""', "must say something"),
        ("[plra]", "[other]", "'plra' is missing"),
        ("[plra]", "[plra", "not TOML"),
    ],
)
def test_a_file_that_could_give_a_wrong_letter_is_refused(old, new, message):
    with pytest.raises(DefinitionInvalid, match=message):
        read(TEXT.replace(old, new, 1))
