"""Idempotency-Key on every POST, and If-Match on every change (API-7, API-8, F-21, F-24)."""

import datetime as dt
import json
import uuid
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.response import Response

from clinic import idempotency
from clinic.actions import keyed_requests
from clinic.api_schema import api_schema
from clinic.models import Clinic, KeyedRequest
from patients.models import Patient
from tests.clinic.api_world import lived_in, rows_written, writes
from tests.conftest import NOON

PATIENTS = "/api/v1/patients/"
REPLAYED = "Idempotency-Replayed"


def key():
    return {"Idempotency-Key": str(uuid.uuid4())}


def body(clinic, **changes):
    return {"clinic": str(clinic.public_id), "chart_number": "K-1", "family_name": "Moss", **changes}


def test_the_same_key_and_body_change_nothing_and_get_the_same_answer(program, clinic, front_desk):
    sent = key()
    first = program(front_desk).post(PATIENTS, body(clinic), headers=sent)
    again = program(front_desk).post(PATIENTS, body(clinic), headers=sent)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert (first.headers.get(REPLAYED), again.headers.get(REPLAYED)) == (None, "true")
    assert Patient.objects.count() == 1


def test_spaces_and_order_make_no_other_body(program, clinic, front_desk):
    sent, client = key(), program(front_desk)
    turned = json.dumps(dict(reversed(body(clinic).items())), indent=3)
    assert client.post(PATIENTS, body(clinic), headers=sent).status_code == 201
    again = client.generic("POST", PATIENTS, turned, content_type="application/json", headers=sent)
    assert (again.status_code, again.headers[REPLAYED]) == (201, "true")


def test_the_same_key_with_another_body_is_refused(program, clinic, front_desk):
    sent, client = key(), program(front_desk)
    client.post(PATIENTS, body(clinic), headers=sent)
    answer = client.post(PATIENTS, body(clinic, chart_number="K-2"), headers=sent)
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["field"]) == ("idempotency_key_reused", "Idempotency-Key")
    assert Patient.objects.count() == 1


def test_a_refused_body_may_be_put_right_under_the_same_key(program, clinic, front_desk):
    sent, client = key(), program(front_desk)
    assert client.post(PATIENTS, body(clinic, family_name=""), headers=sent).status_code == 400
    assert not KeyedRequest.objects.exists()
    assert client.post(PATIENTS, body(clinic), headers=sent).status_code == 201
    assert client.post(PATIENTS, body(clinic), headers=key()).status_code == 409, "the chart number is taken"
    assert KeyedRequest.objects.count() == 1


def test_a_key_belongs_to_its_owner_its_clinic_and_its_address(
    program, clinic, other_clinic, front_desk, stranger, patient
):
    sent = key()
    assert program(front_desk).post(PATIENTS, body(clinic), headers=sent).status_code == 201
    there = program(stranger).post(PATIENTS, body(other_clinic), headers=sent)
    assert (there.status_code, there.headers.get(REPLAYED)) == (201, None)
    address = f"{PATIENTS}{patient.public_id}/withdraw/"
    elsewhere = program(front_desk).post(address, {"kind": "contact"}, headers=sent)
    assert (elsewhere.status_code, elsewhere.headers.get(REPLAYED)) == (200, None)
    assert {row.clinic for row in KeyedRequest.objects.visible_to(stranger)} == {other_clinic}


def test_a_browsers_key_belongs_to_the_clinic_where_it_works(client, clinic, front_desk):
    client.force_login(front_desk)
    sent = key()
    for replayed in (None, "true"):
        answer = client.post(PATIENTS, body(clinic), content_type="application/json", headers=sent)
        assert (answer.status_code, answer.headers.get(REPLAYED)) == (201, replayed)
    assert KeyedRequest.objects.get().clinic == clinic


def test_a_key_is_forgotten_after_a_day(program, clinic, front_desk):
    for _ in range(3):
        program(front_desk).post(f"{PATIENTS}", body(clinic, chart_number=str(uuid.uuid4())), headers=key())
    KeyedRequest.objects.update(received_at=timezone.now() - dt.timedelta(hours=24, seconds=1))
    program(front_desk).post(PATIENTS, body(clinic), headers=key())
    assert KeyedRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_twin_waits_and_gets_the_answer_of_the_first(clinic, front_desk):
    begun, answers = Barrier(2, timeout=10), []
    same = {
        "user": front_desk,
        "clinic_id": clinic.pk,
        "route": "/x/",
        "key": uuid.uuid4(),
        "body_hash": "0",
        "at": NOON,
    }

    def twin():
        begun.wait()
        answers.append(keyed_requests.begin_keyed_request(**same).reply)
        connection.close()

    other = Thread(target=twin)
    other.start()
    with transaction.atomic():
        mine = keyed_requests.begin_keyed_request(**same)
        begun.wait()
        other.join(timeout=0.3)
        assert other.is_alive(), "it waits"
        keyed_requests.finish_keyed_request(request=mine, status=201, reply='"first"', location="")
    other.join(timeout=10)
    assert answers == ['"first"']


@pytest.mark.django_db(transaction=True)
def test_a_twin_that_waits_too_long_is_told_so(clinic, front_desk):
    same = {
        "user": front_desk,
        "clinic_id": clinic.pk,
        "route": "/x/",
        "key": uuid.uuid4(),
        "body_hash": "0",
        "at": NOON,
    }
    problems = []

    def twin():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        try:
            keyed_requests.begin_keyed_request(**same)
        except keyed_requests.KeyInUse as problem:
            problems.append((problem.code, problem.field))
        connection.close()

    with transaction.atomic():
        keyed_requests.begin_keyed_request(**same)
        other = Thread(target=twin)
        other.start()
        other.join(timeout=10)
    assert problems == [("idempotency_key_in_use", "Idempotency-Key")]


def test_a_handler_that_says_no_without_raising_leaves_no_key(rf, clinic, front_desk):
    request = rf.post("/x/", headers=key())
    request.user, request.data, request.clinic = front_desk, {}, clinic
    request._request = request
    with transaction.atomic():
        answer = idempotency.once(lambda request: Response({}, status=412))(request)
    assert answer.status_code == 412
    assert not KeyedRequest.objects.exists()


def test_every_post_takes_a_key_and_every_correction_a_version():
    """From the schema, so that a new address cannot lack them."""
    for path, operations in api_schema()["paths"].items():
        for method, operation in operations.items():
            headers = {one["name"]: one for one in operation.get("parameters", ()) if one["in"] == "header"}
            assert ("Idempotency-Key" in headers) == (method == "post"), path
            if method in {"put", "patch"}:
                assert headers["If-Match"]["required"], path
                assert {"412", "428"} <= operation["responses"].keys(), path


def test_every_post_replays(program, clinic, manager):
    """With its documented example, twice: the second time nothing is written."""
    world = lived_in(clinic, manager)
    client = program(manager)
    client.get("/api/v1/clinics/")
    done_twice = {}
    for write in (write for write in writes() if write.method == "post"):
        headers = key() | write.version()
        with transaction.atomic():
            first = client.post(write.address(world), write.body(world), headers=headers)
            before = rows_written()
            again = client.post(write.address(world), write.body(world), headers=headers)
            if (again.status_code, again.content, rows_written()) != (first.status_code, first.content, before):
                done_twice[str(write)] = (first.status_code, again.status_code, again.json())
            transaction.set_rollback(True)
    assert done_twice == {}
    assert Clinic.objects.count() == 1


def test_every_change_refuses_a_stale_version_and_none_at_all(program, clinic, manager):
    world = lived_in(clinic, manager)
    client = program(manager)
    for write in (write for write in writes() if write.has_version):
        send = getattr(client, write.method)
        assert send(write.address(world), write.body(world)).status_code == 428, write
        for wrong in ("*", "1.0", '"x"', 'W/"1"', "9" * 10):
            assert send(write.address(world), write.body(world), headers={"If-Match": wrong}).status_code == 400, write
        stale = send(write.address(world), write.body(world), headers={"If-Match": '"7"'})
        assert (stale.status_code, stale.json()["field"]) == (412, "If-Match"), write
        assert stale.json()["current"]["version"] == 1
