"""The cast: two clinics and the few people every test talks about. State is made through actions."""

import datetime as dt
import gc
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import override_settings, setup_databases, teardown_databases
from django.utils import timezone
from rest_framework.test import APIClient

from clinic import database, translations
from clinic.actions import add_member, create_api_token, create_clinic
from clinic.adapters import BACKEND
from clinic.models import Clinic, User
from clinic.permissions import Role
from outcomes.starter import PROTOCOLS
from patients import actions as patient_actions
from patients.models import Patient
from tests import layers
from tests.days import NOON
from tests.emptying import empty_quickly
from tests.layers import layer
from tests.queries import AtMost
from tests.starters import furnish
from treatments import actions as treatment_actions
from treatments.models import Course, Protocol
from treatments.vocabulary import Modality

PASSWORD = "correct-horse-battery"

# What takes a minute and more begins first, so that both test processes end at the same time.
LONGEST = (
    "faults",
    "test_route_matrix",
    "test_canaries",
    "test_browser",
    "test_survey_browser",
    "test_attacks",
    "test_api_fuzz",
    "test_seed_demo",
    "test_bad_input",
    "test_treatments_browser",
    "test_access_events",
    "test_session_browser",
    "test_leaks",
    "test_journey",
    "test_delivery_machine",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process has all tests of a module, those with the same layers one after another.

    It also has all that break a whole stack of processes: two stacks would cost two databases.
    """
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    numbers = {path: number for number, path in enumerate(dict.fromkeys(item.path for item in items))}
    longest = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: (longest.get(_group(item), len(LONGEST)), numbers[item.path], layers.place_of(item)))


def _group(item: pytest.Item) -> str:
    module = item.nodeid.partition("::")[0].removesuffix(".py")
    return "faults" if "faults" in item.path.parts else item.path.stem if item.path.stem in LONGEST else module


def pytest_collection_finish() -> None:
    """Thousands of tests and all of Django live until the end: looking through them again and again took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def compiled_translations() -> None:
    """Pages speak Spanish also where the tests were not started by `make`."""
    translations.compile_all()


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """The test database is made by the owner; tests then work as the application's role, as in production.

    ``--reuse-db`` keeps it for the next run on the same server and then only applies new migrations.
    """
    keeps = request.config.getvalue("reuse_db")
    is_kept = keeps and not request.config.getvalue("create_db")
    with django_db_blocker.unblock(), database.as_owner(connection):
        made = setup_databases(verbosity=0, interactive=False, keepdb=is_kept)
    empty_quickly()
    name = connection.settings_dict["NAME"]
    settings.DATABASES["default"]["NAME"] = name
    # Tests look at every clinic; what they ask of the product enters a scope of its own. In tables of a few rows that
    # nobody has analysed, compiling a query takes far longer than answering it.
    settings.DATABASES["default"]["OPTIONS"]["options"] += " -c mendline.clinics=*"
    yield
    if keeps:
        return
    with django_db_blocker.unblock(), database.as_owner(connection):
        with connection.cursor() as cursor:
            # Servers and threads that tests started may still be ending.
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND usename IS NOT NULL AND pid <> pg_backend_pid()"
            )
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Members are made thousands of times; what Argon2 costs is looked at where signing in is tested."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="module", autouse=True)
def pile(request) -> Iterator[None]:
    """What lies under the tests of a module is gone before the next one begins."""
    yield
    if layers.lie():
        with request.getfixturevalue("django_db_blocker").unblock():
            layers.take_off()


@pytest.fixture
def underneath(request, django_db_setup, django_db_blocker) -> None:
    """The layers that this test asks for."""
    with django_db_blocker.unblock():
        layers.lay_under(request.node)


@pytest.fixture
def _django_db_helper(underneath, _django_db_helper) -> None:
    """The transaction of a test begins upon its layers."""


class StaffClient(Client):
    """A browser. Whoever is signed in by force has also shown a second factor, just now."""

    def force_login(self, user: User, backend: str | None = None) -> None:
        super().force_login(user, backend or BACKEND)
        prove(self, user)


def prove(client: Client, user: User, *, at: float | None = None) -> None:
    """What signing in with password and code leaves in the session."""
    session, now = client.session, at or time.time()
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": now, "reauthenticated": True},
        {"method": "mfa", "at": now, "type": "totp"},
    ]
    session.save()


@pytest.fixture
def client() -> StaffClient:
    return StaffClient()


@pytest.fixture(autouse=True)
def no_limits(settings):
    """Tests ask the API more often than a program may; those of the limits set their own."""
    settings.API_REQUESTS_A_MINUTE = settings.API_WRONG_KEYS_A_MINUTE = 1_000_000


@layer
def clinic() -> Clinic:
    """Northside, in Chicago's time zone, with the starter protocols and consent documents."""
    clinic = create_clinic(
        name="Northside", sender_name="Dr. Lee's office", phone="512-555-0134", time_zone="America/Chicago"
    )
    furnish(clinic)
    return clinic


@layer
def other_clinic() -> Clinic:
    """Lakeview, whose people may see nothing of Northside."""
    clinic = create_clinic(
        name="Lakeview", sender_name="Lakeview office", phone="512-555-0199", time_zone="America/New_York"
    )
    furnish(clinic)
    return clinic


def member(clinic: Clinic, role: Role, name: str) -> User:
    email = f"{name.split()[0].lower()}@{clinic.name.lower()}.example.org"
    return add_member(clinic=clinic, email=email, full_name=name, role=role, password=PASSWORD)


@layer
def clinician(clinic) -> User:
    return member(clinic, Role.CLINICIAN, "Hana Lee")


@layer
def front_desk(clinic) -> User:
    return member(clinic, Role.FRONT_DESK, "Maya Okafor")


@layer
def manager(clinic) -> User:
    return member(clinic, Role.MANAGER, "Ines Ferreira")


@layer
def researcher(clinic) -> User:
    return member(clinic, Role.RESEARCHER, "Ken Nakamura")


@layer
def stranger(other_clinic) -> User:
    """A clinician of the other clinic."""
    return member(other_clinic, Role.CLINICIAN, "Otto Brandt")


@layer
def patient(clinic, clinician) -> Patient:
    """Ruth, who may be contacted by e-mail."""
    patient = patient_actions.register_patient(
        clinic=clinic,
        by=clinician,
        at=NOON - dt.timedelta(days=14),
        chart_number="00417",
        given_name="Ruth",
        family_name="Álvarez",
        born_on=dt.date(1958, 3, 3),
        email="ruth@example.org",
        phone="512-555-0101",
    )
    return patient_actions.record_consent(patient=patient, by=clinician, at=NOON - dt.timedelta(days=14))


@layer
def protocol(clinic) -> Protocol:
    """Northside's starter protocol for PRP."""
    return Protocol.objects.get(clinic=clinic, name=PROTOCOLS[Modality.PRP])


@layer
def course(patient, protocol, clinician) -> Course:
    """Ruth's right knee, opened a week before NOON; its baseline is due."""
    return treatment_actions.open_course(
        patient=patient,
        protocol=protocol,
        icd10_code="M17.11",
        complaint="Osteoarthritis of the right knee",
        target="knee_joint",
        side="right",
        on=NOON.date() - dt.timedelta(days=7),
        by=clinician,
    )


@pytest.fixture
def program(db) -> Callable[..., APIClient]:
    """A program with a token of this person: ``program(clinician).get("/api/v1/patients/")``."""

    def with_token_of(user: User, **limits: object) -> APIClient:
        client = APIClient()
        client.default_format = "json"
        _, key = create_api_token(membership=user.memberships.get(), name="tests", at=timezone.now(), **limits)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
        return client

    return with_token_of


@pytest.fixture
def django_assert_max_num_queries() -> Callable[[int], AtMost]:
    """Django's own, without the statements that frame every request."""
    return AtMost


@pytest.fixture
def django_assert_num_queries() -> Callable[[int], AtMost]:
    """The same for an exact number."""
    return partial(AtMost, exactly=True)
