"""What patients get as a PDF: what they signed, who signed, when, how and what it hashes to; and what is kept of them."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import typst

from patients.consents import Wording
from patients.models import Consent

DEFINITIONS = Path(__file__).parent / "definitions"
TEMPLATE = (DEFINITIONS / "signed_consent.typ").read_bytes()
OWN_DATA = (DEFINITIONS / "own_data.typ").read_bytes()
LABELS = {
    "en": ("Signed by", "Patient", "Signed at", "How", "Document", "Text (SHA-256)"),
    "es": ("Firmado por", "Paciente", "Fecha y hora", "Cómo", "Documento", "Texto (SHA-256)"),
}
WAYS = {
    "en": {"paper": "On paper", "tablet": "On the clinic's tablet", "link": "From a personal link"},
    "es": {"paper": "En papel", "tablet": "En la tableta de la clínica", "link": "Desde un enlace personal"},
}
VERSION = {"en": "version {}", "es": "versión {}"}


@dataclass(frozen=True)
class Block:
    """Rows of two texts each, under a title of their own or none."""

    title: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Section:
    """A titled part of what is kept; without blocks it says that there is nothing."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class OwnData:
    """Everything that the PDF says, in the patient's language."""

    language: str
    clinic: str
    title: str
    made: str
    nothing: str
    sections: Sequence[Section]


def own_data(data: OwnData) -> bytes:
    """The PDF of what a clinic keeps of one patient."""
    return typst.compile(OWN_DATA, sys_inputs={"own": json.dumps(asdict(data))}, ignore_system_fonts=True)


def signed_document(consent: Consent, words: Wording) -> bytes:
    """The PDF of a signature. The same signature gives the same bytes."""
    return typst.compile(TEMPLATE, sys_inputs={"signed": _data(consent, words)}, ignore_system_fonts=True)


def _data(consent: Consent, words: Wording) -> str:
    return json.dumps(
        {
            "language": consent.language,
            "clinic": consent.clinic.name,
            "title": words.title,
            "paragraphs": [paragraph for paragraph in words.text.split("\n\n") if paragraph.strip()],
            "name": consent.signed_name,
            "hash": consent.text_hash,
            "facts": list(zip(LABELS[consent.language], _facts(consent, words), strict=True)),
        }
    )


def _facts(consent: Consent, words: Wording) -> tuple[str, ...]:
    language, patient = consent.language, consent.patient
    name = f"{patient.given_name} {patient.family_name}".strip()
    return (
        consent.signed_name,
        f"{name} ({patient.chart_number})",
        _when(consent.signed_at, consent.clinic.time_zone),
        WAYS[language][consent.way],
        f"{words.title}, {VERSION[language].format(consent.document.version)}",
        consent.text_hash,
    )


def _when(signed_at: dt.datetime, time_zone: str) -> str:
    """Local time that reads the same in both languages, with the zone's name and its offset from UTC."""
    local = signed_at.astimezone(ZoneInfo(time_zone))
    return f"{local:%Y-%m-%d %H:%M:%S} {time_zone} (UTC{local:%z})"
