"""When a patient left the outcome registry, and up to when answers are erased for it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0003_consent_in_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="registry_left_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="patient",
            name="registry_left_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="erases_answers_at",
            field=models.DateTimeField(
                help_text="The patient left a registry that then erases: no answer given up to here is kept.", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                condition=models.Q(("erases_answers_at__isnull", False)), fields=["id"], name="patient_erases"
            ),
        ),
    ]
