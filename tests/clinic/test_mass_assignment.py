"""Nothing is written that a body did not declare, and no row that is not one's own (F-47, F-49, T-IDOR-1).

Made from the schema: an address that is added later is tested without anybody thinking of it.
"""

import uuid

import pytest
from django.db import transaction
from django.urls import resolve

from clinic.api_schema import api_schema
from clinic.permissions import Role
from tests.clinic.api_world import lived_in, named_rows, replaced, resource_of, rows_written, writes
from tests.conftest import member
from tests.layers import layer

# Beside the columns of the row that an address is about.
ALWAYS = {
    "id",
    "pk",
    "public_id",
    "clinic",
    "clinic_id",
    "user",
    "role",
    "state",
    "completed_at",
    "is_active",
    "is_staff",
}
# Each body is tried with these, and with every fifth of the others.
FIRST = {"id", "clinic"}
FIFTH = 5
# What says which request it is, not what it does.
PROTOCOLS = "/api/v1/protocols/"
SAFE = {"/api/v1/lots/scan/"}


@layer
def world(clinic, manager):
    return lived_in(clinic, manager)


@layer
def lakeview(other_clinic):
    return lived_in(other_clinic, member(other_clinic, Role.MANAGER, "Lena Park"))


@pytest.fixture
def client(program, world):
    """A program of Northside's manager."""
    return program(world.by)


def attempt(write, client, world, body, row=None):
    """The answer, and how many rows were written; nothing stays."""
    before = rows_written()
    with transaction.atomic():
        answer = write.send(client, world, body, row)
        written = rows_written() - before
        transaction.set_rollback(True)
    return answer, written


def test_every_address_that_changes_something_takes_its_documented_example(client, world):
    refused = {}
    for write in writes():
        answer, written = attempt(write, client, world, write.body(world))
        if answer.status_code not in {200, 201, 202} or bool(written) == (write.path in SAFE):
            refused[str(write)] = (answer.status_code, written, answer.json())
    assert refused == {}


def columns(path):
    """The names of every column of the model that an address is about."""
    view = resolve(path.replace("{id}", str(uuid.uuid4()))).func.cls
    fields = view.queryset.model._meta.concrete_fields
    return sorted({name for column in fields for name in (column.name, column.attname)} | ALWAYS)


def objects(body, place=()):
    """The places of every object inside ``body``."""
    for name, value in body.items() if isinstance(body, dict) else enumerate(body):
        if isinstance(value, dict):
            yield (*place, name)
        if isinstance(value, dict | list):
            yield from objects(value, (*place, name))


def test_no_column_can_be_added_to_any_body(client, world):
    """API-2: clinic, id and every other column are refused by name, and nothing is written.

    Of the others each body gets some: what refuses them is one place, and the next body gets the next.
    """
    taken = {}
    for turn, write in enumerate(writes()):
        body, known, before = write.body(world), writable(write), rows_written()
        others = sorted(set(columns(write.path)) - known - FIRST)
        for column in [*(FIRST - known), *others[turn % FIFTH :: FIFTH]]:
            answer = write.send(client, world, {**body, column: "1"})
            problem = answer.json()
            if (answer.status_code, problem.get("code"), problem.get("field")) != (400, "unknown_field", column):
                taken[f"{write} {column}"] = (answer.status_code, problem)
        if rows_written() != before:
            taken[str(write)] = "something was written"
    assert taken == {}


def test_no_id_can_be_added_inside_a_body(client, world):
    """T-IDOR-1: what would turn an INSERT into somebody else's UPDATE."""
    taken = {}
    for write in (write for write in writes() if write.path != PROTOCOLS):
        body = write.body(world)
        for place in objects(body):
            answer, written = attempt(write, client, world, replaced(body, (*place, "id"), 1))
            is_refused = answer.status_code == 400 and answer.json().get("code") in {"unknown_field", "unknown_item"}
            if not is_refused or written:
                taken[f"{write} {place}"] = (answer.status_code, answer.json(), written)
    assert taken == {}


def writable(write):
    """The members that the schema offers in this body."""
    return set(shape(write).get("properties", ()))


def shape(write):
    body = api_schema()["paths"][write.path][write.method].get("requestBody", {"content": {}})
    schema = body["content"].get("application/json", {}).get("schema", {})
    return api_schema()["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def test_rows_of_another_clinic_in_a_body_are_like_rows_that_do_not_exist(client, world, lakeview):
    """T-IDOR-1: the same answer for both, and nothing written at either clinic."""
    told = {}
    for write in writes():
        body = write.body(world)
        for place in named_rows(body, world):
            theirs, written = attempt(
                write, client, world, replaced(body, place, foreign(body, place, world, lakeview))
            )
            nobodys, _ = attempt(write, client, world, replaced(body, place, str(uuid.uuid4())))
            if theirs.content != nobodys.content or theirs.status_code not in {400, 404} or written:
                told[f"{write} {place}"] = (theirs.status_code, theirs.json(), nobodys.json(), written)
    assert told == {}


def foreign(body, place, world, lakeview):
    """Lakeview's row of the kind that stands in this place."""
    value = body
    for step in place:
        value = value[step]
    names = [name for name, public_id in world.ids.items() if public_id == value]
    return lakeview.ids[names[0]]


def test_rows_of_another_clinic_in_an_address_are_like_rows_that_do_not_exist(client, world, lakeview):
    told = {}
    for write in (write for write in writes() if "{id}" in write.path):
        body = write.body(world)
        theirs, written = attempt(write, client, world, body, lakeview.ids[resource_of(write.path)])
        nobodys, _ = attempt(write, client, world, body, str(uuid.uuid4()))
        if (theirs.status_code, theirs.content, written) != (404, nobodys.content, 0):
            told[str(write)] = (theirs.status_code, theirs.json(), nobodys.json(), written)
    assert told == {}


def test_a_token_for_reading_changes_nothing_anywhere(program, world):
    """AUTH-8: whatever the address, the verb of the token counts."""
    reading = program(world.by, may_write=False)
    done = {}
    for write in (write for write in writes() if write.path not in SAFE):
        answer, written = attempt(write, reading, world, write.body(world))
        if (answer.status_code, answer.json().get("message")) != (403, "This token may only read.") or written:
            done[str(write)] = (answer.status_code, answer.json(), written)
    assert done == {}
