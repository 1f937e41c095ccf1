"""What can be true of a patient's body and severity grade, and the sentences when it cannot. No database.

Scales: Kellgren-Lawrence 0 to 4, Tönnis 0 to 3, Pfirrmann 1 to 5, Goutallier 0 to 4, each for the joints it is used for.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from clinic.rules import RuleBroken
from treatments.vocabulary import Region

SHORTEST_CM, TALLEST_CM = 50, 250
LIGHTEST_KG, HEAVIEST_KG = 10, 400
# Wider than any patient: it only catches inches and pounds.
THINNEST_BMI, HEAVIEST_BMI = 8, 120
MOST_INJECTIONS = 100


class ProfileChanged(RuleBroken):
    code = "profile_changed"


class ProfileRefused(RuleBroken):
    code = "profile_refused"


class Scale(NamedTuple):
    """The grades a scale has, both ends included, and the regions whose pictures it grades."""

    label: str
    lowest: int
    highest: int
    regions: frozenset[Region]


SCALES = {
    "kellgren_lawrence": Scale(
        *("Kellgren-Lawrence", 0, 4),
        frozenset({Region.KNEE, Region.HIP, Region.WRIST_HAND, Region.ANKLE_FOOT, Region.SHOULDER, Region.ELBOW}),
    ),
    "tonnis": Scale("Tönnis", 0, 3, frozenset({Region.HIP})),
    "pfirrmann": Scale("Pfirrmann", 1, 5, frozenset({Region.BACK, Region.NECK})),
    "goutallier": Scale("Goutallier", 0, 4, frozenset({Region.SHOULDER})),
}


def scales_for(region: str) -> list[str]:
    """Codes of the scales that are used in this region; all of them where the region is not one of ours."""
    fitting = [code for code, scale in SCALES.items() if region in scale.regions]
    return fitting or (list(SCALES) if region == Region.OTHER else [])


def bmi(height_cm: Decimal | None, weight_kg: Decimal | None) -> Decimal | None:
    """Body-mass index in kg/m², to one digit; None where one of the two is not known."""
    if not height_cm or not weight_kg:
        return None
    return (weight_kg / (height_cm / 100) ** 2).quantize(Decimal("0.1"))


def check_body(height_cm: Decimal | None, weight_kg: Decimal | None) -> None:
    """Raises ProfileRefused for what no patient measures, with what was probably meant."""
    if height_cm is not None and not SHORTEST_CM <= height_cm <= TALLEST_CM:
        raise ProfileRefused(_meant("Height", "cm", height_cm, SHORTEST_CM, TALLEST_CM), "height_cm")
    if weight_kg is not None and not LIGHTEST_KG <= weight_kg <= HEAVIEST_KG:
        raise ProfileRefused(_meant("Weight", "kg", weight_kg, LIGHTEST_KG, HEAVIEST_KG), "weight_kg")
    index = bmi(height_cm, weight_kg)
    if index is not None and not THINNEST_BMI <= index <= HEAVIEST_BMI:
        words = f"This height and weight make a BMI of {index}. Check the units: height in cm, weight in kg."
        raise ProfileRefused(words, "height_cm")


def _meant(name: str, unit: str, written: Decimal, low: int, high: int) -> str:
    slips = {"cm": (100, Decimal("0.1")), "kg": (Decimal("0.001"),)}[unit]
    meant = next((written * slip for slip in slips if low * 2 <= written * slip <= high), None)
    if meant is not None:
        return f"{name} is in {unit}: did you mean {meant.normalize():f}?"
    return f"{name} is in {unit}, from {low} to {high}."


def check_grade(scale: str, grade: int | None, region: str) -> None:
    """Raises ProfileRefused for half an answer, a grade that the scale has not, or a scale of other joints."""
    if not scale and grade is None:
        return
    if not scale:
        raise ProfileRefused("Choose the scale that this grade belongs to.", "severity_scale")
    if scale not in SCALES:
        raise ProfileRefused("Choose a scale from the list.", "severity_scale")
    known = SCALES[scale]
    if scale not in scales_for(region):
        words = f"{known.label} does not grade the {Region(region).label.lower()}."
        raise ProfileRefused(words, "severity_scale")
    if grade is None:
        raise ProfileRefused("Enter the grade, or leave the scale empty.", "severity_grade")
    if not known.lowest <= grade <= known.highest:
        raise ProfileRefused(f"{known.label} has grades {known.lowest} to {known.highest}.", "severity_grade")


def check_counts(details: Mapping[str, Any], age_months: int | None) -> None:
    """Raises ProfileRefused for negative or absurd counts, and symptoms that are older than the patient."""
    for field in ("prior_steroid_injections", "prior_hyaluronate_injections", "prior_biologic_injections"):
        count = details.get(field)
        if count is not None and not 0 <= count <= MOST_INJECTIONS:
            raise ProfileRefused(f"Earlier injections are counted from 0 to {MOST_INJECTIONS}.", field)
    months = details.get("symptom_months")
    if months is not None and months < 0:
        raise ProfileRefused("The duration of symptoms cannot be less than 0 months.", "symptom_months")
    if months is not None and age_months is not None and months > age_months:
        raise ProfileRefused("The symptoms cannot be older than the patient: it is in months.", "symptom_months")
