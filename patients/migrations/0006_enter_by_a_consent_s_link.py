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
    dependencies = [("patients", "0001_tables"), ("clinic", "0005_invitations")]

    operations = [
        migrations.RunSQL(ENTER, "DROP FUNCTION mendline_enter_consent_link(text[])"),
    ]
