"""Reports look up the courses of single days in the index alone; the planner then no longer reads the whole table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("treatments", "0001_treatments")]

    operations = [
        migrations.RemoveIndex(model_name="course", name="course_opened"),
        migrations.AddIndex(
            model_name="course",
            index=models.Index(
                fields=["clinic", "opened_on"], include=("treatment_type", "region", "id"), name="course_opened"
            ),
        ),
    ]
