"""A provider's report brings its own scope: whoever posts it is no user, and its clinic is known only from it."""

from django.db import migrations

# As the owner of the tables, because nothing is in scope yet. The caller has checked the provider's signature before.
ENTER = """
CREATE FUNCTION mendline_enter_delivery(names text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('mendline.clinics', ARRAY(
    SELECT clinic_id FROM outcomes_delivery WHERE public_id = nullif(names[1], '')::uuid
    UNION SELECT clinic_id FROM outcomes_delivery
      WHERE provider_ref = names[2] AND provider_ref <> '' AND nullif(names[1], '') IS NULL
  )::text, true);
END $$;

CREATE FUNCTION mendline_enter_sms_sender(senders text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('mendline.clinics',
    ARRAY(SELECT id FROM clinic_clinic WHERE sms_sender = ANY (senders))::text, true);
END $$
"""
LEAVE = """
DROP FUNCTION mendline_enter_sms_sender(text[]);
DROP FUNCTION mendline_enter_delivery(text[]);
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0014_words_of_a_clinic")]

    operations = [migrations.RunSQL(ENTER, LEAVE)]
