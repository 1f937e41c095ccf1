"""The lists of the API walk in these orders, so that each page is found in an index, however long the list."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0001_the_floor"),
        ("patients", "0002_walk_lists_in_order"),
        ("treatments", "0002_cover_days_of_opening"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="course",
            index=models.Index(fields=["opened_on", "id"], name="course_in_order"),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(fields=["due_on", "id"], name="follow_up_in_order"),
        ),
        migrations.AddIndex(
            model_name="treatmentsession",
            index=models.Index(fields=["performed_at", "id"], name="session_in_order"),
        ),
    ]
