"""Figures of reports: pure functions from a report to a Vega-Lite specification, and their drawing."""

from outcomes.figures.theme import Spec, Variant

__all__ = ["Spec", "Variant"]
