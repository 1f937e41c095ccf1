"""Imported scores keep their published decimals: programs print up to 17 significant digits, so 0.06… has 18 decimals."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0002_tallies"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importedinstrument",
            name="maximum",
            field=models.DecimalField(decimal_places=20, max_digits=29),
        ),
        migrations.AlterField(
            model_name="importedinstrument",
            name="minimum",
            field=models.DecimalField(decimal_places=20, max_digits=29),
        ),
        migrations.AlterField(
            model_name="score",
            name="baseline",
            field=models.DecimalField(decimal_places=20, max_digits=29, null=True),
        ),
        migrations.AlterField(
            model_name="score",
            name="value",
            field=models.DecimalField(decimal_places=20, max_digits=29, null=True),
        ),
        migrations.AlterField(
            model_name="scoretally",
            name="sum_change",
            field=models.DecimalField(decimal_places=20, default=0, max_digits=45),
        ),
        migrations.AlterField(
            model_name="scoretally",
            name="sum_square",
            field=models.DecimalField(decimal_places=40, default=0, max_digits=70),
        ),
        migrations.AlterField(
            model_name="scoretally",
            name="sum_square_change",
            field=models.DecimalField(decimal_places=40, default=0, max_digits=70),
        ),
        migrations.AlterField(
            model_name="scoretally",
            name="sum_value",
            field=models.DecimalField(decimal_places=20, default=0, max_digits=45),
        ),
    ]
