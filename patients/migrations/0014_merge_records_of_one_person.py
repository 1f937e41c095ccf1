"""Two records of one person: merges, pairs that are two people, and how the database holds on to both."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
import pghistory.utils
from django.conf import settings
from django.db import migrations, models

# What is found of a record that was merged leads to the one that is kept.
FINDABLE = """
CREATE OR REPLACE VIEW patients_findable AS
SELECT id, clinic_id, search_text, born_on FROM patients_patient
WHERE clinic_id = ANY ((SELECT mendline_clinics())::bigint[]) AND merged_into_id IS NULL
UNION ALL
SELECT merged_into_id, clinic_id, search_text, born_on FROM patients_patient
WHERE clinic_id = ANY ((SELECT mendline_clinics())::bigint[]) AND merged_into_id IS NOT NULL
"""
WITHOUT_MERGED = """
CREATE OR REPLACE VIEW patients_findable AS
SELECT id, clinic_id, search_text, born_on FROM patients_patient
WHERE clinic_id = ANY ((SELECT mendline_clinics())::bigint[])
"""
# The other record of the same person is nobody else who could be reached at its address.
SHARED = r"""
CREATE OR REPLACE FUNCTION patients_share_an_address(of_patient bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one record;
BEGIN
  SELECT id, clinic_id, lower(email) AS email, regexp_replace(phone, '\D', '', 'g') AS phone INTO one
    FROM patients_patient WHERE id = of_patient AND clinic_id = ANY (mendline_clinics());
  RETURN EXISTS (SELECT FROM patients_patient other WHERE other.clinic_id = one.clinic_id AND other.id <> one.id
      {only}AND other.email <> '' AND lower(other.email) = one.email)
    OR EXISTS (SELECT FROM patients_patient other WHERE other.clinic_id = one.clinic_id AND other.id <> one.id
      {only}AND other.phone <> '' AND regexp_replace(other.phone, '\D', '', 'g') = one.phone AND one.phone <> '');
END $$
"""
ONLY_STANDING = "AND other.merged_into_id IS NULL "
# As the owner of the tables, as above; of clinics in scope alone. One pass over the people, then joins of equal names,
# addresses, numbers and birthdays. Names that are only near are compared within one birthday, where the family name
# begins alike or the given name is the same: 200,000 people have a million pairs of one birthday. ``likeness``: the
# surest pairs are 1. Nobody knows beforehand how many rows of the first pass are equal, so the planner is told how.
PEOPLE = r"""SELECT id, born_on, mendline_fold(' ' || family_name || ' ' || given_name) AS name,
    left(mendline_fold(family_name), 1) AS initial, mendline_fold(given_name) AS given,
    nullif(lower(email), '') AS email, nullif(regexp_replace(phone, '\D', '', 'g'), '') AS phone
  FROM patients_patient WHERE clinic_id = of_clinic AND clinic_id = ANY (mendline_clinics())
    AND merged_into_id IS NULL AND erased_at IS NULL AND NOT is_imported"""
LIKENESS = """CASE WHEN one.name = other.name AND one.born_on = other.born_on THEN 1
      WHEN one.name = other.name AND (one.email = other.email OR one.phone = other.phone) THEN 2
      WHEN one.name = other.name THEN 3 WHEN one.born_on = other.born_on THEN 4 ELSE 5 END"""
EQUAL = (
    "other.name = one.name AND other.born_on = one.born_on",
    "other.name = one.name AND one.born_on IS NULL",
    "other.name = one.name AND other.born_on IS NULL",
    "other.email = one.email",
    "other.phone = one.phone",
    "other.born_on = one.born_on AND other.initial = one.initial AND similarity(one.name, other.name) >= near",
    "other.born_on = one.born_on AND other.given = one.given AND similarity(one.name, other.name) >= near",
)
PAIRS = " UNION ".join(
    f"SELECT one.id AS first_id, other.id AS second_id FROM people one JOIN people other ON {equal} WHERE one.id < other.id"
    for equal in EQUAL
)
ALIKE = f"""
CREATE FUNCTION patients_alike(of_clinic bigint, near real)
RETURNS TABLE (first_id bigint, second_id bigint, likeness integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET work_mem = '64MB' SET enable_mergejoin = off SET jit = off AS $$
WITH people AS MATERIALIZED ({PEOPLE}), pairs AS ({PAIRS})
SELECT pairs.first_id, pairs.second_id, {LIKENESS}
FROM pairs JOIN people one ON one.id = pairs.first_id JOIN people other ON other.id = pairs.second_id
WHERE NOT EXISTS (SELECT FROM patients_keptapart apart
  WHERE apart.first_id = pairs.first_id AND apart.second_id = pairs.second_id)
$$
"""
# Written as the functions write it: the expression that Django makes of a concatenation is another one.
BY_NAME = """
CREATE INDEX patient_by_name ON patients_patient
  (clinic_id, mendline_fold(' ' || family_name || ' ' || given_name))
"""
# The same for one patient, by the indexes of names, addresses, numbers and birthdays.
ALIKE_TO = r"""
CREATE FUNCTION patients_alike_to(of_patient bigint, near real) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
WITH one AS MATERIALIZED (
  SELECT id, clinic_id, born_on, mendline_fold(' ' || family_name || ' ' || given_name) AS name, lower(email) AS email,
    regexp_replace(phone, '\D', '', 'g') AS phone
  FROM patients_patient WHERE id = of_patient AND clinic_id = ANY (mendline_clinics())
), found AS (
  SELECT other.id FROM one JOIN patients_patient other ON other.clinic_id = one.clinic_id
    AND mendline_fold(' ' || other.family_name || ' ' || other.given_name) = one.name
    AND (one.born_on = other.born_on OR one.born_on IS NULL OR other.born_on IS NULL)
  UNION SELECT other.id FROM one JOIN patients_patient other ON other.clinic_id = one.clinic_id
    AND other.email <> '' AND lower(other.email) = one.email
  UNION SELECT other.id FROM one JOIN patients_patient other ON other.clinic_id = one.clinic_id
    AND other.phone <> '' AND regexp_replace(other.phone, '\D', '', 'g') = one.phone AND one.phone <> ''
  UNION SELECT other.id FROM one JOIN patients_patient other ON other.clinic_id = one.clinic_id
    AND other.born_on = one.born_on
    AND similarity(mendline_fold(' ' || other.family_name || ' ' || other.given_name), one.name) >= near
)
SELECT other.id FROM found JOIN patients_patient other ON other.id = found.id
WHERE other.id <> of_patient AND other.merged_into_id IS NULL AND other.erased_at IS NULL AND NOT other.is_imported
  AND NOT EXISTS (SELECT FROM patients_keptapart apart WHERE apart.first_id = least(other.id, of_patient)
    AND apart.second_id = greatest(other.id, of_patient))
$$
"""
# Whoever writes a row of a patient while the patient is merged waits for that, and is then refused: nothing may belong
# to a record that was merged. The same lock that the foreign key takes, only earlier.
GUARD = """
CREATE FUNCTION patients_not_of_a_merged_one() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept bigint;
BEGIN
  SELECT merged_into_id INTO kept FROM patients_patient WHERE id = NEW.patient_id FOR KEY SHARE;
  IF kept IS NOT NULL THEN
    RAISE EXCEPTION 'patient % was merged into patient %', NEW.patient_id, kept USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""
GUARDED = ("consent", "consentrequest", "patientletter", "birthcheck")


def guard(table):
    """The trigger of one table whose rows belong to patients."""
    return f"""
CREATE TRIGGER not_of_a_merged_patient BEFORE INSERT OR UPDATE OF patient_id ON patients_{table}
FOR EACH ROW EXECUTE FUNCTION patients_not_of_a_merged_one();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0019_files_of_jobs"),
        ("patients", "0013_find_who_shares_an_address"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptApart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("said_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-said_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="KeptApartHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("first", models.BigIntegerField(db_column="first_id", null=True)),
                ("second", models.BigIntegerField(db_column="second_id", null=True)),
                ("said_by", models.BigIntegerField(db_column="said_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("said_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MergedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(help_text="Like treatments.Course.", max_length=60)),
                ("row", models.BigIntegerField()),
                ("before", models.JSONField(help_text="Column and what it held.")),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="PatientMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("merged_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("-merged_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="PatientMergeHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("clinic", models.BigIntegerField(db_column="clinic_id", null=True)),
                ("kept", models.BigIntegerField(db_column="kept_id", null=True)),
                ("gone", models.BigIntegerField(db_column="gone_id", null=True)),
                ("merged_by", models.BigIntegerField(db_column="merged_by_id", null=True)),
                ("undone_by", models.BigIntegerField(db_column="undone_by_id", null=True)),
                ("id", models.BigIntegerField(db_index=True)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
                ("before", models.JSONField(default=dict, null=True)),
                ("after", models.JSONField(default=dict, null=True)),
                ("merged_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("pgh_id",),
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="patient",
            name="merged_into",
            field=models.ForeignKey(
                help_text="The record of the same person that is kept.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_from",
                to="patients.patient",
            ),
        ),
        migrations.AddField(
            model_name="patienthistory",
            name="merged_into",
            field=models.BigIntegerField(db_column="merged_into_id", null=True),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None), models.Q(("merged_into", models.F("id")), _negated=True), _connector="OR"
                ),
                name="patient_is_not_merged_into_itself",
            ),
        ),
        migrations.AddField(
            model_name="keptapart",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="keptapart",
            name="first",
            field=models.ForeignKey(
                help_text="The one that was made first.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="patients.patient",
            ),
        ),
        migrations.AddField(
            model_name="keptapart",
            name="said_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="keptapart",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="mergedrow",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="patientmerge",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"),
        ),
        migrations.AddField(
            model_name="patientmerge",
            name="gone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="patientmerge",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="patientmerge",
            name="merged_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="patientmerge",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="mergedrow",
            name="merge",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="patients.patientmerge"
            ),
        ),
        migrations.AddConstraint(
            model_name="keptapart",
            constraint=models.UniqueConstraint(models.F("first"), models.F("second"), name="kept_apart_once"),
        ),
        migrations.AddConstraint(
            model_name="keptapart",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="kept_apart_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="patientmerge",
            constraint=models.UniqueConstraint(
                models.F("gone"), condition=models.Q(("undone_at", None)), name="merge_stands_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="patientmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("gone")), _negated=True), name="merge_is_of_two_records"
            ),
        ),
        migrations.AddConstraint(
            model_name="patientmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", None)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="merge_is_undone_by_somebody",
            ),
        ),
        migrations.RunSQL(FINDABLE, WITHOUT_MERGED),
        migrations.RunSQL(
            SHARED.replace("{only}", ONLY_STANDING),
            SHARED.replace("{only}", ""),
        ),
        migrations.RunSQL(BY_NAME, "DROP INDEX patient_by_name"),
        migrations.RunSQL(ALIKE, "DROP FUNCTION patients_alike(bigint, real)"),
        migrations.RunSQL(ALIKE_TO, "DROP FUNCTION patients_alike_to(bigint, real)"),
        migrations.RunSQL(GUARD, "DROP FUNCTION patients_not_of_a_merged_one()"),
        *(
            migrations.RunSQL(guard(table), f"DROP TRIGGER not_of_a_merged_patient ON patients_{table}")
            for table in GUARDED
        ),
    ]
