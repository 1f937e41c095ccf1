"""Log lines hold no secret and nothing of a patient, not even in a traceback (LEAK-5, F-60)."""

import logging
import sys
import time

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.log_lines import LogLine

TOKEN = "0w8SV6QjlVdEJTPjfNdQH8"
FORMAT = "{levelname} {message}"


def line(message: object, *args: object, exc_info=None) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args, exc_info)
    return LogLine(FORMAT, style="{").format(record)


def raised(error: BaseException, cause: BaseException | None = None):
    try:
        raise error from cause
    except type(error):
        return sys.exc_info()


def test_the_secret_of_a_survey_address_is_hidden():
    assert line("%s: %s", "Gone", f"/s/{TOKEN}/3/") == "WARNING Gone: /s/-/3/"
    assert line(f"https://a.example.org/s/{TOKEN}?x=1") == "WARNING https://a.example.org/s/-?x=1"


@pytest.mark.parametrize(
    "path", [f"/consent/{TOKEN}/", f"/welcome/{TOKEN}/", f"/any/where/{TOKEN}", f"/reset/3-c8xyz-{TOKEN}/"]
)
def test_so_is_every_secret_of_that_kind(path):
    assert TOKEN not in line("Not Found: %s", path)


def test_keys_of_programs_and_e_mail_addresses_are_hidden():
    assert line("key mdl_a-Bc_9 of ruth.o'neil@mail.example.org") == "WARNING key mdl_- of -@-"


def test_other_addresses_stay_readable():
    said = "Not Found: /static/x/ /sessions/7/ /patients/11111111-2222-3333-4444-555555555555/ /static/app.0123456789ab.css"
    assert line(said) == f"WARNING {said}"


def test_a_traceback_shows_places_and_no_values():
    text = line("broken", exc_info=raised(ValueError("Ruth Álvarez"), KeyError("512-555-0101")))
    assert "Ruth" not in text
    assert "512" not in text.partition("Traceback")[2].replace(__file__, "")
    assert text.index("KeyError") < text.index("direct cause") < text.index("ValueError")
    assert f"{__file__}:" in text
    assert " in raised" in text


def test_an_exception_in_place_of_a_message_or_beside_it_is_named_only():
    assert line(ValueError("Ruth")) == "WARNING ValueError"
    assert line("skipped: %s", ValueError("Ruth")) == "WARNING skipped: ValueError"
    context = {"name": "tick", "exc": "ValueError('Ruth')"}
    record = logging.LogRecord(
        "celery", logging.ERROR, __file__, 1, "Task %(name)s: %(exc)s", (context,), raised(ValueError("Ruth"))
    )
    assert "Ruth" not in (text := LogLine(FORMAT, style="{").format(record))
    assert text.startswith("ERROR Task tick: ValueError\n")


@pytest.mark.parametrize("path", ["/" + "a" * 50_000 + ".", "/" + "a-" * 25_000, "a" * 50_000, "@" * 50_000])
def test_a_long_line_is_hidden_in_no_time(path):
    began = time.process_time()
    line("Not Found: %s", path)
    assert time.process_time() - began < 2


def test_several_exceptions_at_once_are_all_named():
    text = line("broken", exc_info=raised(ExceptionGroup("Ruth", [ValueError("Ruth"), OSError("Ruth")])))
    assert "Ruth" not in text
    assert all(kind in text for kind in ("ExceptionGroup", "ValueError", "OSError"))


def test_what_came_from_outside_begins_no_line_of_its_own():
    assert line("%s", "x\n2026-01-01 INFO forged\r") == "WARNING x\\n2026-01-01 INFO forged\\r"


def test_of_a_database_error_the_kind_and_the_rule_are_said(patient):
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE patients_patient SET family_name = '', is_imported = false")
    text = line("broken", exc_info=(refused.type, refused.value, refused.tb))
    assert "Ruth" not in text
    assert "IntegrityError [23514 patient_has_a_name_or_is_imported]" in text
