"""Sessions say when their time-out was, and how long it took to log them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0020_form_drafts_and_time_out"),
        ("treatments", "0014_ledgers_lose_the_words_of_erased_patients"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="treatmentsession",
            name="entry_seconds",
            field=models.PositiveIntegerField(
                help_text="From opening the page to saving it, at most an hour; empty: not logged on a page.", null=True
            ),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="time_out_at",
            field=models.DateTimeField(
                help_text="When the five points were confirmed before the injection.", null=True
            ),
        ),
        migrations.AddField(
            model_name="treatmentsession",
            name="time_out_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="treatmentsessionhistory",
            name="entry_seconds",
            field=models.PositiveIntegerField(
                help_text="From opening the page to saving it, at most an hour; empty: not logged on a page.", null=True
            ),
        ),
        migrations.AddField(
            model_name="treatmentsessionhistory",
            name="time_out_at",
            field=models.DateTimeField(
                help_text="When the five points were confirmed before the injection.", null=True
            ),
        ),
        migrations.AddField(
            model_name="treatmentsessionhistory",
            name="time_out_by",
            field=models.BigIntegerField(db_column="time_out_by_id", null=True),
        ),
        migrations.AddConstraint(
            model_name="treatmentsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("time_out_at", None), ("time_out_by", None)),
                    models.Q(("time_out_at__lte", models.F("logged_at")), ("time_out_by__isnull", False)),
                    _connector="OR",
                ),
                name="session_time_out_is_confirmed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatmentsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("entry_seconds", None), ("entry_seconds__lte", 3600), _connector="OR"),
                name="session_entry_takes_an_hour_at_most",
            ),
        ),
    ]
