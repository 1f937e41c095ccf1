"""What a preparation held in single columns becomes rows: the first spin, the harvest, and the product with its lot."""

from django.db import migrations

METHODS = {"trypan blue": "trypan_blue", "7-aad": "7_aad", "ao/pi": "ao_pi"}


def move_spins(apps, editor):
    """One spin for each PRP preparation that recorded one."""
    preparations = apps.get_model("treatments", "PrpPreparation").objects.exclude(spin_rcf_g=None, spin_minutes=None)
    apps.get_model("treatments", "Spin").objects.bulk_create(
        apps.get_model("treatments", "Spin")(
            clinic_id=one.clinic_id, preparation=one, position=1, rcf_g=one.spin_rcf_g, minutes=one.spin_minutes
        )
        for one in preparations.iterator()
    )


def move_harvests(apps, editor):
    """One harvest for each cell preparation with a site; the side was not asked before, so it is the course's."""
    preparations = apps.get_model("treatments", "CellPreparation").objects.select_related("session__course")
    apps.get_model("treatments", "Harvest").objects.bulk_create(
        apps.get_model("treatments", "Harvest")(
            clinic_id=one.clinic_id,
            preparation=one,
            site=one.harvest_site,
            side=one.session.course.side,
            volume_ml=one.aspirate_volume_ml,
        )
        for one in preparations.exclude(harvest_site="").iterator()
    )
    for one in preparations.exclude(viability_method="").iterator():
        one.viability_method = METHODS.get(one.viability_method.lower(), "other")
        one.save(update_fields=["viability_method"])


def move_lots(apps, editor):
    """A product, a lot and its use for each exosome preparation; what was used is all that is known to have come."""
    for one in apps.get_model("treatments", "ExosomePreparation").objects.select_related("session__course").iterator():
        session = one.session
        stamp = {"clinic_id": one.clinic_id}
        product, _ = apps.get_model("treatments", "Product").objects.get_or_create(
            **stamp,
            name=one.product_name,
            manufacturer=one.manufacturer,
            defaults={
                "kind": "exosome_product",
                "regulated_as": "biologic",
                "source_tissue": one.source_tissue,
                "unit": "mL",
                "registered_at": session.logged_at,
            },
        )
        lot, _ = apps.get_model("treatments", "Lot").objects.get_or_create(
            **stamp,
            product=product,
            lot_number=one.lot_number,
            defaults={"expires_on": one.expires_on, "status": "released", "received_at": session.logged_at},
        )
        for kind, quantity in (("received", one.volume_ml), ("used", -one.volume_ml)):
            if quantity:
                apps.get_model("treatments", "LotMovement").objects.create(
                    **stamp, lot=lot, kind=kind, quantity=quantity, moved_at=session.logged_at
                )
        if one.volume_ml:
            apps.get_model("treatments", "LotUse").objects.create(
                **stamp,
                lot=lot,
                session=session,
                patient_id=session.course.patient_id,
                quantity=one.volume_ml,
                used_at=session.performed_at,
            )


def leave_rows(apps, editor):
    """Taking this back leaves the rows to the migrations that drop their tables."""


class Migration(migrations.Migration):
    dependencies = [("treatments", "0007_sessions_in_depth")]

    operations = [
        migrations.RunPython(move_spins, leave_rows),
        migrations.RunPython(move_harvests, leave_rows),
        migrations.RunPython(move_lots, leave_rows),
    ]
