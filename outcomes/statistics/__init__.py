"""Statistics from counts and exact sums. No Django, no database: numbers in, frozen results out."""

from outcomes.statistics.means import LEVEL, Mean, Reason, mean_from_sums
from outcomes.statistics.proportions import Proportion, proportion

__all__ = ["LEVEL", "Mean", "Proportion", "Reason", "mean_from_sums", "proportion"]
