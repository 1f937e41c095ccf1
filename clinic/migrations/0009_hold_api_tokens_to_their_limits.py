"""A token works at a clinic or is revoked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0008_limit_api_tokens_there_are"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["front_desk", "clinician", "manager", "researcher"])),
                name="api_token_has_known_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("membership__isnull", False), ("revoked_at__isnull", False), _connector="OR"),
                name="api_token_works_at_a_clinic_or_is_revoked",
            ),
        ),
    ]
