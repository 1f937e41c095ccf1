"""Usual ranges: which fields have one, and what lies outside."""

from decimal import Decimal

import pytest

from treatments import soft_ranges
from treatments.models import CellPreparation, ExosomePreparation, PrpPreparation

KINDS = {PrpPreparation: soft_ranges.PRP, CellPreparation: soft_ranges.CELL, ExosomePreparation: soft_ranges.EXOSOME}


@pytest.mark.parametrize(("model", "ranges"), KINDS.items(), ids=lambda kind: getattr(kind, "__name__", ""))
def test_every_measured_field_has_a_range(model, ranges):
    measured = {
        field.name for field in model._meta.fields if field.editable and field.get_internal_type() == "DecimalField"
    }
    assert measured <= set(ranges) <= {field.name for field in model._meta.fields}


def test_both_ends_are_inside():
    assert not soft_ranges.outside(soft_ranges.PRP, {"blood_platelets": Decimal(50)})
    assert not soft_ranges.outside(soft_ranges.PRP, {"blood_platelets": Decimal(700)})
    assert set(soft_ranges.outside(soft_ranges.PRP, {"blood_platelets": Decimal("700.1")})) == {"blood_platelets"}


def test_missing_values_are_never_outside():
    assert not soft_ranges.outside(soft_ranges.PRP, {"blood_platelets": None})
