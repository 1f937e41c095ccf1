"""Ledgers and earlier versions can be added to and read, and nothing else, whoever asks."""

from django.db import migrations

LEDGERS = ("lotmovement", "recallstep", "sessionrevision", "eventrevision")

REFUSE = """
CREATE FUNCTION treatments_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only added, never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


def guard(table):
    """The trigger of one ledger. Per statement, so that not even an empty change passes."""
    return f"""
CREATE TRIGGER {table}_is_only_added_to BEFORE UPDATE OR DELETE ON treatments_{table}
FOR EACH STATEMENT EXECUTE FUNCTION treatments_only_added_to();
"""


class Migration(migrations.Migration):
    dependencies = [("treatments", "0001_tables"), ("clinic", "0005_invitations"), ("patients", "0001_tables")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION treatments_only_added_to()"),
        *(
            migrations.RunSQL(guard(table), f"DROP TRIGGER {table}_is_only_added_to ON treatments_{table}")
            for table in LEDGERS
        ),
    ]
