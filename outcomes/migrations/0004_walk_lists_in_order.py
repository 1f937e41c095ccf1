"""The lists of the API walk in these orders, so that each page is found in an index, however long the list."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0001_the_floor"),
        ("outcomes", "0003_room_for_published_decimals"),
        ("treatments", "0002_cover_days_of_opening"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="survey",
            index=models.Index(fields=["opened_at", "id"], name="survey_in_order"),
        ),
    ]
