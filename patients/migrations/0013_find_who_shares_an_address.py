"""Whether a patient's address is also another patient's, and the scope that a link to the own page brings."""

from django.db import migrations

# As the owner of the tables, because the operators that compare folded words may not look at a row before row-level
# security has, so no index could serve them. It says yes or no, and only of patients of the clinics in scope.
SHARED = r"""
CREATE FUNCTION patients_share_an_address(of_patient bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one record;
BEGIN
  SELECT id, clinic_id, lower(email) AS email, regexp_replace(phone, '\D', '', 'g') AS phone INTO one
    FROM patients_patient WHERE id = of_patient AND clinic_id = ANY (mendline_clinics());
  RETURN EXISTS (SELECT FROM patients_patient other WHERE other.clinic_id = one.clinic_id AND other.id <> one.id
      AND other.email <> '' AND lower(other.email) = one.email)
    OR EXISTS (SELECT FROM patients_patient other WHERE other.clinic_id = one.clinic_id AND other.id <> one.id
      AND other.phone <> '' AND regexp_replace(other.phone, '\D', '', 'g') = one.phone AND one.phone <> '');
END $$
"""
# As the owner of the tables, because nothing is in scope yet. It gives back nothing but what the link itself opens.
ENTER = """
CREATE FUNCTION mendline_enter_patient_link(hashes bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('mendline.clinics',
    ARRAY(SELECT clinic_id FROM patients_patientlink WHERE token_hash = ANY (hashes))::text, true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("patients", "0009_json_without_words")]

    operations = [
        migrations.RunSQL(SHARED, "DROP FUNCTION patients_share_an_address(bigint)"),
        migrations.RunSQL(ENTER, "DROP FUNCTION mendline_enter_patient_link(bytea[])"),
    ]
