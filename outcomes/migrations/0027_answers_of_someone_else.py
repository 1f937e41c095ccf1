"""Scores of answers that someone else gave are left out of reports."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0023_what_was_brought_never_changes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="score",
            name="excluded",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Counted"),
                    ("after_treatment", "Baseline answered after the first treatment"),
                    ("proxy", "Answered by someone else for the patient"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="scorehistory",
            name="excluded",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Counted"),
                    ("after_treatment", "Baseline answered after the first treatment"),
                    ("proxy", "Answered by someone else for the patient"),
                ],
                max_length=20,
                null=True,
            ),
        ),
    ]
