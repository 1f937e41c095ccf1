"""No response without how it was given, and no question without its version."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0018_how_a_survey_was_answered")]

    operations = [
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(("instruments__len", models.F("versions__len"))),
                name="survey_has_a_version_of_each_instrument",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("entered_at", None),
                    ("entered_by", None),
                )
                | models.Q(("entered_at__isnull", False), ("entered_by__isnull", False)),
                name="survey_is_entered_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("completed_at", None),
                    models.Q(
                        models.Q(("mode", ""), _negated=True),
                        models.Q(("answered_by", ""), _negated=True),
                        models.Q(("language", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="survey_says_how_it_was_answered",
            ),
        ),
    ]
