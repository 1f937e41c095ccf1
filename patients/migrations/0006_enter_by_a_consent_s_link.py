"""The link to read and sign brings its own scope: whoever holds it is no user, and its clinic is known only from it."""

from django.db import migrations

# As the owner of the tables, because nothing is in scope yet. It gives back nothing but what the link itself opens.
ENTER = """
CREATE FUNCTION mendline_enter_consent_link(hashes text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('mendline.clinics',
    ARRAY(SELECT clinic_id FROM patients_consentrequest WHERE token_hash = ANY (hashes))::text, true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0005_documents_for_clinics_and_consents_that_are_there"),
        ("clinic", "0003_scope_of_a_transaction"),
    ]

    operations = [
        migrations.RunSQL(ENTER, "DROP FUNCTION mendline_enter_consent_link(text[])"),
    ]
