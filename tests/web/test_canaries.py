"""Nothing of another clinic is ever shown, nor anything personal to a researcher (F-48, T-IDOR-2, ROW-6).

Every text column of both clinics holds words that stand nowhere else. Then everything that can be read is read.
"""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.http import HttpResponse

from clinic.models import User
from clinic.permissions import Role
from outcomes.report_kinds import OUTCOMES
from patients.models import Patient
from tests.pdf_text import words_of
from tests.routes import PAGES, PROGRAMS, Route, address, ids_of, routes
from tests.treatments.session_pages import typed_on
from tests.world import (
    COLUMNS,
    FREE,
    Column,
    Visitor,
    World,
    crossings,
    digest,
    furnish,
    grow,
    overwrite,
    undone,
    visitors,
)

BY_LABEL = {column.label: column for column in COLUMNS}
BY_NUMBER = {column.number: column for column in COLUMNS}
BORN = {"a": "1931-07-09", "b": "1932-07-09"}
A_BIRTHDAY = r"{0}-07-09|Jul\w* 9,? {0}|9 Jul\w* {0}|0?7/0?9/{0}"
# What is asked for besides a plain GET: each of these shows rows that the plain page does not.
# What a clinic's staff never read: shown to patients, kept for the record of an import or of a mail server, or shown
# only of a patient who is erased.
NEVER_SHOWN = {
    *("outcomes.DeliveryAttempt.detail", "patients.Patient.age_band"),
    *("outcomes.Outcome.source_clinician", "outcomes.Outcome.source_site"),
    "patients.PatientLetter.address",
    *("treatments.Course.source_clinician", "treatments.Course.source_region", "patients.Patient.erasure_reason"),
}
MORE = {
    "patients": ["?q=zqb", "?q=zq", "?page=2"],
    "lots": ["?q=zqb", "?q=zq", "?show=all", "?show=recalled"],
    "lot": ["?format=csv"],
    "received-lots": ["?format=csv"],
    "recall": ["?format=csv", "?all=1", "?state=contacted"],
    "event-print": ["?name=1"],
    "reviews": ["?show=settled"],
    "consent-ask": ["?kind=research_sharing"],
    "report-outcomes": ["?group_by=treatment", "?instrument=vas"],
    "api-report-outcomes": [
        *(f"?format={kind}&group_by=treatment" for kind in ("json", "csv", "vega")),
        *(f"?format=svg&figure={figure}" for figure in OUTCOMES.figures),
        *("?instrument=vas&group_by=treatment", "?instrument=zqb", "?clinic=zqb", "?nothing=zqb"),
    ],
}


def canary(letter: str):
    def words(column: Column, key: object) -> str:
        text = f"zq{letter}{column.number:03}z{key}"
        return f"{text}@example.org" if column.is_email else text

    return words


def say(letter: str):
    return lambda label: canary(letter)(BY_LABEL[label], "")


@pytest.fixture(scope="module")
def worlds(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[World, World]]:
    """Northside full of zqa…, Lakeview full of zqb…"""
    with django_db_blocker.unblock(), undone():
        made = []
        for letter, name in (("a", "Northside"), ("b", "Lakeview")):
            world = furnish(name, tmp_path_factory.mktemp(name), say(letter))
            overwrite(world, canary(letter))
            Patient.objects.filter(clinic=world.clinic, is_imported=False).update(born_on=BORN[letter])
            world.clinic.refresh_from_db()
            made.append(world)
        yield tuple(made)


@pytest.fixture(scope="module")
def people(worlds) -> dict[str, Visitor]:
    return visitors(worlds[0])


def readable() -> Iterator[tuple[str, str, Route]]:
    """Every route that can be read, with its pattern."""
    table = {**PAGES, **PROGRAMS}
    for name, pattern in routes():
        if name in table and table[name].see:
            yield name, pattern, table[name]


def everything(world: World, *, lists_only: bool = False) -> Iterator[str]:
    """Every address of the clinic that can be read: each row of each kind, each way to look at it."""
    for name, pattern, route in readable():
        ids = ids_of(route, world) if route.row else [""]
        for public_id in ids if not (route.row and lists_only) else []:
            path = address(pattern, world, public_id)
            yield path + route.query
            for query in [*MORE.get(name, ()), *(["?page_size=200"] if name.endswith("-list") else [])]:
                yield path + (query if not route.query else route.query + "&" + query[1:])


def said(answer: HttpResponse) -> str:
    """All that an answer says: headers, and its body as text; of a PDF the words on it."""
    body = answer.content
    if body.startswith(b"%PDF-") and len(body) > 100:
        body = words_of(body).encode()
    return f"{answer.headers}\n{body.decode(errors='replace')}"


def columns_in(text: str, letter: str) -> set[tuple[str, str]]:
    """Column and row of every canary of this clinic in the text."""
    found = {(BY_NUMBER[int(number)].label, key) for number, key in re.findall(rf"(?i)zq{letter}(\d\d\d)z(\d*)", text)}
    is_born = re.search(A_BIRTHDAY.format(BORN[letter][:4]), text)
    return found | ({("patients.Patient.born_on", "")} if is_born else set())


def test_every_column_in_which_people_write_holds_a_canary(worlds):
    """What proves that the other tests here look for everything there is."""
    for world, letter in zip(worlds, "ab", strict=True):
        empty = [
            column.label
            for column in FREE
            if not any(f"zq{letter}" in str(value) for value in column.values(world.clinic))
        ]
        assert empty == []


@pytest.mark.parametrize("role", ["manager", "clinician", "front_desk", "of no clinic"])
def test_staff_see_their_own_clinic_and_nothing_of_another(worlds, people, role):
    """The manager, who sees all that they do, also reads every row; the others what gathers rows."""
    leaks, seen = [], Counter()
    for path in everything(worlds[0], lists_only=role != "manager"):
        text = said(people[role].send("GET", path))
        leaks += [f"{path}: {label}" for label, _ in columns_in(text, "b")]
        seen.update(label for label, _ in columns_in(text, "a"))
    assert not leaks, "\n".join(leaks)
    unseen = {column.label for column in FREE} - set(seen)
    assert role != "manager" or unseen == NEVER_SHOWN, " ".join(unseen ^ NEVER_SHOWN)


def test_lists_narrowed_by_htmx_and_errors_show_nothing_of_another(worlds, people):
    own, other = worlds
    for path in ("/patients/?q=zqb", "/lots/?q=zqb", "/api/v1/patients/?search=zqb", "/api/v1/lots/scan/"):
        text = said(people["manager"].send("GET", path, headers={"HX-Request": "true"}))
        assert not columns_in(text, "b")
    for name, pattern, route in readable():
        if route.row:
            answer = people["manager"].send("GET", address(pattern, own, ids_of(route, other)[0]) + route.query)
            assert not columns_in(said(answer), "b"), name


def test_a_researcher_sees_nothing_that_points_to_a_person(worlds, people):
    """Only the words of columns that are declared plain, the researcher's own name aside (F-48)."""
    own = worlds[0]
    me = own.people[Role.RESEARCHER]
    leaks, seen = set(), set()
    for path in everything(own):
        text = said(people["researcher"].send("GET", path))
        assert not columns_in(text, "b"), path
        seen |= {label for label, _ in columns_in(text, "a")}
        leaks |= {f"{path}: {label}" for label, key in columns_in(text, "a") if is_personal(label, key, me)}
    assert not leaks, "\n".join(sorted(leaks))
    assert "treatments.TreatmentType.label" in seen, "the reports were read"


def is_personal(label: str, key: str, me: User) -> bool:
    if label.startswith("clinic.User") and key == str(me.pk):
        return False
    return label not in BY_LABEL or BY_LABEL[label].is_personal


# Counting


def test_nothing_here_changes_when_the_other_clinic_grows(worlds, people):
    """Neither counts nor statistics nor ETags nor the order of things (F-48)."""
    paths = [
        address(pattern, worlds[0]) + query
        for name, pattern, route in readable()
        if not route.row
        for query in ("", *MORE.get(name, ()))
    ]
    with undone():
        before = {path: settled(people["manager"], path) for path in paths}
        grow(worlds[1])
        changed = [path for path in paths if settled(people["manager"], path) != before[path]]
    assert changed == []


def settled(visitor: Visitor, path: str) -> str:
    """An answer without what differs from one request to the next."""
    return re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"|Set-Cookie.*|(?:idempotency_key|opened)" value="[\w:.-]+"',
        "",
        said(visitor.send("GET", path)),
    )


# Ids of others in one's own forms (T-IDOR-1)

ID = re.compile(r"\d+|[0-9a-f]{8}-[0-9a-f-]{27}")


def test_ids_of_another_clinic_in_ones_own_forms_lead_nowhere(worlds, people):
    """Every id that Lakeview's page would send, sent from Northside's: hidden fields, choices, rows of formsets."""
    own, other = worlds
    theirs = Visitor(other.staff)
    before = digest(other.clinic)
    for name, pattern in routes():
        route = PAGES.get(name)
        if route and route.do and route.see:
            here, there = (address(pattern, world, id_of_first(route, world)) for world in worlds)
            data = smuggled(people["manager"], here, theirs, there)
            with undone():
                answer = people["manager"].send("POST", here, data)
                assert answer.status_code < 500, here
                assert not columns_in(said(answer), "b"), here
                assert crossings(own.clinic) == [], here
                assert digest(other.clinic) == before, here


def id_of_first(route: Route, world: World) -> str:
    return ids_of(route, world)[0] if route.row else ""


def smuggled(mine: Visitor, here: str, theirs: Visitor, there: str) -> dict[str, str]:
    """One's own form, with every id and choice taken from the other clinic's."""
    own, foreign = (visitor.send("GET", path).content.decode() for visitor, path in ((mine, here), (theirs, there)))
    if "<main" not in own or "<main" not in foreign:
        return {}
    typed = typed_on(own)
    ids = {key: value for key, value in typed_on(foreign).items() if ID.fullmatch(value) and typed.get(key) != value}
    for key, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', foreign, re.DOTALL):
        offered = set(re.findall(r'<option value="([^"]+)"', inner)) - set(re.findall(r'<option value="([^"]+)"', own))
        ids |= {key: min(offered)} if offered else {}
    return {**typed, **ids}
