"""What a transaction may see: the functions behind row-level security. The policies are made by clinic.fences."""

from django.db import migrations

# Owned by the owner of the tables, whom row-level security does not bind: a policy that read a fenced table would
# call itself. Raised, not empty, when nothing was entered: a forgotten scope must be noticed, not look like no rows.
CLINICS = """
CREATE FUNCTION mendline_clinics() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE said text := coalesce(current_setting('mendline.clinics', true), '');
BEGIN
  IF said = '' THEN
    RAISE insufficient_privilege USING MESSAGE = 'no clinic is in scope';
  END IF;
  IF said = '*' THEN
    RETURN ARRAY(SELECT id FROM clinic_clinic);
  END IF;
  RETURN said::bigint[];
END $$
"""
ENTER_USER = """
CREATE FUNCTION mendline_enter_user(person bigint, only_clinic bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('mendline.clinics', ARRAY(
    SELECT clinic_id FROM clinic_membership
    WHERE user_id = person AND clinic_id = coalesce(only_clinic, clinic_id) ORDER BY clinic_id
  )::text, true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("clinic", "0001_tables")]

    operations = [
        migrations.RunSQL(CLINICS, "DROP FUNCTION mendline_clinics()"),
        migrations.RunSQL(ENTER_USER, "DROP FUNCTION mendline_enter_user(bigint, bigint)"),
    ]
