"""Statistics from counts and exact sums. No Django, no database: numbers in, frozen results out.

What every report uses is here; models, charts and rules are imported by the name of their module, so that a web
process loads only what it shows.
"""

from outcomes.statistics.means import LEVEL, Mean, Reason, mean_from_sums
from outcomes.statistics.proportions import Proportion, proportion

__all__ = ["LEVEL", "Mean", "Proportion", "Reason", "mean_from_sums", "proportion"]
