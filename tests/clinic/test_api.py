"""What every resource of the API keeps to: the schema, the gate, the errors, the pages."""

import itertools
import uuid

import jsonschema
import pytest
from django.core.management import call_command
from django.utils import timezone

from clinic.actions import create_api_token, revoke_api_token
from clinic.api_schema import api_schema
from outcomes import actions as outcome_actions
from patients import actions as patient_actions
from tests.check_in import answer_all
from tests.conftest import NOON, StaffClient
from tests.layers import layer
from tests.treatments.safety import watch_over
from tests.treatments.stock import recall_used_lot
from tests.treatments.treating import KNEE, log
from treatments.actions import record_retreatment

STOCK = ("products", "lots", "lot-movements", "storage-readings", "lot-uses", "recalls", "recall-cases")
SAFETY = ("events", "regulatory-reports", "medications", "profiles")
LISTS = (
    "clinics",
    "protocols",
    "patients",
    "courses",
    "sessions",
    "follow-ups",
    "surveys",
    "scores",
    "reviews",
    "retreatments",
    "consents",
    "consent-documents",
    *STOCK,
    *SAFETY,
)
# A session has many parts, each fetched once for the whole list.
QUERIES = {"sessions": 15}


def addresses():
    """Every path and method that the schema describes."""
    return [(path, method) for path, operations in api_schema()["paths"].items() for method in operations]


def filled(path):
    return path.replace("{id}", str(uuid.uuid4()))


def is_an_error(answer, status):
    assert answer.status_code == status, answer.content
    assert answer.json().keys() == {"code", "message", "field"}
    return True


@layer
def lived_in(course, clinician):
    """Ruth's course with a baseline sent in and a session logged: every list has a row."""
    outcome_actions.open_due_surveys(at=NOON)
    survey = course.follow_ups.get().survey
    answer_all(survey, {"nrs_now.now": 7, "peg.pain": 6, "peg.enjoyment": 7, "peg.activity": 4}, NOON)
    outcome_actions.submit_survey(survey=survey, at=NOON)
    log(course, clinician, performed_at=NOON, at=NOON, baseline_missing_reason="")
    recall_used_lot(course, clinician)
    watch_over(course, clinician)
    meant = {"side_not_planned": "Both knees were planned by phone."}
    log(course, clinician, injections=[{**KNEE, "side": "left"}], overrides=meant)
    record_retreatment(course=course, kind="steroid", happened_on=NOON.date(), at=NOON, by=clinician)
    return course


@pytest.mark.django_db
def test_the_schema_is_valid_and_complete():
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")
    assert {path.split("/")[3] for path, _ in addresses()} == {
        *LISTS,
        "alerts",
        "calls",
        "files",
        "instruments",
        "jobs",
        "pauses",
        "reports",
    }


def test_the_schema_is_served_to_people_and_programs(program, clinician, client):
    assert program(clinician).get("/api/v1/schema/").json()["openapi"].startswith("3.1")
    assert program(clinician).get("/api/v1/schema/?format=yaml").content.startswith(b"openapi: 3.1")
    assert is_an_error(client.get("/api/v1/schema/"), 401)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method"), addresses())
def test_nothing_is_there_without_a_token(client, path, method):
    answer = client.generic(method.upper(), filled(path))
    assert is_an_error(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", sorted({path for path, _ in addresses()}))
def test_methods_that_are_not_described_are_refused(program, manager, path):
    described = {method for described, method in addresses() if described == path}
    for method in {"post", "put", "patch", "delete", "options"} - described:
        assert is_an_error(getattr(program(manager), method)(filled(path), {}), 405)


def with_components(schema):
    return {**schema, "components": api_schema()["components"]}


def assert_described(answer, path, method="get"):
    content = api_schema()["paths"][path][method]["responses"][str(answer.status_code)]["content"]
    jsonschema.Draft202012Validator(with_components(content["application/json"]["schema"])).validate(answer.json())


def test_lists_and_rows_are_as_described(program, manager, lived_in):
    client = program(manager)
    for resource in LISTS:
        path = f"/api/v1/{resource}/"
        listed = client.get(path)
        assert_described(listed, path)
        row = listed.json()["results"][0]
        detail = f"{path}{{id}}/"
        if detail in api_schema()["paths"]:
            read = client.get(detail.replace("{id}", row["id"]))
            assert read.json() == row, resource
            assert_described(read, detail)


@pytest.mark.parametrize("resource", LISTS)
def test_errors_are_as_described(program, manager, resource):
    path = f"/api/v1/{resource}/"
    refused = program(manager).get(path, {"colour": "red"})
    assert is_an_error(refused, 400)
    assert_described(refused, path)
    assert refused.json()["field"] == "colour"


def test_lists_take_few_queries_however_long(
    program, manager, clinician, clinic, lived_in, protocol, django_assert_max_num_queries
):
    for number in range(12):
        patient = patient_actions.register_patient(
            clinic=clinic, by=manager, at=NOON, chart_number=str(number), family_name="Moss"
        )
        again = type(lived_in).objects.create(
            **{
                field: getattr(lived_in, field)
                for field in ("clinic", "treatment_type", "protocol", "complaint", "target", "side", "region")
            },
            patient=patient,
            opened_on=lived_in.opened_on,
            opened_by=clinician,
        )
        log(again, clinician, performed_at=NOON, at=NOON)
    client = program(manager)
    assert client.get("/api/v1/clinics/").status_code == 200, "the first use of a token is written down"
    for resource in LISTS:
        with django_assert_max_num_queries(QUERIES.get(resource, 9)):
            assert client.get(f"/api/v1/{resource}/").status_code == 200, resource


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("page_size=0", "page_size", "invalid"),
        ("page_size=201", "page_size", "invalid"),
        ("page_size=1000000000", "page_size", "invalid"),
        ("page_size=²", "page_size", "invalid"),
        ("ordering=family_name", "ordering", "invalid_choice"),
        ("ordering=--registered_at", "ordering", "invalid_choice"),
        ("cursor=abc", "cursor", "invalid"),
        ("cursor=%00", "cursor", "null_characters_not_allowed"),
        ("clinic=northside", "clinic", "invalid"),
        ("is_imported=maybe", "is_imported", "invalid_choice"),
        ("clinic=1&clinic=2", "clinic", "given_twice"),
        ("format=csv", "format", "unknown_parameter"),
        ("chart_number=%00", "chart_number", "null_characters_not_allowed"),
    ],
)
def test_a_query_that_does_not_fit_is_refused(program, clinician, query, field, code):
    answer = program(clinician).get(f"/api/v1/patients/?{query}")
    assert is_an_error(answer, 400)
    assert (answer.json()["field"], answer.json()["code"]) == (field, code)


def test_a_cursor_of_another_ordering_is_refused(program, clinic, front_desk):
    register(clinic, front_desk, "ab")
    page = program(front_desk).get("/api/v1/patients/?page_size=1").json()
    answer = program(front_desk).get(page["next"] + "&ordering=registered_at")
    assert is_an_error(answer, 400)
    assert answer.json()["message"] == "This cursor belongs to ordering=-registered_at."


def test_a_cursor_that_was_changed_is_refused(program, clinic, front_desk):
    register(clinic, front_desk, "ab")
    page = program(front_desk).get("/api/v1/patients/?page_size=1").json()
    answer = program(front_desk).get(page["next"].replace("cursor=", "cursor=W"))
    assert is_an_error(answer, 400)
    assert answer.json()["field"] == "cursor"


@pytest.mark.parametrize("detail_query", ["?clinic=1", "?cursor=1", "?format=json"])
def test_a_single_row_takes_no_query(program, clinician, patient, detail_query):
    answer = program(clinician).get(f"/api/v1/patients/{patient.public_id}/{detail_query}")
    assert is_an_error(answer, 400)


def register(clinic, by, names, at=NOON):
    return [
        patient_actions.register_patient(clinic=clinic, by=by, at=at, chart_number=name, family_name="Moss")
        for name in names
    ]


def walk(client, address, link):
    """The chart numbers of each page along ``next`` or ``previous``, and the last page's address."""
    pages = []
    while address:
        page = client.get(address).json()
        pages.append([row["chart_number"] for row in page["results"]])
        last, address = address, page[link]
    return pages, last


@pytest.mark.parametrize("ordering", ["registered_at", "-registered_at"])
def test_pages_hold_every_row_once_both_ways_even_among_equals(program, clinic, front_desk, ordering):
    names = [str(number) for number in range(7)]
    register(clinic, front_desk, names)
    client = program(front_desk)
    pages, last = walk(client, f"/api/v1/patients/?page_size=3&ordering={ordering}", "next")
    assert [len(page) for page in pages] == [3, 3, 1]
    assert list(itertools.chain(*pages)) == (names if ordering == "registered_at" else names[::-1])
    back, first = walk(client, last, "previous")
    assert back == pages[::-1]
    assert client.get(first).json()["previous"] is None


def test_a_row_added_meanwhile_moves_no_page(program, clinic, front_desk):
    register(clinic, front_desk, "abcd")
    client = program(front_desk)
    first = client.get("/api/v1/patients/?page_size=2").json()
    register(clinic, front_desk, "e", at=NOON.replace(hour=13))
    second = client.get(first["next"]).json()
    assert [row["chart_number"] for row in first["results"] + second["results"]] == ["d", "c", "b", "a"]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "parse_error"),
        (b"[" * 100_000, "application/json", 400, "too_deep"),
        (b"\xff", "application/json", 400, "parse_error"),
        (b'{"clinic": NaN}', "application/json", 400, "parse_error"),
        (b'{"\\ud800": 1}', "application/json", 400, "parse_error"),
        (b'{"clinic": 1, "clinic": 2}', "application/json", 400, "given_twice"),
        (b'["a list"]', "application/json", 400, "invalid"),
        (b"", "application/json", 400, "required"),
        (b" " * 1_000_001, "application/json", 413, "too_large"),
        (b"chart_number=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"<a/>", "text/xml", 415, "unsupported_media_type"),
        (b'{"chart_number": "x"}', "application/json; charset=latin-1", 400, "required"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(program, front_desk, body, content_type, status, code):
    answer = program(front_desk).generic("POST", "/api/v1/patients/", body, content_type=content_type)
    assert is_an_error(answer, status)
    assert answer.json()["code"] == code


@pytest.mark.parametrize("address", ["nothing/", "patients", "patients/7/", "patients/7/x/y"])
def test_an_unknown_address_is_an_error_like_any_other(program, clinician, client, address):
    assert is_an_error(program(clinician).get(f"/api/v1/{address}"), 404)
    assert is_an_error(client.get(f"/api/v1/{address}"), 401)


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer nonsense", "Bearer \xff", "bearer mdl_ x", "Token abc", "Basic YTpi"]
)
@pytest.mark.django_db
def test_a_header_without_a_valid_token_is_refused(client, header):
    assert is_an_error(client.get("/api/v1/clinics/", headers={"Authorization": header}), 401)


def test_a_token_ends_with_its_time_its_revocation_or_its_owner(client, clinician):
    def status_of(key):
        return client.get("/api/v1/clinics/", headers={"Authorization": f"Bearer {key}"}).status_code

    now = timezone.now()
    token, key = create_api_token(membership=clinician.memberships.get(), name="now", at=now)
    _, old = create_api_token(membership=clinician.memberships.get(), name="old", at=now.replace(year=now.year - 2))
    assert (status_of(key), status_of(old)) == (200, 401)
    type(clinician).objects.filter(pk=clinician.pk).update(is_active=False)
    assert status_of(key) == 401
    type(clinician).objects.filter(pk=clinician.pk).update(is_active=True)
    revoke_api_token(token=token, at=now)
    assert status_of(key) == 401


def test_a_browser_session_reads_and_needs_the_csrf_token_to_write(clinician, clinic):
    browser = StaffClient(enforce_csrf_checks=True)
    browser.force_login(clinician)
    assert browser.get("/api/v1/clinics/").json()["results"][0]["name"] == "Northside"
    refused = browser.post("/api/v1/patients/", {}, content_type="application/json")
    assert is_an_error(refused, 403)
    assert "CSRF" in refused.json()["message"]


def test_somebody_without_a_clinic_sees_no_clinic(program, client, clinic, clinician):
    token = program(clinician)
    clinician.memberships.all().delete()
    assert is_an_error(token.get("/api/v1/clinics/"), 401), "a token ends with the membership"
    client.force_login(clinician)
    assert client.get("/api/v1/clinics/").json()["results"] == []
    assert is_an_error(client.get("/api/v1/patients/"), 403)


def test_an_answer_is_json_whatever_was_asked_for(program, clinician):
    answer = program(clinician).get("/api/v1/clinics/", headers={"Accept": "application/xml"})
    assert answer.headers["Content-Type"] == "application/json"


def test_the_documentation_shows_every_operation(client, clinician):
    client.force_login(clinician)
    page = client.get("/api/v1/docs/").content.decode()
    for path, _ in addresses():
        assert path in page
    assert "<script" not in page
    assert "style=" not in page


@pytest.mark.django_db
def test_the_documentation_needs_a_login(client):
    answer = client.get("/api/v1/docs/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login/?next=/api/v1/docs/")


def test_the_documentation_is_only_read(client, clinician):
    client.force_login(clinician)
    assert client.post("/api/v1/docs/").status_code == 405
