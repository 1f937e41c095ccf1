"""Triggers that keep both tallies exactly equal to what they count, in the same transaction.

They run once a statement over its transition tables, so a bulk insert of 50,000 scores updates each cell once. Cells
are written in key order: two statements that touch the same cells lock them in the same order.
"""

from django.db import migrations

SIGNED = {
    "insert": "SELECT 1 AS sign, * FROM new_rows",
    "delete": "SELECT -1 AS sign, * FROM old_rows",
    "update": "SELECT 1 AS sign, * FROM new_rows UNION ALL SELECT -1, * FROM old_rows",
}
TABLES = {
    "insert": "NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
}

SCORE_MEASURES = {
    "n": "1",
    "sum_day": "r.day",
    "sum_value": "r.value",
    "sum_square": "r.value * r.value",
    "n_pairs": "(r.baseline IS NOT NULL)::int",
    "sum_change": "coalesce(r.value - r.baseline, 0)",
    "sum_square_change": "coalesce((r.value - r.baseline) * (r.value - r.baseline), 0)",
    "n_judged": "(r.is_responder_30 IS NOT NULL)::int",
    "n_responder_30": "coalesce(r.is_responder_30, false)::int",
    "n_responder_50": "coalesce(r.is_responder_50, false)::int",
    "n_better": "coalesce(r.band = 1, false)::int",
    "n_same": "coalesce(r.band = 0, false)::int",
    "n_worse": "coalesce(r.band = -1, false)::int",
}
FOLLOW_UP_MEASURES = {
    "n_planned": "1",
    "n_answered": "(r.answered_at IS NOT NULL)::int",
    "n_due": "(r.ended_on IS NOT NULL)::int",
    "n_due_answered": "(r.ended_on IS NOT NULL AND r.answered_at IS NOT NULL)::int",
}
SHARED_KEY = {
    "clinic_id": "c.clinic_id",
    "treatment_type_id": "c.treatment_type_id",
    "region": "c.region",
    "opened_month": "date_trunc('month', c.opened_on)::date",
}
SCORES = {
    "source": "outcomes_score",
    "tally": "outcomes_scoretally",
    "key": {**SHARED_KEY, "timepoint": "r.timepoint", "instrument": "r.instrument"},
    "measures": SCORE_MEASURES,
    "joins": "JOIN treatments_course c ON c.id = r.course_id",
    "where": "r.value IS NOT NULL AND r.excluded = ''",
}
FOLLOW_UPS = {
    "source": "treatments_followup",
    "tally": "outcomes_followuptally",
    "key": {**SHARED_KEY, "timepoint": "t.name", "target_day": "t.target_day"},
    "measures": FOLLOW_UP_MEASURES,
    "joins": "JOIN treatments_course c ON c.id = r.course_id JOIN treatments_timepoint t ON t.id = r.timepoint_id",
    "where": "true",
}


def tally_sql(counted, event):
    """CREATE FUNCTION and CREATE TRIGGER that add what one statement changed to the cells it belongs to."""
    key, measures = counted["key"], counted["measures"]
    positions = ", ".join(str(i + 1) for i in range(len(key)))
    sums = [f"sum(r.sign * ({expression}))" for expression in measures.values()]
    name = f"{counted['tally']}_{event}"
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO {counted["tally"]} AS cell ({", ".join([*key, *measures])})
  SELECT {", ".join([*key.values(), *sums])}
  FROM ({SIGNED[event]}) r {counted["joins"]}
  WHERE {counted["where"]}
  GROUP BY {positions}
  HAVING {" OR ".join(f"{total} <> 0" for total in sums)}
  ORDER BY {positions}
  ON CONFLICT ({", ".join(key)}) DO UPDATE SET
    {", ".join(f"{name} = cell.{name} + EXCLUDED.{name}" for name in measures)};
  RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER {event.upper()} ON {counted["source"]}
REFERENCING {TABLES[event]} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""


def undo_sql(counted, event):
    """What takes tally_sql() back."""
    name = f"{counted['tally']}_{event}"
    return f"DROP TRIGGER {name} ON {counted['source']}; DROP FUNCTION {name}();"


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0001_tables"),
        ("clinic", "0005_invitations"),
        ("patients", "0001_tables"),
        ("treatments", "0001_tables"),
    ]

    operations = [
        migrations.RunSQL(tally_sql(counted, event), undo_sql(counted, event))
        for counted in (SCORES, FOLLOW_UPS)
        for event in SIGNED
    ]
