"""Spins, harvests, products and lots have tables of their own now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0008_move_spins_harvests_and_lots"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="cellpreparation",
            name="aspirate_volume_ml",
        ),
        migrations.RemoveField(
            model_name="cellpreparation",
            name="harvest_site",
        ),
        migrations.RemoveField(
            model_name="exosomepreparation",
            name="expires_on",
        ),
        migrations.RemoveField(
            model_name="exosomepreparation",
            name="lot_number",
        ),
        migrations.RemoveField(
            model_name="exosomepreparation",
            name="manufacturer",
        ),
        migrations.RemoveField(
            model_name="exosomepreparation",
            name="product_name",
        ),
        migrations.RemoveField(
            model_name="prppreparation",
            name="spin_minutes",
        ),
        migrations.RemoveField(
            model_name="prppreparation",
            name="spin_rcf_g",
        ),
        migrations.AlterField(
            model_name="cellpreparation",
            name="viability_method",
            field=models.CharField(
                blank=True,
                choices=[("trypan_blue", "Trypan blue"), ("7_aad", "7-AAD"), ("ao_pi", "AO/PI"), ("other", "Other")],
                max_length=12,
            ),
        ),
    ]
