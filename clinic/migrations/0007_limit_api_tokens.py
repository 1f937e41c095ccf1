"""API tokens name the clinic and the role they work in, whether they write, and when they were last used."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0006_how_long_patients_are_kept_and_messages_held"),
    ]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="membership",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="api_tokens",
                to="clinic.membership",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="role",
            field=models.CharField(
                choices=[
                    ("front_desk", "Front desk"),
                    ("clinician", "Clinician"),
                    ("manager", "Manager"),
                    ("researcher", "Researcher"),
                ],
                default="researcher",
                help_text="Never more than the owner's role allows by the time of a request.",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="apitoken",
            name="may_write",
            field=models.BooleanField(default=False, help_text="Else it only reads."),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="apitoken",
            name="last_used_at",
            field=models.DateTimeField(help_text="To the minute.", null=True),
        ),
    ]
