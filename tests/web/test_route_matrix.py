"""Who may do what where (F-47, ASVS 8.4.1): every route × every role × own and other clinic's row × the methods it takes.

The methods that it does not take are the same for everybody: the manager's row and whoever has not signed in try them.
What is expected follows from the table in tests/routes.py alone, so that a route nobody thought about fails here.
"""

import re
import uuid
from contextlib import nullcontext

import pytest
from django.http.response import HttpResponseBase

from clinic.permissions import GRANTS, Role
from tests.routes import ACCOUNT, ANYBODY, METHODS, NOWHERE, OPEN, PAGES, PROGRAMS, READS, Route, address, id_of, routes
from tests.web.judges import KEPT, SAFE, assert_strict, no_writing
from tests.world import Visitor, World, digest, undone

EVERYWHERE = dict(routes())
TABLE = {**PAGES, **PROGRAMS}
ROLES = [*(role.value for role in Role), "of no clinic", "anonymous"]
ALL_METHODS = {"manager", "anonymous"}
# They ask for Lakeview's rows together with rows that are not, in the test of foreign rows.
COMPARING = {"manager", "researcher", "of no clinic"}
DONE = {200, 201, 302, 303}
# Let in, and stopped by the empty form that the matrix sends, or by the state the row is in.
LET_IN = DONE | {400, 409, 422, 428}


def test_every_route_has_a_line_in_the_table():
    assert set(EVERYWHERE) == {*TABLE, *OPEN, *ACCOUNT, *NOWHERE}


def may(role: str, needed: object) -> bool:
    """Whether a role has a permission at its own clinic."""
    return needed in (None, ANYBODY) or (role in set(Role) and needed in GRANTS[Role(role)])


def expected(name: str, role: str, method: str, *, is_own: bool) -> set[int]:
    """The statuses that this request may get."""
    route, is_program = TABLE[name], name in PROGRAMS
    if is_program and role == "anonymous":
        return {401}
    if is_program and not may(role, route.kind):
        return {403}
    if method not in route.declared:
        return {405}
    if role == "anonymous":
        return {302}
    if route.asks_first and not may(role, route.needs(method)):
        return {403}
    if route.row and not (is_own and role != "of no clinic" and may(role, route.kind)):
        return {404}
    if not may(role, route.needs(method)):
        return refusals(route, method)
    allowed = DONE if method in (*READS, "OPTIONS") else LET_IN
    return allowed | ({404} if name in NEEDS_MORE else set())


def refusals(route: Route, method: str) -> set[int]:
    """403; where the action asks, what was sent may be found wrong before."""
    return {403} if route.see == route.do or method in READS else {403, 400, 422, 428}


# Nothing is there unless the query or the form names a clinic, an invitation, a member, an entry, another record.
NEEDS_MORE = {
    "audit-entry",
    "switch-clinic",
    "member-withdraw",
    "member-role",
    "member-end",
    "member-factor",
    "member-factor-agree",
    "merge-patient",
    "keep-apart",
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(worlds, people, role):
    wrong = []
    for name, pattern in EVERYWHERE.items():
        if name in TABLE:
            wrong += mismatches(worlds, people[role], role, name, pattern)
    assert not wrong, "\n".join(wrong)


def mismatches(worlds: tuple[World, World], visitor: Visitor, role: str, name: str, pattern: str) -> list[str]:
    """Requests of this visitor to one route that were answered otherwise than expected."""
    route, found = TABLE[name], []
    methods = METHODS if role in ALL_METHODS else route.declared - {"HEAD"}
    for is_own, world in ((True, worlds[0]), (False, worlds[1]))[: 1 + asks_for_foreign(role, route)]:
        user = visitor.user if is_own else world.staff
        path = address(pattern, world, id_of(route, world, user) if route.row else "")
        for method in methods:
            answer = judged(visitor, name, method, path + route.query * (method in READS))
            wanted = expected(name, role, method, is_own=is_own)
            if answer.status_code not in wanted or not leads_home(answer, role):
                found.append(f"{role} {method} {path}: {answer.status_code}, not {sorted(wanted)}")
    return found


def judged(visitor: Visitor, name: str, method: str, path: str) -> HttpResponseBase:
    """The answer, which has strict headers; reading wrote nothing."""
    where = f"{method} {path}"
    with undone(), no_writing(where) if method in SAFE else nullcontext():
        answer = visitor.send(method, path)
    is_kept = name in KEPT and method in READS and answer.status_code == 200
    assert_strict(answer, where, is_kept=is_kept)
    return answer


def asks_for_foreign(role: str, route: Route) -> bool:
    """Whoever has not signed in has no clinic of their own, and meets no row."""
    return bool(route.row) and role not in {*COMPARING, "anonymous"}


def leads_home(answer, role: str) -> bool:
    """Whoever has not signed in is sent to do so, and nowhere else."""
    return role != "anonymous" or answer.status_code != 302 or answer.url.startswith("/login/?next=/")


@pytest.mark.parametrize("name", OPEN)
def test_what_is_open_to_everybody_takes_these_methods_only(worlds, people, name):
    path = address(EVERYWHERE[name], worlds[0])
    for method in METHODS:
        with undone():
            answer = people["anonymous"].send(method, path)
        assert (answer.status_code == 405) == (method not in OPEN[name]), (method, answer.status_code)
        assert answer.status_code < 500


@pytest.mark.parametrize("role", ["anonymous", "of no clinic", "manager"])
def test_pages_of_ones_own_account_answer_everybody(worlds, people, role):
    for name in sorted(ACCOUNT):
        for method in METHODS:
            with undone():
                answer = people[role].send(method, address(EVERYWHERE[name], worlds[0]))
            assert answer.status_code in {200, 302, 303, 400, 403, 404, 405, 409, 422}, (name, method)
            assert answer.status_code != 302 or answer.url.startswith("/"), (name, method, answer.url)


@pytest.mark.parametrize("name", NOWHERE)
def test_addresses_that_do_not_exist_say_so_to_members_only(people, name):
    for method in METHODS:
        assert people["manager"].send(method, name).status_code == 404
        assert people["anonymous"].send(method, name).status_code == 401


# The same words for rows of others and rows that are not (ROW-8), and nothing of theirs is touched


@pytest.mark.parametrize("role", sorted(COMPARING))
def test_a_foreign_row_is_answered_like_one_that_does_not_exist(worlds, people, role):
    """The bodies are equal byte by byte once the id is taken out, and Lakeview's rows are as they were."""
    own, other = worlds
    visitor, wrong = people[role], []
    with undone():
        before = digest(other.clinic)
        for name, pattern in EVERYWHERE.items():
            route = TABLE.get(name)
            if route and route.row:
                ids = (id_of(route, other, other.staff), str(uuid.uuid4()))
                wrong += differences(visitor, role, name, [(one, address(pattern, own, one)) for one in ids])
        assert digest(other.clinic) == before
    assert not wrong, "\n".join(wrong)


def differences(visitor: Visitor, role: str, name: str, addresses: list[tuple[str, str]]) -> list[str]:
    """Methods that tell the two addresses apart, or answer otherwise than the table says."""
    found, route = [], TABLE[name]
    for method in route.declared - {"HEAD"}:
        theirs, nobodys = (
            told(visitor, method, path + route.query * (method in READS), public_id) for public_id, path in addresses
        )
        if theirs != nobodys or theirs[0] not in expected(name, role, method, is_own=False):
            found.append(f"{method} {addresses[0][1]}: {theirs[0]} and {nobodys[0]}")
    return found


def told(visitor: Visitor, method: str, path: str, public_id: str) -> tuple[int, dict[str, str], str]:
    """All that an answer says, without the id that was asked for and without the form's secret."""
    answer = visitor.send(method, path)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode().replace(public_id, "ID"))
    headers = {key: value for key, value in answer.headers.items() if key != "Set-Cookie"}
    return answer.status_code, headers, text
