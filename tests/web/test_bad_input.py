"""What nobody should send, in every field of every form and in every part of an address (F-33, F-35, F-39, F-40).

Nothing breaks on our side, and whoever sent it is told.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.http.response import HttpResponseBase
from django.utils.datastructures import MultiValueDict

from patients.models import Patient
from tests.routes import PAGES, address, ids_of, routes
from tests.treatments.session_pages import typed_on
from tests.world import Visitor, World, undone

BAD = {
    # The first reaches every view: nothing in front of them minds it.
    "long": "x" * 10_000,
    "NUL": "a\x00b",
    "right to left": "abc\u202ecba\u2066x",
    "emoji": "👩‍👩‍👧‍👦" * 30,
    "decomposed": "A\u0301lvarez İıßﬁ",
    "no day": "0000-00-00",
    "last day": "9999-12-31",
    "first day": "0001-01-01T00:00",
    "infinite": "1e400",
    "NaN": "NaN",
    "minus zero": "-0",
    "huge": str(2**63),
    "full width": "１２",
    "comma": "1,5",
}
# Each of these breaks in a way of its own; the others are near one of them, and wait for the slow run.
OFTEN = {"NUL", "long", "no day", "NaN", "huge"}
KINDS = [pytest.param(kind, marks=() if kind in OFTEN else pytest.mark.slow) for kind in BAD]
PARAMETERS = (
    *(
        "q",
        "page",
        "show",
        "after",
        "state",
        "kind",
        "course",
        "from",
        "treated_on",
        "time_zone",
        "scan",
        "lang",
        "name",
    ),
    *("session", "follow_up", "checklist", "lacking", "first", "last", "instrument", "modality", "region", "group_by"),
    *("opened_from", "opened_to", "clinic", "figure", "width", "variant", "change", "all"),
)


def address_of(name: str, pattern: str, world: World) -> str:
    route = PAGES.get(name)
    return address(pattern, world, ids_of(route, world)[0] if route and route.row else "")


@pytest.fixture(scope="module")
def forms(worlds, people) -> dict[str, tuple[str, dict[str, str]]]:
    """Address and fields of every form, by the name of its route."""
    return {
        name: form_at(people["manager"], name, address_of(name, pattern, worlds[0]))
        for name, pattern in routes()
        if name in PAGES and PAGES[name].do
    }


def form_at(manager: Visitor, name: str, path: str) -> tuple[str, dict[str, str]]:
    page = manager.send("GET", path).content.decode() if PAGES[name].see else ""
    return path, typed_on(page) if "<main" in page else {"reason": "", "version": "", "file": ""}


@pytest.mark.parametrize("kind", KINDS)
def test_no_form_breaks(forms, people, kind):
    for name, (path, typed) in forms.items():
        hidden = {key for key in typed if key.endswith("_FORMS")} if kind not in ("NUL", "NaN") else set()
        sent = {key: value if key in hidden else BAD[kind] for key, value in typed.items()}
        with undone():
            answer = people["manager"].send("POST", path, sent)
        assert answer.status_code < 500, (name, kind)


@pytest.fixture(scope="module")
def asking(worlds, people) -> list[str]:
    """Addresses whose views look at what they are asked. Every address is asked the first of ``BAD`` here."""
    found = []
    for name, pattern in routes():
        if (name in PAGES and PAGES[name].see) or name.startswith(("survey", "sign")):
            path = address_of(name, pattern, worlds[0])
            with looked_at() as names:
                answer = asked(people["manager"], path, next(iter(BAD)))
            assert answer.status_code < 500, name
            found += [path] * bool(names & {*PARAMETERS})
    return found


@contextmanager
def looked_at() -> Iterator[set[str]]:
    """The names that are looked up in queries and forms meanwhile."""
    names, get = set(), MultiValueDict._getlist

    def noted(self: MultiValueDict, key: str, *more: object, **others: object) -> object:
        names.add(key)
        return get(self, key, *more, **others)

    def item(self: MultiValueDict, key: str) -> object:
        names.add(key)
        return first(self, key)

    first = MultiValueDict.__getitem__
    with patch.object(MultiValueDict, "_getlist", noted), patch.object(MultiValueDict, "__getitem__", item):
        yield names


def asked(manager: Visitor, path: str, kind: str) -> HttpResponseBase:
    with undone():
        return manager.send("GET", path, dict.fromkeys(PARAMETERS, BAD[kind]))


@pytest.mark.parametrize("kind", KINDS[1:])
def test_no_address_breaks(people, asking, kind):
    assert len(asking) > 20
    for path in asking:
        assert asked(people["manager"], path, kind).status_code < 500, (path, kind)


@pytest.mark.parametrize("text", ["%00", "%ED%A0%80", "%FF", "%2e%2e%2f", "..%2f..%2fetc%2fpasswd", "%0d%0aX: y"])
def test_bytes_that_are_no_text_break_nothing(people, text):
    for path in (
        f"/patients/?q={text}",
        f"/s/{text}/",
        f"/consent/{text}/",
        f"/files/{text}/",
        f"/static/{text}",
        f"/{text}",
    ):
        answer = people["manager"].send("GET", path)
        assert answer.status_code in (200, 301, 400, 404), path
        assert "root:" not in answer.content.decode(errors="replace")


def test_every_field_that_is_refused_is_named(worlds, people):
    """The list above a form says which field, and why."""
    page = people["manager"].send("GET", "/patients/new/").content.decode()
    for kind, words in (("NUL", "Null characters"), ("long", "at most"), ("no day", "not a date")):
        with undone():
            answer = people["manager"].send("POST", "/patients/new/", dict.fromkeys(typed_on(page), BAD[kind]))
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert re.search(r'href="#id_\w+"', answer.content.decode())


@pytest.mark.parametrize("query", ["Álvarez", "A\u0301lvarez", "alvarez", "ÁLVAREZ", "A\u0301LVAREZ"])
def test_a_name_is_found_however_its_accents_are_composed(worlds, people, query):
    with undone():
        Patient.objects.filter(clinic=worlds[0].clinic, chart_number="00417").update(family_name="Álvarez")
        assert "00417" in people["manager"].send("GET", "/patients/", {"q": query}).content.decode()
        Patient.objects.filter(clinic=worlds[0].clinic, chart_number="00417").update(family_name="A\u0301lvarez")
        assert "00417" in people["manager"].send("GET", "/patients/", {"q": query}).content.decode()


@pytest.mark.parametrize("sign", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_signs_that_turn_the_direction_of_a_line_are_no_part_of_a_name(people, sign):
    """A name with one of them would rearrange the list it stands in (F-35)."""
    sent = {"family_name": f"Ruth{sign}", "chart_number": "7", "language": "en", "given_name": "A"}
    with undone():
        answer = people["manager"].send("POST", "/patients/new/", sent)
        assert answer.status_code == 422
        assert "direction" in answer.content.decode()
