"""People who plainly do not exist: names out of invented words, addresses and numbers that reach nobody."""

import datetime as dt
import random
from typing import NamedTuple

FEMALE_NAMES = """
Alder Amberly Briony Clover Dahlia Elowen Fennel Hazelle Ivette Junia Larkin Linnea Maribel Mossy Nettie Oleandra
Petra Primrose Quilla Rosalba Saffron Sorrel Tansy Verbena Willa Zinnia
"""
MALE_NAMES = """
Aspen Barley Birch Bramble Cedric Coriander Elmer Flint Garnet Heath Indigo Jasper Kestrel Linden Merle Oakley Pascoe
Quillon Reed Rowan Sage Sterling Tarragon Umber Vale Wren
"""
FAMILY_BEGINNINGS = """
Amber Bramble Candle Clover Copper Cricket Dapple Ember Fern Gander Hollow Juniper Kettle Lantern Marrow Mossy Nettle
Otter Pebble Quill Raven Saddle Thistle Tumble Umber Velvet Whistle Yarrow
"""
FAMILY_ENDINGS = "berry brook by croft dale field ford gate hollow lane mead mere ridge stead thorpe ton well wick"

_GIVEN_NAMES = {"F": FEMALE_NAMES.split(), "M": MALE_NAMES.split()}
_BEGINNINGS, _ENDINGS = FAMILY_BEGINNINGS.split(), FAMILY_ENDINGS.split()


# Under each of them a hundred numbers are kept for inventions. The clinics' own comes first.
AREA_CODES = (512, *(code for code in range(201, 1000) if code != 512))


class Person(NamedTuple):
    """Identity and contact details, as ``patients.actions.register_patient`` takes them."""

    given_name: str
    family_name: str
    born_on: dt.date
    sex: str
    email: str
    phone: str


def invent(rng: random.Random, number: int, today: dt.date) -> Person:
    """The person with this number, between 30 and 84 years old; ``number`` makes the addresses unique."""
    sex = rng.choice("FM")
    given_name = rng.choice(_GIVEN_NAMES[sex])
    family_name = rng.choice(_BEGINNINGS) + rng.choice(_ENDINGS)
    age_days = round(rng.triangular(30, 84, 58) * 365.25)
    return Person(
        given_name=given_name,
        family_name=family_name,
        born_on=today - dt.timedelta(days=age_days),
        sex=sex,
        email=f"{given_name}.{family_name}.{number}@example.org".lower(),
        phone=f"{AREA_CODES[number // 100 % len(AREA_CODES)]}-555-01{number % 100:02}",
    )
