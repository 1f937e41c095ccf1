"""The consent documents a clinic begins with."""

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path

from clinic.models import Clinic
from patients.models import ConsentDocument

DEFINITIONS = Path(__file__).parent / "definitions" / "consents.toml"


@cache
def _wordings() -> dict[str, dict[str, str]]:
    return tomllib.loads(DEFINITIONS.read_text(encoding="utf-8"))


def starter_documents(clinic_name: str) -> dict[str, dict[str, str]]:
    """Kind → title and text in both languages, with the clinic's name in them."""
    return {
        kind: {name: text.strip().replace("{clinic}", clinic_name) for name, text in wording.items()}
        for kind, wording in _wordings().items()
    }


def install_consent_documents(*, clinic: Clinic, at: dt.datetime) -> None:
    """Version 1 of each of the five kinds, published by nobody. For a clinic without documents."""
    ConsentDocument.objects.bulk_create(
        ConsentDocument(clinic=clinic, kind=kind, version=1, published_at=at, **wording)
        for kind, wording in starter_documents(clinic.name).items()
    )
