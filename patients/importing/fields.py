"""What a patient's row can say, and by which words over its columns practice software says it. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One thing that a column can hold. ``words``: what it is called over columns, folded, best first."""

    name: str
    label: str
    words: tuple[str, ...]
    hint: str = ""

    @property
    def is_date(self) -> bool:
        return self.name in DATES


CHART, FULL, FAMILY, GIVEN = "chart_number", "full_name", "family_name", "given_name"
BORN, SEX, LANGUAGE, CONSENTED = "born_on", "sex", "language", "consented_on"
DATES = (BORN, CONSENTED)
CODED = (SEX, LANGUAGE)
FIELDS = (
    Field(
        CHART,
        "Chart number",
        (
            *("chart number", "chart no", "chart", "chart id", "mrn", "medical record number", "medical record no"),
            *(
                "patient number",
                "patient no",
                "patient id",
                "patientid",
                "pat id",
                "patient mrn",
                "account number",
                "acct no",
            ),
            *("numero de expediente", "expediente", "no expediente", "numero de historia", "historia clinica", "nhc"),
            *("historia", "id paciente", "numero de paciente", "id"),
        ),
        "Tells one patient from all others, also when the file comes a second time.",
    ),
    Field(
        FAMILY,
        "Family name",
        (
            *("family name", "last name", "lastname", "surname", "patient last name", "pat last name", "lname", "last"),
            *("apellidos", "apellido", "primer apellido", "apellido paterno"),
        ),
    ),
    Field(
        GIVEN,
        "Given name",
        (
            *(
                "given name",
                "first name",
                "firstname",
                "forename",
                "patient first name",
                "pat first name",
                "fname",
                "first",
            ),
            *("nombre", "nombres", "nombre de pila", "primer nombre"),
        ),
    ),
    Field(
        FULL,
        "Whole name in one column",
        (
            *("patient name", "full name", "name", "patient", "nombre completo", "nombre del paciente"),
            *("apellidos y nombre", "paciente"),
        ),
        "Written as “Family, Given”. Only where the file has no columns of their own for the two.",
    ),
    Field(
        BORN,
        "Date of birth",
        (
            *("date of birth", "dob", "birth date", "birthdate", "birthday", "patient dob", "born", "born on", "birth"),
            *(
                "fecha de nacimiento",
                "fecha nacimiento",
                "f nacimiento",
                "fec nac",
                "fecha nac",
                "nacimiento",
                "nacido",
            ),
        ),
    ),
    Field(
        SEX,
        "Sex",
        ("sex", "gender", "legal sex", "sex at birth", "administrative sex", "patient sex", "sexo", "genero"),
    ),
    Field(
        "email",
        "E-mail",
        (
            *("email", "e mail", "email address", "e mail address", "patient email", "mail", "home email"),
            *("correo electronico", "correo", "correo e"),
        ),
    ),
    Field(
        "phone",
        "Mobile phone",
        (
            *(
                "mobile",
                "mobile phone",
                "mobile number",
                "cell",
                "cell phone",
                "cellphone",
                "cell number",
                "patient mobile",
            ),
            *("patient cell", "movil", "celular", "telefono movil", "telefono celular", "phone", "phone number"),
            *("telephone", "home phone", "primary phone", "tel", "telefono"),
        ),
    ),
    Field(
        LANGUAGE,
        "Language",
        ("language", "preferred language", "primary language", "lang", "idioma", "idioma preferido", "lengua"),
    ),
    Field(
        CONSENTED,
        "Agreed to be contacted on",
        (
            *(
                "consent date",
                "consent to contact",
                "contact consent date",
                "consented on",
                "consent signed",
                "consent",
            ),
            *("fecha de consentimiento", "consentimiento", "fecha consentimiento"),
        ),
        "The day on which the patient signed your contact document on paper. Nothing is sent to whoever has none.",
    ),
)
BY_NAME = {field.name: field for field in FIELDS}


def folded(words: str) -> str:
    """Lower case without accents and signs, single blanks: "Date_of-Birth" is "date of birth", "N.º" is "n o"."""
    plain = unicodedata.normalize("NFKD", words.replace("_", " "))
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", letters)
    return " ".join(re.sub(r"[^0-9a-zA-Z]+", " ", spaced).lower().split())


def proposed(headers: Sequence[str]) -> dict[str, int]:
    """Field to number of the column whose header says it; each column once, a whole name only where its parts are none."""
    said = [folded(header) for header in headers]
    found: dict[str, int] = {}
    for field in FIELDS:
        if field.name == FULL and FAMILY in found:
            continue
        place = next((said.index(word) for word in field.words if word in said), None)
        if place is not None and place not in found.values():
            found[field.name] = place
    return found
