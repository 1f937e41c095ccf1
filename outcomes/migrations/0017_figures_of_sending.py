"""What monitoring asks for: counts and ages over all clinics, by a function that gives nothing else away."""

from django.db import migrations

# As the owner of the tables, because whoever asks is no user and has no clinic in scope.
FIGURES = """
CREATE FUNCTION mendline_sending_figures(at timestamptz)
RETURNS TABLE (figure text, label text, value double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT 'oldest_due_unsent_seconds', '', coalesce(extract(epoch FROM at - min(delivery.not_before)), 0)::float8
  FROM outcomes_delivery delivery JOIN clinic_clinic clinic ON clinic.id = delivery.clinic_id
  WHERE delivery.status = 'pending' AND delivery.not_before <= at AND clinic.messages_held_at IS NULL
    AND NOT EXISTS (SELECT FROM outcomes_sendingpause pause WHERE pause.clinic_id = delivery.clinic_id
      AND pause.ended_at IS NULL AND pause.patient_id IS NULL AND pause.protocol_id IS NULL)
  UNION ALL
  SELECT 'deliveries', status, count(*)::float8 FROM outcomes_delivery GROUP BY status
  UNION ALL
  SELECT 'heartbeat_age_seconds', name, extract(epoch FROM at - heartbeat.at)::float8 FROM clinic_heartbeat heartbeat
  UNION ALL
  SELECT 'last_tick_age_seconds', '', extract(epoch FROM at - min(sending_checked_at))::float8
  FROM clinic_clinic HAVING min(sending_checked_at) IS NOT NULL
$$
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0015_enter_by_what_a_provider_reports")]

    operations = [
        migrations.RunSQL(FIGURES, "DROP FUNCTION mendline_sending_figures(timestamptz)"),
    ]
