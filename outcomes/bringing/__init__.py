"""Instruments that somebody brings in a file, and instruments as files for other programs. Pure: no Django, no database."""

from outcomes.bringing.checking import problems_of, version_of
from outcomes.bringing.fhir_writing import questionnaire_of
from outcomes.bringing.findings import NAMES, Brought, Finding, Unreadable
from outcomes.bringing.reading import Scoring, checked, read_file
from outcomes.bringing.strict import MOST_BYTES

__all__ = [
    "MOST_BYTES",
    "NAMES",
    "Brought",
    "Finding",
    "Scoring",
    "Unreadable",
    "checked",
    "problems_of",
    "questionnaire_of",
    "read_file",
    "version_of",
]
