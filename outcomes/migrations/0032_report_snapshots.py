"""Numbers of reports that somebody kept: added, and never changed or deleted."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STAYS = """
CREATE FUNCTION outcomes_snapshot_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a snapshot of a report is never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER snapshot_stays BEFORE UPDATE OR DELETE ON outcomes_reportsnapshot FOR EACH ROW
EXECUTE FUNCTION outcomes_snapshot_stays();
"""
UNDO = """
DROP TRIGGER snapshot_stays ON outcomes_reportsnapshot;
DROP FUNCTION outcomes_snapshot_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0005_invitations"),
        ("outcomes", "0029_marks_of_outcomes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportSnapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveIntegerField(help_text="Counts from 1 at each clinic.")),
                ("kind", models.CharField(help_text="The report's name in its addresses.", max_length=40)),
                ("title", models.CharField(help_text="The report's title at that time.", max_length=120)),
                ("parameters", models.TextField(help_text="Its filter as a query string.")),
                (
                    "audience",
                    models.CharField(
                        choices=[("clinic", "For use inside the clinic"), ("outside", "For use outside the clinic")],
                        default="clinic",
                        max_length=7,
                    ),
                ),
                ("answer", models.JSONField()),
                ("data_version", models.CharField(max_length=120)),
                ("rule_version", models.PositiveSmallIntegerField()),
                ("code_version", models.CharField(max_length=64)),
                (
                    "of_month",
                    models.DateField(
                        help_text="Kept by itself on a clinic's wish: the first day of the month it was made in.",
                        null=True,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
                "constraints": [
                    models.UniqueConstraint(models.F("clinic"), models.F("number"), name="snapshot_number_once"),
                    models.UniqueConstraint(models.F("clinic"), models.F("of_month"), name="snapshot_of_a_month_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("made_by__isnull", False), ("of_month", None)),
                            models.Q(("made_by", None), ("of_month__isnull", False)),
                            _connector="OR",
                        ),
                        name="snapshot_is_made_by_somebody_or_monthly",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["clinic", "outside"])), name="snapshot_has_known_audience"
                    ),
                ],
            },
        ),
        migrations.RunSQL(STAYS, UNDO),
    ]
