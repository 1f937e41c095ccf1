"""A public id for each re-treatment, so that pages and the API can name it."""

import uuid

from django.db import migrations, models


def fill_public_id(apps, schema_editor):
    """Safe to run again: only touches rows still empty."""
    for retreatment in apps.get_model("treatments", "Retreatment").objects.filter(public_id=None).iterator():
        retreatment.public_id = uuid.uuid4()
        retreatment.save(update_fields=["public_id"])


class Migration(migrations.Migration):
    dependencies = [("treatments", "0011_sessions_know_what_came_with_their_key")]

    operations = [
        migrations.AddField("retreatment", "public_id", models.UUIDField(null=True, editable=False)),
        migrations.RunPython(fill_public_id, migrations.RunPython.noop),
        migrations.AlterField(
            "retreatment", "public_id", models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
        ),
    ]
