"""What the invented patients come for: knees, shoulders, spines, elbows and a few others. No Django."""

import random
from typing import NamedTuple


class Complaint(NamedTuple):
    """A complaint at one target and side, with the structure and guidance usual for it."""

    icd10_code: str
    text: str
    target: str
    side: str
    structure: str
    guidance: str
    volume_ml: int

    def injection(self) -> dict[str, str | int]:
        """The fields of one injection for it."""
        names = ("target", "side", "structure", "guidance", "volume_ml")
        return {**{name: getattr(self, name) for name in names}, "needle_gauge": 22, "passes": 1}


class _Pattern(NamedTuple):
    """``codes`` are right and left; a midline complaint has one."""

    weight: int
    codes: tuple[str, ...]
    text: str
    target: str
    structure: str
    guidance: str
    volume_ml: int


PATTERNS = (
    _Pattern(
        30, ("M17.11", "M17.12"), "Osteoarthritis of the {side} knee", "knee_joint", "intra_articular", "ultrasound", 6
    ),
    _Pattern(5, ("M76.51", "M76.52"), "Patellar tendinitis, {side}", "patellar_tendon", "tendon", "ultrasound", 3),
    _Pattern(
        14, ("M75.111", "M75.112"), "Partial rotator cuff tear, {side}", "supraspinatus", "tendon", "ultrasound", 4
    ),
    _Pattern(
        8,
        ("M19.011", "M19.012"),
        "Osteoarthritis of the {side} shoulder",
        "glenohumeral_joint",
        "intra_articular",
        "ultrasound",
        5,
    ),
    _Pattern(11, ("M77.11", "M77.12"), "Tennis elbow, {side}", "common_extensor", "tendon", "ultrasound", 3),
    _Pattern(4, ("M77.01", "M77.02"), "Golfer's elbow, {side}", "common_flexor", "tendon", "ultrasound", 3),
    _Pattern(8, ("M47.816", "M47.816"), "Lumbar facet pain, {side}", "lumbar_facet", "facet", "fluoroscopy", 2),
    _Pattern(7, ("M51.360",), "Discogenic low back pain", "lumbar_disc", "intradiscal", "fluoroscopy", 2),
    _Pattern(5, ("M46.1", "M46.1"), "Sacroiliac joint pain, {side}", "si_joint", "intra_articular", "fluoroscopy", 3),
    _Pattern(
        5, ("M16.11", "M16.12"), "Osteoarthritis of the {side} hip", "hip_joint", "intra_articular", "ultrasound", 5
    ),
    _Pattern(3, ("M76.61", "M76.62"), "Achilles tendinitis, {side}", "achilles_midportion", "tendon", "ultrasound", 3),
)
WEIGHTS = [pattern.weight for pattern in PATTERNS]


def draw(rng: random.Random) -> Complaint:
    """A complaint, knees first, as in such a clinic."""
    pattern = rng.choices(PATTERNS, weights=WEIGHTS)[0]
    sides = ("right", "left") if len(pattern.codes) == 2 else ("midline",)
    index = rng.randrange(len(sides))
    return Complaint(
        icd10_code=pattern.codes[index],
        text=pattern.text.format(side=sides[index]),
        target=pattern.target,
        side=sides[index],
        structure=pattern.structure,
        guidance=pattern.guidance,
        volume_ml=pattern.volume_ml,
    )
