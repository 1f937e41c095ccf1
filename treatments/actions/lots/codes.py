"""Which codes a lot may carry. A code that follows tissue to other houses must not say who anybody is."""

import re
from functools import reduce
from operator import or_

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, Q, TextField, Value
from django.db.models.functions import Concat

from clinic.models import Clinic
from clinic.rules import RuleBroken
from patients.models import Fold, Patient

# ISBT 128 begins with "=" and knows "&%$+-*/." as data identifiers; a SEC has letters, digits and blanks.
DONATION_CODE = re.compile(r"[A-Za-z0-9=&%$+\-*/., ]{5,40}")
IDENTIFICATION_CODE = re.compile(r"[ -~]{1,60}")
# Three groups with the same sign between them, or nine digits; no number begins 000, 666 or 9xx or has a group of 0s.
SOCIAL_SECURITY = re.compile(r"(?<!\d)(?!000|666|9\d\d)\d{3}([-\s.]?)(?!00)\d{2}\1(?!0000)\d{4}(?!\d)")
# A shorter name or chart number inside a longer code is chance.
SHORTEST_NAME, SHORTEST_NAME_INSIDE, SHORTEST_CHART_NUMBER_INSIDE = 3, 5, 5
RULE = "21 CFR 1271.290(c): the code must not hold a name, a social security number or a chart number."


class CodeRefused(RuleBroken):
    code = "code_refused"


def check_identification(code: str, *, clinic: Clinic, field: str) -> None:
    """Raises CodeRefused when the code looks like an SSN or holds the name or chart number of a patient of the clinic.

    A name of three letters counts where it is all the letters between other signs, one of five letters anywhere;
    capitals and accents do not matter. A chart number counts as the whole code or, from five characters, as a part.
    """
    if not code:
        return
    if not IDENTIFICATION_CODE.fullmatch(code):
        raise CodeRefused("Use the letters A to Z, digits and signs, at most 60.", field)
    if SOCIAL_SECURITY.search(code):
        raise CodeRefused(f"This looks like a social security number. {RULE}", field)
    if _holds_name(code, clinic):
        raise CodeRefused(f"This holds the name of a patient. {RULE}", field)
    if Patient.objects.filter(clinic=clinic, chart_number__in=_parts(code)).exists():
        raise CodeRefused(f"This holds the chart number of a patient. {RULE}", field)


def check_donation_code(code: str) -> None:
    """Raises CodeRefused unless the code can be ISBT 128 or SEC: 5 to 40 of their characters. It is kept as it is."""
    if code and not DONATION_CODE.fullmatch(code):
        raise CodeRefused(
            "A donation code has 5 to 40 letters, digits and signs of ISBT 128 or SEC (= & % $ + - * / . ,).",
            "donation_code",
        )


def _holds_name(code: str, clinic: Clinic) -> bool:
    runs = {run for run in re.findall("[a-z]+", code.lower()) if len(run) >= SHORTEST_NAME}
    if not runs:
        return False
    inside = {run[i:j] for run in runs for i in range(len(run)) for j in range(i + SHORTEST_NAME_INSIDE, len(run) + 1)}
    # Any name found inside a run contains one of its pieces of five letters, so the trigram index finds the few.
    pieces = {piece for piece in inside if len(piece) == SHORTEST_NAME_INSIDE}
    near = reduce(or_, (Q(search_text__contains=piece) for piece in sorted(pieces | runs)))
    names = Func(
        *(Fold(Concat("family_name", Value(" "), "given_name")), Value("[^a-z]+")),
        function="regexp_split_to_array",
        output_field=ArrayField(TextField()),
    )
    named = Patient.objects.filter(near, clinic=clinic).annotate(names=names)
    found: bool = named.filter(names__overlap=sorted(inside | runs)).exists()
    return found


def _parts(code: str) -> set[str]:
    """The code, and what stands between any two of its signs, in its own, upper and lower case."""
    edges = sorted({0, len(code), *(edge for sign in re.finditer(r"[^A-Za-z0-9]+", code) for edge in sign.span())})
    parts = {code[i:j] for i in edges for j in edges if j - i >= SHORTEST_CHART_NUMBER_INSIDE} | {code}
    return {written for part in parts for written in (part, part.upper(), part.lower())}
