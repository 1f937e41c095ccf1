"""Nothing may belong to a record that was merged into another: see the function in patients."""

from django.db import migrations

GUARDED = ("alert", "sendingpause", "call", "delivery")


def guard(table):
    """The trigger of one table whose rows belong to patients."""
    return f"""
CREATE TRIGGER not_of_a_merged_patient BEFORE INSERT OR UPDATE OF patient_id ON outcomes_{table}
FOR EACH ROW EXECUTE FUNCTION patients_not_of_a_merged_one();
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0038_no_tallies_of_scores"), ("patients", "0014_merge_records_of_one_person")]

    operations = [
        migrations.RunSQL(guard(table), f"DROP TRIGGER not_of_a_merged_patient ON outcomes_{table}")
        for table in GUARDED
    ]
