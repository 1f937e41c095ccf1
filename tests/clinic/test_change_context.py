"""PostgreSQL is told once a transaction who changes rows, and never writes a change down under the wrong name."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from clinic.change_context import changing, tell
from patients.models import Patient


def call(patient: Patient, name: str) -> None:
    Patient.objects.filter(pk=patient.pk).update(given_name=name)


def names_and_facts(patient: Patient) -> list[tuple[str, dict | None]]:
    """Each name the patient was given, with what was told of that change."""
    history = Patient.pgh_event_model.objects.filter(id=patient.pk).order_by("pgh_id")
    return [(row.given_name, row.pgh_context) for row in history]


def test_a_transaction_is_told_once(patient):
    with CaptureQueriesContext(connection) as sent, changing(task="call"), transaction.atomic():
        call(patient, "Rut")
        call(patient, "Ruta")
    assert sum("pghistory.context_id" in query["sql"] for query in sent) == 1
    assert names_and_facts(patient)[-2:] == [("Rut", {"task": "call"}), ("Ruta", {"task": "call"})]


def test_what_is_told_later_is_written_with_what_comes_later(patient):
    with changing(task="call"), transaction.atomic():
        call(patient, "Rut")
        tell(reason="typing mistake")
        call(patient, "Ruta")
    assert names_and_facts(patient)[-2:] == [
        ("Rut", {"task": "call"}),
        ("Ruta", {"task": "call", "reason": "typing mistake"}),
    ]


def test_what_was_told_within_a_savepoint_is_lost_with_it(patient):
    with changing(task="call"):
        with pytest.raises(LookupError), transaction.atomic():
            call(patient, "Rut")
            raise LookupError
        call(patient, "Ruta")
    assert names_and_facts(patient)[-1] == ("Ruta", {"task": "call"})


def test_one_within_another_adds_to_it_and_the_next_knows_nothing_of_it(patient):
    with changing(command="mend"), changing(task="call"):
        call(patient, "Rut")
    with changing(task="write"):
        call(patient, "Ruta")
    assert names_and_facts(patient)[-2:] == [
        ("Rut", {"command": "mend", "task": "call"}),
        ("Ruta", {"task": "write"}),
    ]


def test_a_fact_may_be_worked_out_when_it_is_written(patient):
    known = []
    with changing(user=lambda: known[-1]):
        known.append(7)
        call(patient, "Rut")
    assert names_and_facts(patient)[-1] == ("Rut", {"user": 7})


def test_a_statement_may_hold_a_percent_sign_and_named_values(patient):
    with changing(task="call"), connection.cursor() as cursor:
        cursor.execute("UPDATE patients_patient SET given_name = '100%'")
        cursor.execute("UPDATE patients_patient SET given_name = %(name)s || '%%'", {"name": "50"})
        cursor.executemany("UPDATE patients_patient SET given_name = %s", [["Rut"], ["Ruta"]])
    assert names_and_facts(patient)[-4:] == [(name, {"task": "call"}) for name in ("100%", "50%", "Rut", "Ruta")]


@pytest.mark.django_db(transaction=True)
def test_every_transaction_is_told_also_without_one_around_it(patient):
    """The setting ends with the transaction; ``atomic`` as a decorator is one object for many transactions."""
    both = transaction.atomic(call)
    with changing(task="call"):
        both(patient, "Rut")
        both(patient, "Ruta")
        call(patient, "Ruth")
    call(patient, "Rue")
    assert names_and_facts(patient)[-4:] == [
        ("Rut", {"task": "call"}),
        ("Ruta", {"task": "call"}),
        ("Ruth", {"task": "call"}),
        ("Rue", None),
    ]
