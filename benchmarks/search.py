"""Finding one patient among many, as the front desk types: through HTTP, signed in."""

import random
import re
from typing import Any
from urllib.parse import quote, urlencode

from benchmarks import figures
from benchmarks.browser import Connection, WrongPage
from benchmarks.sizes import Sizes
from clinic.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from clinic.models import Clinic
from patients.models import Patient

WARM_UP = 20
_CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')


def measure(sizes: Sizes, *, port: int, clinic: Clinic) -> dict[str, Any]:
    """One signed-in person, one search after another."""
    connection = signed_in(port)
    texts = typed(clinic, sizes.searches + WARM_UP)
    for number, text in enumerate(texts):
        answer = connection.get(f"/patients/?q={quote(text)}")
        if answer.status not in (200, 302):
            raise WrongPage(f"{answer.status} for the search {text!r}")
        if number < WARM_UP:
            connection.seconds.clear()
    return {
        "p50_ms": figures.milliseconds(figures.percentile(connection.seconds, 50)),
        "p95_ms": figures.milliseconds(figures.percentile(connection.seconds, 95)),
        "slowest_ms": figures.milliseconds(max(connection.seconds)),
        "slowest": texts[WARM_UP + connection.seconds.index(max(connection.seconds))],
        "patients": Patient.objects.filter(clinic=clinic).count(),
        "searches": len(connection.seconds),
    }


def signed_in(port: int, email: str = DEMO_ACCOUNTS[0].email) -> Connection:
    """A connection with the session of somebody of the demo, by default its front desk."""
    connection = Connection(port)
    found = _CSRF.search(connection.get("/login/").body)
    if found is None:
        raise WrongPage("The sign-in page has no form.")
    form = {"csrfmiddlewaretoken": found[1].decode(), "username": email, "password": DEMO_PASSWORD}
    answer = connection.post("/login/", urlencode(form).encode())
    if answer.status != 302:
        raise WrongPage(f"Signing in answered {answer.status}.")
    connection.seconds.clear()
    return connection


def typed(clinic: Clinic, count: int) -> list[str]:
    """What is typed to find ``count`` patients drawn by chance; one in ten looks for somebody who is not there."""
    rng = random.Random(1)
    ids = list(Patient.objects.filter(clinic=clinic).values_list("id", flat=True))
    patients = Patient.objects.in_bulk([rng.choice(ids) for _search in range(count)])
    return [_way_of_looking(rng, patient) for patient in rng.choices(list(patients.values()), k=count)]


def _way_of_looking(rng: random.Random, patient: Patient) -> str:
    ways = (
        patient.family_name[:4],
        patient.family_name,
        f"{patient.given_name} {patient.family_name}",
        f"{patient.family_name}, {patient.given_name[:2]}",
        patient.given_name,
        patient.chart_number[-5:],
        patient.email.partition("@")[0],
        patient.phone[-7:],
        f"{patient.born_on:%d.%m.%Y}",
        f"{patient.born_on:%Y-%m-%d} {patient.family_name}",
        patient.family_name[:2],
        "Zzyzxmere",
    )
    return rng.choice(ways)
