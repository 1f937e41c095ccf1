"""Emptying the database after a test whose rows were committed.

Django's flush makes new files for every table and index, and all permissions anew, which takes longer than most tests.
Only few tables have rows, and deleting those takes a tenth of it.
"""

import time

from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase
from psycopg2.errors import LockNotAvailable

from clinic import database

# Made by migrations, and the same for every test.
KEPT = ("django_migrations", "django_content_type", "auth_permission")
SECONDS = 60
# Rows that are never deleted have triggers that say so. Whoever still reads or writes is waited for, but never with
# locks in hand: two who wait for each other are a deadlock.
EMPTY = """
DO $$
DECLARE
  every text[];
  filled text[] := '{}';
  one text;
  has_rows boolean;
BEGIN
  SELECT array_agg(quote_ident(relname)) INTO every FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL (ARRAY[%s]);
  EXECUTE 'LOCK TABLE ' || array_to_string(every, ', ') || ' IN ACCESS EXCLUSIVE MODE NOWAIT';
  FOREACH one IN ARRAY every LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || one || ')' INTO has_rows;
    IF has_rows THEN
      filled := filled || one;
      EXECUTE 'ALTER TABLE ' || one || ' DISABLE TRIGGER USER';
    END IF;
  END LOOP;
  FOREACH one IN ARRAY filled LOOP
    EXECUTE 'DELETE FROM ' || one;
  END LOOP;
  SET CONSTRAINTS ALL IMMEDIATE;
  FOREACH one IN ARRAY filled LOOP
    EXECUTE 'ALTER TABLE ' || one || ' ENABLE TRIGGER USER';
  END LOOP;
END $$
"""


def empty_quickly() -> None:
    """From now on every test with ``transaction=True`` ends like this."""
    TransactionTestCase._fixture_teardown = lambda _test: empty()


def empty() -> None:
    """Delete all rows but those of migrations. Raises OperationalError when somebody holds a table for a minute."""
    kept = ", ".join(f"'{table}'" for table in KEPT)
    deadline = time.monotonic() + SECONDS
    with database.as_owner(connection):
        while True:
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(EMPTY % kept)
                return
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable) or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
