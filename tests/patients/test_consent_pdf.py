"""The PDF of a signature: what is in it, and that nothing in it is taken for markup."""

import datetime as dt
import hashlib

import pytest

from clinic.models import Clinic
from patients import pdf
from patients.consents import Wording
from patients.models import Consent, ConsentDocument, Patient
from tests.pdf_text import words_of

HOSTILE = [
    '#panic("no") Reyes',
    "$ x^2 $ *Ruth* _Álvarez_ `raw`",
    '#read("/etc/passwd") Reyes',
    "\\u{41} \\ // <label> @ref [x] {y} = z",
    'Ruth" + sys.inputs.signed + "Álvarez',
    "<script>alert(1)</script> Reyes",
    '#include "x.typ" O\'Brien',
]


def signed(
    name: str = "Ruth Álvarez", *, language: str = "en", title: str = "Our registry", text: str = "One.\n\nTwo."
):
    clinic = Clinic(name="Northside", time_zone="America/Chicago")
    patient = Patient(clinic=clinic, given_name="Ruth", family_name="Álvarez", chart_number="00417")
    words = Wording(title, text)
    consent = Consent(
        clinic=clinic,
        patient=patient,
        document=ConsentDocument(clinic=clinic, kind="outcome_registry", version=3),
        language=language,
        way="tablet",
        signed_name=name,
        signed_at=dt.datetime(2026, 3, 2, 18, 5, 9, tzinfo=dt.UTC),
        text_hash=words.sha256,
    )
    return consent, words


def test_it_says_who_signed_what_when_and_how():
    consent, words = signed()
    content = pdf.signed_document(consent, words)
    assert content.startswith(b"%PDF-")
    read = words_of(content)
    for part in (
        "Northside",
        "Our registry",
        "One.",
        "Two.",
        "Ruth Álvarez",
        "Ruth Álvarez (00417)",
        "2026-03-02 12:05:09 America/Chicago (UTC-0600)",
        "How On the clinic",
        "Our registry, version 3",
        consent.text_hash,
    ):
        assert part in read


def test_in_spanish_the_labels_are_spanish():
    read = words_of(pdf.signed_document(*signed(language="es", title="Nuestro registro")))
    assert "Firmado por" in read and "Nuestro registro, versión 3" in read and "En la tableta de la clínica" in read


def test_the_hash_is_of_title_and_text():
    assert Wording("Título", "Texto ñ.").sha256 == hashlib.sha256("Título\nTexto ñ.".encode()).hexdigest()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_it_is_markup(hostile):
    read = words_of(pdf.signed_document(*signed(hostile, title=hostile, text=f"{hostile}\n\n{hostile}")))
    assert read.count(hostile) >= 4


def test_the_same_signature_makes_the_same_bytes():
    assert pdf.signed_document(*signed()) == pdf.signed_document(*signed())


def test_the_longest_text_fits_on_pages():
    assert words_of(pdf.signed_document(*signed(text="word " * 4000))).count("word") >= 4000
