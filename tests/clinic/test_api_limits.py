"""What the API refuses whatever is asked for: too large, too deep, unstorable, not a number, no day (F-32..F-41)."""

import datetime as dt
import io
import json
import resource
import time
import tracemalloc

import pytest
from django.conf import settings
from rest_framework.exceptions import APIException, ValidationError

from clinic import web_server
from clinic.api_fields import Day, Email, Instant, OneOf, Quantity, Text, Whole, YesNo
from clinic.embedded.processes import procfile
from clinic.parsers import FileJsonParser, StrictJsonParser
from patients.models import Patient

PATIENTS, PROFILES, SESSIONS = "/api/v1/patients/", "/api/v1/profiles/", "/api/v1/sessions/"
NUL = "null_characters_not_allowed"


def parsed(text, parser=StrictJsonParser):
    return parser().parse(io.BytesIO(text if isinstance(text, bytes) else text.encode()))


def code_of(text, parser=StrictJsonParser):
    with pytest.raises(APIException) as refused:
        parsed(text, parser)
    codes = refused.value.get_codes()
    return next(iter(codes.values()))[0] if isinstance(codes, dict) else codes


def test_what_fits_is_read_as_it_is():
    """F-35: emoji, right-to-left, combining marks and the rest stay as they came."""
    for value in ({"a": [1, 2.5, None, True, "x"]}, "Zoë 👩‍⚕️ שלום İ e\u0301 \u202e", [], 10**39, "[" * 100, 'a"\\,{b'):
        assert parsed(json.dumps(value)) == parsed(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("[" * 20 + "]" * 20, None),
        ("[" * 21 + "]" * 21, "too_deep"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "too_deep"),
        ("[" * 900_000, "too_deep"),
        (json.dumps([0] * 2_000), None),
        (json.dumps([0] * 2_001), "too_many_values"),
        (json.dumps({str(number): {} for number in range(1_001)}), "too_many_values"),
        (json.dumps({f"k{number}": number for number in range(10_001)}), "too_many_values"),
        ('"' + '\\"' * 400_000, "parse_error"),
        ('"' + "\\\\" * 400_000 + '"', None),
        ('""' * 400_000, "parse_error"),
        ("]" * 900_000, "parse_error"),
        ("1" * 41, "parse_error"),
        ("1" + "0" * 5_000, "parse_error"),
        ("-" + "9" * 41, "parse_error"),
        ("1e400", "parse_error"),
        ("-1e400", "parse_error"),
        ("NaN", "parse_error"),
        ("[Infinity]", "parse_error"),
        ("[-Infinity]", "parse_error"),
        ("１２", "parse_error"),
        ("01", "parse_error"),
        ('{"a": {"b": 1, "b": 2}}', "given_twice"),
        ('["\\ud800"]', "parse_error"),
        ('["\\udc00\\ud800"]', "parse_error"),
        ('["\\ud83d\\ude00"]', None),
        ('["\\u0000"]', NUL),
        ('{"a\\u0000": 1}', NUL),
        (b'["\xff"]', "parse_error"),
        ("\ufeff{}", "parse_error"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_limits_hold_before_anything_is_built(body, code):
    """F-32, F-34, F-41; the time is that of one look at the body, whatever it is made of."""
    began = time.perf_counter()
    if code is None:
        parsed(body)
    else:
        assert code_of(body) == code
    assert time.perf_counter() - began < 3


def test_the_place_of_a_nul_is_named(program, front_desk, clinic):
    """F-33"""
    for field, value in (("family_name", "Mo\0ss"), ("chart_number", "\0"), ("email", "a\0@example.org")):
        body = {"clinic": str(clinic.public_id), "chart_number": "1", "family_name": "Moss", field: value}
        answer = program(front_desk).post(PATIENTS, body)
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, NUL, field)
        assert "a character that cannot be stored" in answer.json()["message"]
    inside = program(front_desk).post(SESSIONS, {"injections": [{"approach": "a"}, {"approach": "b\0"}]})
    assert inside.json()["field"] == "injections.1.approach"
    assert not Patient.objects.exists()


@pytest.mark.parametrize("address", [PATIENTS, SESSIONS, "/api/v1/reports/outcomes/", "/api/v1/reports/completeness/"])
def test_a_nul_in_the_address_is_refused(program, clinician, address):
    for query in ("clinic=%00", "%00=1", "cursor=a%00", "ordering=%00", "instrument=%00"):
        answer = program(clinician).get(f"{address}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, NUL), query
    assert program(clinician).get(f"{address}%00/").status_code == 404
    assert program(clinician).get(f"{address}%ed%a0%80/").status_code == 404


class Counting(io.RawIOBase):
    """A body of any size that is nowhere, and remembers how much of it was read."""

    def __init__(self, size):
        self.left, self.taken = size, 0

    def read(self, size=-1):
        given = self.left if size < 0 else min(size, self.left)
        self.left, self.taken = self.left - given, self.taken + given
        return b" " * given


@pytest.mark.parametrize(("parser", "most"), [(StrictJsonParser, 1_000_000), (FileJsonParser, 14_000_000)])
def test_no_more_is_read_than_the_limit(parser, most):
    stream = Counting(1_000_000_000)
    with pytest.raises(APIException) as refused:
        parser().parse(stream)
    assert refused.value.status_code == 413
    assert stream.taken == most + 1


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_ten_megabytes_cost_less_than_fifty(program, front_desk, content_type):
    """F-32: refused, and memory grows by less than 50 MB."""
    body, client = b"a=" + b"1" * 10_000_000, program(front_desk)
    client.get("/api/v1/clinics/")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    try:
        answer = client.generic("POST", PATIENTS, body, content_type=content_type)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code in {413, 415}
    assert peak < 50_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_file_of_ten_megabytes_is_read_in_less_than_sixty():
    body = b'{"content": "' + b"QUJD" * 3_400_000 + b'"}'
    tracemalloc.start()
    try:
        FileJsonParser().parse(io.BytesIO(body))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000


def refused(field, value):
    with pytest.raises(ValidationError):
        field.run_validation(value)
    return True


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "1E5",
        "１２",
        "1,5",
        "٣",
        "",
        " ",
        "0x10",
        "1_000",
        "--1",
        True,
        [],
        {},
        "9" * 31,
    ],
)
def test_what_is_no_number_is_refused(value):
    """F-39"""
    assert refused(Quantity(max_digits=10, decimal_places=2), value)
    assert refused(Whole(), value)


def test_numbers_that_no_column_holds_are_refused():
    for value in (2**31, 2**63, -(2**63), 10**39, 1.5, "5"):
        assert refused(Whole(), value)
    assert refused(Quantity(max_digits=6, decimal_places=2), 10**39)
    assert refused(Quantity(max_digits=6, decimal_places=2), -1)
    assert Whole().run_validation(3.0) == 3
    assert Quantity(max_digits=6, decimal_places=2).run_validation("-0") == 0


@pytest.mark.parametrize(
    "value",
    [
        "0000-00-00",
        "9999-12-31",
        "2026-02-29",
        "1899-12-31",
        "2200-01-01",
        "20260302",
        "2026-W10-1",
        "２０２６-03-02",
        "2026-3-2",
        "",
        20260302,
        None,
        [],
        "2026-03-02T00:00:00Z",
    ],
)
def test_what_is_no_day_of_these_centuries_is_refused(value):
    """F-40"""
    assert refused(Day(), value)


@pytest.mark.parametrize(
    "value",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2026-03-31T10:15:00",
        "2026-03-31",
        "10:15",
        "２０２６-03-31T10:15:00Z",
        1_700_000_000,
        None,
        "2026-03-31T25:00:00Z",
    ],
)
def test_what_is_no_instant_is_refused(value):
    assert refused(Instant(), value)


def test_days_and_instants_that_are_some_are_taken():
    assert Day().run_validation("2028-02-29") == dt.date(2028, 2, 29)
    instant = Instant().run_validation("2026-03-31T10:15:00-05:00")
    assert instant == dt.datetime(2026, 3, 31, 15, 15, tzinfo=dt.UTC)


@pytest.mark.parametrize("value", [1, 1.5, True, None, [], {}])
def test_what_is_no_text_is_refused(value):
    assert refused(Text(), value)
    assert refused(Email(), value)
    assert refused(OneOf([("1", "one"), ("True", "true")]), value)


@pytest.mark.parametrize("value", ["true", "yes", 1, 0, "1", "on", [], None])
def test_what_is_neither_true_nor_false_is_refused(value):
    assert refused(YesNo(), value)


@pytest.mark.parametrize(
    ("born_on", "words"),
    [
        ("2999-01-01", "Give a day from 1900-01-01 to 2199-12-31."),
        ("2150-01-01", "The date of birth cannot be in the future."),
        ("0000-00-00", "Give a day like 2026-03-31."),
        ("9999-12-31", "Give a day from"),
        ("1900-01-01", "The date of birth cannot be more than 125 years ago."),
        ("2025-02-29", "Give a day like 2026-03-31."),
    ],
)
def test_a_date_of_birth_that_cannot_be_is_refused_in_words(program, front_desk, clinic, born_on, words):
    """F-40: the message names the field and the rule."""
    body = {"clinic": str(clinic.public_id), "chart_number": "1", "family_name": "Moss", "born_on": born_on}
    answer = program(front_desk).post(PATIENTS, body)
    assert (answer.status_code, answer.json()["field"]) == (400, "born_on")
    assert words in answer.json()["message"]


@pytest.mark.parametrize("size", ["1000000000", "0", "-1", "1e3", "２", "", " 5", "5.0"])
def test_page_sizes_are_limited_and_there_is_no_offset(program, clinician, size):
    """API-3"""
    answer = program(clinician).get(PATIENTS, {"page_size": size})
    assert (answer.status_code, answer.json()["field"]) == (400, "page_size")
    for name in ("offset", "limit", "page"):
        assert program(clinician).get(PATIENTS, {name: "1000000000000"}).json()["code"] == "unknown_parameter"


def test_forms_and_headers_have_limits():
    """F-32: Django counts fields and files, gunicorn the lines and bytes of the head."""
    assert (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, settings.DATA_UPLOAD_MAX_NUMBER_FILES) == (1_000, 5)
    assert "python:clinic.web_server" in procfile()["web"]
    head = (web_server.limit_request_line, web_server.limit_request_fields, web_server.limit_request_field_size)
    assert head == (8190, 60, 8190)


def test_a_form_with_too_many_fields_is_refused(client, clinician):
    client.force_login(clinician)
    answer = client.post("/setup/api-tokens/", {f"field{number}": "x" for number in range(1_001)})
    assert answer.status_code == 400
