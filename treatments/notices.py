"""What regulators say about unapproved products, quoted where such a product is chosen. No Django."""

from typing import NamedTuple


class Notice(NamedTuple):
    """One short sentence and where it stands."""

    text: str
    source: str


EXOSOMES = [
    Notice(
        "“There are currently no FDA-approved exosome products.”",
        "FDA, public safety notification on exosome products, 6 Dec 2019",
    ),
    Notice(
        "Exosomes that are meant to treat a disease are drugs and biologics and need approval before they are marketed.",
        "FDA, public safety notification on exosome products, 6 Dec 2019",
    ),
    Notice("Patients should ask for the IND number.", "FDA, 9 Dec 2019"),
    Notice(
        "Serious infections were reported in patients in Nebraska who were given such products, 2019.",
        "FDA, public safety notification on exosome products, 6 Dec 2019",
    ),
]
UNAPPROVED_CELLS = [
    Notice(
        "None of the marketed fat, cord-blood, Wharton’s-jelly and amniotic products is approved for orthopaedic use. "
        "Only cord-blood products for blood disorders are approved.",
        "FDA, consumer alert on regenerative medicine products, 2020",
    )
]
# Kinds of cell product that the alert is about.
ALERTED = {"mfat", "svf", "umbilical_cord", "cord_blood", "amniotic_fluid", "placental"}


def notices_for(modality: str, product_type: str) -> list[Notice]:
    """What is to be read before a product of this kind is given; empty for most."""
    if modality == "exosome":
        return EXOSOMES
    return UNAPPROVED_CELLS if modality == "cell" and product_type in ALERTED else []
