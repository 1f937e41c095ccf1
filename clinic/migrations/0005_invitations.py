"""What may be asked about people past the fence between clinics, and the scope that an invitation brings."""

from django.db import migrations

# Owned by the owner of the tables, whom row-level security does not bind; each says as little as it can.
WORKS_ELSEWHERE = """
CREATE FUNCTION mendline_works_elsewhere(person bigint, here bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM clinic_membership WHERE user_id = person AND clinic_id <> here)
$$
"""
ENTER_INVITATION = """
CREATE FUNCTION mendline_enter_invitation(hashes text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('mendline.clinics', ARRAY(
    SELECT clinic_id FROM clinic_invitation WHERE token_hash = ANY (hashes) LIMIT 1
  )::text, true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("clinic", "0003_scope_of_a_transaction")]

    operations = [
        migrations.RunSQL(WORKS_ELSEWHERE, "DROP FUNCTION mendline_works_elsewhere(bigint, bigint)"),
        migrations.RunSQL(ENTER_INVITATION, "DROP FUNCTION mendline_enter_invitation(text[])"),
    ]
