"""ENC-3, BAK-1, BAK-2, F-68: a backup comes back whole, nobody reads it without the key, and what comes back sends nothing."""

import io
import os
from pathlib import Path

import pyrage
import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from clinic import database
from clinic.models import Clinic
from outcomes import actions as outcome_actions
from outcomes.models import Delivery
from patients.models import Patient
from tests.check_in import open_survey
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)
# Test processes share one server.
EMPTY = f"mendline_restored_for_test_{os.getpid()}"


@pytest.fixture
def key(tmp_path):
    """The private key's file; its public half is what this machine knows."""
    identity = pyrage.x25519.Identity.generate()
    file = tmp_path / "identity.txt"
    file.write_text(f"# created by a test\n{identity}\n")
    return file, str(identity.to_public())


@pytest.fixture
def backup(key, course, settings, tmp_path) -> Path:
    """Ruth's clinic, with an invitation that waits to be sent."""
    open_survey(course.follow_ups.get(), NOON)
    settings.BACKUP_RECIPIENT = key[1]
    file = tmp_path / "clinic.age"
    assert "Move it off this machine." in said("back_up", str(file))
    return file


def said(*words: str, **options: object) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def empty_database():
    """A new database, which the commands are pointed at, and the tests' own again afterwards."""
    with database.as_owner(connection), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {EMPTY}")
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = EMPTY
    yield
    connection.close()
    connection.settings_dict["NAME"] = usual
    with database.as_owner(connection), connection.cursor() as cursor:
        # By name, not by force: that would fail while the server itself cleans up in there, which it ends by itself.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
            [EMPTY],
        )
        cursor.execute(f"DROP DATABASE {EMPTY}")


def restore(backup: Path, key: tuple[Path, str], **options: object) -> str:
    return said("restore_backup", str(backup), identity=key[0], **options)


def test_what_was_backed_up_comes_back_and_nothing_is_sent(backup, key, empty_database):
    assert Path(backup).stat().st_mode & 0o077 == 0, "for its owner alone"
    assert "1 messages that were waiting will not be sent" in restore(backup, key)
    ruth = Patient.objects.get()
    assert (ruth.family_name, ruth.chart_number, str(ruth.born_on)) == ("Álvarez", "00417", "1958-03-03")
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.reason[:22]) == ("unknown", "Restored from a backup")
    assert Clinic.objects.get().messages_held_at is not None
    Delivery.objects.update(status="pending")
    assert outcome_actions.claim_deliveries(channel="email", at=NOON) == [], "also what falls due later"
    assert not Delivery.objects.due(NOON).exists()
    assert said("release_messages") == "1 clinics send again.\n"
    assert len(outcome_actions.claim_deliveries(channel="email", at=NOON)) == 1


def test_without_the_key_nothing_can_be_read(backup, key, tmp_path):
    content = backup.read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    for canary in ("Álvarez", "Ruth", "00417", "ruth@example.org", "512-555-0101", "1958", "patients_patient", "PGDMP"):
        assert canary.encode() not in content
    other = tmp_path / "other.txt"
    other.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    with pytest.raises(CommandError, match="cannot be read with this key"):
        restore(backup, (other, ""), check=True)


def test_the_private_key_is_not_on_this_machine(key):
    with pytest.raises(CommandError, match="holds no private key"):
        restore(Path("whatever.age"), (Path(__file__), ""))
    assert not any("AGE-SECRET-KEY" in str(value) for value in vars(django_settings._wrapped).values())
    assert not any("AGE-SECRET-KEY" in value for value in os.environ.values())


@pytest.mark.parametrize("harm", ["cut", "changed", "nothing", "something else"])
def test_a_file_that_is_not_whole_restores_nothing(backup, key, empty_database, harm):
    content = backup.read_bytes()
    middle = len(content) // 2
    backup.write_bytes(
        {
            "cut": content[:-1],
            "changed": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
            "nothing": b"",
            "something else": b"PGDMP" + content,
        }[harm]
    )
    with pytest.raises(CommandError, match=r"not whole|not a backup"):
        restore(backup, key)
    assert connection.introspection.table_names() == []


def test_a_database_that_holds_something_is_left_alone(backup, key):
    with pytest.raises(CommandError, match="not empty"):
        restore(backup, key)
    assert Clinic.objects.get().messages_held_at is None


def test_a_backup_is_checked_without_restoring(backup, key):
    assert "is whole, and this key reads it" in restore(backup, key, check=True)


@pytest.mark.parametrize("public", ["", "age1nonsense", "AGE-SECRET-KEY-1"])
def test_without_a_public_key_there_is_no_backup(settings, tmp_path, public):
    settings.BACKUP_RECIPIENT = public
    with pytest.raises(CommandError, match="BACKUP_RECIPIENT"):
        said("back_up", str(tmp_path / "x.age"))
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_fails_leaves_no_file_and_shows_no_password(key, settings, tmp_path, clinic):
    settings.BACKUP_RECIPIENT = key[1]
    settings.DATABASE_OWNER = {**settings.DATABASE_OWNER, "PASSWORD": "Rhabarberkuchen"}
    with pytest.raises(CommandError) as refused:
        said("back_up", str(tmp_path / "x.age"))
    assert "pg_dump ended with code 1" in str(refused.value) and "Rhabarber" not in str(refused.value)
    assert not [file for file in tmp_path.iterdir() if file.suffix != ".txt"]


def test_a_backup_is_never_written_over_another(backup):
    with pytest.raises(CommandError, match="is there already"):
        said("back_up", str(backup))
