"""More of what monitoring asks for: queues, jobs and connections; counts and ages, and nothing else."""

from django.db import migrations

# As the owner of the tables, because whoever asks is no user and has no clinic in scope.
FIGURES = """
CREATE FUNCTION mendline_operation_figures(at timestamptz)
RETURNS TABLE (figure text, label text, value double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT 'due_unsent', '', count(*)::float8
  FROM outcomes_delivery delivery JOIN clinic_clinic clinic ON clinic.id = delivery.clinic_id
  WHERE delivery.status = 'pending' AND delivery.not_before <= at AND clinic.messages_held_at IS NULL
  UNION ALL
  SELECT 'courses_to_work_out', '', count(DISTINCT course_id)::float8 FROM outcomes_outcomemark
  UNION ALL
  SELECT 'jobs', state, count(*)::float8 FROM clinic_job GROUP BY state
  UNION ALL
  SELECT 'oldest_waiting_job_seconds', '', coalesce(extract(epoch FROM at - min(made_at)), 0)::float8
  FROM clinic_job WHERE state = 'queued'
  UNION ALL
  SELECT 'job_seconds_sum', kind, sum(extract(epoch FROM finished_at - started_at))::float8
  FROM clinic_job WHERE state = 'done' GROUP BY kind
  UNION ALL
  SELECT 'job_seconds_count', kind, count(*)::float8 FROM clinic_job WHERE state = 'done' GROUP BY kind
  UNION ALL
  SELECT 'database_connections', coalesce(usename, ''), count(*)::float8
  FROM pg_stat_activity WHERE datname = current_database() GROUP BY usename
  UNION ALL
  SELECT 'database_connections_limit', '', current_setting('max_connections')::float8
$$
"""


class Migration(migrations.Migration):
    dependencies = [("clinic", "0019_files_of_jobs"), ("outcomes", "0034_take_a_call_back")]

    operations = [
        migrations.RunSQL(FIGURES, "DROP FUNCTION mendline_operation_figures(timestamptz)"),
    ]
