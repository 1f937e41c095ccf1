"""Which facts each kind of cell product has. Only these are asked, taken and expected to be reported. No Django."""

from dataclasses import dataclass

MARROW_SITES = ("psis", "asis", "proximal_tibia")
FAT_SITES = ("abdomen", "flank", "thigh")

ALWAYS = (
    *("product_type", "donor", "manipulation", "regulatory_basis", "ind_number"),
    *("final_volume_ml", "nucleated_cells", "viability_percent", "viability_method", "cells_injected"),
)
COLONIES = ("cfu_f_per_ml", "cfu_f_days")
SURFACE = ("cd34_cells", "cd45_cells")
DONOR = ("donor_ref", "donor_age", "donor_sex", "donor_eligibility", "tissue_source")
CULTURE = (
    *("positive_markers_percent", "negative_markers_percent", "differentiates", "adheres_to_plastic"),
    *("passage", "population_doublings", "culture_medium"),
)
FROZEN = ("frozen_on", "thawed_at", "post_thaw_viability_percent")

OWN, GIVEN = "autologous", "allogeneic"
MINIMAL, MORE = "minimal", "more_than_minimal"


@dataclass(frozen=True)
class CellType:
    """One kind of cell product. The first of ``donors``, ``manipulation`` and ``basis`` are filled in for it."""

    label: str
    fields: tuple[str, ...]
    donors: tuple[str, ...]
    manipulation: str
    basis: str = ""
    harvest_sites: tuple[str, ...] = ()
    has_release_tests: bool = False

    @property
    def is_bought(self) -> bool:
        """Whether it comes from outside, so that a session must name its lot."""
        return not self.harvest_sites

    def rows(self) -> tuple[str, ...]:
        """The lists of rows it has."""
        harvests = ("harvests",) if self.harvest_sites else ()
        return (*harvests, "release_tests") if self.has_release_tests else harvests


def _own(label: str, *fields: str, sites: tuple[str, ...]) -> CellType:
    return CellType(label, (*ALWAYS, *fields), (OWN,), MINIMAL, "same_day", sites)


def _birth_tissue(label: str, *fields: str, donors: tuple[str, ...] = (GIVEN,)) -> CellType:
    return CellType(label, (*ALWAYS, *DONOR, *fields, *FROZEN), donors, MINIMAL, has_release_tests=True)


CELL_TYPES: dict[str, CellType] = {
    "bmac": _own(
        "Bone marrow aspirate concentrate",
        *("anticoagulant", "device", *COLONIES, *SURFACE, "platelets"),
        sites=MARROW_SITES,
    ),
    "bma": _own(
        "Bone marrow aspirate, not concentrated",
        *("anticoagulant", *COLONIES, *SURFACE, "platelets"),
        sites=MARROW_SITES,
    ),
    "mfat": _own("Micro-fragmented fat", "device", "was_washed", sites=FAT_SITES),
    "svf": CellType(
        "Stromal vascular fraction",
        (*ALWAYS, "device", "was_washed", "used_enzyme", *COLONIES, *SURFACE),
        (OWN,),
        MORE,
        harvest_sites=FAT_SITES,
        has_release_tests=True,
    ),
    "msc_autologous": CellType(
        "Expanded MSC, own",
        (*ALWAYS, "used_enzyme", *COLONIES, *CULTURE, *FROZEN),
        (OWN,),
        MORE,
        "ind",
        (*MARROW_SITES, *FAT_SITES),
        has_release_tests=True,
    ),
    "msc_allogeneic": CellType(
        "Expanded MSC, donor",
        (*ALWAYS, *DONOR, *COLONIES, *CULTURE, *FROZEN),
        (GIVEN,),
        MORE,
        "ind",
        has_release_tests=True,
    ),
    "umbilical_cord": _birth_tissue("Umbilical cord tissue"),
    "cord_blood": _birth_tissue("Cord blood", *SURFACE, donors=(GIVEN, OWN)),
    "amniotic_fluid": _birth_tissue("Amniotic fluid"),
    "placental": _birth_tissue("Placental or amniotic membrane", donors=(GIVEN, OWN)),
}
