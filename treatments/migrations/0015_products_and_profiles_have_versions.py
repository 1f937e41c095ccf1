"""Products and clinical profiles say which version they are, so that nobody runs over a colleague's correction."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0014_ledgers_lose_the_words_of_erased_patients"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinicalprofile",
            name="version",
            field=models.PositiveIntegerField(default=1, help_text="One more each time it is recorded."),
        ),
        migrations.AddField(
            model_name="product",
            name="version",
            field=models.PositiveIntegerField(default=1, help_text="One more with every correction."),
        ),
    ]
