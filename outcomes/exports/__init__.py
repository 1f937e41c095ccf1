"""Answers, scores and outcomes as files for other programs: without names, with a manifest, made by a worker."""

from outcomes.exports.asking import ExportRefused, Question, parse_question
from outcomes.exports.columns import Column, Kind
from outcomes.exports.datasets import DATASETS, Dataset
from outcomes.exports.writing import Written, written

__all__ = [
    "DATASETS",
    "Column",
    "Dataset",
    "ExportRefused",
    "Kind",
    "Question",
    "Written",
    "parse_question",
    "written",
]
