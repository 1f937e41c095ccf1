"""History in the database (AUD-1, P11-1): what changed, from what, by whom, past the ORM too."""

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.urls import reverse

from clinic import append_only, database, history
from clinic.change_context import changing, tell
from clinic.models import Membership
from clinic.sources import histories
from patients.models import Patient
from tests.signing_in import sign_in

OURS = ("clinic", "patients", "treatments", "outcomes")


def past(row) -> list:
    """The history of one row, oldest first."""
    model = type(row).pgh_event_model
    return list(model.objects.filter(id=row.pk).order_by("pgh_id"))


def test_every_model_is_tracked_or_says_why_not():
    """AUD-1: a new model cannot be forgotten."""
    tracked = {model.pgh_tracked_model._meta.label for model in histories()}
    every = {
        model._meta.label
        for name in OURS
        for model in apps.get_app_config(name).get_models()
        if model._meta.managed and not issubclass(model, history.History)
    }
    assert tracked.isdisjoint(history.UNTRACKED)
    assert every == tracked | set(history.UNTRACKED)


def test_no_secret_is_copied_into_history():
    columns = {column for model in histories() for column in (field.column for field in model._meta.concrete_fields)}
    assert not {"password", "token_hash", "content"} & columns


def test_a_change_made_on_a_page_keeps_who_where_and_both_values(client, patient, front_desk):
    client.force_login(front_desk)
    page = reverse("edit-patient", args=[patient.public_id])
    fields = {
        field: getattr(patient, field) or "" for field in ("chart_number", "given_name", "family_name", "phone", "sex")
    }
    answer = client.post(
        page, fields | {"born_on": "1958-03-03", "email": "new@example.org", "language": patient.language}
    )
    assert answer.status_code == 302
    *_, before, after = past(patient)
    assert (before.email, after.email) == ("ruth@example.org", "new@example.org")
    assert (after.pgh_label, after.clinic) == ("update", patient.clinic_id)
    assert after.pgh_context == {"method": "POST", "route": "edit-patient", "user": front_desk.pk, "token": None} | {
        key: value for key, value in after.pgh_context.items() if key == "clinic"
    }
    assert after.pgh_context_id


def test_a_program_is_told_from_the_person_for_whom_it_acts(program, clinic, front_desk):
    made = program(front_desk).post(
        "/api/v1/patients/",
        {"clinic": str(clinic.public_id), "chart_number": "00900", "given_name": "A", "family_name": "B"},
    )
    assert made.status_code == 201, made.json()
    [event] = past(Patient.objects.get(public_id=made.json()["id"]))
    assert event.pgh_label == "insert"
    assert event.pgh_context["token"] == str(front_desk.api_tokens.get().public_id)
    assert event.pgh_context["user"] == front_desk.pk


def test_raw_and_bulk_statements_leave_history(patient):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE patients_patient SET phone = '512-555-0102' WHERE id = %s", [patient.pk])
    Patient.objects.filter(pk=patient.pk).update(phone="512-555-0103")
    assert [event.phone for event in past(patient)][-2:] == ["512-555-0102", "512-555-0103"]


def test_a_change_that_changes_nothing_leaves_nothing(patient):
    n = len(past(patient))
    patient.save()
    assert len(past(patient)) == n


def test_a_reason_is_kept_beside_the_change(patient):
    with changing(task="test"):
        tell(reason="typing mistake")
        Patient.objects.filter(pk=patient.pk).update(given_name="Ruthie")
    assert past(patient)[-1].pgh_context == {"task": "test", "reason": "typing mistake"}


def test_signing_in_is_no_change_of_an_account(client, manager):
    n = len(past(manager))
    assert sign_in(client, manager.email).status_code == 302
    client.force_login(manager)
    assert len(past(manager)) == n


def test_a_role_that_is_taken_away_is_remembered(clinic, clinician):
    membership = Membership.objects.get(user=clinician, clinic=clinic)
    key = membership.pk
    membership.delete()
    event = Membership.pgh_event_model.objects.filter(id=key).last()
    assert (event.pgh_label, event.role, event.user, event.clinic) == ("delete", "clinician", clinician.pk, clinic.pk)


def test_code_cannot_switch_history_off(patient):
    """pgtrigger lets a session ignore triggers by a setting; here nothing listens to it."""
    names = (
        [trigger.get_pgid(Patient) for trigger in Patient._meta.triggers] if hasattr(Patient._meta, "triggers") else []
    )
    n = len(past(patient))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(tgname, ',') FROM pg_trigger WHERE tgname LIKE 'pgtrigger%'")
        names.append(cursor.fetchone()[0])
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(names) + "}"])
        cursor.execute("UPDATE patients_patient SET phone = '512-555-0109' WHERE id = %s", [patient.pk])
    assert len(past(patient)) == n + 1


@pytest.mark.parametrize("what", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_may_only_add_and_read(db, what):
    """AUD-3, P11-2: permission denied on every table of the audit trail."""
    with connection.cursor() as cursor:
        for table in append_only.append_only_tables():
            key = "pgh_id" if table.endswith("history") else "id"
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute(what.format(table, key, key))


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_changes_what_was_written(patient):
    """AUD-3: grants hold the application, triggers hold everybody else."""
    with database.as_owner(connection), connection.cursor() as cursor:
        for table in append_only.append_only_tables():
            key = "pgh_id" if table.endswith("history") else "id"
            for statement in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
                    cursor.execute(statement)
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'never_emptied'")
        assert cursor.fetchone() == (len(append_only.append_only_tables()),)
