"""One link for surveys that fall together; instruments by region; scores after the same target was treated again."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0002_stored_files"),
        ("outcomes", "0004_walk_lists_in_order"),
        ("treatments", "0007_sessions_in_depth"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="assignedinstrument",
            name="instrument_once_per_timepoint",
        ),
        migrations.AddField(
            model_name="assignedinstrument",
            name="region",
            field=models.CharField(
                blank=True,
                choices=[
                    ("head", "Head"),
                    ("neck", "Neck"),
                    ("shoulder", "Shoulder"),
                    ("elbow", "Elbow"),
                    ("wrist_hand", "Wrist and hand"),
                    ("back", "Back and spine"),
                    ("hip", "Hip"),
                    ("knee", "Knee"),
                    ("ankle_foot", "Ankle and foot"),
                    ("other", "Other"),
                ],
                help_text="Asked of courses of this region only; of all when empty.",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="score",
            name="is_after_retreatment",
            field=models.BooleanField(
                default=False, help_text="The target was treated again before; reports can be made with and without."
            ),
        ),
        migrations.AddField(
            model_name="survey",
            name="asked_with",
            field=models.ForeignKey(
                help_text="The survey whose link leads here, too.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="companions",
                to="outcomes.survey",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignedinstrument",
            constraint=models.UniqueConstraint(
                models.F("timepoint"), models.F("instrument"), models.F("region"), name="instrument_once_per_timepoint"
            ),
        ),
    ]
