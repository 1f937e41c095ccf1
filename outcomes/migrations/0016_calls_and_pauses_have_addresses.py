"""Calls and pauses are named in addresses, so they get ids that say nothing."""

import uuid

from django.db import migrations, models

GIVE = "UPDATE {table} SET public_id = gen_random_uuid() WHERE public_id IS NULL"


def _steps(model: str) -> list[migrations.operations.base.Operation]:
    """Empty first, then one for each row that is there, then required."""
    empty = models.UUIDField(null=True, editable=False)
    required = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    return [
        migrations.AddField(model, "public_id", empty),
        migrations.AddField(
            f"{model}history", "public_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)
        ),
        migrations.RunSQL(GIVE.format(table=f"outcomes_{model}"), migrations.RunSQL.noop),
        migrations.AlterField(model, "public_id", required),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0015_enter_by_what_a_provider_reports"),
    ]

    operations = [*_steps("call"), *_steps("sendingpause")]
