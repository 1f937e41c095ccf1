"""The report on how well outcomes are collected."""

from outcomes.reports.collection.report import Collection, collection_report, draw_flow, draw_rates

__all__ = ["Collection", "collection_report", "draw_flow", "draw_rates"]
