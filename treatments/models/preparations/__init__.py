"""How the product of a session was made or bought, and what was measured of it.

Fields and units follow the minimum-information checklists: MIBO for PRP (Murray 2017, J Bone Joint Surg 99:809),
ISCT for cells, MISEV for extracellular vesicles.
"""

from treatments.models.preparations.base import Preparation, ReleaseTest
from treatments.models.preparations.cells import CellPreparation, Harvest
from treatments.models.preparations.exosomes import ExosomePreparation
from treatments.models.preparations.prp import PrpPreparation, Spin

__all__ = [
    "CellPreparation",
    "ExosomePreparation",
    "Harvest",
    "Preparation",
    "PrpPreparation",
    "ReleaseTest",
    "Spin",
]
