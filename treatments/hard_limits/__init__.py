"""What cannot be: the first impossible value of a preparation, in a sentence that names the field and the rule.

Only the impossible is refused; the unusual is asked about (``soft_ranges``). Amounts that usually mean a slip of the
unit get a guess at what was meant. No Django.
"""

from treatments.hard_limits.amounts import PREPARATIONS, ROWS, Limit
from treatments.hard_limits.rules import MAX_SPINS, Problem, check_limits

__all__ = ["MAX_SPINS", "PREPARATIONS", "ROWS", "Limit", "Problem", "check_limits"]
