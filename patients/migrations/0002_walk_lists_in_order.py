"""The lists of the API walk in these orders, so that each page is found in an index, however long the list."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0001_the_floor"),
        ("patients", "0001_patients"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["registered_at", "id"], name="patient_as_registered"),
        ),
    ]
