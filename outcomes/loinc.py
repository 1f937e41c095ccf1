"""LOINC codes of instruments, their items and their scores, as far as they were verified. No Django.

Where none stands here, none is given away: SANE, PGIC, QuickDASH, LEFS, PCS and EQ-5D were not verified.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

SYSTEM = "http://loinc.org"
# Thoughts of being better off dead, or of hurting oneself: item 9 of the PHQ-9.
SELF_HARM = "44260-8"
NOTICE = (
    "This material contains content from LOINC (http://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the "
    "Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at "
    "http://loinc.org/license."
)


@dataclass(frozen=True)
class Codes:
    """``panel``: the whole questionnaire. ``items`` and ``scales``: by our codes."""

    panel: str = ""
    items: Mapping[str, str] = field(default_factory=dict)
    scales: Mapping[str, str] = field(default_factory=dict)


def _numbered(names: str, numbers: str) -> dict[str, str]:
    return dict(zip(names.split(), numbers.split(), strict=True))


# Sources: public FHIR questionnaires and value sets that carry these codes for the same items in the same order.
CODES: Mapping[str, Codes] = {
    "nrs_now": Codes(items={"now": "72514-3"}),
    "peg": Codes("91148-7", _numbered("pain enjoyment activity", "75893-8 91145-3 91146-1"), {"peg": "91147-9"}),
    "koos_jr": Codes(
        "82324-5",
        _numbered(
            "stiffness twisting straightening stairs standing rising bending",
            "82325-2 82326-0 82327-8 82328-6 82329-4 82330-2 82331-0",
        ),
        {"koos_jr": "82332-8"},
    ),
    "hoos_jr": Codes(
        "82316-1",
        _numbered("stairs walking rising bending lying sitting", "82317-9 82318-7 82319-5 82320-3 82321-1 82322-9"),
        {"hoos_jr": "82323-7"},
    ),
    "phq2": Codes(items=_numbered("interest mood", "44250-9 44255-8"), scales={"phq2": "55758-7"}),
    "phq9": Codes(
        "44249-1",
        _numbered(
            "interest mood sleep energy appetite failure concentration movement self_harm",
            "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8",
        ),
        {"phq9": "44261-6"},
    ),
    "odi": Codes("97908-8", scales={"odi": "97909-6"}),
    "ndi": Codes(scales={"ndi": "82237-9"}),
    "promis_global_10": Codes(scales={"promis_gmh": "71969-0", "promis_gph": "71971-6"}),
}


def code_of_panel(numbers: set[str]) -> str:
    """The instrument that one of these LOINC codes names as a whole; "" when none does."""
    return next((code for code, codes in CODES.items() if codes.panel in numbers), "")
