"""Surveys, scores and reports through the API."""
