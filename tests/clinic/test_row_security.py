"""The second fence: what PostgreSQL refuses between clinics even where the application forgot to ask (ROW-1 to ROW-6)."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.db.models import ProtectedError
from django.http import HttpResponse
from django.test import RequestFactory

from clinic import database, fences, scope
from clinic.middleware import ScopeMiddleware
from clinic.models import Clinic, Membership
from clinic.postgresql.base import refuse_unbound
from outcomes import tasks
from outcomes.models import Survey
from patients.models import FindablePatient, Patient
from tests.conftest import NOON
from tests.layers import layer
from treatments.models import Course

ROOT = Path(__file__).resolve().parents[2]
UNSCOPED = "no clinic is in scope"


def rows(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


@layer
def elsewhere(other_clinic, stranger) -> Patient:
    """Lakeview's patient."""
    return Patient.objects.create(clinic=other_clinic, chart_number="L1", family_name="Winter", registered_at=NOON)


# ROW-1: the roles


def test_the_application_is_neither_superuser_nor_owner(db):
    assert rows("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user") == [
        (False, False, False)
    ]
    assert rows("SELECT count(*) FROM pg_tables WHERE tableowner = current_user") == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_a_role_that_is_not_bound_is_refused_at_the_first_connection(db):
    with database.as_owner(connection):
        connection.may_own_tables = False
        with pytest.raises(ImproperlyConfigured, match="could look past the fences"):
            connection.ensure_connection()


def test_the_application_cannot_lift_a_fence(db):
    for statement in (
        "ALTER TABLE patients_patient DISABLE ROW LEVEL SECURITY",
        f"DROP POLICY {fences.POLICY} ON patients_patient",
        "CREATE POLICY open ON patients_patient USING (true)",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
        "SET ROLE mendline_owner",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_application_reads_the_view_of_findable_patients_and_cannot_write_through_it(db):
    for right in ("INSERT", "UPDATE", "DELETE"):
        assert rows(f"SELECT has_table_privilege('patients_findable', '{right}')") == [(False,)]
    with pytest.raises(OperationalError, match="cannot update view"), transaction.atomic():
        rows("UPDATE patients_findable SET clinic_id = 1")


# ROW-2: what is in scope ends with the transaction


@pytest.mark.django_db(transaction=True)
def test_a_scope_leaves_nothing_for_the_connection_s_next_user(clinic, patient, elsewhere):
    with scope.of_clinic(clinic.pk):
        assert list(Patient.objects.all()) == [patient]
    assert Patient.objects.count() == 2, "tests see everything again"
    assert rows("SELECT current_setting('mendline.clinics')") == [("*",)]


@pytest.mark.django_db(transaction=True)
def test_a_scope_ends_with_an_error_too(clinic, patient, elsewhere):
    with pytest.raises(KeyError), scope.of_clinic(clinic.pk):
        raise KeyError
    assert Patient.objects.count() == 2


def test_scopes_nest_and_the_outer_one_comes_back(clinic, patient, elsewhere):
    with scope.of_clinic(elsewhere.clinic_id):
        with scope.of_clinic(clinic.pk):
            assert list(Patient.objects.all()) == [patient]
        assert list(Patient.objects.all()) == [elsewhere]
        with pytest.raises(KeyError), scope.of_clinic(clinic.pk):
            raise KeyError
        assert list(Patient.objects.all()) == [elsewhere]


def test_a_person_s_scope_is_where_they_work(clinic, patient, elsewhere, clinician, stranger):
    with scope.of_user(clinician.pk):
        assert list(Patient.objects.all()) == [patient]
        assert list(Clinic.objects.all()) == [clinic]
        assert {one.user_id for one in Membership.objects.all()} == {clinician.pk}
    with scope.of_user(stranger.pk):
        assert list(Patient.objects.all()) == [elsewhere]
    with scope.of_user(clinician.pk, elsewhere.clinic_id):
        assert not Patient.objects.exists()


def test_a_person_of_no_clinic_sees_nothing(patient, django_user_model):
    nobody = django_user_model.objects.create(email="nobody@example.org", full_name="Nobody Yet")
    with scope.of_user(nobody.pk):
        assert not Patient.objects.exists()
        assert not Clinic.objects.exists()


def test_a_request_that_fails_on_our_side_leaves_nothing_behind(clinic, clinician):
    def half_done(_request):
        Patient.objects.create(clinic=clinic, chart_number="half", family_name="Half", registered_at=NOON)
        return HttpResponse(status=500)

    request = RequestFactory().get("/", HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}=any")
    request.user = clinician
    assert ScopeMiddleware(half_done)(request).status_code == 500
    assert not Patient.objects.filter(chart_number="half").exists()


@pytest.mark.django_db(transaction=True)
def test_an_export_is_streamed_in_the_scope_of_its_request(clinician, patient, elsewhere):

    def pieces():
        yield from Patient.objects.values_list("chart_number", flat=True)

    with scope.of_user(clinician.pk):
        parts = scope.streamed(pieces())
    assert list(parts) == [patient.chart_number]


# ROW-3: forgetting the scope is noticed


@pytest.mark.parametrize("model", [Patient, Course, FindablePatient], ids=lambda model: model.__name__)
def test_without_a_scope_every_statement_is_refused(course, model):
    with scope.nobody():
        for statement in (lambda: model.objects.count(), lambda: list(model.objects.all())):
            with pytest.raises(ProgrammingError, match=UNSCOPED), transaction.atomic():
                statement()


def test_without_a_scope_nothing_is_written(course, clinic):
    with scope.nobody(), pytest.raises(ProgrammingError, match=UNSCOPED), transaction.atomic():
        Patient.objects.create(clinic=clinic, chart_number="x", family_name="X", registered_at=NOON)
    with scope.nobody(), pytest.raises(ProgrammingError, match=UNSCOPED), transaction.atomic():
        Course.objects.update(complaint="changed")


@pytest.mark.django_db(transaction=True)
def test_a_process_that_enters_nothing_sees_nothing(patient):
    """Not the tests' own connection, which sees everything by default: a new one, as a web process makes it."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    fresh = psycopg2.connect(address)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege, match=UNSCOPED):
        fresh.cursor().execute("SELECT count(*) FROM patients_patient")
    fresh.close()


# ROW-4: no table is forgotten


def test_every_model_is_fenced_or_has_a_reason_not_to_be(db):
    fenced = {model._meta.db_table for model in fences.fenced_models()} | {Clinic._meta.db_table}
    with_policy = {table for (table,) in rows("SELECT tablename FROM pg_policies WHERE policyname = %s", fences.POLICY)}
    switched_on = {name for (name,) in rows("SELECT relname FROM pg_class WHERE relrowsecurity")}
    assert with_policy == fenced == switched_on
    rest = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.managed and model._meta.db_table not in fenced and model._meta.proxy_for_model is None
    }
    assert rest == set(fences.GLOBAL)


@pytest.mark.parametrize("model", fences.fenced_models(), ids=lambda model: model._meta.label)
def test_no_clinic_s_row_is_seen_from_another(model, clinic, other_clinic, django_db_blocker):
    """What the policy says, asked of PostgreSQL for every table: the rule names the clinic and nothing else."""
    ((rule, check, command),) = rows(
        "SELECT qual, with_check, cmd FROM pg_policies WHERE tablename = %s", model._meta.db_table
    )
    if fences.may_be_of_none(model):
        # What happened before anybody was known: for whoever runs the server.
        none, _, rule = rule.partition(" OR ")
        assert "'*'" in none and "clinic_id IS NULL" in none
    assert rule.replace("(", "").replace(")", "").startswith("clinic_id = ANY")
    assert "OR" not in rule.split()
    assert (check, command) == (None, "ALL")


def test_a_row_of_another_clinic_can_neither_be_changed_nor_written(clinic, patient, elsewhere):
    with scope.of_clinic(clinic.pk):
        assert Patient.objects.filter(pk=elsewhere.pk).update(family_name="Changed") == 0
        assert Patient.objects.filter(pk=elsewhere.pk).delete()[0] == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Patient.objects.create(clinic=elsewhere.clinic, chart_number="x", family_name="X", registered_at=NOON)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Patient.objects.filter(pk=patient.pk).update(clinic=elsewhere.clinic_id)
    elsewhere.refresh_from_db()
    assert elsewhere.family_name == "Winter"


def test_searching_by_index_stays_within_the_clinics_in_scope(clinic, patient, elsewhere):
    with scope.of_clinic(clinic.pk):
        assert [one.pk for one in FindablePatient.objects.all()] == [patient.pk]


# ROW-5: no row points across


def test_no_row_can_point_to_another_clinic_s(course, elsewhere):
    with pytest.raises(IntegrityError, match="of_one_clinic"), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(patient=elsewhere)
        rows("SET CONSTRAINTS ALL IMMEDIATE; SELECT 1")


def test_every_key_between_clinics_rows_takes_the_clinic_along(db):
    names = {name for (name,) in rows("SELECT conname FROM pg_constraint WHERE contype = 'f'")}
    assert {link.name for link in fences.links()} <= names
    assert len(list(fences.links())) > 50
    plain = rows(
        """
        SELECT key.conname FROM pg_constraint key
        JOIN pg_class child ON child.oid = key.conrelid JOIN pg_class parent ON parent.oid = key.confrelid
        WHERE key.contype = 'f' AND cardinality(key.conkey) = 1 AND child.relrowsecurity AND parent.relrowsecurity
          AND parent.relname <> 'clinic_clinic'
        """
    )
    assert plain == []


def test_a_parent_still_cannot_go_before_its_children(course):
    with pytest.raises(ProtectedError):
        course.patient.delete()


@pytest.mark.django_db(transaction=True)
def test_building_the_fences_again_changes_nothing(db):
    before = rows("SELECT oid FROM pg_policy ORDER BY oid"), rows("SELECT oid FROM pg_constraint ORDER BY oid")
    with database.as_owner(connection):
        fences.build()
    assert (
        rows("SELECT oid FROM pg_policy ORDER BY oid"),
        rows("SELECT oid FROM pg_constraint ORDER BY oid"),
    ) == before


# The doors that bring a scope of their own


def test_only_tasks_and_commands_may_reach_every_clinic():
    """A web process that entered every clinic would hand it to whoever comes next on the same connection."""
    users = {
        str(path.relative_to(ROOT))
        for folder in ("clinic", "patients", "treatments", "outcomes")
        for path in (ROOT / folder).rglob("*.py")
        if "every_clinic()" in path.read_text(encoding="utf-8")
    }
    allowed = {"clinic/scope.py", "clinic/management/operator.py", "clinic/tasks.py", "outcomes/tasks.py"}
    assert users <= allowed


IN_A_WORKER = """
import django
django.setup()
from django.db import transaction
from clinic import scope
from outcomes import tasks
from patients.models import Patient
tasks.tick()
tasks.sweep()
with scope.every_clinic(), transaction.atomic():
    with scope.of_clinic({clinic}):
        assert Patient.objects.count() == 1
    assert Patient.objects.count() == 2
"""


@pytest.mark.django_db(transaction=True)
def test_the_workers_reach_every_clinic_from_a_connection_that_sees_none(clinic, course, elsewhere):
    """As Celery and commands run: a process of its own, without the tests' default."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    code = IN_A_WORKER.format(clinic=clinic.pk)
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "clinic.settings"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert tasks.tick.name == "outcomes.tasks.tick"


def test_a_link_that_opens_nothing_enters_no_clinic(course):
    with scope.of_link("mendline_enter_survey_link", [b"\0" * 32]):
        assert not Survey.objects.exists()
        assert not Patient.objects.exists()


def test_one_login_for_both_roles_is_not_enough_for_real_patients(db, settings):
    """Stepping down is no fence: whoever can run SQL could step back up."""
    owner, name = settings.DATABASE_OWNER, connection.settings_dict["NAME"]
    arguments = {"user": owner["USER"], "password": owner["PASSWORD"], "host": owner["HOST"], "port": owner["PORT"]}
    login = psycopg2.connect(dbname=name, options=f"-c role={database.application_role()}", **arguments)
    refuse_unbound(login)
    settings.IS_HTTPS = True
    with pytest.raises(ImproperlyConfigured, match=owner["USER"]):
        refuse_unbound(login)
