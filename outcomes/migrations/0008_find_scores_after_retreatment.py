"""An index over the few scores that came after the same target was treated again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0007_find_surveys_of_one_visit")]

    operations = [
        migrations.AddIndex(
            model_name="score",
            index=models.Index(
                name="score_after_retreatment",
                fields=["instrument"],
                condition=models.Q(is_after_retreatment=True),
            ),
        ),
    ]
