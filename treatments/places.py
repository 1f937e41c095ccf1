"""What a patient calls the place that is treated, in both languages."""

from typing import NamedTuple

from treatments.vocabulary import TARGETS, Region, Side


class Word(NamedTuple):
    """A place in English and in Spanish, where its gender decides the ending of the side."""

    english: str
    spanish: str
    is_feminine: bool = False


_WRIST, _THUMB, _HAND = Word("wrist", "muñeca", True), Word("thumb", "pulgar"), Word("hand", "mano", True)
_ANKLE, _FOOT = Word("ankle", "tobillo"), Word("foot", "pie")
_ACHILLES, _GROIN = Word("Achilles tendon", "tendón de Aquiles"), Word("groin", "ingle", True)

REGION_WORDS = {
    Region.HEAD: Word("head", "cabeza", True),
    Region.NECK: Word("neck", "cuello"),
    Region.SHOULDER: Word("shoulder", "hombro"),
    Region.ELBOW: Word("elbow", "codo"),
    Region.WRIST_HAND: _HAND,
    Region.BACK: Word("lower back", "espalda baja", True),
    Region.HIP: Word("hip", "cadera", True),
    Region.KNEE: Word("knee", "rodilla", True),
    Region.ANKLE_FOOT: _FOOT,
    Region.OTHER: Word("body", "cuerpo"),
}
# Where the region's word would be wrong or too wide.
TARGET_WORDS = {
    **dict.fromkeys(["wrist_joint", "first_dorsal_compartment", "tfcc", "median_nerve"], _WRIST),
    **dict.fromkeys(["first_cmc", "thumb_ucl"], _THUMB),
    **dict.fromkeys(["finger_joint", "ulnar_nerve"], _HAND),
    **dict.fromkeys(["ankle_joint", "subtalar_joint", "lateral_ankle_ligaments", "deltoid_ligament"], _ANKLE),
    **dict.fromkeys(["peroneal_tendon", "posterior_tibial"], _ANKLE),
    **dict.fromkeys(["achilles_midportion", "achilles_insertion"], _ACHILLES),
    **dict.fromkeys(["adductor_origin", "pubic_symphysis"], _GROIN),
    "plantar_fascia": _FOOT,
    "first_mtp": Word("big toe", "dedo gordo del pie"),
    "proximal_hamstring": Word("upper hamstring", "parte de atrás del muslo"),
    "thoracic_facet": Word("upper back", "espalda alta", True),
    "tmj": Word("jaw", "mandíbula", True),
}
_SIDES = {Side.LEFT: ("izquierdo", "izquierda"), Side.RIGHT: ("derecho", "derecha")}


def place_for_patient(target: str, side: str, language: str = "en") -> str:
    """The treated place in the patient's words, like "right knee" or "rodilla derecha"; ``target`` is a code."""
    word = TARGET_WORDS.get(target) or REGION_WORDS[TARGETS[target].region]
    if side == Side.MIDLINE:
        return word.spanish if language == "es" else word.english
    if language == "es":
        return f"{word.spanish} {_SIDES[Side(side)][word.is_feminine]}"
    return f"{side} {word.english}"
