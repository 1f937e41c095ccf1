"""Running sums of outcomes, kept by triggers in the same transaction as the outcomes themselves.

The triggers run once a statement over its transition tables, so that 50,000 outcomes written at once are one change of
each cell. A change is added as a row of its own and never to another's row: two who write outcomes of the same cell do not
wait for each other, and cannot wait for each other in a circle. ``outcomes.actions.settle_tallies`` adds changes up.
"""

import django.db.models.deletion
from django.db import migrations, models

KEY = {
    "clinic_id": "r.clinic_id",
    "instrument": "r.instrument",
    "treatment_type_id": "r.treatment_type_id",
    "modality": "r.modality",
    "region": "r.region",
    "timepoint": "r.timepoint",
    "target_day": "r.target_day",
    "opened_month": "date_trunc('month', r.opened_on)::date",
    "is_retreated": "r.status = 'retreated'",
}
CAME = ("r.is_closed AND r.is_treated", "r.is_due", "r.was_consented", "r.was_sent", "r.was_opened", "r.is_complete")
ANSWERED = "r.is_due AND r.status = 'obtained'"
MISSED = "r.is_due AND r.status = 'missing'"
PAIR = "r.improvement IS NOT NULL"
CHANGE = "(r.value - r.baseline)"


def came(steps):
    """How many came so far, each step counted of the one before."""
    return " AND ".join(CAME[:steps])


COUNTS = {
    "n_asked": "NOT r.is_imported",
    "n_early": "r.status = 'obtained' AND NOT r.is_closed",
    "n_treated": came(1),
    "n_eligible": came(2),
    "n_consented": came(3),
    "n_sent": came(4),
    "n_opened": came(5),
    "n_complete": came(6),
    "n_in_window": f"{came(6)} AND r.status = 'obtained'",
    "n_due": "r.is_due",
    "n_due_answered": ANSWERED,
    "n_before_answered": f"{ANSWERED} AND r.baseline IS NOT NULL",
    "n_before_missing": f"{MISSED} AND r.baseline IS NOT NULL",
    "n_due_judgeable": "r.is_due AND r.baseline > 0",
    "n_due_judged": f"{ANSWERED} AND r.baseline > 0",
    "n_due_responder_30": f"{ANSWERED} AND r.baseline > 0 AND r.is_responder_30",
    "n": "r.value IS NOT NULL",
    "n_pairs": PAIR,
    "n_judged": "r.is_responder_30 IS NOT NULL",
    "n_responder_30": "r.is_responder_30",
    "n_responder_50": "r.is_responder_50",
    "n_better": "r.is_mcid",
    "n_same": "NOT r.is_worse AND r.is_mcid IS NOT TRUE",
    "n_worse": "r.is_worse",
}
SUMS = {
    "sum_before_answered": f"CASE WHEN {ANSWERED} THEN r.baseline END",
    "sum_before_missing": f"CASE WHEN {MISSED} THEN r.baseline END",
    "sum_day": "r.day",
    "sum_value": "r.value",
    "sum_square": "r.value * r.value",
    "sum_change": f"CASE WHEN {PAIR} THEN {CHANGE} END",
    "sum_square_change": f"CASE WHEN {PAIR} THEN {CHANGE} * {CHANGE} END",
}
MEASURES = {
    **{name: f"sum(CASE WHEN {which} THEN r.sign ELSE 0 END)" for name, which in COUNTS.items()},
    **{name: f"coalesce(sum(r.sign * {what}), 0)" for name, what in SUMS.items()},
}
SIGNED = {
    "insert": "SELECT 1 AS sign, * FROM new_rows",
    "delete": "SELECT -1 AS sign, * FROM old_rows",
    "update": "SELECT 1 AS sign, * FROM new_rows UNION ALL SELECT -1, * FROM old_rows",
}
CHANGED = {"insert": "new_rows", "delete": "old_rows", "update": "new_rows"}
TABLES = {
    "insert": "NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
}


def added(rows, is_settled):
    """The statement that adds the sums of these signed rows, by cell; cells in which nothing changes are left out."""
    return f"""
  INSERT INTO outcomes_outcometally (is_settled, {", ".join([*KEY, *MEASURES])})
  SELECT {is_settled}, {", ".join([*KEY.values(), *MEASURES.values()])}
  FROM ({rows}) r
  GROUP BY {", ".join(KEY.values())}
  HAVING ({", ".join(MEASURES.values())}) IS DISTINCT FROM ({", ".join("0" for _ in MEASURES)})
  ORDER BY {", ".join(KEY.values())}"""


def trigger(event):
    """CREATE FUNCTION and CREATE TRIGGER."""
    return f"""
CREATE FUNCTION outcomes_outcometally_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Runs for every statement, also for one that touched nothing: working outcomes out is one of each kind.
  IF EXISTS (SELECT FROM {CHANGED[event]}) THEN{added(SIGNED[event], "false")};
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER outcome_tally_{event} AFTER {event.upper()} ON outcomes_outcome
REFERENCING {TABLES[event]} FOR EACH STATEMENT EXECUTE FUNCTION outcomes_outcometally_{event}();
"""


REBUILD = f"""
CREATE FUNCTION outcomes_outcometally_rebuild(of_clinic bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE cells bigint;
BEGIN{added("SELECT 1 AS sign, * FROM outcomes_outcome WHERE clinic_id = of_clinic", "true")};
  GET DIAGNOSTICS cells = ROW_COUNT;
  RETURN cells;
END $$;
"""
UNDO = "".join(
    f"DROP TRIGGER outcome_tally_{event} ON outcomes_outcome; DROP FUNCTION outcomes_outcometally_{event}();"
    for event in SIGNED
)
UNDO_REBUILD = "DROP FUNCTION outcomes_outcometally_rebuild(bigint);"
FILL = "SELECT outcomes_outcometally_rebuild(id) FROM clinic_clinic;"


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0005_invitations"),
        ("outcomes", "0036_outcomes_know_the_day_of_opening"),
        ("treatments", "0014_ledgers_lose_the_words_of_erased_patients"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutcomeTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("instrument", models.CharField(max_length=40)),
                (
                    "modality",
                    models.CharField(
                        choices=[("prp", "PRP"), ("cell", "Stem cell"), ("exosome", "Exosome"), ("other", "Other")],
                        max_length=10,
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        choices=[
                            ("head", "Head"),
                            ("neck", "Neck"),
                            ("shoulder", "Shoulder"),
                            ("elbow", "Elbow"),
                            ("wrist_hand", "Wrist and hand"),
                            ("back", "Back and spine"),
                            ("hip", "Hip"),
                            ("knee", "Knee"),
                            ("ankle_foot", "Ankle and foot"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("timepoint", models.CharField(max_length=40)),
                ("target_day", models.PositiveSmallIntegerField(null=True)),
                ("opened_month", models.DateField()),
                (
                    "is_retreated",
                    models.BooleanField(help_text="Status “retreated”: left out on wish, with all its measures."),
                ),
                (
                    "is_settled",
                    models.BooleanField(help_text="The one row of its cell; others are changes to be added to it."),
                ),
                ("n_asked", models.BigIntegerField(default=0, help_text="Not of imported history.")),
                ("n_early", models.BigIntegerField(default=0, help_text="Obtained, and the window is not over.")),
                ("n_treated", models.BigIntegerField(default=0)),
                ("n_eligible", models.BigIntegerField(default=0)),
                ("n_consented", models.BigIntegerField(default=0)),
                ("n_sent", models.BigIntegerField(default=0)),
                ("n_opened", models.BigIntegerField(default=0)),
                ("n_complete", models.BigIntegerField(default=0)),
                ("n_in_window", models.BigIntegerField(default=0)),
                ("n_due", models.BigIntegerField(default=0)),
                ("n_due_answered", models.BigIntegerField(default=0)),
                (
                    "n_before_answered",
                    models.BigIntegerField(default=0, help_text="Due and answered, with a baseline."),
                ),
                ("sum_before_answered", models.DecimalField(decimal_places=20, default=0, max_digits=45)),
                ("n_before_missing", models.BigIntegerField(default=0, help_text="Due and missing, with a baseline.")),
                ("sum_before_missing", models.DecimalField(decimal_places=20, default=0, max_digits=45)),
                ("n_due_judgeable", models.BigIntegerField(default=0, help_text="Due, with a baseline above 0.")),
                ("n_due_judged", models.BigIntegerField(default=0)),
                ("n_due_responder_30", models.BigIntegerField(default=0)),
                ("n", models.BigIntegerField(default=0)),
                ("sum_day", models.BigIntegerField(default=0)),
                ("sum_value", models.DecimalField(decimal_places=20, default=0, max_digits=45)),
                ("sum_square", models.DecimalField(decimal_places=40, default=0, max_digits=70)),
                ("n_pairs", models.BigIntegerField(default=0, help_text="With a baseline as well.")),
                ("sum_change", models.DecimalField(decimal_places=20, default=0, max_digits=45)),
                ("sum_square_change", models.DecimalField(decimal_places=40, default=0, max_digits=70)),
                ("n_judged", models.BigIntegerField(default=0, help_text="Pairs whose baseline is above zero.")),
                ("n_responder_30", models.BigIntegerField(default=0)),
                ("n_responder_50", models.BigIntegerField(default=0)),
                ("n_better", models.BigIntegerField(default=0)),
                ("n_same", models.BigIntegerField(default=0)),
                ("n_worse", models.BigIntegerField(default=0)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "treatment_type",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="treatments.treatmenttype",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_settled", False)),
                        fields=["clinic", "instrument"],
                        name="outcome_tally_unsettled",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_settled", True)),
                        fields=(
                            "clinic",
                            "instrument",
                            "treatment_type",
                            "modality",
                            "region",
                            "timepoint",
                            "target_day",
                            "opened_month",
                            "is_retreated",
                        ),
                        name="outcome_tally_settled_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.RunSQL(REBUILD, UNDO_REBUILD),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL("".join(map(trigger, SIGNED)), UNDO),
    ]
